#include "self_watch.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

WorkQueue& queue_named(QueueName name, const Memory& memory) {
    switch (name) {
        case QueueName::inbox: return memory.inbox;
        case QueueName::outbox: return memory.outbox;
        case QueueName::alerts: return memory.alerts;
        case QueueName::unannounced: break;
    }
    return memory.unannounced;
}

}  // namespace

SelfWatch::SelfWatch(asio::any_io_executor executor, std::vector<Pool> pools, const Memory& memory,
                     const Clock& clock, asio::thread_pool& disk, BotObserver& observer,
                     std::chrono::milliseconds every)
    : executor_(std::move(executor)),
      memory_(memory),
      clock_(clock),
      disk_(disk),
      observer_(observer),
      every_(every),
      timer_(executor_) {
    for (Pool& pool : pools) {
        pools_.push_back({std::move(pool), std::make_shared<Beat>()});
    }
}

void SelfWatch::stop() {
    stopping_ = true;
    timer_.cancel();
}

void SelfWatch::give_beats() {
    for (const Watched& watched : pools_) {
        const auto beat = watched.beat;
        if (beat->given) {
            continue;
        }
        beat->given = steady_clock::now();
        asio::post(*watched.what.pool, [beat, executor = executor_] {
            asio::post(executor, [beat] { beat->given.reset(); });
        });
    }
}

std::vector<std::string> SelfWatch::standing_still() const {
    std::vector<std::string> names;
    const Time now = steady_clock::now();
    for (const Watched& watched : pools_) {
        if (watched.beat->given && now - *watched.beat->given >= watched.what.patience) {
            names.push_back(watched.what.name);
        }
    }
    return names;
}

void SelfWatch::look() const {
    for (const QueueName name : all_queues) {
        const auto backlog = queue_named(name, memory_).backlog();
        if (backlog) {
            observer_.waiting(name, *backlog, clock_.now());
        } else {
            // Whoever works with the queue says it louder.
            spdlog::debug("what waits cannot be counted: {}", backlog.error().message);
        }
    }
    observer_.look_around();
}

asio::awaitable<void> SelfWatch::run() {
    while (!stopping_) {
        give_beats();
        co_await run_on(disk_, [this] {
            look();
            return true;
        });
        if (stopping_) {
            co_return;
        }
        timer_.expires_after(every_);
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

}  // namespace emojiscope::bot
