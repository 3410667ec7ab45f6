// What comes in, on its way into the inbox. It is either waited for by somebody (a command, a
// button, a message to the bot) or an event that nobody waits for; of both only so much is taken in
// at a time.
#pragma once

#include "rate_limiter.hpp"

#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/pool.hpp"
#include "emojiscope/bot/postbox.hpp"
#include "emojiscope/core/work_queue.hpp"
#include "emojiscope/slack/envelope.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace emojiscope::bot {

/// In which lane of the inbox an envelope goes; empty: in none.
[[nodiscard]] std::string inbox_lane(const slack::Envelope& envelope);

/// Who sent it; empty where nobody did.
struct Sender {
    std::string team_id;
    std::string user_id;
};
[[nodiscard]] Sender sender_of(const slack::Envelope& envelope);

enum class Arrival { awaited, event };

/// By the kind of an inbox item, which is the type of its envelope, and its lane.
[[nodiscard]] Arrival arrival_of(std::string_view kind, std::string_view lane);

/// How much of the inbox waits. For the network thread.
class Backlog {
public:
    explicit Backlog(const BotOptions& options)
        : most_{options.most_awaited, options.most_events}, most_in_lane_(options.most_in_lane) {}

    void came(Arrival arrival, const std::string& lane);
    void went(Arrival arrival, const std::string& lane);
    [[nodiscard]] bool full(Arrival arrival, const std::string& lane) const;
    [[nodiscard]] bool empty(Arrival arrival) const { return waiting_[index(arrival)] == 0; }

    /// Logs that one was not taken in; of a flood a line now and then, and one at its end.
    void turned_away(Arrival arrival);

private:
    using Time = std::chrono::steady_clock::time_point;
    [[nodiscard]] static std::size_t index(Arrival arrival) {
        return static_cast<std::size_t>(arrival);
    }
    void log(Arrival arrival);

    std::array<std::size_t, 2> most_;
    std::size_t most_in_lane_;
    std::array<std::size_t, 2> waiting_{};
    std::map<std::string, std::size_t> in_lanes_;  ///< of what is awaited
    std::array<std::size_t, 2> turned_away_{};     ///< since the last line
    std::array<std::optional<Time>, 2> logged_;
};

/// A place in the backlog, given back unless it is taken for good. For the network thread.
class Place {
public:
    Place(Backlog& backlog, Arrival arrival, std::string lane)
        : backlog_(&backlog), arrival_(arrival), lane_(std::move(lane)) {
        backlog.came(arrival_, lane_);
    }
    ~Place() {
        if (backlog_ != nullptr) {
            backlog_->went(arrival_, lane_);
        }
    }
    Place(Place&& other) noexcept
        : backlog_(std::exchange(other.backlog_, nullptr)),
          arrival_(other.arrival_),
          lane_(std::move(other.lane_)) {}
    Place& operator=(Place&&) = delete;

    /// `Intake::went` gives it back.
    void take() { backlog_ = nullptr; }
    [[nodiscard]] const std::string& lane() const { return lane_; }

private:
    Backlog* backlog_;
    Arrival arrival_;
    std::string lane_;
};

/// For the network thread.
class Intake {
public:
    /// In which somebody is answered, as far as that is known without asking.
    using LanguageOf = std::function<Language(const std::string& user_id)>;

    /// `on_new`: there is work. `ask_for_list`: the list of emoji must be compared. `arrivals`: a
    /// pool for what is stored here and nothing else. `limiter` says what is more than one person
    /// may ask for: that is not stored, so that it costs next to nothing.
    Intake(WorkQueue& inbox, boost::asio::thread_pool& arrivals, Postbox& postbox,
           const Clock& clock, std::function<void()> on_new, std::function<void()> ask_for_list,
           const BotOptions& options, const LiveSettings& live, RateLimiter& limiter,
           LanguageOf language_of);

    /// Counts what an earlier run left over; before anything is accepted.
    [[nodiscard]] boost::asio::awaitable<void> remember();

    /// Makes them durable, together. For each, whether it is to be acknowledged. They must live
    /// until it has ended.
    [[nodiscard]] boost::asio::awaitable<std::vector<bool>> accept(
        std::span<const slack::Envelope> envelopes);

    /// A command beyond what can be answered soon, or beyond what its sender may ask for: its
    /// acknowledgement is `come_again`, so that who typed it is told at once, in the place of an
    /// answer that comes when nobody waits for it.
    [[nodiscard]] bool is_too_much(const slack::Envelope& asked);
    [[nodiscard]] nlohmann::json come_again(const slack::Envelope& asked);

    /// Whether somebody who types into a menu is searched for, or types too much.
    [[nodiscard]] bool may_type(const slack::Envelope& asked);

    /// An item of the inbox has ended.
    void went(const WorkItem& item);

private:
    /// What the inbox is to keep of an envelope.
    struct Kept {
        std::size_t which = 0;  ///< of the envelopes
        std::string key;
        std::string kind;
        std::string payload;
        SystemTime due{};
        Place place;
    };
    /// What becomes of several envelopes.
    struct Sorted {
        std::vector<bool> acknowledged;
        std::vector<Kept> kept;
        std::vector<std::size_t> notices_of;  ///< which envelopes are answered by a notice
        std::vector<Postbox::Post> notices;
    };

    [[nodiscard]] Sorted sort(std::span<const slack::Envelope> envelopes);
    void turn_away(const slack::Envelope& envelope, Arrival arrival, std::size_t which,
                   Sorted& sorted);
    /// Whether its sender asks for too much; then it is told or left unacknowledged.
    [[nodiscard]] bool hold_back(const slack::Envelope& envelope, std::size_t which,
                                 Sorted& sorted);
    [[nodiscard]] RateLimiter::Verdict judge(const slack::Envelope& envelope,
                                             RateLimiter::What what = RateLimiter::What::command);
    [[nodiscard]] Message slow_down(const slack::Envelope& envelope,
                                    const RateLimiter::Verdict& verdict) const;
    void note_busy(const slack::Envelope& envelope, std::size_t which, Sorted& sorted);
    [[nodiscard]] boost::asio::awaitable<bool> store(std::vector<Kept>& kept);

    WorkQueue& inbox_;
    boost::asio::thread_pool& arrivals_;
    Postbox& postbox_;
    const Clock& clock_;
    std::function<void()> on_new_;
    std::function<void()> ask_for_list_;
    BotOptions options_;
    const LiveSettings& live_;
    RateLimiter& limiter_;
    LanguageOf language_of_;
    Backlog backlog_;
    /// Events were not taken in, or wait since an earlier run: those that still wait are older than
    /// the list, and when the last of them is done it must be compared once more.
    bool compare_when_quiet_ = false;
    std::chrono::minutes busy_minute_{};  ///< of the wall clock
    std::set<std::string> busy_told_;     ///< keys of notices, in that minute
};

}  // namespace emojiscope::bot
