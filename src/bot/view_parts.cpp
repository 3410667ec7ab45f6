#include "view_parts.hpp"

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/core/is_url.hpp"
#include "emojiscope/core/legible.hpp"
#include "emojiscope/core/text.hpp"
#include "emojiscope/slack/block_kit.hpp"
#include "emojiscope/slack/mrkdwn.hpp"

#include <algorithm>
#include <utility>

namespace emojiscope::bot {

using nlohmann::json;

namespace {

/// A name has 100 at most; with its colons.
constexpr std::size_t most_of_name = 102;

bool is_of_id(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool BlockLength::takes(const json& block) {
    const std::string text = block.dump();
    characters_ += to_code_points(text).size();
    bytes_ += text.size();
    return characters_ <= most_characters_of_blocks && bytes_ <= most_bytes_;
}

std::string code_name(const std::string& name) {
    return slack::quoted(":" + name + ":", most_of_name);
}

std::string drawn(const std::string& name) {
    const bool is_name = is_emoji_name(name) && legible(name, most_of_name) == name;
    return is_name ? ":" + name + ":" : code_name(name);
}

std::string in_plain(const std::string& name) {
    return slack::quoted_plain(":" + name + ":", most_of_name);
}

std::string mention(const std::string& user_id) {
    const bool plain = !user_id.empty() && std::ranges::all_of(user_id, is_of_id);
    return plain ? "<@" + user_id + ">" : std::string{};
}

std::string shown(const std::string& name) {
    const std::string picture = drawn(name);
    const std::string code = code_name(name);
    return picture == code ? code : picture + " " + code;
}

bool can_be_shown(const std::string& value) {
    return is_url(value) && value.size() <= slack::max_image_url_characters;
}

json plain(std::string_view text) {
    return {{"type", "plain_text"}, {"text", std::string(text)}, {"emoji", true}};
}

json button(std::string_view action, const std::string& text, const std::string& value) {
    return {{"type", "button"},
            {"action_id", std::string(action)},
            {"text", {{"type", "plain_text"}, {"text", text}}},
            {"value", value}};
}

json actions(json elements) {
    return {{"type", "actions"}, {"elements", std::move(elements)}};
}

json context(const std::string& mrkdwn) {
    return {
        {"type", "context"},
        {"elements",
         json::array({{{"type", "mrkdwn"},
                       {"text", slack::shorten_mrkdwn(mrkdwn, slack::max_section_characters)}}})}};
}

json with_picture(json section, const std::string& name, const std::string& url) {
    if (can_be_shown(url)) {
        section["accessory"] = slack::image(url, in_plain(name));
    }
    return section;
}

}  // namespace emojiscope::bot
