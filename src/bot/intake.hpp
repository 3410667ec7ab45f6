// What comes in, on its way into the inbox. It is either waited for by somebody (a command, a button, a
// message to the bot) or an event that nobody waits for; of both only so much is taken in at a time.
#pragma once

#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/pool.hpp"
#include "emojiscope/bot/postbox.hpp"
#include "emojiscope/core/work_queue.hpp"
#include "emojiscope/slack/envelope.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace emojiscope::bot {

/// In which lane of the inbox an envelope goes; empty: in none.
[[nodiscard]] std::string inbox_lane(const slack::Envelope& envelope);

enum class Arrival { awaited, event };

/// By the kind of an inbox item, which is the type of its envelope, and its lane.
[[nodiscard]] Arrival arrival_of(std::string_view kind, std::string_view lane);

/// How much of the inbox waits. For the network thread.
class Backlog {
public:
    explicit Backlog(const BotOptions& options)
        : most_{options.most_awaited, options.most_events} {}

    /// What an earlier run left over.
    void found(std::span<const WorkItem> items);

    void came(Arrival arrival) { ++waiting_[index(arrival)]; }
    void went(Arrival arrival);
    [[nodiscard]] bool full(Arrival arrival) const {
        return waiting_[index(arrival)] >= most_[index(arrival)];
    }
    [[nodiscard]] std::size_t waiting(Arrival arrival) const { return waiting_[index(arrival)]; }

    /// Logs that one was not taken in; of a flood a line now and then.
    void turned_away(Arrival arrival);

private:
    using Time = std::chrono::steady_clock::time_point;
    [[nodiscard]] static std::size_t index(Arrival arrival) {
        return static_cast<std::size_t>(arrival);
    }

    std::array<std::size_t, 2> most_;
    std::array<std::size_t, 2> waiting_{};
    std::array<std::size_t, 2> turned_away_{};  ///< since the last line
    std::array<std::optional<Time>, 2> logged_;
};

/// For the network thread.
class Intake {
public:
    /// `on_new`: there is work. `ask_for_list`: the list of emoji must be compared.
    Intake(WorkQueue& inbox, boost::asio::thread_pool& disk, Postbox& postbox, const Clock& clock,
           std::function<void()> on_new, std::function<void()> ask_for_list,
           const BotOptions& options);

    /// Counts what an earlier run left over; before anything is accepted.
    [[nodiscard]] boost::asio::awaitable<void> remember();

    /// Makes it durable. Whether it is to be acknowledged.
    [[nodiscard]] boost::asio::awaitable<bool> accept(slack::Envelope envelope);

    /// A command beyond what can be answered soon: its acknowledgement is `come_again`, so that who
    /// typed it is told at once, in the place of an answer that comes when nobody waits for it.
    [[nodiscard]] bool is_too_much(const slack::Envelope& asked) const;
    [[nodiscard]] nlohmann::json come_again();

    /// An item of the inbox has ended.
    void went(const WorkItem& item) { backlog_.went(arrival_of(item.kind, item.lane)); }

private:
    [[nodiscard]] boost::asio::awaitable<bool> turn_away(slack::Envelope envelope, Arrival arrival);
    [[nodiscard]] boost::asio::awaitable<bool> tell_busy(slack::Envelope envelope);

    WorkQueue& inbox_;
    boost::asio::thread_pool& disk_;
    Postbox& postbox_;
    const Clock& clock_;
    std::function<void()> on_new_;
    std::function<void()> ask_for_list_;
    BotOptions options_;
    Backlog backlog_;
};

}  // namespace emojiscope::bot
