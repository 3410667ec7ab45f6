// From the network thread to a thread pool and back: for everything that blocks.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <type_traits>
#include <utility>

namespace emojiscope::bot {

/// Runs `work` on a thread of `pool` and resumes on the caller's own executor with its result
/// (default-constructible). What `work` throws is thrown here.
template <class Work>
[[nodiscard]] boost::asio::awaitable<std::invoke_result_t<Work&>> run_on(
    boost::asio::thread_pool& pool, Work work) {
    using R = std::invoke_result_t<Work&>;
    auto job = [work = std::move(work)]() mutable -> boost::asio::awaitable<R> {
        co_return work();
    };
    co_return co_await boost::asio::co_spawn(pool.get_executor(), std::move(job),
                                             boost::asio::use_awaitable);
}

}  // namespace emojiscope::bot
