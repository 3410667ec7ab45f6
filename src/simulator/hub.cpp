#include "hub.hpp"

#include "block_check.hpp"

#include <algorithm>
#include <array>

namespace emojiscope::simulator {
namespace {

using nlohmann::json;
using std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::size_t violations_kept = 100;
/// How long Slack lets a socket live after it has announced its end.
constexpr std::chrono::seconds notice{10};
constexpr int tries_of_an_event = 4;

double percentile(const std::vector<double>& sorted, double share) {
    const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5);
    return sorted[at];
}

/// What an app sends may hold anything: a field of the wrong type counts as absent.
std::string string_or(const json& object, const char* key, const char* otherwise) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

}  // namespace

json Latencies::summary() const {
    if (values_.empty()) {
        return {{"n", 0}};
    }
    std::vector<double> sorted = values_;
    std::ranges::sort(sorted);
    return {{"n", sorted.size()},
            {"p50", percentile(sorted, 0.50)},
            {"p99", percentile(sorted, 0.99)},
            {"max", sorted.back()}};
}

struct Hub::Envelope {
    explicit Envelope(const boost::asio::any_io_executor& executor) : timer(executor) {}

    std::string id;
    json frame;
    std::string command;  ///< id of the slash command; empty for an event
    int attempt = 0;
    std::string retry_reason;
    std::weak_ptr<Peer> peer;
    steady_clock::time_point sent;
    boost::asio::steady_timer timer;
};

Hub::Hub(boost::asio::any_io_executor executor, const Options& options, WorkspaceState& state,
         Surfaces& surfaces, std::function<void()> changed)
    : executor_(std::move(executor)),
      options_(options),
      state_(state),
      surfaces_(surfaces),
      changed_(std::move(changed)) {}

std::string Hub::new_ticket() {
    std::string ticket = state_.next_id("ticket-");
    tickets_.insert(ticket);
    return ticket;
}

bool Hub::take_ticket(const std::string& ticket) {
    return tickets_.erase(ticket) > 0;
}

bool Hub::refuses() const {
    return steady_clock::now() < refuse_until_;
}

void Hub::joined(const std::shared_ptr<Peer>& peer) {
    if (peers_.size() >= options_.max_sockets) {
        peer->send(json{{"type", "disconnect"}, {"reason", "too_many_websockets"}}.dump());
        peer->close();
        return;
    }
    peers_.push_back(peer);
    const json hello = {
        {"type", "hello"},
        {"num_connections", peers_.size()},
        {"debug_info",
         {{"host", "local-slack"}, {"build_number", 1}, {"approximate_connection_time", 18060}}},
        {"connection_info", {{"app_id", options_.app_id}}}};
    peer->send(hello.dump());
    changed_();
}

void Hub::left(const std::shared_ptr<Peer>& peer) {
    std::erase(peers_, peer);
    retiring_.erase(peer.get());
    std::vector<std::shared_ptr<Envelope>> orphans;
    for (const auto& [id, envelope] : waiting_) {
        if (envelope->peer.lock() == peer) {
            orphans.push_back(envelope);
        }
    }
    for (const auto& envelope : orphans) {
        unacknowledged(envelope, "connection_failed");
    }
    changed_();
}

std::shared_ptr<Peer> Hub::next_peer() {
    std::vector<std::shared_ptr<Peer>> usable;
    for (const auto& peer : peers_) {
        if (!retiring_.contains(peer.get())) {
            usable.push_back(peer);
        }
    }
    if (usable.empty()) {
        usable = peers_;
    }
    return usable.empty() ? nullptr : usable[turn_++ % usable.size()];
}

