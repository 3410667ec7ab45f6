#include "intake.hpp"

#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/wording.hpp"
#include "emojiscope/core/text.hpp"
#include "emojiscope/slack/json_fields.hpp"

#include <spdlog/spdlog.h>

#include <utility>

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
/// What somebody waits for goes before any number of events.
constexpr std::chrono::hours go_ahead_by{1};

/// What the inbox keeps of an envelope.
std::string to_payload(const slack::Envelope& envelope) {
    const json kept = {{"retry_attempt", envelope.retry_attempt}, {"payload", envelope.payload}};
    return kept.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string lane_for(std::string_view what, const std::string& id) {
    return id.empty() ? std::string() : std::string(what) + id;
}

/// Whoever waited was shown that the app did not respond: an answer would come out of the blue.
bool is_lapsed(const slack::Envelope& envelope) {
    return envelope.type != event_envelope &&
           envelope.read_at != std::chrono::steady_clock::time_point{} &&
           std::chrono::steady_clock::now() > envelope.read_at + slack::acknowledged_within;
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

Sender sender_of(const slack::Envelope& envelope) {
    const json& payload = envelope.payload;
    if (envelope.type == command_envelope) {
        return {string_field(payload, "team_id"), string_field(payload, "user_id")};
    }
    if (envelope.type == event_envelope) {
        return {string_field(payload, "team_id"),
                string_field(object_field(payload, "event"), "user")};
    }
    return {string_field(object_field(payload, "team"), "id"),
            string_field(object_field(payload, "user"), "id")};
}

Arrival arrival_of(std::string_view kind, std::string_view lane) {
    return kind != event_envelope || lane.starts_with(channel_lane) ? Arrival::awaited
                                                                    : Arrival::event;
}

void Backlog::came(Arrival arrival, const std::string& lane) {
    ++waiting_[index(arrival)];
    if (arrival == Arrival::awaited && !lane.empty()) {
        ++in_lanes_[lane];
    }
}

void Backlog::went(Arrival arrival, const std::string& lane) {
    const std::size_t which = index(arrival);
    waiting_[which] -= waiting_[which] > 0 ? 1 : 0;
    if (const auto found = in_lanes_.find(lane); found != in_lanes_.end() && --found->second == 0) {
        in_lanes_.erase(found);
    }
    if (turned_away_[which] > 0 && waiting_[which] == 0) {
        log(arrival);
    }
}

bool Backlog::full(Arrival arrival, const std::string& lane) const {
    const auto found = in_lanes_.find(lane);
    return waiting_[index(arrival)] >= most_[index(arrival)] ||
           (found != in_lanes_.end() && found->second >= most_in_lane_);
}

void Backlog::turned_away(Arrival arrival) {
    const std::size_t which = index(arrival);
    ++turned_away_[which];
    if (!logged_[which] || std::chrono::steady_clock::now() >= *logged_[which] + log_every) {
        log(arrival);
    }
}

void Backlog::log(Arrival arrival) {
    const std::size_t which = index(arrival);
    spdlog::warn("{} {} wait to be worked on; {} more were not taken in", waiting_[which],
                 arrival == Arrival::awaited ? "commands and the like" : "events",
                 std::exchange(turned_away_[which], 0));
    logged_[which] = std::chrono::steady_clock::now();
}

Intake::Intake(WorkQueue& inbox, asio::thread_pool& arrivals, Postbox& postbox, const Clock& clock,
               std::function<void()> on_new, std::function<void()> ask_for_list,
               const BotOptions& options, const LiveSettings& live, RateLimiter& limiter,
               LanguageOf language_of)
    : inbox_(inbox),
      arrivals_(arrivals),
      postbox_(postbox),
      clock_(clock),
      on_new_(std::move(on_new)),
      ask_for_list_(std::move(ask_for_list)),
      options_(options),
      live_(live),
      limiter_(limiter),
      language_of_(std::move(language_of)),
      backlog_(options) {}

asio::awaitable<void> Intake::remember() {
    const std::size_t most = options_.most_awaited + options_.most_events;
    const auto left =
        co_await run_on(arrivals_, [&] { return inbox_.due(SystemTime::max(), most); });
    if (!left) {
        spdlog::error(
            "what an earlier run left over cannot be counted: {}; it is done all the same",
            left.error().message);
        co_return;
    }
    for (const WorkItem& item : *left) {
        const Arrival arrival = arrival_of(item.kind, item.lane);
        backlog_.came(arrival, item.lane);
        compare_when_quiet_ = compare_when_quiet_ || arrival == Arrival::event;
    }
}

RateLimiter::Verdict Intake::judge(const slack::Envelope& envelope, RateLimiter::What what) {
    const Sender sender = sender_of(envelope);
    const auto verdict =
        limiter_.take(what, sender.team_id, sender.user_id, deduplication_key(envelope));
    if (verdict.tell) {
        spdlog::warn("{} asks for more than a person may; what is too much is not looked at",
                     one_line(sender.user_id));
    }
    return verdict;
}

Message Intake::slow_down(const slack::Envelope& envelope,
                          const RateLimiter::Verdict& verdict) const {
    return plain_message(language_of_(sender_of(envelope).user_id), Phrase::too_fast,
                         {std::to_string(verdict.wait.count())});
}

bool Intake::is_too_much(const slack::Envelope& asked) {
    return asked.type == command_envelope &&
           (!judge(asked).admitted || backlog_.full(Arrival::awaited, {}));
}

json Intake::come_again(const slack::Envelope& asked) {
    if (const auto verdict = judge(asked); !verdict.admitted) {
        // In the acknowledgement, which costs no call: so each of them is answered.
        return {{"response_type", "ephemeral"}, {"text", slow_down(asked, verdict).text}};
    }
    backlog_.turned_away(Arrival::awaited);
    return {{"response_type", "ephemeral"}, {"text", say(live_.now()->language, Phrase::busy)}};
}

bool Intake::may_type(const slack::Envelope& asked) {
    return judge(asked, RateLimiter::What::typed).admitted;
}

void Intake::went(const WorkItem& item) {
    const Arrival arrival = arrival_of(item.kind, item.lane);
    backlog_.went(arrival, item.lane);
    if (arrival == Arrival::event && backlog_.empty(arrival) &&
        std::exchange(compare_when_quiet_, false)) {
        ask_for_list_();
    }
}

/// Slack waits for the acknowledgements, so this is one short write or two and nothing else.
asio::awaitable<std::vector<bool>> Intake::accept(std::span<const slack::Envelope> envelopes) {
    Sorted sorted = sort(envelopes);
    if (!sorted.kept.empty()) {
        const bool stored = co_await store(sorted.kept);
        for (const Kept& one : sorted.kept) {
            sorted.acknowledged[one.which] = stored;
        }
    }
    if (!sorted.notices.empty()) {
        const auto left = co_await postbox_.post_all(std::move(sorted.notices), arrivals_);
        for (const std::size_t which : sorted.notices_of) {
            sorted.acknowledged[which] = left.has_value();
        }
        if (!left) {
            busy_told_.clear();
        }
    }
    co_return std::move(sorted.acknowledged);
}

Intake::Sorted Intake::sort(std::span<const slack::Envelope> envelopes) {
    Sorted sorted;
    sorted.acknowledged.assign(envelopes.size(), true);
    bool repeated = false;
    for (std::size_t i = 0; i < envelopes.size(); ++i) {
        const slack::Envelope& envelope = envelopes[i];
        std::string lane = inbox_lane(envelope);
        const Arrival arrival = arrival_of(envelope.type, lane);
        const bool again = envelope.retry_attempt > 0;
        if (is_lapsed(envelope)) {
            backlog_.turned_away(arrival);
            sorted.acknowledged[i] = false;
            continue;
        }
        if (arrival == Arrival::awaited && hold_back(envelope, i, sorted)) {
            continue;
        }
        // One that comes again may be waiting already: its key will tell. That a command is too
        // much was looked at when it was read.
        if (!again && envelope.type != command_envelope && backlog_.full(arrival, lane)) {
            turn_away(envelope, arrival, i, sorted);
            continue;
        }
        repeated = repeated || again;
        const auto ahead = arrival == Arrival::awaited ? go_ahead_by : std::chrono::hours{0};
        sorted.kept.push_back({i, deduplication_key(envelope), envelope.type, to_payload(envelope),
                               clock_.now() - ahead, Place(backlog_, arrival, std::move(lane))});
    }
    if (repeated) {
        // It may have overtaken others, or they it: the list tells how things are.
        ask_for_list_();
    }
    return sorted;
}

asio::awaitable<bool> Intake::store(std::vector<Kept>& kept) {
    std::vector<NewWork> items;
    items.reserve(kept.size());
    for (const Kept& one : kept) {
        items.push_back({one.key, one.kind, one.payload, one.due, one.place.lane()});
    }
    auto pushed = co_await run_on(arrivals_, [&] { return inbox_.push_all(items); });
    if (!pushed) {
        spdlog::error("{} envelope(s) cannot be stored: {}; Slack will repeat them", kept.size(),
                      pushed.error().message);
        // Some minutes long; should this last longer, the list tells what was missed.
        ask_for_list_();
        co_return false;
    }
    bool news = false;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        if ((*pushed)[i]) {
            kept[i].place.take();
            news = true;
        }
    }
    if (news) {
        on_new_();
    }
    co_return true;
}

/// Who writes to the bot is told once a minute, and so is who presses buttons; of what else they do
/// Slack itself shows that nothing came of it. Commands were looked at when they were read.
bool Intake::hold_back(const slack::Envelope& envelope, std::size_t which, Sorted& sorted) {
    if (envelope.type == command_envelope) {
        return false;
    }
    Postbox::Post notice{"slow " + deduplication_key(envelope), {}, {}, {}, {}};
    if (envelope.type == event_envelope) {
        const Incoming incoming =
            parse_incoming(envelope.type, envelope.payload, options_.bot_user_id);
        const auto* message = std::get_if<DirectMessage>(&incoming);
        if (message == nullptr) {
            return false;  // the bot's own words, say
        }
        notice.channel = message->channel;
        notice.thread_ts = message->thread_ts;
    } else {
        notice.response_url = string_field(envelope.payload, "response_url");
    }
    const auto verdict = judge(envelope, RateLimiter::What::other);
    if (verdict.admitted) {
        return false;
    }
    if (verdict.tell && !(notice.channel.empty() && notice.response_url.empty())) {
        notice.message = slow_down(envelope, verdict);
        sorted.notices_of.push_back(which);
        sorted.notices.push_back(std::move(notice));
    } else if (envelope.type != event_envelope) {
        sorted.acknowledged[which] = false;
    }
    return true;
}

/// Nothing of it is kept.
void Intake::turn_away(const slack::Envelope& envelope, Arrival arrival, std::size_t which,
                       Sorted& sorted) {
    backlog_.turned_away(arrival);
    if (arrival == Arrival::event) {
        // The list tells what an event would have told; Home is as it was until it is opened again.
        compare_when_quiet_ = true;
        ask_for_list_();
    } else if (envelope.type == event_envelope) {
        note_busy(envelope, which, sorted);
    } else {
        // Not acknowledged: Slack itself shows that nothing came of a button or a shortcut.
        sorted.acknowledged[which] = false;
    }
}

/// Once a minute in each conversation or thread, however many messages there are.
void Intake::note_busy(const slack::Envelope& envelope, std::size_t which, Sorted& sorted) {
    const Incoming incoming = parse_incoming(envelope.type, envelope.payload, options_.bot_user_id);
    const auto* message = std::get_if<DirectMessage>(&incoming);
    if (message == nullptr) {
        return;
    }
    const auto minute =
        std::chrono::duration_cast<std::chrono::minutes>(clock_.now().time_since_epoch());
    if (std::exchange(busy_minute_, minute) != minute) {
        busy_told_.clear();
    }
    std::string key = "busy " + message->channel + " " + message->thread_ts + " " +
                      std::to_string(minute.count());
    if (!busy_told_.insert(key).second) {
        return;
    }
    sorted.notices_of.push_back(which);
    sorted.notices.push_back({std::move(key), message->channel,
                              plain_message(live_.now()->language, Phrase::busy),
                              message->thread_ts});
}

}  // namespace emojiscope::bot
