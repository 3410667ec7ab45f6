#include "emojiscope/bot/answer_view.hpp"

#include "view_parts.hpp"

#include "emojiscope/core/user_settings.hpp"
#include "emojiscope/slack/block_kit.hpp"
#include "emojiscope/slack/mrkdwn.hpp"

#include <spdlog/fmt/chrono.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <iterator>

namespace emojiscope::bot {
namespace {

using nlohmann::json;

/// Pictures in one row.
constexpr std::size_t row_length = 8;
/// Of an emoji's other names, copies and likenesses; the rest are counted.
constexpr std::size_t most_names_told = 12;
/// A button's text takes 75 characters.
constexpr std::size_t most_word_on_button = 40;
/// Characters of what was read in a picture.
constexpr std::size_t most_text_told = 300;

std::string reason_text(const search::Hit& hit, Language language) {
    const auto with = [&](Phrase phrase, const std::string& insert) {
        return say(language, phrase, {slack::quoted(insert)});
    };
    switch (hit.reason) {
        case search::Reason::exact_name: return say(language, Phrase::has_this_name);
        case search::Reason::sounds_like_name: return with(Phrase::sounds_like, hit.matched_name);
        case search::Reason::part_of_name:
        case search::Reason::like_name: return with(Phrase::named, hit.matched_name);
        case search::Reason::text: return with(Phrase::reads, hit.matched_text);
        case search::Reason::meaning: return with(Phrase::means, hit.matched_word);
        case search::Reason::looks_like_text: return say(language, Phrase::looks_like_it);
        case search::Reason::same_picture: return say(language, Phrase::very_same_picture);
        case search::Reason::looks_like_picture: return say(language, Phrase::looks_alike);
    }
    return "";
}

/// The emoji side by side, drawn by Slack itself.
std::string list_names(std::span<const search::Hit> hits) {
    std::string names;
    for (const search::Hit& hit : hits) {
        names += (names.empty() ? "" : " ") + drawn(hit.name);
    }
    return names;
}

/// What can be done with one emoji.
json emoji_actions(EmojiId id, const std::string& name, bool postable, Language language) {
    json elements = json::array();
    if (postable) {
        elements.push_back(
            button(action_post, say(language, Phrase::post_to_channel), std::to_string(id)));
    }
    elements.push_back(button(action_like, say(language, Phrase::looks_like_this),
                              encode_question({Question::Kind::look_alikes, name, 0, postable})));
    return actions(std::move(elements));
}

json hit_blocks(const search::Hit& hit, bool postable, Language language) {
    json text = slack::section(code_name(hit.name) + "  " + reason_text(hit, language));
    return json::array({with_picture(std::move(text), hit.name, hit.value),
                        emoji_actions(hit.id, hit.name, postable, language)});
}

/// As many of the hits as may be shown and have room; returns how many.
std::size_t append_hits(json& blocks, std::span<const search::Hit> hits, std::size_t most,
                        bool postable, Language language) {
    json details = json::array();
    BlockLength length;
    std::size_t count = 0;
    for (; count < std::min(hits.size(), most); ++count) {
        json of_one = hit_blocks(hits[count], postable, language);
        if (!length.takes(of_one) && count > 0) {
            break;
        }
        details.insert(details.end(), of_one.begin(), of_one.end());
    }
    blocks.push_back(slack::section(list_names(hits.first(std::min(count, row_length)))));
    blocks.push_back({{"type", "divider"}});
    blocks.insert(blocks.end(), details.begin(), details.end());
    return count;
}

/// What every workspace has, beside what was found in this one.
void append_standard(json& blocks, const search::Answer& answer, Language language) {
    if (answer.standard.empty()) {
        return;
    }
    std::string row = say(language, Phrase::standard_emoji);
    for (const search::StandardEmoji& emoji : answer.standard) {
        row += " " + drawn(emoji.name);
    }
    blocks.push_back(context(row));
}

Phrase how_near(const search::DuplicateMatch& match) {
    switch (match.likeness) {
        case search::Likeness::whole: return Phrase::near_whole;
        case search::Likeness::frame_of: return Phrase::near_frame_of;
        case search::Likeness::has_frame: return Phrase::near_has_frame;
        case search::Likeness::other_speed: return Phrase::near_other_speed;
    }
    return Phrase::near_whole;
}

/// What the answer to a picture begins with.
std::string whether_there(const std::vector<search::DuplicateMatch>& matches, Language language) {
    // The very picture, even if an altered copy of it was there first.
    std::vector<search::DuplicateMatch> identical;
    std::ranges::copy_if(matches, std::back_inserter(identical), [](const auto& match) {
        return match.kind == search::DuplicateKind::identical;
    });
    if (const auto* same = search::oldest_duplicate(identical)) {
        return say(language, Phrase::already_there, {code_name(same->original.name)});
    }
    if (const auto* oldest = search::oldest_duplicate(matches)) {
        return say(language, Phrase::already_there_altered, {code_name(oldest->original.name)});
    }
    if (matches.empty()) {
        return say(language, Phrase::not_there);
    }
    return say(
        language, Phrase::not_there_but,
        {code_name(matches.front().original.name), say(language, how_near(matches.front()))});
}

/// The phrase for words, or the one for look-alikes, with what was asked for.
std::string head_of(const Question& question, Language language, Phrase of_words,
                    Phrase of_look_alikes) {
    const std::string text = slack::quoted(question.text);
    return question.kind == Question::Kind::words
               ? say(language, of_words, {text})
               : say(language, of_look_alikes, {drawn(question.text) + " " + text});
}

json dismiss_button(Language language) {
    return button(action_dismiss, say(language, Phrase::dismiss), "x");
}

/// Leads from the answer of a sub-command to what its word finds.
json search_button(const std::string& word, bool postable, Language language) {
    json made =
        button(action_search,
               say(language, Phrase::search_for, {slack::quoted_plain(word, most_word_on_button)}),
               encode_question({Question::Kind::words, word, 0, postable}));
    made["text"]["emoji"] = false;  // a word is shown as it was typed
    return made;
}

/// Slack shows it in the reader's own time and language.
std::string date(SystemTime time) {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
    return "<!date^" + std::to_string(seconds) + "^{date_pretty}, {time}|" +
           fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(static_cast<std::time_t>(seconds))) +
           ">";
}

std::string names_in_code(const std::vector<std::string>& names, Language language) {
    std::string text;
    const std::size_t count = std::min(names.size(), most_names_told);
    for (std::size_t i = 0; i < count; ++i) {
        text += (i == 0 ? "" : ", ") + code_name(names[i]);
    }
    if (count < names.size()) {
        text += " " + say(language, Phrase::and_more, {std::to_string(names.size() - count)});
    }
    return text;
}

}  // namespace