void Hub::deliver(const std::shared_ptr<Envelope>& envelope) {
    if (stopped_) {
        return;
    }
    const auto peer = next_peer();
    if (!peer) {
        unacknowledged(envelope, "no_connection");
        return;
    }
    if (envelope->command.empty()) {
        envelope->frame["retry_attempt"] = envelope->attempt;
        envelope->frame["retry_reason"] = envelope->retry_reason;
    }
    // Each try is an envelope of its own; the event's id stays.
    envelope->id = state_.next_id("envelope-");
    envelope->frame["envelope_id"] = envelope->id;
    envelope->peer = peer;
    envelope->sent = steady_clock::now();
    waiting_[envelope->id] = envelope;
    peer->send(envelope->frame.dump(-1, ' ', false, json::error_handler_t::replace));
    envelope->timer.expires_after(options_.ack_timeout);
    envelope->timer.async_wait([this, envelope, id = envelope->id](const auto& cancelled) {
        if (!cancelled && waiting_.contains(id)) {
            unacknowledged(envelope, "timeout");
        }
    });
}

void Hub::unacknowledged(const std::shared_ptr<Envelope>& envelope, const char* reason) {
    waiting_.erase(envelope->id);
    ++counts_.unacked;
    if (!envelope->command.empty()) {
        if (CommandEntry* command = state_.command(envelope->command)) {
            command->failed = true;
            const bool click = command->kind == CommandEntry::Kind::click;
            if (click || command->kind == CommandEntry::Kind::command) {
                const char* what =
                    click ? "The app did not respond to the button"
                          : "/emoji failed: the app did not respond (operation_timeout)";
                state_.say(command->channel, {{"ephemeral", true}, {"text", what}});
            }
        }
        changed_();
        return;
    }
    const std::array<std::chrono::milliseconds, tries_of_an_event - 1> waits{
        options_.retry_first, options_.retry_second, options_.retry_third};
    const auto tried = static_cast<std::size_t>(envelope->attempt);
    if (tried >= waits.size()) {
        ++counts_.dropped;
        changed_();
        return;
    }
    ++envelope->attempt;
    envelope->retry_reason = reason;
    envelope->timer.expires_after(waits[tried]);
    envelope->timer.async_wait([this, envelope](const auto& cancelled) {
        if (!cancelled) {
            deliver(envelope);
        }
    });
}

