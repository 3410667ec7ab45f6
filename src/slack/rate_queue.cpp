#include "emojiscope/slack/rate_queue.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

}  // namespace

RateQueue::Turn::Turn(Turn&& other) noexcept
    : queue_(std::exchange(other.queue_, nullptr)),
      alive_(std::move(other.alive_)),
      method_(std::move(other.method_)),
      in_line_(other.in_line_) {}

RateQueue::Turn& RateQueue::Turn::operator=(Turn&& other) noexcept {
    std::swap(queue_, other.queue_);
    std::swap(alive_, other.alive_);
    std::swap(method_, other.method_);
    std::swap(in_line_, other.in_line_);
    return *this;
}

RateQueue::Turn::~Turn() {
    end(TimePoint{});
}

void RateQueue::Turn::limited(TimePoint until) {
    end(until);
}

void RateQueue::Turn::end(TimePoint limited_until) {
    RateQueue* const queue = std::exchange(queue_, nullptr);
    if (queue != nullptr && !alive_.expired()) {
        queue->over(method_, in_line_, limited_until);
    }
}

RateQueue::TimePoint RateQueue::not_before(const std::string& method) const {
    const auto found = lines_.find(method);
    return found == lines_.end() ? TimePoint{} : found->second.not_before;
}

bool RateQueue::is_open(const Line& line) const {
    return !line.busy && line.waiting.empty() && line.not_before <= steady_clock::now();
}

void RateQueue::wake_first(Line& line) {
    if (!line.waiting.empty()) {
        line.waiting.front()->signal.cancel();
    }
}

void RateQueue::leave(Line& line, const std::shared_ptr<Waiting>& who) {
    std::erase(line.waiting, who);
    wake_first(line);
}

void RateQueue::over(const std::string& method, bool in_line, TimePoint limited_until) {
    Line& line = lines_[method];
    line.not_before = std::max(line.not_before, limited_until);
    if (!in_line) {
        return;
    }
    line.busy = false;
    if (!line.waiting.empty()) {
        std::uniform_int_distribution<std::int64_t> moment(0, 2 * options_.pause.count());
        const std::chrono::milliseconds pause(moment(random_));
        line.not_before = std::max(line.not_before, steady_clock::now() + pause);
        wake_first(line);
    }
}

asio::awaitable<Result<RateQueue::Turn>> RateQueue::wait(std::string method, TimePoint give_up,
                                                         bool limited_before) {
    Line& line = lines_[method];
    if (is_open(line)) {
        // The first after a limit goes alone: it alone would meet the limit again.
        const bool alone = limited_before;
        line.busy = alone;
        co_return Turn(*this, std::move(method), alone);
    }
    if (line.not_before > give_up) {
        co_return fail(ErrorCode::rate_limited, "Slack's rate limit for " + method +
                                                    " asks for a longer wait than is allowed");
    }
    if (line.waiting.size() >= options_.max_waiting) {
        co_return fail(ErrorCode::rate_limited, "busy: " + std::to_string(line.waiting.size()) +
                                                    " calls of " + method +
                                                    " wait for Slack's rate limit already");
    }
    const auto me = std::make_shared<Waiting>(executor_);
    line.waiting.insert(limited_before ? line.waiting.begin() : line.waiting.end(), me);
    for (;;) {
        const bool first = line.waiting.front() == me && !line.busy;
        const auto now = steady_clock::now();
        if (first && line.not_before <= now) {
            line.waiting.pop_front();
            line.busy = true;
            co_return Turn(*this, std::move(method), true);
        }
        if (line.not_before > give_up || now >= give_up) {
            leave(line, me);
            co_return fail(ErrorCode::rate_limited, "Slack's rate limit for " + method +
                                                        " asks for a longer wait than is allowed");
        }
        me->signal.expires_at(first ? std::min(line.not_before, give_up) : give_up);
        co_await me->signal.async_wait(as_tuple);
    }
}

}  // namespace emojiscope::slack
