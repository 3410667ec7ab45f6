// Advice to somebody who wants to add a picture as an emoji: whether it is fit, and how it may be
// called. Pure but for the port of language.
#pragma once

#include "emojiscope/bot/answer_view.hpp"
#include "emojiscope/bot/wording.hpp"
#include "emojiscope/core/emoji_limits.hpp"
#include "emojiscope/search/catalogue.hpp"
#include "emojiscope/search/emoji_library.hpp"
#include "emojiscope/search/emoji_search.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::bot {

/// What is known of a picture's file.
struct PictureFile {
    std::size_t bytes = 0;
    std::string format;  ///< "PNG", "JPEG", "GIF", "WebP"
    int width = 0;
    int height = 0;
    int frames = 1;
};

/// What keeps it from being a good emoji, in sentences of its reader; empty: it is fit.
[[nodiscard]] std::vector<std::string> faults_of(const PictureFile& file, Language language);

/// From what a name may be made.
struct NameSources {
    std::vector<std::string> texts;        ///< words read in the picture, likeliest first
    std::vector<std::string> look_alikes;  ///< names of emoji that look like it, best first
    std::string file_name;                 ///< what its owner called it
};

/// The names that somebody can still give. Reads the aliases once; asks the catalogue of each name,
/// so that what is not ready yet, or failed, counts as well. What cannot be read has no free names.
class FreeNames {
public:
    FreeNames(const search::EmojiLibrary& library, const search::Catalogue& catalogue,
              std::string team_id);

    /// Whether Slack lets somebody add an emoji of this name: lower-case letters of any script,
    /// digits, - and _, and no custom emoji, alias or standard emoji has it.
    [[nodiscard]] bool has(const std::string& name) const;

    [[nodiscard]] const search::EmojiLibrary& library() const noexcept { return library_; }

private:
    const search::EmojiLibrary& library_;
    const search::Catalogue& catalogue_;
    std::string team_id_;
    std::optional<std::set<std::string>> aliases_;  ///< none: they cannot be read
};

/// At most `most` free names, best first: the words read and how they sound, then what its
/// look-alikes show, then the name of the file. A name that is taken gets a number.
[[nodiscard]] std::vector<std::string> free_names(const NameSources& sources, const FreeNames& free,
                                                  std::size_t most);

/// What is said of a picture that is not there yet.
struct PictureAdvice {
    /// What became of a file that is fit, where the picture is not.
    enum class File { not_made, not_sent, follows };

    std::vector<std::string> faults;
    File file = File::not_made;
    std::vector<std::string> names;
};

/// `message`, which answers to a picture, with the advice below.
[[nodiscard]] Message with_advice(Message message, const PictureAdvice& advice, Language language);

}  // namespace emojiscope::bot
