#include "housekeeping.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::hours every{1};
/// Slack repeats an event for about six minutes; a day leaves room for whoever reads the database.
constexpr std::chrono::hours remember_keys_for{24};
/// What was given up is kept for whoever wants to know why.
constexpr std::chrono::hours remember_dead_for{24 * 30};
constexpr std::size_t forget_at_once = 500;

}  // namespace

Housekeeping::Housekeeping(asio::any_io_executor executor, const Memory& memory, const Clock& clock,
                           asio::thread_pool& disk)
    : memory_(memory), clock_(clock), disk_(disk), timer_(std::move(executor)) {}

void Housekeeping::stop() {
    stopping_ = true;
    timer_.cancel();
}

/// A few at a time: others wait for the same thread, and the writes of all for one database.
asio::awaitable<void> Housekeeping::forget(WorkQueue& queue, WorkEnd end, SystemTime before) {
    for (bool more = true; more && !stopping_;) {
        auto gone = co_await run_on(
            disk_, [&] { return queue.forget_before(end, before, forget_at_once); });
        if (!gone) {
            spdlog::warn("old keys of the queues cannot be dropped: {}; tried again next time",
                         gone.error().message);
        }
        more = gone && *gone == forget_at_once;
    }
}

asio::awaitable<void> Housekeeping::run() {
    while (!stopping_) {
        for (WorkQueue* queue :
             {&memory_.inbox, &memory_.outbox, &memory_.alerts, &memory_.unannounced}) {
            const SystemTime now = clock_.now();
            co_await forget(*queue, WorkEnd::done, now - remember_keys_for);
            co_await forget(*queue, WorkEnd::dead, now - remember_dead_for);
        }
        if (stopping_) {
            co_return;
        }
        timer_.expires_after(every);
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

}  // namespace emojiscope::bot
