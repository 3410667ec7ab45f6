// Advice to somebody who wants to add a picture as an emoji: whether it is fit, and how it may be
// called. Pure but for the port of language.
#pragma once

#include "emojiscope/bot/answer_view.hpp"
#include "emojiscope/bot/wording.hpp"
#include "emojiscope/search/emoji_library.hpp"
#include "emojiscope/search/emoji_search.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::bot {

// https://slack.com/help/articles/206870177
inline constexpr std::size_t max_emoji_file_bytes = std::size_t{128} * 1024;
inline constexpr int emoji_pixels = 128;  ///< a side

/// What is known of a picture's file.
struct PictureFile {
    std::size_t bytes = 0;
    std::string format;  ///< "PNG", "JPEG", "GIF", "WebP"
    int width = 0;
    int height = 0;
};

/// What keeps it from being a good emoji, in sentences of its reader; empty: it is fit.
[[nodiscard]] std::vector<std::string> faults_of(const PictureFile& file, Language language);

/// From what a name may be made.
struct NameSources {
    std::vector<std::string> texts;        ///< words read in the picture, likeliest first
    std::vector<std::string> look_alikes;  ///< names of emoji that look like it, best first
    std::string file_name;                 ///< what its owner called it
};

/// Whether Slack lets somebody add an emoji of this name: lower-case letters of any script, digits,
/// - and _, and neither a custom nor a standard emoji has it.
[[nodiscard]] bool is_free_name(const std::string& name, const search::EmojiLibrary& library);

/// At most `most` free names, best first: the words read and how they sound, then what its
/// look-alikes show, then the name of the file. A name that is taken gets a number.
[[nodiscard]] std::vector<std::string> free_names(const NameSources& sources,
                                                  const search::EmojiLibrary& library,
                                                  std::size_t most);

/// What is said of a picture that is not there yet.
struct PictureAdvice {
    std::vector<std::string> faults;
    bool file_follows = false;
    std::vector<std::string> names;
};

/// `message`, which answers to a picture, with the advice below.
[[nodiscard]] Message with_advice(Message message, const PictureAdvice& advice, Language language);

}  // namespace emojiscope::bot
