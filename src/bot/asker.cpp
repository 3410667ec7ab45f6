#include "asker.hpp"

#include "emojiscope/slack/json_fields.hpp"

#include <string_view>
#include <utility>

namespace emojiscope::bot {
namespace {

using nlohmann::json;
using slack::string_field;

/// How the id of the block begins that tells of whom it is.
constexpr std::string_view asker_prefix = "asked by ";

}  // namespace

void note_asker(Message& message, const std::string& user_id) {
    if (user_id.empty()) {
        return;
    }
    for (json& block : message.blocks) {
        if (string_field(block, "type") == "actions") {
            block["block_id"] = std::string(asker_prefix) + user_id;
            return;  // ids differ within a message
        }
    }
}

std::string asker_of(const json& message) {
    const auto blocks = message.is_object() ? message.find("blocks") : message.end();
    if (blocks == message.end() || !blocks->is_array()) {
        return {};
    }
    for (const json& block : *blocks) {
        if (const std::string id = string_field(block, "block_id"); id.starts_with(asker_prefix)) {
            return id.substr(asker_prefix.size());
        }
    }
    return {};
}

Message beside_what_stands(Message message, Language language) {
    if (message.placement == Placement::removes) {
        return plain_message(language, Phrase::askers_only);
    }
    if (message.placement == Placement::replaces) {
        message.placement = Placement::beside;
    }
    return message;
}

}  // namespace emojiscope::bot
