#include "reading_loop.hpp"

#include "emojiscope/bot/pool.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;

/// Few, so that a stop never waits long.
constexpr std::size_t at_once = 4;
/// How often it is asked whether there are new pictures.
constexpr std::chrono::seconds idle{2};

}  // namespace

ReadingLoop::ReadingLoop(const asio::any_io_executor& executor, search::TextReading* reading)
    : reading_(reading), timer_(executor) {}

asio::awaitable<void> ReadingLoop::run() {
    if (reading_ == nullptr) {
        co_return;
    }
    std::size_t in_a_row = 0;
    while (!stopping_) {
        const auto read = co_await run_on(pool_, [&] { return reading_->read_some(at_once, 1); });
        if (read && *read > 0) {
            in_a_row += *read;
            continue;
        }
        if (!read) {
            spdlog::warn("words in pictures cannot be read: {}; tried again later",
                         read.error().message);
        } else if (in_a_row > 0) {
            spdlog::info("looked for words in {} pictures", in_a_row);
            in_a_row = 0;
        }
        if (stopping_) {
            break;
        }
        timer_.expires_after(idle);
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

void ReadingLoop::stop() {
    stopping_ = true;
    timer_.cancel();
}

}  // namespace emojiscope::bot
