// One WebSocket of Socket Mode, the server's side, over plain TCP or TLS.
#pragma once

#include "exchange.hpp"
#include "hub.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <string>

namespace emojiscope::simulator {

/// A frame of this many bytes or more closes the socket, as it does at Slack.
inline constexpr std::size_t frame_bytes_too_many = 20'480;

template <class Stream>
class Socket final : public Peer, public std::enable_shared_from_this<Socket<Stream>> {
public:
    Socket(Stream stream, Hub& hub)
        : socket_(std::move(stream)),
          hub_(hub),
          signal_(socket_.get_executor(), std::chrono::steady_clock::time_point::max()),
          timer_(socket_.get_executor()),
          deaf_timer_(socket_.get_executor()) {}

    /// From the upgrade to the end of the connection.
    boost::asio::awaitable<void> run(Request upgrade) {
        namespace beast = boost::beast;
        const auto self = this->shared_from_this();
        beast::get_lowest_layer(socket_).expires_never();
        auto timeouts = beast::websocket::stream_base::timeout::suggested(beast::role_type::server);
        timeouts.idle_timeout = std::chrono::seconds(60);
        socket_.set_option(timeouts);
        socket_.read_message_max(frame_bytes_too_many - 1);
        socket_.control_callback(
            [this](boost::beast::websocket::frame_type kind, boost::beast::string_view) {
                if (kind == boost::beast::websocket::frame_type::ping && pongs_left_ > 0 &&
                    --pongs_left_ == 0) {
                    turn_deaf_soon();
                }
            });
        auto [refused] = co_await socket_.async_accept(upgrade, as_tuple);
        if (refused) {
            co_return;
        }
        boost::asio::co_spawn(
            socket_.get_executor(), [self] { return self->write_loop(); }, boost::asio::detached);
        hub_.joined(self);
        deaf_ = pongs_left_ == 0;
        if (!deaf_) {
            co_await read_loop();
        }
        if (deaf_) {
            hub_.turned_deaf();
            co_await discard_loop();
        }
        open_ = false;
        signal_.cancel();
        if (!frozen_) {
            hub_.left(self);
        }
    }

    void send(std::string frame) override { put({std::move(frame), Form::text}); }
    void send_binary(std::string bytes) override { put({std::move(bytes), Form::binary}); }
    void break_off(std::string frame) override { put({std::move(frame), Form::half}); }
    void answer_pings(int count) override { pongs_left_ = count; }

    void close() override {
        closing_ = true;
        signal_.cancel();
        timer_.expires_after(std::chrono::seconds(1));
        timer_.async_wait([self = this->shared_from_this()](const auto& cancelled) {
            if (!cancelled) {
                boost::beast::get_lowest_layer(self->socket_).close();
            }
        });
    }

    void reset() override {
        const bool was_frozen = std::exchange(frozen_, false);
        open_ = false;
        signal_.cancel();
        boost::system::error_code ignored;
        auto& tcp = boost::beast::get_lowest_layer(socket_);
        // No farewell: the other side sees a reset.
        tcp.socket().set_option(boost::asio::socket_base::linger(true, 0), ignored);
        tcp.close();
        if (was_frozen) {
            hub_.left(this->shared_from_this());
        }
    }

    void freeze() override {
        frozen_ = true;
        signal_.cancel();
        boost::beast::get_lowest_layer(socket_).cancel();
    }

private:
    enum class Form { text, binary, half };
    struct Outgoing {
        std::string bytes;
        Form form;
    };

    static constexpr auto as_tuple = boost::asio::as_tuple(boost::asio::use_awaitable);

    boost::asio::awaitable<void> read_loop() {
        boost::beast::flat_buffer buffer;
        for (;;) {
            auto [error, bytes] = co_await socket_.async_read(buffer, as_tuple);
            if (error == boost::beast::websocket::error::message_too_big) {
                hub_.violation("a frame of 20,480 bytes or more");
            }
            if (error) {
                co_return;
            }
            const std::string text = boost::beast::buffers_to_string(buffer.data());
            buffer.consume(buffer.size());
            hub_.received(this->shared_from_this(), text);
        }
    }

    /// Once the pong is out.
    void turn_deaf_soon() {
        deaf_timer_.expires_after(std::chrono::milliseconds(10));
        deaf_timer_.async_wait([self = this->shared_from_this()](const auto& cancelled) {
            if (!cancelled && self->open_) {
                self->deaf_ = true;
                boost::beast::get_lowest_layer(self->socket_).cancel();
            }
        });
    }

    /// Notices the end of the connection, and nothing else.
    boost::asio::awaitable<void> discard_loop() {
        std::array<char, 4096> bytes{};
        boost::system::error_code ended;
        while (!ended) {
            auto [error, count] =
                co_await socket_.next_layer().async_read_some(boost::asio::buffer(bytes), as_tuple);
            ended = error;
        }
    }

    void put(Outgoing outgoing) {
        if (!frozen_) {
            outgoing_.push_back(std::move(outgoing));
            signal_.cancel();
        }
    }

    /// As much of a text frame, header included, as ends in its middle. Of 126 to 65,535 bytes, as
    /// envelopes are; nothing of others.
    static std::string half_of(const std::string& payload) {
        if (payload.size() < 126 || payload.size() > 65'535) {
            return {};
        }
        constexpr char final_text = '\x81';
        constexpr char two_bytes_of_length = 126;
        std::string frame{final_text, two_bytes_of_length, static_cast<char>(payload.size() >> 8U),
                          static_cast<char>(payload.size() & 0xFFU)};
        return frame + payload.substr(0, payload.size() / 2);
    }

    boost::asio::awaitable<void> write_loop() {
        const auto self = this->shared_from_this();
        while (open_ && !frozen_) {
            if (!outgoing_.empty()) {
                const Outgoing next = std::move(outgoing_.front());
                outgoing_.pop_front();
                if (next.form == Form::half) {
                    const std::string half = half_of(next.bytes);
                    co_await boost::asio::async_write(socket_.next_layer(),
                                                      boost::asio::buffer(half), as_tuple);
                    reset();
                    co_return;
                }
                socket_.binary(next.form == Form::binary);
                auto [error, bytes] =
                    co_await socket_.async_write(boost::asio::buffer(next.bytes), as_tuple);
                if (error) {
                    co_return;
                }
                continue;
            }
            if (closing_) {
                const boost::beast::websocket::close_reason reason(
                    boost::beast::websocket::close_code::normal);
                co_await socket_.async_close(reason, as_tuple);
                timer_.cancel();
                co_return;
            }
            co_await signal_.async_wait(as_tuple);
        }
    }

    boost::beast::websocket::stream<Stream> socket_;
    Hub& hub_;
    boost::asio::steady_timer signal_;  ///< cancelled when there is something to write
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer deaf_timer_;
    std::deque<Outgoing> outgoing_;
    int pongs_left_ = -1;  ///< below 0: no limit
    bool open_ = true;
    bool closing_ = false;
    bool frozen_ = false;
    bool deaf_ = false;
};

}  // namespace emojiscope::simulator
