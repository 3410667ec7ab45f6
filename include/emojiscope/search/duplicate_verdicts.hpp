// Port: what people said of alerts, kept for good.
#pragma once

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/core/error.hpp"

#include <cstddef>
#include <string_view>

namespace emojiscope::search {

/// Blocking; safe from any thread.
class DuplicateVerdicts {
public:
    virtual ~DuplicateVerdicts() = default;

    /// These two pictures are no duplicates, whatever they look like. Holds for the two emoji
    /// through renames, as long as they show these pictures, and, unless their pixels are the same,
    /// for any later upload of the same two pictures. Saying it again changes nothing, and what is
    /// said of new pictures takes nothing back of older ones. Error: not_found if one is gone.
    [[nodiscard]] virtual Result<void> say_not_duplicates(EmojiId one, EmojiId other,
                                                          std::string_view user) = 0;
    [[nodiscard]] virtual Result<bool> not_duplicates(const EmojiRecord& one,
                                                      const EmojiRecord& other) const = 0;

    /// Of how many pairs that was said; more with each new one.
    [[nodiscard]] virtual Result<std::size_t> pairs() const = 0;

    /// No more alerts that name this emoji as the original.
    [[nodiscard]] virtual Result<void> mute(EmojiId id, std::string_view user) = 0;
    [[nodiscard]] virtual Result<bool> muted(EmojiId id) const = 0;
};

}  // namespace emojiscope::search