Message plain_message(std::string_view sentence) {
    const std::string text(sentence);
    return {text, json::array({slack::section(text)})};
}

Message plain_message(Language language, Phrase phrase,
                      std::initializer_list<std::string_view> inserts) {
    return plain_message(say(language, phrase, inserts));
}

Message answer_message(const Question& question, const search::Answer& answer, std::size_t most,
                       Language language) {
    const auto head_with = [&](Phrase of_words, Phrase of_look_alikes) {
        return head_of(question, language, of_words, of_look_alikes);
    };
    if (answer.hits.empty() && question.from == 0) {
        Message message = plain_message(head_with(Phrase::nothing_fits, Phrase::no_look_alikes));
        append_standard(message.blocks, answer, language);
        message.blocks.push_back(context(say(language, Phrase::advice_if_nothing)));
        message.blocks.push_back(actions(json::array({dismiss_button(language)})));
        return message;
    }
    if (answer.hits.empty()) {
        return plain_message(head_with(Phrase::nothing_more, Phrase::no_more_look_alikes));
    }
    std::string head;
    if (question.from > 0) {
        head = head_with(Phrase::more_for, Phrase::more_look_alikes);
    } else if (answer.confident) {
        head = head_with(Phrase::emoji_for, Phrase::look_alikes_of);
    } else {
        head = head_with(Phrase::perhaps_for, Phrase::perhaps_look_alikes_of);
    }
    json blocks = json::array({slack::section(head)});
    const std::span<const search::Hit> hits(answer.hits);
    const std::size_t count = append_hits(blocks, hits, most, question.postable, language);
    append_standard(blocks, answer, language);
    json footer = json::array();
    if (count < hits.size()) {
        Question rest = question;
        rest.from += count;
        footer.push_back(button(action_more, say(language, Phrase::more), encode_question(rest)));
    }
    footer.push_back(dismiss_button(language));
    blocks.push_back(actions(std::move(footer)));
    return {head + ": " + list_names(hits.first(count)), std::move(blocks)};
}

