#include "emojiscope/bot/answer_view.hpp"

#include "emojiscope/core/text.hpp"
#include "emojiscope/slack/block_kit.hpp"
#include "emojiscope/slack/mrkdwn.hpp"

#include <algorithm>

namespace emojiscope::bot {
namespace {

using nlohmann::json;

/// Pictures in one row; a context block holds at most 10 elements.
constexpr std::size_t row_length = 8;

/// Only what Slack's servers can fetch may stand in an image block.
bool is_public_url(const std::string& value) {
    return value.starts_with("https://") || value.starts_with("http://");
}

std::string code_name(const std::string& name) {
    return "`:" + slack::escape_mrkdwn(name) + ":`";
}

std::string reason_text(const search::Hit& hit) {
    switch (hit.reason) {
        case search::Reason::exact_name: return "has this name";
        case search::Reason::sounds_like_name:
            return "sounds like " + slack::escape_mrkdwn(hit.matched_name);
        case search::Reason::part_of_name:
        case search::Reason::like_name: return "named " + slack::escape_mrkdwn(hit.matched_name);
        case search::Reason::text:
            return "reads " + slack::escape_mrkdwn(one_line(hit.matched_text));
        case search::Reason::meaning:
            return "means " + slack::escape_mrkdwn(one_line(hit.matched_word));
        case search::Reason::looks_like_text: return "looks like it";
        case search::Reason::same_picture: return "the very same picture";
        case search::Reason::looks_like_picture: return "looks alike";
    }
    return "";
}

json image_of(const std::string& name, const std::string& url) {
    return {{"type", "image"}, {"image_url", url}, {"alt_text", ":" + name + ":"}};
}

/// The emoji side by side, drawn by Slack itself.
json row_block(const std::vector<search::Hit>& hits) {
    std::string row;
    for (std::size_t i = 0; i < std::min(hits.size(), row_length); ++i) {
        row += (i == 0 ? ":" : " :") + hits[i].name + ":";
    }
    return {{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", row}}}};
}

json hit_block(const search::Hit& hit) {
    json block = {
        {"type", "section"},
        {"text", {{"type", "mrkdwn"}, {"text", code_name(hit.name) + "  " + reason_text(hit)}}}};
    if (is_public_url(hit.value)) {
        block["accessory"] = image_of(hit.name, hit.value);
    }
    return block;
}

void append_hits(json& blocks, const search::Answer& answer) {
    blocks.push_back(row_block(answer.hits));
    blocks.push_back({{"type", "divider"}});
    for (const search::Hit& hit : answer.hits) {
        blocks.push_back(hit_block(hit));
    }
}

/// What every workspace has, beside what was found in this one.
void append_standard(json& blocks, const search::Answer& answer) {
    if (answer.standard.empty()) {
        return;
    }
    std::string row = "Standard emoji:";
    for (const search::StandardEmoji& emoji : answer.standard) {
        row += " :" + emoji.name + ":";
    }
    blocks.push_back({{"type", "context"},
                      {"elements", json::array({{{"type", "mrkdwn"}, {"text", row}}})}});
}

const char* how_near(const search::DuplicateMatch& match) {
    switch (match.likeness) {
        case search::Likeness::whole: return "it is much like it";
        case search::Likeness::frame_of: return "this looks like one of its frames";
        case search::Likeness::has_frame: return "it looks like a frame of this";
        case search::Likeness::other_speed: return "it is the same at another speed";
    }
    return "";
}

/// What the answer to a picture begins with.
std::string whether_there(const std::vector<search::DuplicateMatch>& matches) {
    if (const auto* oldest = search::oldest_duplicate(matches)) {
        const std::string name = code_name(oldest->original.name);
        return oldest->kind == search::DuplicateKind::identical
                   ? "This picture is already there as " + name + "."
                   : "This picture is already there as " + name + ", a little different.";
    }
    if (!matches.empty()) {
        return "This picture is not there yet, but look twice at " +
               code_name(matches.front().original.name) + ": " + how_near(matches.front()) + ".";
    }
    return "This picture is not there yet.";
}

std::string list_names(const search::Answer& answer) {
    std::string names;
    for (const search::Hit& hit : answer.hits) {
        names += (names.empty() ? ":" : " :") + hit.name + ":";
    }
    return names;
}

}  // namespace

Message plain_message(std::string_view sentence) {
    const std::string text(sentence);
    return {text, json::array({slack::section(text)})};
}

Message answer_message(std::string_view title, const search::Answer& answer) {
    const std::string escaped = slack::escape_mrkdwn(one_line(title));
    if (answer.hits.empty()) {
        Message message =
            plain_message("Nothing fits *" + escaped +
                          "*. Try another word, or drop an image into a DM with me.");
        append_standard(message.blocks, answer);
        return message;
    }
    const std::string head =
        (answer.confident ? "Emoji for *" : "Perhaps one of these for *") + escaped + "*";
    json blocks = json::array({slack::section(head)});
    append_hits(blocks, answer);
    append_standard(blocks, answer);
    return {head + ": " + list_names(answer), std::move(blocks)};
}

Message picture_message(const search::Answer& answer,
                        const std::vector<search::DuplicateMatch>& duplicates) {
    const std::string head = whether_there(duplicates);
    json blocks = json::array({slack::section(head)});
    if (answer.hits.empty()) {
        return {head, std::move(blocks)};
    }
    blocks.push_back(
        slack::section(answer.confident ? "These look like it:" : "The nearest, perhaps:"));
    append_hits(blocks, answer);
    return {head + " " + list_names(answer), std::move(blocks)};
}

Message help_message() {
    return plain_message(
        "*/emoji beer* finds emoji by words, in any language (*/emoji ビール* too)\n"
        "*/emoji :name:* finds emoji that look like this one\n"
        "*/emoji help* shows this\n"
        "*/emoji dupes* lists the pictures that are there more than once\n"
        "*/emoji map* draws a map of all of them, those that look alike together\n"
        "Drop an image into a DM with me: I find what looks like it, and whether it exists "
        "already.");
}

}  // namespace emojiscope::bot
