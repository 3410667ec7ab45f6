#include "view_parts.hpp"

#include "emojiscope/core/text.hpp"
#include "emojiscope/slack/block_kit.hpp"
#include "emojiscope/slack/mrkdwn.hpp"

#include <utility>

namespace emojiscope::bot {

using nlohmann::json;

bool BlockLength::takes(const json& block) {
    const std::string text = block.dump();
    characters_ += to_code_points(text).size();
    bytes_ += text.size();
    return characters_ <= most_characters_of_blocks && bytes_ <= most_bytes_;
}

std::string code_name(const std::string& name) {
    return "`:" + slack::escape_mrkdwn(name) + ":`";
}

std::string shown(const std::string& name) {
    return ":" + slack::escape_mrkdwn(name) + ": " + code_name(name);
}

bool can_be_shown(const std::string& value) {
    return (value.starts_with("https://") || value.starts_with("http://")) &&
           value.size() <= slack::max_image_url_characters;
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
    return {{"type", "context"},
            {"elements", json::array({{{"type", "mrkdwn"}, {"text", mrkdwn}}})}};
}

json with_picture(json section, const std::string& name, const std::string& url) {
    if (can_be_shown(url)) {
        section["accessory"] = slack::image(url, ":" + name + ":");
    }
    return section;
}

}  // namespace emojiscope::bot
