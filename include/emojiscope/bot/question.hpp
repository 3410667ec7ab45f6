// What somebody asked for: travels in the buttons of the answer, so that it can go on from there.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace emojiscope::bot {

struct Question {
    enum class Kind { words, look_alikes };

    Kind kind = Kind::words;
    std::string text;       ///< a query, or the name of an emoji
    std::size_t from = 0;   ///< how many hits were shown before
    bool postable = false;  ///< asked in a conversation where an emoji can be posted for others

    friend bool operator==(const Question&, const Question&) = default;
};

/// At most 2,000 characters, which is what a button carries, if the text has at most 900 bytes.
[[nodiscard]] std::string encode_question(const Question& question);

/// Nothing if `value` is not what `encode_question` made.
[[nodiscard]] std::optional<Question> decode_question(std::string_view value);

}  // namespace emojiscope::bot
