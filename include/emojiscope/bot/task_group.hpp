// Coroutines that are begun together and waited for together.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstddef>
#include <exception>
#include <memory>

namespace emojiscope::bot {

/// For one thread, that of `executor`. Must outlive nothing: the tasks share what they need.
class TaskGroup {
public:
    explicit TaskGroup(boost::asio::any_io_executor executor)
        : state_(std::make_shared<State>(std::move(executor))) {}

    void spawn(boost::asio::awaitable<void> task) {
        ++state_->running;
        boost::asio::co_spawn(state_->ended.get_executor(), std::move(task),
                              [state = state_](const std::exception_ptr& thrown) {
                                  if (thrown && !state->thrown) {
                                      state->thrown = thrown;
                                  }
                                  --state->running;
                                  state->ended.cancel();
                              });
    }

    /// Until every task has ended; throws what the first one of them threw.
    [[nodiscard]] boost::asio::awaitable<void> join() {
        const auto state = state_;
        while (state->running > 0) {
            co_await state->ended.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        }
        if (state->thrown) {
            std::rethrow_exception(std::exchange(state->thrown, nullptr));
        }
    }

private:
    struct State {
        explicit State(boost::asio::any_io_executor executor)
            : ended(std::move(executor), std::chrono::steady_clock::time_point::max()) {}
        boost::asio::steady_timer ended;  ///< cancelled whenever a task ends
        std::size_t running = 0;
        std::exception_ptr thrown;
    };

    std::shared_ptr<State> state_;
};

}  // namespace emojiscope::bot
