#include "intake.hpp"

#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/wording.hpp"
#include "emojiscope/slack/json_fields.hpp"

#include <spdlog/spdlog.h>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using slack::object_field;
using slack::string_field;

constexpr std::string_view command_envelope = "slash_commands";
constexpr std::string_view event_envelope = "events_api";

constexpr std::string_view channel_lane = "channel ";
constexpr std::chrono::seconds log_every{10};
/// Somebody waits for the answer to a command or a button: it goes before any number of events.
constexpr std::chrono::hours go_ahead_by{1};

/// What the inbox keeps of an envelope.
std::string to_payload(const slack::Envelope& envelope) {
    const json kept = {{"retry_attempt", envelope.retry_attempt}, {"payload", envelope.payload}};
    return kept.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string lane_for(std::string_view what, const std::string& id) {
    return id.empty() ? std::string() : std::string(what) + id;
}

}  // namespace

std::string inbox_lane(const slack::Envelope& envelope) {
    if (envelope.type == "interactive") {
        // What somebody does in one view is shown in that order.
        return lane_for("view ", string_field(object_field(envelope.payload, "view"), "id"));
    }
    if (envelope.type != event_envelope) {
        return {};
    }
    const json& event = object_field(envelope.payload, "event");
    const std::string type = string_field(event, "type");
    if (type == "emoji_changed") {
        return "emoji events";
    }
    if (type == "app_home_opened") {
        return lane_for("home ", string_field(event, "user"));
    }
    return lane_for(channel_lane, string_field(event, "channel"));
}

Arrival arrival_of(std::string_view kind, std::string_view lane) {
    return kind != event_envelope || lane.starts_with(channel_lane) ? Arrival::awaited
                                                                    : Arrival::event;
}

void Backlog::found(std::span<const WorkItem> items) {
    for (const WorkItem& item : items) {
        came(arrival_of(item.kind, item.lane));
    }
}

void Backlog::went(Arrival arrival) {
    std::size_t& waiting = waiting_[index(arrival)];
    waiting -= waiting > 0 ? 1 : 0;
}

void Backlog::turned_away(Arrival arrival) {
    const std::size_t which = index(arrival);
    ++turned_away_[which];
    const Time now = std::chrono::steady_clock::now();
    if (logged_[which] && now < *logged_[which] + log_every) {
        return;
    }
    logged_[which] = now;
    spdlog::warn("{} {} wait to be worked on; {} more not taken in", waiting_[which],
                 arrival == Arrival::awaited ? "commands and the like" : "events",
                 turned_away_[which]);
    turned_away_[which] = 0;
}

Intake::Intake(WorkQueue& inbox, asio::thread_pool& disk, Postbox& postbox, const Clock& clock,
               std::function<void()> on_new, std::function<void()> ask_for_list,
               const BotOptions& options)
    : inbox_(inbox),
      disk_(disk),
      postbox_(postbox),
      clock_(clock),
      on_new_(std::move(on_new)),
      ask_for_list_(std::move(ask_for_list)),
      options_(options),
      backlog_(options) {}

asio::awaitable<void> Intake::remember() {
    const std::size_t most = options_.most_awaited + options_.most_events;
    const auto left = co_await run_on(disk_, [&] { return inbox_.due(SystemTime::max(), most); });
    if (left) {
        backlog_.found(*left);
    }
}

bool Intake::is_too_much(const slack::Envelope& asked) const {
    return asked.type == command_envelope && backlog_.full(Arrival::awaited);
}

json Intake::come_again() {
    backlog_.turned_away(Arrival::awaited);
    return {{"response_type", "ephemeral"}, {"text", say(options_.language, Phrase::busy)}};
}

/// Slack waits for the acknowledgement, so this is one short write and nothing else.
asio::awaitable<bool> Intake::accept(slack::Envelope envelope) {
    const std::string lane = inbox_lane(envelope);
    const Arrival arrival = arrival_of(envelope.type, lane);
    if (backlog_.full(arrival) && envelope.type != command_envelope) {
        co_return co_await turn_away(std::move(envelope), arrival);
    }
    const std::string key = deduplication_key(envelope);
    const std::string payload = to_payload(envelope);
    const SystemTime due =
        clock_.now() - (envelope.type == event_envelope ? std::chrono::hours{0} : go_ahead_by);
    auto pushed = co_await run_on(
        disk_, [&] { return inbox_.push(key, envelope.type, payload, due, lane); });
    if (!pushed) {
        spdlog::error("an envelope cannot be stored: {}; Slack will repeat it",
                      pushed.error().message);
        // Some minutes long; should this last longer, the list tells what was missed.
        ask_for_list_();
        co_return false;
    }
    if (*pushed) {
        backlog_.came(arrival);
        on_new_();
    }
    if (envelope.retry_attempt > 0) {
        // It may have overtaken others, or they it: the list tells how things are.
        ask_for_list_();
    }
    co_return true;
}

/// Nothing of it is kept. Whether it is to be acknowledged.
asio::awaitable<bool> Intake::turn_away(slack::Envelope envelope, Arrival arrival) {
    backlog_.turned_away(arrival);
    if (arrival == Arrival::event) {
        // The list tells what an event would have told; Home is as it was until it is opened again.
        ask_for_list_();
        co_return true;
    }
    if (envelope.type == event_envelope) {
        co_return co_await tell_busy(std::move(envelope));
    }
    // Not acknowledged: Slack itself shows that nothing came of a button or a shortcut.
    co_return false;
}

/// Once a minute in each conversation, however many messages there are.
asio::awaitable<bool> Intake::tell_busy(slack::Envelope envelope) {
    const Incoming incoming = parse_incoming(envelope.type, envelope.payload, options_.bot_user_id);
    const auto* message = std::get_if<DirectMessage>(&incoming);
    if (message == nullptr) {
        co_return true;
    }
    const auto minute =
        std::chrono::duration_cast<std::chrono::minutes>(clock_.now().time_since_epoch());
    std::string key = "busy " + message->channel + " " + std::to_string(minute.count());
    Message busy = plain_message(options_.language, Phrase::busy);
    const auto left = co_await postbox_.post(std::move(key), message->channel, std::move(busy),
                                             message->thread_ts);
    co_return left.has_value();
}

}  // namespace emojiscope::bot
