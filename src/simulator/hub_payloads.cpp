// What the hub puts into envelopes of commands and clicks, and what it makes of their answers.
#include "hub.hpp"

#include "block_check.hpp"
#include "hub_envelope.hpp"

namespace emojiscope::simulator {
namespace {

using nlohmann::json;
using std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

/// What an app sends may hold anything: a field of the wrong type counts as absent.
std::string string_or(const json& object, const char* key, const char* otherwise) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

}  // namespace

void Hub::dispatch(CommandEntry& command, const std::string& user, const std::string& origin) {
    ++counts_.commands;
    auto envelope = std::make_shared<Envelope>(executor_);
    envelope->command = command.id;
    envelope->frame = {{"type", "slash_commands"},
                       {"accepts_response_payload", true},
                       {"payload",
                        {{"token", "legacy"},
                         {"team_id", options_.team_id},
                         {"team_domain", "local"},
                         {"channel_id", command.channel},
                         {"channel_name", "local"},
                         {"user_id", user},
                         {"user_name", "human"},
                         {"command", "/emoji"},
                         {"text", escape_typed(command.text)},
                         {"api_app_id", options_.app_id},
                         {"is_enterprise_install", "false"},
                         {"response_url", origin + "/response/" + command.id},
                         {"trigger_id", surfaces_.new_trigger(command.channel)}}}};
    command.sent = steady_clock::now();
    deliver(envelope);
}

void Hub::dispatch_click(CommandEntry& click, const std::string& user, const std::string& origin,
                         const json& message, json action) {
    ++counts_.clicks;
    const bool ephemeral = message.value("ephemeral", json(false)) == true;
    action["action_ts"] = state_.next_ts();
    json payload = {
        {"type", "block_actions"},
        {"token", "legacy"},
        {"api_app_id", options_.app_id},
        {"team", {{"id", options_.team_id}, {"domain", "local"}}},
        {"user",
         {{"id", user}, {"username", "human"}, {"name", "human"}, {"team_id", options_.team_id}}},
        {"channel", {{"id", click.channel}, {"name", "local"}}},
        {"container",
         {{"type", "message"},
          {"message_ts", message.at("ts")},
          {"channel_id", click.channel},
          {"is_ephemeral", ephemeral}}},
        {"enterprise", nullptr},
        {"is_enterprise_install", false},
        {"state", {{"values", json::object()}}},
        {"trigger_id", surfaces_.new_trigger(click.channel)},
        {"response_url", origin + "/response/" + click.id},
        {"actions", json::array({std::move(action)})}};
    if (!ephemeral) {
        json original = {{"type", "message"},         {"user", options_.bot_user_id},
                         {"bot_id", options_.bot_id}, {"team", options_.team_id},
                         {"ts", message.at("ts")},    {"text", string_or(message, "text", "")}};
        original["blocks"] = message.value("blocks", json::array());
        payload["message"] = std::move(original);
    }
    dispatch_interaction(click, std::move(payload));
}

void Hub::dispatch_interaction(CommandEntry& entry, json payload) {
    using Kind = CommandEntry::Kind;
    auto envelope = std::make_shared<Envelope>(executor_);
    envelope->command = entry.id;
    const bool asks = entry.kind == Kind::suggestion || entry.kind == Kind::submission;
    envelope->frame = {{"type", "interactive"},
                       {"accepts_response_payload", asks},
                       {"payload", std::move(payload)}};
    entry.sent = steady_clock::now();
    deliver(envelope);
}

void Hub::answered(CommandEntry& command, json message) {
    if (command.answers.empty()) {
        ++counts_.answered;
        command.answer_ms = Milliseconds(steady_clock::now() - command.sent).count();
        answer_ms_.add(command.answer_ms);
    }
    json said = {{"bot_id", options_.bot_id},
                 {"text", string_or(message, "text", "")},
                 {"ephemeral", string_or(message, "response_type", "") != "in_channel"}};
    if (message.contains("blocks")) {
        said["blocks"] = message["blocks"];
    }
    const auto asks = [&](const char* key) {
        return message.value(key, json(false)) == true &&
               state_.message(command.channel, command.original_ts) != nullptr;
    };
    const bool has_content = said.contains("blocks") || said["text"] != "";
    if (asks("delete_original")) {
        state_.erase(command.channel, command.original_ts);
    } else if (has_content && asks("replace_original")) {
        state_.edit(command.channel, command.original_ts, said);
    } else if (has_content) {
        const json& shown = state_.say(command.channel, std::move(said));
        if (command.original_ts.empty()) {
            command.original_ts = shown.at("ts").get<std::string>();
        }
    }
    command.answers.push_back(std::move(message));
    changed_();
}

void Hub::take_payload(CommandEntry& entry, const json& payload) {
    using Kind = CommandEntry::Kind;
    if (entry.kind == Kind::command && !payload.is_null()) {
        answered(entry, payload);
    } else if (entry.kind == Kind::submission) {
        take_submission(entry, payload);
    } else if (entry.kind == Kind::suggestion) {
        for (const std::string& fault :
             payload.is_null() ? std::vector<std::string>{"no options"} : check_options(payload)) {
            violation("what a menu was offered: " + fault);
        }
        surfaces_.offer(entry.view_id, entry.text, payload);
        suggest_ms_.add(entry.ack_ms);
        entry.answers.push_back(payload);
    }
}

/// https://api.slack.com/surfaces/modals#handling_submissions
void Hub::take_submission(CommandEntry& entry, const json& payload) {
    const std::string action = payload.is_null() ? "" : string_or(payload, "response_action", "?");
    if (action == "errors") {
        entry.answers.push_back(payload);
    } else if (action == "update") {
        const json view = payload.value("view", json());
        const auto faults = check_view(view);
        for (const std::string& fault : faults) {
            violation("the view that follows a submission: " + fault);
        }
        if (faults.empty() && surfaces_.view(entry.view_id) != nullptr) {
            surfaces_.update(entry.view_id, view);
        }
    } else {
        if (!action.empty() && action != "clear") {
            violation("an unknown response_action: " + action);
        }
        surfaces_.close(entry.view_id);
    }
}

}  // namespace emojiscope::simulator
