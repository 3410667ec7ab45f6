// What the bot says, as Block Kit. Pure: results in, JSON out; every text is escaped.
#pragma once

#include "emojiscope/bot/question.hpp"
#include "emojiscope/bot/wording.hpp"
#include "emojiscope/search/duplicate_finder.hpp"
#include "emojiscope/search/emoji_search.hpp"

#include <nlohmann/json.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::bot {

/// Under each emoji: the value is an emoji's id, and a question.
inline constexpr std::string_view action_post = "emoji.post";
inline constexpr std::string_view action_like = "emoji.like";
/// Under an answer: the value is a question, anything, and a question.
inline constexpr std::string_view action_more = "answer.more";
inline constexpr std::string_view action_dismiss = "answer.dismiss";
inline constexpr std::string_view action_search = "answer.search";
/// Under `/emoji random`: the value is "post" where an emoji can be posted.
inline constexpr std::string_view action_another = "random.another";

/// Where a message goes; all but the first only in answer to a button.
enum class Placement {
    beside,      ///< to whoever asked
    replaces,    ///< the message with the button
    removes,     ///< that message; nothing takes its place
    to_channel,  ///< to everybody in the conversation
};

/// A message as chat.postMessage and response_url take it.
struct Message {
    std::string text;       ///< for notifications and screen readers
    nlohmann::json blocks;  ///< at most 50
    Placement placement = Placement::beside;
};

/// The emoji in a row, then for each its picture, `:name:` ready to copy, why it matched, and what
/// can be done with it. `answer` begins with the hit number `question.from`; at most `most` are
/// shown, fewer if they would be too long together, and then a button leads to the rest.
[[nodiscard]] Message answer_message(const Question& question, const search::Answer& answer,
                                     std::size_t most, Language language);

/// The answer to an image in a DM: whether it exists already, then what looks like it.
[[nodiscard]] Message picture_message(const search::Answer& answer,
                                      const std::vector<search::DuplicateMatch>& duplicates,
                                      Language language);

/// One emoji, shown for no reason.
[[nodiscard]] Message random_message(const search::LibraryEntry& emoji, bool postable,
                                     Language language);

/// The youngest emoji, newest first, with when each was first seen.
[[nodiscard]] Message newest_message(std::span<const EmojiRecord> emoji, bool postable,
                                     Language language);

/// All that is known of an emoji.
struct EmojiInfo {
    EmojiRecord emoji;
    std::string text;                  ///< what is read in its picture; may be empty
    std::vector<std::string> copies;   ///< emoji that show the same picture
    std::vector<std::string> similar;  ///< emoji that look like it, best first
};
[[nodiscard]] Message info_message(const EmojiInfo& info, bool postable, Language language);

/// What everybody in a conversation sees when somebody posts an emoji.
[[nodiscard]] Message posted_message(const std::string& name, const std::string& user_id,
                                     Language language);

/// One plain sentence.
[[nodiscard]] Message plain_message(std::string_view sentence);
[[nodiscard]] Message plain_message(Language language, Phrase phrase,
                                    std::initializer_list<std::string_view> inserts = {});

/// `message`, which is the answer of a sub-command, with a button to what its word finds.
[[nodiscard]] Message with_search(Message message, const std::string& word, bool postable,
                                  Language language);

/// `message` with a remark in small letters below.
[[nodiscard]] Message with_remark(Message message, const std::string& mrkdwn);

}  // namespace emojiscope::bot
