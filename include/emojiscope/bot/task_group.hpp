// Coroutines that are begun together and waited for together.
#pragma once

#include "emojiscope/core/text.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace emojiscope::bot {

/// One line about what was thrown.
[[nodiscard]] inline std::string what_is(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& problem) {
        return one_line(problem.what());
    } catch (...) {
        return "something that is no std::exception";
    }
}

/// For one thread, that of `executor`. Must outlive nothing: the tasks share what they need.
class TaskGroup {
public:
    /// Called at once, on the executor's thread, when a task ends by an exception: with what the
    /// task is called, and what it threw, in one line.
    using OnThrown = std::function<void(const std::string& name, const std::string& what)>;

    TaskGroup(boost::asio::any_io_executor executor, OnThrown on_thrown)
        : state_(std::make_shared<State>(std::move(executor), std::move(on_thrown))) {}

    /// `name` is for people: "the comparison of the list".
    void spawn(std::string name, boost::asio::awaitable<void> task) {
        ++state_->running;
        boost::asio::co_spawn(
            state_->ended.get_executor(), std::move(task),
            [state = state_, name = std::move(name)](const std::exception_ptr& thrown) {
                --state->running;
                state->ended.cancel();
                if (thrown) {
                    state->on_thrown(name, what_is(thrown));
                }
            });
    }

    /// Until every task has ended, in whatever way.
    [[nodiscard]] boost::asio::awaitable<void> join() {
        const auto state = state_;
        while (state->running > 0) {
            co_await state->ended.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        }
    }

private:
    struct State {
        State(boost::asio::any_io_executor executor, OnThrown told)
            : ended(std::move(executor), std::chrono::steady_clock::time_point::max()),
              on_thrown(std::move(told)) {}
        boost::asio::steady_timer ended;  ///< cancelled whenever a task ends
        OnThrown on_thrown;
        std::size_t running = 0;
    };

    std::shared_ptr<State> state_;
};

}  // namespace emojiscope::bot
