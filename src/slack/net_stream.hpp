// A TCP connection, plain or under TLS, as one type, so that HTTP and WebSocket are compiled once.
// Models Beast's AsyncStream; deadlines are those of the tcp_stream beneath.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include <utility>
#include <variant>

namespace emojiscope::slack {

class NetStream {
public:
    using Tcp = boost::beast::tcp_stream;
    using Tls = boost::beast::ssl_stream<Tcp>;
    using next_layer_type = Tcp;
    using executor_type = Tcp::executor_type;

    explicit NetStream(Tcp tcp) : stream_(std::in_place_type<Tcp>, std::move(tcp)) {}
    NetStream(Tcp tcp, boost::asio::ssl::context& context)
        : stream_(std::in_place_type<Tls>, std::move(tcp), context) {}

    [[nodiscard]] executor_type get_executor() { return next_layer().get_executor(); }

    [[nodiscard]] Tcp& next_layer() {
        Tls* tls = std::get_if<Tls>(&stream_);
        return tls != nullptr ? tls->next_layer() : std::get<Tcp>(stream_);
    }
    [[nodiscard]] const Tcp& next_layer() const {
        const Tls* tls = std::get_if<Tls>(&stream_);
        return tls != nullptr ? tls->next_layer() : std::get<Tcp>(stream_);
    }

    /// Null on a plain connection.
    [[nodiscard]] Tls* tls() { return std::get_if<Tls>(&stream_); }

    template <class Buffers, class Handler>
    auto async_read_some(const Buffers& buffers, Handler&& handler) {
        return boost::asio::async_initiate<Handler, void(boost::system::error_code, std::size_t)>(
            [this, buffers](auto&& completion) {
                std::visit(
                    [&](auto& stream) {
                        stream.async_read_some(buffers,
                                               std::forward<decltype(completion)>(completion));
                    },
                    stream_);
            },
            handler);
    }

    template <class Buffers, class Handler>
    auto async_write_some(const Buffers& buffers, Handler&& handler) {
        return boost::asio::async_initiate<Handler, void(boost::system::error_code, std::size_t)>(
            [this, buffers](auto&& completion) {
                std::visit(
                    [&](auto& stream) {
                        stream.async_write_some(buffers,
                                                std::forward<decltype(completion)>(completion));
                    },
                    stream_);
            },
            handler);
    }

private:
    std::variant<Tcp, Tls> stream_;
};

/// How a WebSocket ends its transport. Being the client we need no TLS close_notify: the
/// WebSocket's own close frame has already said that nothing was cut off.
template <class Handler>
void async_teardown(boost::beast::role_type role, NetStream& stream, Handler&& handler) {
    using boost::beast::websocket::async_teardown;
    async_teardown(role, stream.next_layer().socket(), std::forward<Handler>(handler));
}

inline void teardown(boost::beast::role_type role, NetStream& stream,
                     boost::system::error_code& error) {
    using boost::beast::websocket::teardown;
    teardown(role, stream.next_layer().socket(), error);
}

}  // namespace emojiscope::slack
