#include "web_api.hpp"

#include "block_check.hpp"
#include "shown_files.hpp"
#include "uploads.hpp"
#include "view_methods.hpp"
#include "web_api_json.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>

namespace emojiscope::simulator {
namespace {

namespace http = boost::beast::http;
using nlohmann::json;
using std::chrono::steady_clock;

constexpr std::size_t max_message_characters = 40'000;
constexpr int response_url_uses = 5;
constexpr std::chrono::minutes response_url_life{30};

const std::string app_scopes = "connections:write";

/// Methods that take JSON bodies; the others read forms and queries only.
constexpr std::array<std::string_view, 9> json_methods{
    "chat.postMessage", "chat.update",   "conversations.open", "files.completeUploadExternal",
    "files.delete",     "reactions.add", "views.open",         "views.publish",
    "views.update"};
constexpr std::array<std::string_view, 18> methods{"apps.connections.open",
                                                   "auth.test",
                                                   "emoji.list",
                                                   "chat.postMessage",
                                                   "chat.update",
                                                   "conversations.list",
                                                   "conversations.info",
                                                   "conversations.open",
                                                   "files.info",
                                                   "files.getUploadURLExternal",
                                                   "files.completeUploadExternal",
                                                   "files.delete",
                                                   "reactions.add",
                                                   "users.info",
                                                   "views.open",
                                                   "views.publish",
                                                   "views.update",
                                                   "api.test"};

/// Slack reads blocks as JSON, or, in a form, as a string of JSON.
json blocks_of(const json& arguments) {
    const auto found = arguments.find("blocks");
    if (found == arguments.end()) {
        return nullptr;
    }
    return found->is_string() ? json::parse(found->get<std::string>(), nullptr, false) : *found;
}

/// What is wrong with a message; null if nothing.
json refuse_message(const json& arguments, const WorkspaceState& state) {
    const json blocks = blocks_of(arguments);
    const std::string text = string_of(arguments, "text");
    if (blocks.empty() && text.empty()) {
        return error("no_text");
    }
    if (to_code_points(text).size() > max_message_characters) {
        return error("msg_too_long");
    }
    if (!blocks.is_null()) {
        const auto faults = check_blocks(blocks);
        if (!faults.empty()) {
            json refused = error("invalid_blocks");
            refused["response_metadata"] = {{"messages", faults}};
            return refused;
        }
    }
    return refuse_files(blocks, state);
}

std::string read_picture(const EmojiEntry& emoji) {
    if (!emoji.file.empty()) {
        std::ifstream in(emoji.file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }
    return {emoji.bytes.begin(), emoji.bytes.end()};
}

Response not_found() {
    return make_response(404, "text/plain", "not found");
}

}  // namespace

/// The arguments of one call, wherever they stood.
struct WebApi::Call {
    json arguments = json::object();
};

WebApi::WebApi(const Options& options, WorkspaceState& state, Surfaces& surfaces, Hub& hub,
               std::function<void()> changed)
    : options_(options),
      state_(state),
      surfaces_(surfaces),
      hub_(hub),
      changed_(std::move(changed)),
      locale_(options.locale) {}

void WebApi::limit(const std::string& method, int retry_after, int count) {
    troubles_[method] = {429, {}, retry_after, count};
}

void WebApi::fail_next(const std::string& method, unsigned status, const std::string& word,
                       int count) {
    troubles_[method] = {status, word, 0, count};
}

std::string WebApi::refused_token(const std::string& method, const std::string& token) const {
    const bool app_method = method == "apps.connections.open";
    if (token.empty()) {
        return "not_authed";
    }
    if (token == (app_method ? options_.app_token : options_.bot_token)) {
        return {};
    }
    const bool other = token == options_.bot_token || token == options_.app_token;
    return other ? "not_allowed_token_type" : "invalid_auth";
}

Response WebApi::call(const std::string& method, const Request& request, const Parameters& query) {
    if (const auto trouble = troubles_.find(method);
        trouble != troubles_.end() && trouble->second.count > 0) {
        --trouble->second.count;
        const Trouble& now = trouble->second;
        if (!now.error.empty()) {
            return make_json(error(now.error.c_str()));
        }
        const bool limited = now.status == 429;
        Response response =
            make_json(error(limited ? "ratelimited" : "internal_error"), now.status);
        if (now.retry_after > 0) {
            response.set(http::field::retry_after, std::to_string(now.retry_after));
        }
        return response;
    }
    if (std::ranges::find(methods, method) == methods.end()) {
        json unknown = error("unknown_method");
        unknown["req_method"] = method;
        return make_json(unknown);
    }
    Call call;
    for (const auto& [key, value] : query) {
        call.arguments[key] = value;
    }
    const std::string type = content_type_of(request);
    const bool takes_json = std::ranges::find(json_methods, method) != json_methods.end();
    if (type == "application/json" && takes_json) {
        json body = json::parse(request.body(), nullptr, false);
        if (!body.is_object()) {
            return make_json(error("invalid_json"));
        }
        call.arguments.update(body);
    } else if (type == "application/x-www-form-urlencoded") {
        for (const auto& [key, value] : parse_form(request.body())) {
            call.arguments[key] = value;
        }
    }
    if (query.contains("token")) {
        hub_.violation("a token in a URL");
    }
    std::string token = bearer_of(request);
    if (token.empty()) {
        token = string_of(call.arguments, "token");
    }
    if (const std::string refused = refused_token(method, token); !refused.empty()) {
        return make_json(error(refused.c_str()));
    }
    int wait = 0;
    if (method == "chat.postMessage") {
        wait = seconds_to_wait(state_.find_channel(string_of(call.arguments, "channel")));
    } else if (method == "apps.connections.open") {
        wait = hub_.seconds_to_dial();
    }
    if (wait > 0) {
        Response response = make_json(error("ratelimited"), 429);
        response.set(http::field::retry_after, std::to_string(wait));
        return response;
    }
    Response response = make_json(run(method, call));
    tell_of_token(response, token);
    return response;
}

void WebApi::tell_of_token(Response& response, const std::string& token) const {
    const std::string& scopes = token == options_.app_token ? app_scopes : options_.scopes;
    if (!scopes.empty()) {
        response.set("X-OAuth-Scopes", scopes);
    }
    response.set(http::field::date,
                 http_date(std::chrono::system_clock::now() + options_.clock_ahead));
}

json WebApi::run(const std::string& method, const Call& call) {
    if (method == "auth.test") {
        return auth_test();
    }
    if (method == "apps.connections.open") {
        return open_connection();
    }
    if (method == "emoji.list") {
        return {{"ok", true}, {"emoji", state_.emoji_list()}, {"cache_ts", state_.next_ts()}};
    }
    if (method == "chat.postMessage") {
        return post_message(call);
    }
    if (method == "chat.update") {
        return update_message(call);
    }
    if (method == "conversations.list") {
        return conversations();
    }
    if (method == "conversations.info" || method == "conversations.open") {
        return conversation(call);
    }
    if (method == "files.info") {
        return file_info(call);
    }
    if (method == "files.getUploadURLExternal") {
        return announce_upload(state_, call.arguments, origin_);
    }
    if (method == "files.completeUploadExternal") {
        json completed = complete_upload(state_, options_, call.arguments);
        changed_();
        return completed;
    }
    if (method == "files.delete") {
        return delete_file(state_, call.arguments);
    }
    if (method == "users.info") {
        return user_info(call);
    }
    json answer = run_on_view(method, call);
    return answer.is_null() ? json{{"ok", true}} : answer;
}

json WebApi::run_on_view(const std::string& method, const Call& call) {
    json answer;
    if (method == "views.open") {
        answer = open_view(surfaces_, state_, call.arguments);
    } else if (method == "views.update") {
        answer = update_view(surfaces_, state_, call.arguments);
    } else if (method == "views.publish") {
        answer = publish_view(surfaces_, state_, options_, call.arguments);
    } else if (method == "reactions.add") {
        answer = add_reaction(state_, options_, call.arguments);
    }
    if (answer.is_object() && answer.at("ok") == false &&
        answer.at("error") == "invalid_arguments") {
        // The app may never look at the answer; whoever tests it shall.
        hub_.violation(method + ": " + answer.value("response_metadata", json()).dump());
    }
    changed_();
    return answer;
}

json WebApi::user_info(const Call& call) const {
    const std::string id = string_of(call.arguments, "user");
    const bool admin = id == options_.user_id;
    if (!admin && id != options_.member_id) {
        return error("user_not_found");
    }
    json user = {{"id", id},
                 {"name", admin ? "human" : "member"},
                 {"team_id", options_.team_id},
                 {"deleted", false},
                 {"is_admin", admin},
                 {"is_owner", false},
                 {"is_primary_owner", false},
                 {"is_restricted", false},
                 {"is_ultra_restricted", false},
                 {"is_bot", false}};
    if (string_of(call.arguments, "include_locale") == "true") {
        user["locale"] = locale_;
    }
    return {{"ok", true}, {"user", std::move(user)}};
}

json WebApi::auth_test() const {
    return {{"ok", true},
            {"url", origin_ + "/"},
            {"team", "Local"},
            {"user", "emojiscope"},
            {"team_id", options_.team_id},
            {"user_id", options_.bot_user_id},
            {"bot_id", options_.bot_id},
            {"is_enterprise_install", false}};
}

json WebApi::open_connection() {
    if (hub_.refuses()) {
        return error("internal_error");
    }
    const std::string scheme = origin_.starts_with("https") ? "wss" : "ws";
    const std::string authority = origin_.substr(origin_.find("://"));
    return {{"ok", true},
            {"url", scheme + authority + "/link/?ticket=" + hub_.new_ticket() +
                        "&app_id=" + options_.app_id}};
}

int WebApi::seconds_to_wait(const std::string& channel) {
    if (options_.posts_per_second <= 0) {
        return 0;
    }
    const auto now = steady_clock::now();
    auto [found, is_new] = buckets_.try_emplace(channel, Bucket{options_.post_burst, now});
    Bucket& bucket = found->second;
    const std::chrono::duration<double> passed = now - bucket.last;
    bucket.last = now;
    bucket.tokens =
        std::min(options_.post_burst, bucket.tokens + passed.count() * options_.posts_per_second);
    if (bucket.tokens < 1) {
        return static_cast<int>(std::ceil((1 - bucket.tokens) / options_.posts_per_second));
    }
    bucket.tokens -= 1;
    return 0;
}

json WebApi::post_message(const Call& call) {
    const std::string channel = state_.find_channel(string_of(call.arguments, "channel"));
    if (channel.empty()) {
        return error("channel_not_found");
    }
    if (json refused = refuse_message(call.arguments, state_); !refused.is_null()) {
        return refused;
    }
    json message = {{"bot_id", options_.bot_id},
                    {"user", options_.bot_user_id},
                    {"text", string_of(call.arguments, "text")}};
    if (json blocks = blocks_of(call.arguments); !blocks.is_null()) {
        message["blocks"] = std::move(blocks);
    }
    if (const std::string thread = string_of(call.arguments, "thread_ts"); !thread.empty()) {
        if (state_.message(channel, thread) == nullptr) {
            return error("thread_not_found");
        }
        message["thread_ts"] = thread;
    }
    const json& said = state_.say(channel, std::move(message));
    changed_();
    return {{"ok", true}, {"channel", channel}, {"ts", said.at("ts")}, {"message", said}};
}

json WebApi::update_message(const Call& call) {
    const std::string channel = state_.find_channel(string_of(call.arguments, "channel"));
    if (channel.empty()) {
        return error("channel_not_found");
    }
    const std::string ts = string_of(call.arguments, "ts");
    const json* message = state_.message(channel, ts);
    if (message == nullptr || message->contains("ephemeral")) {
        return error("message_not_found");
    }
    if (string_of(*message, "bot_id") != options_.bot_id) {
        return error("cant_update_message");
    }
    if (json refused = refuse_message(call.arguments, state_); !refused.is_null()) {
        return refused;
    }
    json content = {{"text", string_of(call.arguments, "text")}};
    if (json blocks = blocks_of(call.arguments); !blocks.is_null()) {
        content["blocks"] = std::move(blocks);
    }
    const json& said = state_.edit(channel, ts, content);
    changed_();
    return {{"ok", true}, {"channel", channel}, {"ts", ts}, {"text", said.at("text")}};
}

json WebApi::conversation(const Call& call) const {
    std::string wanted = string_of(call.arguments, "channel");
    if (wanted.empty()) {
        wanted = string_of(call.arguments, "users");
    }
    const std::string id = state_.find_channel(wanted);
    if (id.empty()) {
        return error("channel_not_found");
    }
    return {{"ok", true}, {"channel", {{"id", id}, {"is_im", id == options_.dm_channel}}}};
}

json WebApi::conversations() const {
    return {
        {"ok", true},
        {"channels",
         json::array({{{"id", options_.alert_channel}, {"name", "emoji"}, {"is_channel", true}},
                      {{"id", options_.general_channel}, {"name", "general"}, {"is_channel", true}},
                      {{"id", options_.outside_channel},
                       {"name", "random"},
                       {"is_channel", true},
                       {"is_member", false}}})},
        {"response_metadata", {{"next_cursor", ""}}}};
}

json WebApi::file_info(const Call& call) const {
    const FileEntry* file = state_.file(string_of(call.arguments, "file"));
    if (file == nullptr || file->hidden) {
        return error("file_not_found");
    }
    return {{"ok", true}, {"file", state_.file_json(*file)}};
}

Response WebApi::upload(const std::string& id, const Request& request) {
    return receive_upload(state_, hub_, id, request);
}

Response WebApi::respond(const std::string& id, const Request& request) {
    CommandEntry* command = state_.command(id);
    if (command == nullptr) {
        return make_response(404, "text/plain", "no_service");
    }
    if (!bearer_of(request).empty()) {
        hub_.violation("a token sent to a response_url");
    }
    const bool expired = steady_clock::now() - command->sent > response_url_life ||
                         command->sent < response_urls_from_;
    if (expired || response_uses_[id] >= response_url_uses) {
        return make_response(404, "text/plain", expired ? "expired_url" : "used_url");
    }
    const json message = json::parse(request.body(), nullptr, false);
    if (content_type_of(request) != "application/json" || !message.is_object()) {
        return make_response(400, "text/plain", "invalid_payload");
    }
    const auto deletes = message.find("delete_original");
    const bool only_deletes = deletes != message.end() && *deletes == true &&
                              !message.contains("text") && !message.contains("blocks");
    if (const json refused = refuse_message(message, state_); !refused.is_null() && !only_deletes) {
        return make_response(400, "text/plain", refused.at("error").get<std::string>());
    }
    ++response_uses_[id];
    hub_.answered(*command, message);
    return make_response(200, "text/plain", "ok");
}

Response WebApi::emoji_picture(const std::string& path, const Request& request) {
    // /emoji/TEAM/NAME/HASH.EXT
    std::array<std::string, 5> parts;
    std::size_t from = 1;
    for (std::string& part : parts) {
        const auto end = path.find('/', from);
        part =
            path.substr(std::min(from, path.size()), end == std::string::npos ? end : end - from);
        from = end == std::string::npos ? path.size() + 1 : end + 1;
    }
    if (request.find(http::field::authorization) != request.end()) {
        hub_.violation("a token sent with the download of a public emoji");
    }
    const EmojiEntry* emoji = state_.emoji(percent_decode(parts[2]));
    const bool same = emoji != nullptr && parts[1] == options_.team_id &&
                      parts[3] == emoji->hash + "." + emoji->extension;
    if (!same) {
        return not_found();
    }
    return make_response(200, mime_type(emoji->extension), read_picture(*emoji));
}

Response WebApi::private_file(const std::string& path, const Request& request) {
    // /files-pri/TEAM-ID/…
    const std::string prefix = "/files-pri/" + options_.team_id + "-";
    if (!path.starts_with(prefix)) {
        return not_found();
    }
    const std::string id =
        path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size());
    const FileEntry* file = state_.file(id);
    if (file == nullptr) {
        return not_found();
    }
    if (bearer_of(request) != options_.bot_token || file->hidden) {
        Response response = make_response(302, "text/html", "");
        response.set(http::field::location, origin_ + "/signin");
        return response;
    }
    return make_response(200, file->mimetype, {file->bytes.begin(), file->bytes.end()});
}

}  // namespace emojiscope::simulator