Message picture_message(const search::Answer& answer,
                        const std::vector<search::DuplicateMatch>& duplicates, Language language) {
    const std::string head = whether_there(duplicates, language);
    json blocks = json::array({slack::section(head)});
    if (answer.hits.empty()) {
        return {head, std::move(blocks)};
    }
    blocks.push_back(slack::section(
        say(language, answer.confident ? Phrase::these_look_like_it : Phrase::nearest_perhaps)));
    const std::span<const search::Hit> hits(answer.hits);
    // Two blocks for each: more than that would not be one message.
    const std::size_t most = std::min(hits.size(), most_results_chosen);
    const std::size_t count = append_hits(blocks, hits, most, false, language);
    return {head + " " + list_names(hits.first(count)), std::move(blocks)};
}

Message random_message(const search::LibraryEntry& emoji, bool postable, Language language) {
    json blocks =
        json::array({with_picture(slack::section(shown(emoji.name)), emoji.name, emoji.value),
                     emoji_actions(emoji.id, emoji.name, postable, language)});
    blocks.push_back(actions(json::array(
        {button(action_another, say(language, Phrase::another), postable ? "post" : "show"),
         search_button("random", postable, language), dismiss_button(language)})));
    return {drawn(emoji.name), std::move(blocks)};
}

Message newest_message(std::span<const EmojiRecord> emoji, bool postable, Language language) {
    const std::string head = say(language, Phrase::newest);
    json blocks = json::array({slack::section("*" + head + "*")});
    std::string names;
    BlockLength length;
    for (const EmojiRecord& one : emoji) {
        const std::string when = say(language, Phrase::first_seen_on, {date(one.added_at)});
        json block =
            with_picture(slack::section(shown(one.name) + "  " + when), one.name, one.value);
        if (!length.takes(block)) {
            break;
        }
        names += " " + drawn(one.name);
        blocks.push_back(std::move(block));
    }
    return with_search({head + ":" + names, std::move(blocks)}, "new", postable, language);
}

Message info_message(const EmojiInfo& info, bool postable, Language language) {
    const EmojiRecord& emoji = info.emoji;
    std::string text = shown(emoji.name);
    const auto line = [&](Phrase what, const std::string& value) {
        if (!value.empty()) {
            text += "\n*" + say(language, what) + "* " + value;
        }
    };
    line(Phrase::also_called, names_in_code(emoji.aliases, language));
    line(Phrase::first_seen, date(emoji.added_at));
    line(Phrase::picture,
         say(language, emoji.frame_count > 1 ? Phrase::size_of_animation : Phrase::size,
             {std::to_string(emoji.width), std::to_string(emoji.height),
              std::to_string(emoji.frame_count)}));
    if (!info.text.empty()) {
        line(Phrase::text_in_it, slack::quoted(info.text, most_text_told));
    }
    line(Phrase::same_picture_as, names_in_code(info.copies, language));
    line(Phrase::looks_like, names_in_code(info.similar, language));
    json blocks = json::array({with_picture(slack::section(text), emoji.name, emoji.value),
                               emoji_actions(emoji.id, emoji.name, postable, language)});
    return with_search({drawn(emoji.name), std::move(blocks)}, "info " + emoji.name, postable,
                       language);
}

Message posted_message(const std::string& name, const std::string& user_id, Language language) {
    const std::string picture = drawn(name);
    const std::string who = mention(user_id);
    Message message{who + " " + picture, json::array({slack::section(picture)}),
                    Placement::to_channel};
    if (!who.empty()) {
        message.blocks.push_back(context(say(language, Phrase::posted_by, {who})));
    }
    return message;
}

Message with_search(Message message, const std::string& word, bool postable, Language language) {
    message.blocks.push_back(
        actions(json::array({search_button(word, postable, language), dismiss_button(language)})));
    return message;
}

Message with_remark(Message message, const std::string& mrkdwn) {
    message.blocks.push_back(context(mrkdwn));
    return message;
}

}  // namespace emojiscope::bot
