#include "control.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace emojiscope::simulator {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

constexpr long long longest_wait_ms = 60'000;
/// What a person types to mention the bot.
constexpr std::string_view bot_handle = "@Emojiscope";
/// https://api.slack.com/apis/socket-mode#disconnect
constexpr std::array<std::string_view, 4> disconnect_reasons{
    "warning", "refresh_requested", "link_disabled", "too_many_websockets"};

long long number(const Parameters& query, std::string_view key) {
    const std::string text = get(query, key);
    long long value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::max(0LL, value);
}

long long number(const json& body, const char* key, long long otherwise) {
    const auto found = body.find(key);
    return found != body.end() && found->is_number_integer()
               ? std::clamp(found->get<long long>(), 0LL, 3'600'000LL)
               : otherwise;
}

std::string text(const json& body, const char* key) {
    const auto found = body.find(key);
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::vector<std::string> texts(const json& body, const char* key) {
    std::vector<std::string> found;
    const auto list = body.find(key);
    if (list != body.end() && list->is_array()) {
        for (const json& item : *list) {
            if (item.is_string()) {
                found.push_back(item.get<std::string>());
            }
        }
    }
    return found;
}

Response refused(const std::string& why) {
    return make_json({{"ok", false}, {"error", why}}, 400);
}

std::vector<std::uint8_t> bytes_of(const Request& request) {
    return {request.body().begin(), request.body().end()};
}

steady_clock::time_point deadline(const Parameters& query) {
    return steady_clock::now() + milliseconds(std::min(number(query, "wait_ms"), longest_wait_ms));
}

}  // namespace

Control::Control(asio::any_io_executor executor, const Options& options, WorkspaceState& state,
                 Surfaces& surfaces, Hub& hub, WebApi& api)
    : executor_(std::move(executor)),
      options_(options),
      state_(state),
      surfaces_(surfaces),
      hub_(hub),
      api_(api),
      views_(options, state, hub, surfaces),
      changed_(executor_, steady_clock::time_point::max()) {}

void Control::stop() {
    stopped_ = true;
    changed_.cancel();
}

asio::awaitable<bool> Control::wait(steady_clock::time_point until) {
    if (stopped_ || steady_clock::now() >= until) {
        co_return false;
    }
    asio::steady_timer limit(executor_, until);
    limit.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) {
            changed_.cancel();
        }
    });
    co_await changed_.async_wait(as_tuple);
    co_return true;
}

asio::awaitable<Response> Control::handle(std::string path, const Request& request,
                                          Parameters query) {
    if (request.method() == http::verb::post) {
        co_return post(path, request, query);
    }
    if (request.method() != http::verb::get) {
        co_return make_json({{"ok", false}, {"error", "method_not_allowed"}}, 405);
    }
    if (path == "/sim/messages") {
        co_return co_await messages(std::move(query));
    }
    if (path == "/sim/command") {
        co_return co_await command_state(std::move(query));
    }
    if (path == "/sim/surfaces") {
        co_return co_await surfaces(std::move(query));
    }
    co_return get_now(path, query);
}

Response Control::get_now(const std::string& path, const Parameters& query) const {
    if (path == "/sim/state") {
        return make_json(hub_.state());
    }
    if (path == "/sim/emoji") {
        return make_json({{"emoji", state_.emoji_list()}});
    }
    if (path == "/sim/file") {
        const FileEntry* file = state_.file(get(query, "id"));
        if (file != nullptr) {
            Response response =
                make_response(200, file->mimetype, {file->bytes.begin(), file->bytes.end()});
            // A page that the bot sent may run, but is none of ours.
            response.set("Content-Security-Policy", "sandbox allow-scripts");
            return response;
        }
    }
    return make_json({{"ok", false}, {"error", "not_found"}}, 404);
}

asio::awaitable<Response> Control::messages(Parameters query) {
    const auto until = deadline(query);
    const auto after = static_cast<std::size_t>(number(query, "after"));
    const std::string channel = get(query, "channel");
    for (;;) {
        json found = state_.messages(after, channel);
        if (!found.empty() || !co_await wait(until)) {
            co_return make_json({{"messages", std::move(found)}});
        }
    }
}

asio::awaitable<Response> Control::surfaces(Parameters query) {
    const auto until = deadline(query);
    const auto after = static_cast<std::size_t>(number(query, "after"));
    // Another version may be an earlier one: of the program before this.
    while (surfaces_.version() == after && co_await wait(until)) {
    }
    co_return make_json(surfaces_.for_page());
}

