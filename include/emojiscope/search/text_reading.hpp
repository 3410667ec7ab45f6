// The use case 'read the words in pictures': off the hot path, after a picture was learnt, from the
// sketch that the catalogue keeps of it. What was read is never read again by the same reader; a
// stop at any moment loses the pictures under way only, which come next time.
#pragma once

#include "emojiscope/search/catalogue.hpp"
#include "emojiscope/search/emoji_library.hpp"
#include "emojiscope/search/picture_reader.hpp"
#include "emojiscope/search/text_reader.hpp"

#include <cstddef>
#include <string>

namespace emojiscope::search {

/// Blocking; safe from any thread. Refers to its collaborators, which must outlive it.
class TextReading {
public:
    /// `team_id` empty: every workspace.
    TextReading(Catalogue& catalogue, EmojiLibrary& library, const PictureReader& pictures,
                const TextReader& reader, std::string team_id);

    /// Pictures that wait to be read.
    [[nodiscard]] Result<std::size_t> waiting() const;

    /// Reads at most `most` of them on at most `threads` threads; returns how many it read.
    /// A picture that cannot be read has no words.
    [[nodiscard]] Result<std::size_t> read_some(std::size_t most, std::size_t threads);

private:
    [[nodiscard]] Result<void> read(const EmojiRecord& record);

    Catalogue& catalogue_;
    EmojiLibrary& library_;
    const PictureReader& pictures_;
    const TextReader& reader_;
    std::string team_id_;
};

}  // namespace emojiscope::search
