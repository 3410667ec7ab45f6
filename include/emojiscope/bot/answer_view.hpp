// What the bot says, as Block Kit. Pure: results in, JSON out; every text is escaped.
#pragma once

#include "emojiscope/search/duplicate_finder.hpp"
#include "emojiscope/search/emoji_search.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::bot {

/// A message as chat.postMessage and response_url take it.
struct Message {
    std::string text;       ///< for notifications and screen readers
    nlohmann::json blocks;  ///< at most 50
    bool replaces = false;  ///< takes the place of the message whose button was pressed
};

/// The emoji in a row, then for each its picture, `:name:` ready to copy, and why it matched.
[[nodiscard]] Message answer_message(std::string_view title, const search::Answer& answer);

/// The answer to an image in a DM: whether it exists already, then what looks like it.
[[nodiscard]] Message picture_message(const search::Answer& answer,
                                      const std::vector<search::DuplicateMatch>& duplicates);

[[nodiscard]] Message help_message();

/// One plain sentence.
[[nodiscard]] Message plain_message(std::string_view sentence);

}  // namespace emojiscope::bot