asio::awaitable<Response> Control::command_state(Parameters query) {
    const auto until = deadline(query);
    const std::string id = get(query, "id");
    for (;;) {
        const CommandEntry* command = state_.command(id);
        if (command == nullptr) {
            co_return make_json({{"ok", false}, {"error", "no_such_command"}}, 404);
        }
        const bool awaits_answer = command->kind == CommandEntry::Kind::command ||
                                   command->kind == CommandEntry::Kind::click;
        const bool settled =
            command->failed || !command->answers.empty() || (command->acked && !awaits_answer);
        if (!settled && co_await wait(until)) {
            continue;
        }
        co_return make_json({{"id", id},
                             {"acked", command->acked},
                             {"failed", command->failed},
                             {"ack_ms", command->ack_ms},
                             {"answered", !command->answers.empty()},
                             {"answer_ms", command->answer_ms},
                             {"answers", command->answers}});
    }
}

Response Control::post(const std::string& path, const Request& request, const Parameters& query) {
    if (path == "/sim/dm") {
        return direct_message(request, query);
    }
    if (path == "/sim/message") {
        return channel_message(request, query);
    }
    if (path == "/sim/emoji") {
        return change_emoji(path, request, query);
    }
    const json body =
        request.body().empty() ? json::object() : json::parse(request.body(), nullptr, false);
    if (!body.is_object()) {
        return refused("invalid_json");
    }
    if (path == "/sim/command") {
        return type_command(body);
    }
    if (path == "/sim/click") {
        return click(body);
    }
    if (path == "/sim/file/delete") {
        return state_.delete_file(text(body, "id")) ? make_json({{"ok", true}})
                                                    : refused("file_not_found");
    }
    if (path.starts_with("/sim/emoji/")) {
        return change_emoji(path, request, query);
    }
    if (auto done = views_.post(path, body)) {
        changed();
        return std::move(*done);
    }
    return trouble(path, body);
}

Response Control::change_emoji(const std::string& path, const Request& request,
                               const Parameters& query) {
    Result<json> event = fail(ErrorCode::not_found, "not_found");
    bool silent = false;
    if (path == "/sim/emoji") {
        silent = get(query, "silent") == "1";
        event = state_.add(get(query, "name"), bytes_of(request));
    } else {
        const json body =
            request.body().empty() ? json::object() : json::parse(request.body(), nullptr, false);
        silent = body.value("silent", json(false)) == true;
        if (path == "/sim/emoji/alias") {
            event = state_.add_alias(text(body, "name"), text(body, "alias_for"));
        } else if (path == "/sim/emoji/remove") {
            event = state_.remove(texts(body, "names"));
        } else if (path == "/sim/emoji/rename") {
            event = state_.rename(text(body, "old_name"), text(body, "new_name"));
        } else if (path == "/sim/emoji/unknown") {
            event = Result<json>(boost::system::in_place_value,
                                 json{{"type", "emoji_changed"}, {"subtype", "something_new"}});
        }
    }
    if (!event) {
        return refused(event.error().message);
    }
    if (!silent) {
        hub_.raise_event(std::move(*event));
    }
    changed();
    return make_json({{"ok", true}});
}

std::string Control::person(const std::string& user) const {
    if (user.empty() || user == options_.user_id) {
        return options_.user_id;
    }
    return user == options_.member_id ? user : std::string{};
}

Response Control::type_command(const json& body) {
    const std::string user = person(text(body, "user"));
    if (user.empty()) {
        return refused("user_not_found");
    }
    std::string channel = state_.find_channel(text(body, "channel_id"));
    if (channel.empty()) {
        channel = options_.general_channel;
    }
    const std::string typed = text(body, "text");
    state_.say(channel, {{"user", user},
                         {"text", "/emoji " + escape_typed(typed)},
                         {"command", "/emoji " + typed}});
    CommandEntry& command = state_.type_command(channel, typed);
    hub_.dispatch(command, user, origin_);
    changed();
    return make_json({{"ok", true}, {"id", command.id}});
}

Response Control::click(const json& body) {
    const std::string user = person(text(body, "user"));
    if (user.empty()) {
        return refused("user_not_found");
    }
    const std::string channel = state_.find_channel(text(body, "channel_id"));
    const std::string ts = text(body, "ts");
    const json* message = state_.message(channel, ts);
    if (message == nullptr) {
        return refused("message_not_found");
    }
    json element = find_element(message->value("blocks", json()), text(body, "block_id"),
                                text(body, "action_id"));
    if (element.is_null()) {
        return refused("no_such_element");
    }
    const json shown = *message;  // saying anything may move the messages
    CommandEntry& pressed = state_.click(channel, ts);
    hub_.dispatch_click(pressed, user, origin_, shown, std::move(element));
    changed();
    return make_json({{"ok", true}, {"id", pressed.id}});
}

