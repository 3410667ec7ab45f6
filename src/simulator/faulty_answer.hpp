// Answers that are not what they should be, on the wire.
#pragma once

#include "exchange.hpp"
#include "faults.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <chrono>
#include <sstream>
#include <string>

namespace emojiscope::simulator {

inline constexpr std::size_t endless_bytes = std::size_t{256} * 1024 * 1024;  // not quite
inline constexpr std::size_t endless_chunk = std::size_t{64} * 1024;
inline constexpr std::chrono::milliseconds endless_pause{1};
inline constexpr std::chrono::milliseconds slow_pause{50};

inline constexpr const char* html_page =
    "<!DOCTYPE html><title>Sign in</title><h1>Sign in to this workspace</h1>";

/// What a faulty server says in the place of an answer; for the kinds that say something.
[[nodiscard]] inline Response faulty_response(const HttpFault& fault) {
    using Kind = HttpFault::Kind;
    const unsigned status = fault.kind == Kind::status     ? fault.status
                            : fault.kind == Kind::redirect ? 302
                                                           : 200;
    Response response = make_response(status, "text/html; charset=utf-8", html_page);
    if (fault.kind == Kind::redirect) {
        response.set(boost::beast::http::field::location, fault.location);
    }
    if (fault.kind == Kind::status && fault.retry_after > 0) {
        response.set(boost::beast::http::field::retry_after, std::to_string(fault.retry_after));
    }
    return response;
}

template <class Stream>
void reset_connection(Stream& stream) {
    boost::system::error_code ignored;
    auto& tcp = boost::beast::get_lowest_layer(stream);
    // No farewell: the other side sees a reset.
    tcp.socket().set_option(boost::asio::socket_base::linger(true, 0), ignored);
    tcp.close();
}

template <class Stream>
boost::asio::awaitable<void> answer_without_end(Stream& stream) {
    namespace asio = boost::asio;
    constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
    const std::string head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n";
    auto [refused, sent] = co_await asio::async_write(stream, asio::buffer(head), as_tuple);
    boost::system::error_code error = refused;
    const std::string chunk = "10000\r\n" + std::string(endless_chunk, ' ') + "\r\n";
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (std::size_t total = 0; !error && total < endless_bytes; total += endless_chunk) {
        auto [failed, written] = co_await asio::async_write(stream, asio::buffer(chunk), as_tuple);
        error = failed;
        pause.expires_after(endless_pause);
        co_await pause.async_wait(as_tuple);
    }
}

/// Does what the fault says with the connection, which is of no use afterwards. `response`: the one
/// that a sound server would give.
template <class Stream>
boost::asio::awaitable<void> answer_faultily(Stream& stream, HttpFault fault, Response response) {
    using Kind = HttpFault::Kind;
    namespace asio = boost::asio;
    constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
    if (fault.kind == Kind::reset) {
        reset_connection(stream);
        co_return;
    }
    if (fault.kind == Kind::hang) {
        std::array<char, 1> more{};  // until the client has had enough, or our own time limit
        co_await stream.async_read_some(asio::buffer(more), as_tuple);
        co_return;
    }
    if (fault.kind == Kind::endless) {
        co_await answer_without_end(stream);
        co_return;
    }
    if (fault.kind != Kind::truncate && fault.kind != Kind::slow) {
        response = faulty_response(fault);
    }
    response.keep_alive(false);
    response.prepare_payload();
    std::ostringstream whole;
    whole << response;
    std::string bytes = whole.str();
    if (fault.kind == Kind::slow) {
        asio::steady_timer pause(co_await asio::this_coro::executor);
        for (const char byte : bytes) {
            auto [error, written] =
                co_await asio::async_write(stream, asio::buffer(&byte, 1), as_tuple);
            if (error) {
                co_return;
            }
            pause.expires_after(slow_pause);
            co_await pause.async_wait(as_tuple);
        }
        co_return;
    }
    if (fault.kind == Kind::truncate) {
        bytes.resize(bytes.size() - (response.body().size() + 1) / 2);
    }
    co_await asio::async_write(stream, asio::buffer(bytes), as_tuple);
}

}  // namespace emojiscope::simulator
