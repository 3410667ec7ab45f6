// Works off a WorkQueue: each item goes to a handler, and the queue learns how it went.
#pragma once

#include "emojiscope/bot/pool.hpp"
#include "emojiscope/core/work_queue.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace emojiscope::bot {

/// What became of an item.
struct Outcome {
    enum class Kind { done, retry, dead };

    Kind kind = Kind::done;
    std::chrono::milliseconds after{0};  ///< retry: not before this time has passed
    std::string why;                     ///< retry and dead: one line
    std::optional<int> attempts;         ///< retry: failed tries so far, if not one more by now

    [[nodiscard]] static Outcome finished() { return {}; }
    [[nodiscard]] static Outcome try_again(std::chrono::milliseconds after, std::string why) {
        return {Kind::retry, after, std::move(why), std::nullopt};
    }
    [[nodiscard]] static Outcome given_up(std::string why) {
        return {Kind::dead, {}, std::move(why), std::nullopt};
    }
};

/// Whether the same call to Slack may succeed later: network, timeout, rate limit, or cancelled.
[[nodiscard]] bool may_pass(ErrorCode code) noexcept;

/// 1 s, 2 s, 4 s, … up to 5 minutes.
[[nodiscard]] std::chrono::milliseconds retry_delay(int attempts);

/// Twice what a runner puts off at most.
inline constexpr std::chrono::minutes farthest_due{10};

/// What waits for a time farther ahead than anything is put off was put there before the wall clock
/// went back: it is due now. True if there was any. Blocks.
[[nodiscard]] Result<bool> undo_clock_jump(WorkQueue& queue, SystemTime now,
                                           std::chrono::milliseconds farthest = farthest_due);

/// For the thread of `executor`; queue calls run on `pool`.
class QueueRunner {
public:
    using Handler = std::function<boost::asio::awaitable<Outcome>(WorkItem)>;
    /// How many items run at once, how many of those may have a lane, and how many may have none:
    /// neither must wait until all of the others have ended.
    struct Slots {
        std::size_t all = 1;
        std::size_t in_lanes = 1;
        std::size_t in_none = 1;
    };

    QueueRunner(boost::asio::any_io_executor executor, boost::asio::thread_pool& pool,
                WorkQueue& queue, const Clock& clock, Handler handler, Slots slots);

    /// Until `stop`, and then until what was begun has ended.
    [[nodiscard]] boost::asio::awaitable<void> run();

    void stop();

    /// There may be new work.
    void wake();

    /// Returns once nothing runs and nothing is due, or at `until`.
    [[nodiscard]] boost::asio::awaitable<void> caught_up(
        std::chrono::steady_clock::time_point until);

private:
    [[nodiscard]] Result<std::vector<WorkItem>> look(std::size_t limit,
                                                     const std::vector<std::string>& busy,
                                                     std::size_t without_lane) const;
    [[nodiscard]] bool may_start(const WorkItem& item) const;
    [[nodiscard]] std::size_t without_lane() const { return running_.size() - busy_lanes_.size(); }
    [[nodiscard]] boost::asio::awaitable<std::size_t> start_due();
    [[nodiscard]] boost::asio::awaitable<void> work_on(WorkItem item);
    [[nodiscard]] Result<void> note(std::int64_t id, const Outcome& outcome) const;
    [[nodiscard]] boost::asio::awaitable<void> record(std::int64_t id, Outcome outcome);
    [[nodiscard]] boost::asio::awaitable<void> sleep_until_next();

    boost::asio::any_io_executor executor_;
    boost::asio::thread_pool& pool_;
    WorkQueue& queue_;
    const Clock& clock_;
    Handler handler_;
    Slots slots_;
    boost::asio::steady_timer wake_;
    boost::asio::steady_timer quiet_;  ///< cancelled whenever an item has ended
    std::set<std::int64_t> running_;
    std::set<std::string> busy_lanes_;
    bool woken_ = false;
    bool idle_ = false;  ///< the last look found nothing to start
    bool stopping_ = false;
};

}  // namespace emojiscope::bot
