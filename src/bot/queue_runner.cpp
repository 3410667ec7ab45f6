#include "emojiscope/bot/queue_runner.hpp"

#include "emojiscope/core/text.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

constexpr milliseconds first_delay{1'000};
constexpr milliseconds longest_delay{300'000};
constexpr milliseconds longest_sleep{60'000};

static_assert(farthest_due >= 2 * longest_delay);

/// Looked at in one go beyond what is running.
constexpr std::size_t look_ahead = 64;

}  // namespace

bool may_pass(ErrorCode code) noexcept {
    return code == ErrorCode::network || code == ErrorCode::timeout ||
           code == ErrorCode::rate_limited || code == ErrorCode::cancelled;
}

milliseconds retry_delay(int attempts) {
    const int doublings = std::clamp(attempts, 0, 16);
    return std::min<milliseconds>(first_delay * (1LL << doublings), longest_delay);
}

Result<bool> undo_clock_jump(WorkQueue& queue, SystemTime now, milliseconds farthest) {
    const auto hastened = queue.hasten(now + farthest, now);
    if (!hastened) {
        return hastened.error();
    }
    if (*hastened > 0) {
        spdlog::warn("{} item(s) wait for a time far ahead: the clock went back; they are due now",
                     *hastened);
    }
    return *hastened > 0;
}

QueueRunner::QueueRunner(asio::any_io_executor executor, asio::thread_pool& pool, WorkQueue& queue,
                         const Clock& clock, Handler handler, Slots slots)
    : executor_(std::move(executor)),
      pool_(pool),
      queue_(queue),
      clock_(clock),
      handler_(std::move(handler)),
      slots_(slots),
      wake_(executor_),
      quiet_(executor_, steady_clock::time_point::max()) {}

void QueueRunner::wake() {
    woken_ = true;
    idle_ = false;
    wake_.cancel();
}

void QueueRunner::stop() {
    stopping_ = true;
    wake();
    quiet_.cancel();  // nobody waits for it to be caught up any more
}

asio::awaitable<void> QueueRunner::run() {
    while (!stopping_) {
        woken_ = false;
        const std::size_t started = co_await start_due();
        if (stopping_ || woken_ || started > 0) {
            continue;
        }
        idle_ = true;
        quiet_.cancel();
        co_await sleep_until_next();
    }
    while (!running_.empty()) {
        co_await quiet_.async_wait(as_tuple);
    }
}

Result<std::vector<WorkItem>> QueueRunner::look(std::size_t limit,
                                                const std::vector<std::string>& busy,
                                                std::size_t without_lane) const {
    const SystemTime now = clock_.now();
    const ClosedLanes closed{busy, busy.size() >= slots_.in_lanes, without_lane >= slots_.in_none};
    auto items = queue_.due(now, limit, closed);
    if (!items || !items->empty()) {
        return items;
    }
    const auto undone = undo_clock_jump(queue_, now);
    if (!undone) {
        return undone.error();
    }
    return *undone ? queue_.due(now, limit, closed) : std::move(items);
}

bool QueueRunner::may_start(const WorkItem& item) const {
    if (running_.size() >= slots_.all || stopping_ || running_.contains(item.id)) {
        return false;
    }
    return item.lane.empty()
               ? without_lane() < slots_.in_none
               : busy_lanes_.size() < slots_.in_lanes && !busy_lanes_.contains(item.lane);
}

asio::awaitable<std::size_t> QueueRunner::start_due() {
    if (running_.size() >= slots_.all) {
        co_return 0;
    }
    const std::size_t limit = running_.size() + look_ahead;
    // Items behind any number of others whose lanes are busy are seen all the same.
    const std::vector<std::string> busy(busy_lanes_.begin(), busy_lanes_.end());
    const std::size_t none = without_lane();
    auto items = co_await run_on(pool_, [&] { return look(limit, busy, none); });
    if (!items) {
        spdlog::error("the work queue cannot be read: {}; trying again", items.error().message);
        co_return 0;
    }
    std::size_t started = 0;
    for (WorkItem& item : *items) {
        if (!may_start(item)) {
            continue;
        }
        running_.insert(item.id);
        if (!item.lane.empty()) {
            busy_lanes_.insert(item.lane);
        }
        ++started;
        asio::co_spawn(executor_, work_on(std::move(item)), asio::detached);
    }
    co_return started;
}

asio::awaitable<void> QueueRunner::work_on(WorkItem item) {
    const std::string lane = item.lane;
    const std::int64_t id = item.id;
    const int attempts = item.attempts;
    const std::string key = item.key;
    Outcome outcome;
    try {
        outcome = co_await handler_(std::move(item));
    } catch (const std::exception& problem) {
        outcome = Outcome::try_again(retry_delay(attempts), problem.what());
        spdlog::error("{}: {}; it is tried again", key, problem.what());
    }
    co_await record(id, std::move(outcome));
    running_.erase(id);
    busy_lanes_.erase(lane);
    quiet_.cancel();
    wake();
}

Result<void> QueueRunner::note(std::int64_t id, const Outcome& outcome) const {
    switch (outcome.kind) {
        case Outcome::Kind::done: return queue_.done(id);
        case Outcome::Kind::retry: {
            const SystemTime due = clock_.now() + outcome.after;
            return outcome.attempts ? queue_.put_back(id, due, *outcome.attempts, outcome.why)
                                    : queue_.retry(id, due, outcome.why);
        }
        case Outcome::Kind::dead: return queue_.dead(id, outcome.why);
    }
    return {};
}

/// While the disk is full, say, only the note is tried again: what was sent is not sent once more.
asio::awaitable<void> QueueRunner::record(std::int64_t id, Outcome outcome) {
    for (;;) {
        auto noted = co_await run_on(pool_, [&]() -> Result<void> {
            try {
                return note(id, outcome);
            } catch (const std::exception& problem) {  // or its slot would be taken for good
                return fail(ErrorCode::internal, one_line(problem.what()));
            }
        });
        if (noted) {
            co_return;
        }
        const bool gone = noted.error().code == ErrorCode::not_found;
        spdlog::error("the work queue cannot be written: {}; {}", noted.error().message,
                      gone        ? "left as it is"
                      : stopping_ ? "the item will be done again"
                                  : "trying again");
        if (gone || stopping_) {
            co_return;
        }
        // Not at once: the disk needs time, and so does whoever has to look.
        asio::steady_timer pause(executor_, first_delay);
        co_await pause.async_wait(as_tuple);
    }
}

asio::awaitable<void> QueueRunner::sleep_until_next() {
    auto next = co_await run_on(pool_, [this] { return queue_.next_due(); });
    if (woken_) {
        co_return;
    }
    milliseconds sleep = longest_sleep;
    if (!next) {
        sleep = first_delay;
    } else if (*next && running_.empty()) {
        const auto until = std::chrono::duration_cast<milliseconds>(**next - clock_.now());
        sleep = std::clamp(until, milliseconds{1}, longest_sleep);
    }
    // With items running, their end wakes us; one that is due only later may wait for that too,
    // or for a second.
    if (!running_.empty()) {
        sleep = std::min(sleep, first_delay);
    }
    wake_.expires_after(sleep);
    co_await wake_.async_wait(as_tuple);
}

asio::awaitable<void> QueueRunner::caught_up(steady_clock::time_point until) {
    asio::steady_timer limit(executor_, until);
    limit.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) {
            quiet_.cancel();
        }
    });
    wake();
    const auto quiet = [this] { return idle_ && running_.empty(); };
    while (!stopping_ && !quiet() && steady_clock::now() < until) {
        co_await quiet_.async_wait(as_tuple);
    }
}

}  // namespace emojiscope::bot
