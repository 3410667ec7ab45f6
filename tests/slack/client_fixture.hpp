// What a test of a client needs: an event loop on the test's own thread, and a WebApi on it.
#pragma once

#include "emojiscope/slack/web_api.hpp"
#include "slack/loopback_server.hpp"
#include "slack/print_result.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <catch2/catch.hpp>

#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace emojiscope::loopback {

/// Long enough for a loaded machine; what is awaited comes much sooner.
#ifdef __SANITIZE_THREAD__
inline constexpr std::chrono::seconds test_deadline{100};
#else
inline constexpr std::chrono::seconds test_deadline{10};
#endif

/// Runs the loop until `condition` holds; `condition` is looked at after each handler, so whatever
/// changes it from another thread must post to the loop. Fails the test at the deadline.
inline void run_until(boost::asio::io_context& io, const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + test_deadline;
    const auto stay = boost::asio::make_work_guard(io);
    if (io.stopped()) {
        io.restart();
    }
    while (!condition()) {
        if (io.run_one_until(deadline) == 0) {
            FAIL("what the test waits for has not come");
        }
    }
}

/// Runs the loop until `task` has ended; gives what it returned.
template <class T>
T run(boost::asio::io_context& io, boost::asio::awaitable<T> task) {
    std::optional<T> returned;
    std::exception_ptr thrown;
    boost::asio::co_spawn(io, std::move(task), [&](const std::exception_ptr& problem, T value) {
        thrown = problem;
        returned.emplace(std::move(value));
    });
    run_until(io, [&] { return returned.has_value(); });
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    return std::move(*returned);
}

inline constexpr const char* bot_token = "xoxb-test";
inline constexpr const char* app_token = "xapp-test";

struct Client {
    boost::asio::io_context io;
    std::shared_ptr<slack::Dialer> dialer;
    std::shared_ptr<slack::WebApi> api;

    /// `base` as LoopbackServer::url("/api/") gives it.
    explicit Client(const std::string& base, const std::filesystem::path& ca_file = {},
                    std::chrono::milliseconds max_rate_limit_wait = std::chrono::seconds(60))
        : Client(trusting(ca_file), base, max_rate_limit_wait) {}

    Client(const slack::DialerOptions& dialing, const std::string& base,
           std::chrono::milliseconds max_rate_limit_wait = std::chrono::seconds(60)) {
        dialer = slack::Dialer::create(io.get_executor(), dialing).value();
        slack::WebApiOptions options;
        options.base_url = base;
        options.bot_token = bot_token;
        options.app_token = app_token;
        options.max_rate_limit_wait = max_rate_limit_wait;
        options.retry_pause = std::chrono::milliseconds(1);
        api = slack::WebApi::create(dialer, options).value();
    }

    static slack::DialerOptions trusting(const std::filesystem::path& ca_file) {
        slack::DialerOptions dialing;
        dialing.ca_file = ca_file;
        return dialing;
    }

    template <class T>
    T run(boost::asio::awaitable<T> task) {
        return loopback::run(io, std::move(task));
    }
};

}  // namespace emojiscope::loopback
