#include "moving_loop.hpp"

#include "come_last.hpp"

#include "emojiscope/bot/pool.hpp"
#include "emojiscope/bot/queue_runner.hpp"
#include "emojiscope/core/text.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;

/// How often the log tells how far it is.
constexpr std::chrono::seconds tell_every{30};
/// Emoji named in the log; the rest are counted.
constexpr std::size_t most_named = 5;
/// What `work` gives, or what it throws (no memory for a second model, no thread) as an error.
template <class Work>
auto told(const Work& work) -> decltype(work()) {
    try {
        return work();
    } catch (const std::exception& error) {
        return fail(ErrorCode::internal, one_line(error.what()));
    }
}

void log_end(const search::MoveEnd& end) {
    const auto given_up = static_cast<std::size_t>(std::count_if(
        end.flaws.begin(), end.flaws.end(), [](const auto& flaw) { return flaw.given_up; }));
    spdlog::info(
        "switched to the model {}: {} emoji moved, {} of them from their small copies, {} failed; "
        "`model` of the configuration can be set to its folder, and `next_model` be left out",
        to_string(end.model), end.emoji - given_up, end.flaws.size() - given_up, given_up);
    for (std::size_t i = 0; i < std::min(most_named, end.flaws.size()); ++i) {
        const search::MoveFlaw& flaw = end.flaws[i];
        spdlog::warn(":{}: {}: {}", flaw.emoji.name,
                     flaw.given_up ? "cannot be embedded" : "was embedded from its small copy",
                     flaw.why);
    }
}

}  // namespace

MovingLoop::MovingLoop(const asio::any_io_executor& executor, search::LiveMove* move,
                       asio::thread_pool& changes)
    : move_(move), changes_(changes), timer_(executor) {}

asio::awaitable<void> MovingLoop::run() {
    if (move_ == nullptr) {
        co_return;
    }
    co_await run_on(pool_, [] {
        come_last("the move to another model");
        return true;
    });
    while (!stopping_) {
        const auto more =
            co_await run_on(pool_, [this] { return told([this] { return move_->step(); }); });
        if (stopping_) {
            co_return;
        }
        if (!more) {
            co_await pause_after(more.error());
            continue;
        }
        co_await tell_progress();
        if (*more) {
            failures_ = 0;
        } else if (co_await switch_over()) {
            co_return;
        }
    }
}

asio::awaitable<void> MovingLoop::tell_progress() {
    const auto now = std::chrono::steady_clock::now();
    if (begun_ && now - told_ < tell_every) {
        co_return;
    }
    const auto progress = co_await run_on(pool_, [this] { return move_->progress(); });
    if (!progress || !*progress) {
        co_return;
    }
    told_ = now;
    spdlog::info(
        "{} to the model {}: {} of {} emoji are done; until all are, the present one answers",
        begun_ ? "moving" : "begun to move", to_string((*progress)->to), (*progress)->settled,
        (*progress)->emoji);
    begun_ = true;
}

asio::awaitable<bool> MovingLoop::switch_over() {
    // Where the catalogue is changed, and at ordinary priority: searches wait for its end.
    const auto end =
        co_await run_on(changes_, [this] { return told([this] { return move_->switch_over(); }); });
    if (!end && end.error().code == ErrorCode::unsupported) {
        spdlog::error(
            "the move to another model is given up: {}; `emojiscope reembed --abandon` drops what "
            "was done for it",
            end.error().message);
        co_return true;
    }
    if (!end) {
        co_await pause_after(end.error());
        co_return false;
    }
    if (!*end) {
        co_await wait(retry_delay(0));  // pictures came meanwhile
        co_return false;
    }
    log_end(**end);
    co_return true;
}

asio::awaitable<void> MovingLoop::pause_after(Error error) {
    const auto delay = retry_delay(failures_++);
    spdlog::error("the move to another model: {}; trying again in {} s", error.message,
                  std::chrono::duration_cast<std::chrono::seconds>(delay).count());
    co_await wait(delay);
}

asio::awaitable<void> MovingLoop::wait(std::chrono::milliseconds time) {
    timer_.expires_after(time);
    if (!stopping_) {
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

void MovingLoop::stop() {
    stopping_ = true;
    timer_.cancel();
    if (move_ != nullptr) {
        move_->stop();
    }
}

}  // namespace emojiscope::bot
