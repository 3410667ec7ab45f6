// How a socket ends: because it is of no more use, or politely.
#include "socket_session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <string>
#include <utility>

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

}  // namespace

asio::awaitable<void> SocketSession::closed() {
    const auto self = shared_from_this();
    while (!dropped_) {
        co_await closed_signal_.async_wait(as_tuple);
    }
}

void SocketSession::end(Ending ending) {
    if (ending_ && ending_->kind >= ending.kind) {
        return;
    }
    ending_ = std::move(ending);
    if (on_ending_) {
        on_ending_(*ending_);
    }
}

/// The end of a socket that is of no more use.
void SocketSession::give_up(std::string why) {
    end({Ending::Kind::lost, std::move(why)});
    drop();
}

void SocketSession::drain() {
    if (!open_ || closing_) {
        return;
    }
    drain_timer_.expires_after(options_.drain);
    drain_timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
        if (!cancelled) {
            self->close();
        }
    });
}

void SocketSession::close() {
    end({Ending::Kind::lost, "closed by us"});
    if (closing_) {
        return;
    }
    if (!open_) {
        drop();  // in the middle of the handshake, say: there is nobody to be polite to
        return;
    }
    closing_ = true;
    // Otherwise Beast's timer would outlast the socket, and keep the event loop from ending.
    socket_.set_option(handshake_limit(options_.close_timeout));
    drain_timer_.expires_after(options_.close_timeout);
    // Also when close_politely cancels it: either way the time of this socket is over.
    drain_timer_.async_wait([self = shared_from_this()](const error_code&) { self->drop(); });
    asio::co_spawn(
        socket_.get_executor(), [self = shared_from_this()] { return self->close_politely(); },
        asio::detached);
}

asio::awaitable<void> SocketSession::close_politely() {
    const auto self = shared_from_this();
    const websocket::close_reason reason(websocket::close_code::normal);
    co_await socket_.async_close(reason, as_tuple);
    drain_timer_.cancel();
}

void SocketSession::drop() {
    open_ = false;
    dropped_ = true;
    closed_signal_.cancel();
    beast::get_lowest_layer(socket_).close();
    watch_timer_.cancel();
    queue_signal_.cancel();
    unsent_signal_.cancel();
    if (!closing_) {
        drain_timer_.cancel();
    }
}

}  // namespace emojiscope::slack