Response Control::direct_message(const Request& request, const Parameters& query) {
    const std::string typed = get(query, "text");
    const std::string user = person(get(query, "user"));
    if (user.empty()) {
        return refused("user_not_found");
    }
    json event = {{"type", "message"},           {"channel", options_.dm_channel},
                  {"channel_type", "im"},        {"user", user},
                  {"text", escape_typed(typed)}, {"ts", state_.next_ts()},
                  {"team", options_.team_id}};
    json said = {{"user", user}, {"text", event["text"]}, {"ts", event["ts"]}};
    if (!request.body().empty()) {
        const std::string name = get(query, "filename");
        const FileEntry& file = state_.add_file(name.empty() ? "image" : name, bytes_of(request));
        const json described = state_.file_json(file);
        said["files"] = json::array({described});
        event["subtype"] = "file_share";
        event["upload"] = false;
        // Slack may leave the details to files.info.
        const bool stub = get(query, "check_file_info") == "1";
        event["files"] = json::array(
            {stub ? json{{"id", file.id}, {"file_access", "check_file_info"}} : described});
    }
    state_.say(options_.dm_channel, std::move(said));
    hub_.raise_event(std::move(event));
    changed();
    return make_json({{"ok", true}});
}

/// https://api.slack.com/events/app_mention
Response Control::channel_message(const Request& request, const Parameters& query) {
    const std::string channel = state_.find_channel(get(query, "channel"));
    if (channel.empty() || channel == options_.dm_channel) {
        return refused("channel_not_found");
    }
    const std::string user = person(get(query, "user"));
    if (user.empty()) {
        return refused("user_not_found");
    }
    std::string typed = escape_typed(get(query, "text"));
    const auto at = typed.find(bot_handle);
    const bool mentions = at != std::string::npos;
    if (mentions) {
        typed.replace(at, bot_handle.size(), "<@" + options_.bot_user_id + ">");
    }
    json said = {{"user", user}, {"text", typed}, {"ts", state_.next_ts()}};
    if (!request.body().empty()) {
        const std::string name = get(query, "filename");
        FileEntry& file = state_.add_file(name.empty() ? "image" : name, bytes_of(request));
        file.hidden = !state_.bot_is_in(channel);
        said["files"] = json::array({state_.file_json(file)});
    }
    json event = said;
    const json ts = said.at("ts");
    state_.say(channel, std::move(said));
    if (mentions && state_.bot_is_in(channel)) {
        event["type"] = "app_mention";
        event["channel"] = channel;
        event["team"] = options_.team_id;
        hub_.raise_event(std::move(event));
    }
    changed();
    return make_json({{"ok", true}, {"ts", ts}});
}

Response Control::odd_frame(const std::string& kind) {
    if (kind == "unknown_type") {
        hub_.raise_unknown();
    } else if (kind == "binary") {
        hub_.send_to_all(OddFrame::binary);
    } else if (kind == "oversized") {
        hub_.send_to_all(OddFrame::oversized);
    } else if (kind == "broken_json") {
        hub_.send_to_all(OddFrame::broken_json);
    } else {
        return refused("unknown_frame");
    }
    return make_json({{"ok", true}});
}

Response Control::trouble(const std::string& path, const json& body) {
    const int count = static_cast<int>(number(body, "count", 1));
    if (path == "/sim/cut") {
        hub_.cut(milliseconds(number(body, "for_ms", 0)));
    } else if (path == "/sim/freeze") {
        hub_.freeze(milliseconds(number(body, "for_ms", 60'000)));
    } else if (path == "/sim/disconnect") {
        const std::string reason = body.contains("reason") ? text(body, "reason") : "warning";
        if (std::ranges::find(disconnect_reasons, reason) == disconnect_reasons.end()) {
            return refused("unknown_reason");
        }
        hub_.disconnect(reason);
    } else if (path == "/sim/locale") {
        api_.set_locale(text(body, "locale"));
    } else if (path == "/sim/fault") {
        if (auto armed = hub_.faults().arm(body); !armed) {
            return refused(armed.error().message);
        }
    } else if (path == "/sim/fault/clear") {
        hub_.faults().clear();
    } else if (path == "/sim/frame") {
        return odd_frame(text(body, "kind"));
    } else if (path == "/sim/hold") {
        hub_.hold();
    } else if (path == "/sim/release") {
        hub_.release(body.value("reversed", json(false)) == true);
    } else if (path == "/sim/response_urls/expire") {
        api_.expire_response_urls();
    } else if (path == "/sim/rate_limit") {
        api_.limit(text(body, "method"), static_cast<int>(number(body, "retry_after", 1)), count);
    } else if (path == "/sim/fail") {
        api_.fail_next(text(body, "method"), static_cast<unsigned>(number(body, "status", 500)),
                       text(body, "error"), count);
    } else {
        return make_json({{"ok", false}, {"error", "not_found"}}, 404);
    }
    return make_json({{"ok", true}});
}

}  // namespace emojiscope::simulator
