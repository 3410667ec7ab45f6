#include "hub.hpp"

#include "hub_envelope.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace emojiscope::simulator {
namespace {

using nlohmann::json;
using std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::size_t violations_kept = 100;
/// How long Slack lets a socket live after it has announced its end.
constexpr std::chrono::seconds notice{10};
constexpr int tries_of_an_event = 4;
constexpr std::size_t oversized_bytes = std::size_t{5} * 1024 * 1024;

double percentile(const std::vector<double>& sorted, double share) {
    const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5);
    return sorted[at];
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

Hub::Hub(boost::asio::any_io_executor executor, const Options& options, WorkspaceState& state,
         Surfaces& surfaces, std::function<void()> changed)
    : executor_(std::move(executor)),
      options_(options),
      state_(state),
      surfaces_(surfaces),
      changed_(std::move(changed)),
      dials_left_(options.dial_burst),
      last_dial_(steady_clock::now()) {}

int Hub::seconds_to_dial() {
    if (options_.dials_per_minute <= 0) {
        return 0;
    }
    const double a_second = options_.dials_per_minute / 60;
    const auto now = steady_clock::now();
    const std::chrono::duration<double> passed = now - last_dial_;
    dials_left_ = std::min(options_.dial_burst, dials_left_ + passed.count() * a_second);
    last_dial_ = now;
    if (dials_left_ < 1) {
        ++counts_.dials_refused;
        return static_cast<int>(std::ceil((1 - dials_left_) / a_second));
    }
    dials_left_ -= 1;
    return 0;
}

std::string Hub::new_ticket() {
    ++counts_.dials;
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
    most_sockets_ = std::max(most_sockets_, peers_.size());
    const SocketFault fault = faults_.take_socket().value_or(SocketFault{});
    if (fault.pongs) {
        peer->answer_pings(*fault.pongs);
    }
    if (!fault.hello) {
        changed_();
        return;
    }
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
    const std::string frame = envelope->frame.dump(-1, ' ', false, json::error_handler_t::replace);
    if (faults_.take_envelope(EnvelopeFault::reset_midway)) {
        peer->break_off(frame);
    } else {
        peer->send(frame);
        if (faults_.take_envelope(EnvelopeFault::twice)) {
            peer->send(frame);
            sent_twice_.insert(envelope->id);
        }
    }
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
    if (holding_) {
        held_.push_back(envelope);
    } else {
        deliver(envelope);
    }
}

void Hub::hold() {
    holding_ = true;
}

void Hub::release(bool reversed) {
    holding_ = false;
    auto events = std::exchange(held_, {});
    if (reversed) {
        std::ranges::reverse(events);
    }
    for (const auto& event : events) {
        deliver(event);
    }
}

void Hub::send_to_all(OddFrame kind) {
    for (const auto& peer : peers_) {
        switch (kind) {
            case OddFrame::binary: peer->send_binary(std::string("\0\1\2", 3)); break;
            case OddFrame::oversized: peer->send(std::string(oversized_bytes, ' ')); break;
            case OddFrame::broken_json: peer->send(R"({"type":"events_api","envelope_)"); break;
        }
    }
}

void Hub::raise_unknown() {
    auto envelope = std::make_shared<Envelope>(executor_);
    envelope->frame = {{"type", "something_new"},
                       {"accepts_response_payload", false},
                       {"payload", json::object()}};
    deliver(envelope);
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
    const bool excused =
        lost_acks_.contains(id) || (acked_.contains(id) && sent_twice_.erase(id) > 0);
    if (waiting == waiting_.end() && excused) {
        return;
    }
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
    if (faults_.take_envelope(EnvelopeFault::ack_lost)) {
        lost_acks_.insert(id);
        return;
    }
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
            {"most_sockets", most_sockets_},
            {"faults", faults_.armed()},
            {"emoji", state_.emoji_count()},
            {"counts",
             {{"clicks", counts_.clicks},
              {"commands", counts_.commands},
              {"answered", counts_.answered},
              {"events", counts_.events},
              {"acked", counts_.acked},
              {"unacked", counts_.unacked},
              {"dropped", counts_.dropped},
              {"dials", counts_.dials},
              {"dials_refused", counts_.dials_refused},
              {"turned_deaf", counts_.deaf},
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
