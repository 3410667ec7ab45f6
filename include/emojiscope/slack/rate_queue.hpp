// Who may call when, under Slack's rate limits, each of which is for one method.
// https://api.slack.com/apis/rate-limits
//
// Calls of a method go side by side until Slack says 429. From then on they stand in line: at the
// time that Slack named the first one goes, alone; when it has come through the next follows after
// a moment, and so on until nobody waits any more. So a limit is never met by all at once again.
#pragma once

#include "emojiscope/core/error.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>

namespace emojiscope::slack {

struct RateQueueOptions {
    std::size_t max_waiting = 256;        ///< for each method; more are turned away
    std::chrono::milliseconds pause{50};  ///< between two in line: uniform in [0, 2 * pause]
};

/// For the thread of the executor. Must outlive those who wait, unless they are never resumed.
class RateQueue {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// The right to call now. Whoever has it tells how the call ended by `limited`, or lets it go.
    class Turn {
    public:
        Turn() = default;
        Turn(Turn&& other) noexcept;
        Turn& operator=(Turn&& other) noexcept;
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn();

        /// Slack said 429: whoever comes next waits until then. Ends the turn.
        void limited(TimePoint until);

    private:
        friend class RateQueue;
        Turn(RateQueue& queue, std::string method, bool in_line)
            : queue_(&queue), alive_(queue.alive_), method_(std::move(method)), in_line_(in_line) {}
        void end(TimePoint limited_until);

        RateQueue* queue_ = nullptr;  ///< null: the turn is over
        std::weak_ptr<bool> alive_;   ///< an event loop drops its coroutines last of all
        std::string method_;
        bool in_line_ = false;  ///< the next one follows when this is over
    };

    explicit RateQueue(boost::asio::any_io_executor executor, const RateQueueOptions& options = {})
        : executor_(std::move(executor)), options_(options) {}

    /// In the order of their coming; whoever was `limited` comes before the others.
    /// Error: rate_limited, at once if it would be later than `give_up` or too many wait, else at
    /// `give_up`.
    [[nodiscard]] boost::asio::awaitable<Result<Turn>> wait(std::string method, TimePoint give_up,
                                                            bool limited_before = false);

    /// Slack wants no call of `method` before this; in the past if it may be called now.
    [[nodiscard]] TimePoint not_before(const std::string& method) const;

private:
    struct Waiting {
        explicit Waiting(const boost::asio::any_io_executor& executor) : signal(executor) {}
        boost::asio::steady_timer signal;  ///< cancelled when it has come to be the first
    };
    struct Line {
        TimePoint not_before{};
        std::deque<std::shared_ptr<Waiting>> waiting;
        bool busy = false;  ///< one of the line is calling
    };

    [[nodiscard]] bool is_open(const Line& line) const;
    void over(const std::string& method, bool in_line, TimePoint limited_until);
    static void leave(Line& line, const std::shared_ptr<Waiting>& who);
    static void wake_first(Line& line);

    boost::asio::any_io_executor executor_;
    RateQueueOptions options_;
    std::map<std::string, Line> lines_;
    std::mt19937_64 random_{std::random_device{}()};
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace emojiscope::slack