void Hub::raise_event(json event) {
    ++counts_.events;
    event["event_ts"] = state_.next_ts();
    auto envelope = std::make_shared<Envelope>(executor_);
    envelope->frame = {{"type", "events_api"},
                       {"accepts_response_payload", false},
                       {"payload",
                        {{"token", "legacy"},
                         {"team_id", options_.team_id},
                         {"api_app_id", options_.app_id},
                         {"event", std::move(event)},
                         {"type", "event_callback"},
                         {"event_id", state_.next_id("Ev")},
                         {"event_time", std::chrono::duration_cast<std::chrono::seconds>(
                                            std::chrono::system_clock::now().time_since_epoch())
                                            .count()},
                         {"authorizations", json::array({{{"team_id", options_.team_id},
                                                          {"user_id", options_.bot_user_id},
                                                          {"is_bot", true}}})},
                         {"is_ext_shared_channel", false}}}};
    deliver(envelope);
}

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
    json payload = {{"type", "block_actions"},
                    {"token", "legacy"},
                    {"api_app_id", options_.app_id},
                    {"team", {{"id", options_.team_id}, {"domain", "local"}}},
                    {"user",
                     {{"id", user},
                      {"username", "human"},
                      {"name", "human"},
                      {"team_id", options_.team_id}}},
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
        json original = {{"type", "message"},
                         {"user", options_.bot_user_id},
                         {"bot_id", options_.bot_id},
                         {"team", options_.team_id},
                         {"ts", message.at("ts")},
                         {"text", string_or(message, "text", "")}};
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

void Hub::received(const std::shared_ptr<Peer>& peer, const std::string& text) {
    const json frame = json::parse(text, nullptr, false);
    if (!frame.is_object()) {
        violation("a frame that is no JSON object");
        return;
    }
    const auto found = frame.find("envelope_id");
    if (found == frame.end() || !found->is_string()) {
        violation("a frame without an envelope_id");
        return;
    }
    const auto id = found->get<std::string>();
    const auto waiting = waiting_.find(id);
    if (waiting == waiting_.end()) {
        violation(acked_.contains(id) ? "an envelope acknowledged twice"
                                      : "an acknowledgement of an unknown or lapsed envelope");
        return;
    }
    if (waiting->second->peer.lock() != peer) {
        violation("an envelope acknowledged on another socket");
        return;
    }
    const auto envelope = waiting->second;
    acknowledged(envelope, frame);
}

void Hub::acknowledged(const std::shared_ptr<Envelope>& envelope, const json& frame) {
    waiting_.erase(envelope->id);
    acked_.insert(envelope->id);
    envelope->timer.cancel();
    ++counts_.acked;
    const double ms = Milliseconds(steady_clock::now() - envelope->sent).count();
    ack_ms_.add(ms);
    const auto payload = frame.find("payload");
    // Slack's own client acknowledges with an empty payload, so that says nothing.
    const bool has_payload = payload != frame.end() && !payload->empty();
    const bool asked = envelope->frame.at("accepts_response_payload") == true;
    if (has_payload && (!asked || !payload->is_object())) {
        violation("an acknowledgement with a payload that was not asked for");
    }
    if (CommandEntry* command = state_.command(envelope->command)) {
        command->acked = true;
        command->ack_ms = ms;
        take_payload(*command, has_payload && asked && payload->is_object() ? *payload : json());
    }
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

void Hub::disconnect(const std::string& reason) {
    const json frame = {
        {"type", "disconnect"}, {"reason", reason}, {"debug_info", {{"host", "local-slack"}}}};
    for (const auto& peer : peers_) {
        peer->send(frame.dump());
        if (reason == "warning" || reason == "refresh_requested") {
            retiring_.insert(peer.get());
            auto timer = std::make_shared<boost::asio::steady_timer>(executor_, notice);
            timers_.insert(timer);
            timer->async_wait([this, timer, weak = std::weak_ptr(peer)](const auto& cancelled) {
                timers_.erase(timer);
                if (const auto old = weak.lock(); old && !cancelled) {
                    old->close();
                }
            });
        } else {
            peer->close();
        }
    }
}

void Hub::cut(std::chrono::milliseconds refuse_for) {
    refuse_until_ = steady_clock::now() + refuse_for;
    const auto peers = peers_;
    for (const auto& peer : peers) {
        peer->reset();
    }
}

void Hub::freeze(std::chrono::milliseconds time) {
    for (const auto& peer : peers_) {
        peer->freeze();
        auto timer = std::make_shared<boost::asio::steady_timer>(executor_, time);
        timers_.insert(timer);
        timer->async_wait([this, timer, weak = std::weak_ptr(peer)](const auto&) {
            timers_.erase(timer);
            if (const auto old = weak.lock()) {
                old->reset();
            }
        });
    }
}

void Hub::violation(std::string what) {
    ++violation_count_;
    if (violations_.size() < violations_kept) {
        violations_.push_back(std::move(what));
    }
    changed_();
}

json Hub::state() const {
    return {{"sockets", peers_.size()},
            {"emoji", state_.emoji_count()},
            {"counts",
             {{"clicks", counts_.clicks},
              {"commands", counts_.commands},
              {"answered", counts_.answered},
              {"events", counts_.events},
              {"acked", counts_.acked},
              {"unacked", counts_.unacked},
              {"dropped", counts_.dropped},
              {"waiting", waiting_.size()},
              {"violations", violation_count_}}},
            {"ack_ms", ack_ms_.summary()},
            {"answer_ms", answer_ms_.summary()},
            {"suggest_ms", suggest_ms_.summary()},
            {"violations", violations_}};
}

void Hub::stop() {
    stopped_ = true;
    for (const auto& timer : timers_) {
        timer->cancel();
    }
    for (const auto& [id, envelope] : waiting_) {
        envelope->timer.cancel();
    }
    const auto peers = peers_;
    for (const auto& peer : peers) {
        peer->close();
    }
}

}  // namespace emojiscope::simulator
