// A session from the WebSocket handshake to hello.
#include "socket_session.hpp"

#include "net_errors.hpp"

#include "emojiscope/slack/dial_policy.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;
using std::chrono::steady_clock;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

/// Larger than any frame that we send, so that none is ever split.
constexpr std::size_t write_buffer_bytes = 32'768;
static_assert(write_buffer_bytes > frame_bytes_too_many);

/// Of the wait for hello.
struct Greeting {
    bool over = false;
    bool too_late = false;
};

}  // namespace

websocket::stream_base::timeout handshake_limit(std::chrono::milliseconds limit) {
    websocket::stream_base::timeout timeouts{};
    timeouts.handshake_timeout = limit;
    timeouts.idle_timeout = websocket::stream_base::none();
    timeouts.keep_alive_pings = false;
    return timeouts;
}

asio::awaitable<Result<Hello>> SocketSession::greet() {
    const auto self = shared_from_this();
    socket_.set_option(handshake_limit(options_.hello_timeout));
    socket_.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
        request.set(beast::http::field::user_agent, "emojiscope");
    }));
    socket_.auto_fragment(false);
    socket_.write_buffer_bytes(write_buffer_bytes);
    socket_.read_message_max(options_.max_frame_bytes);
    socket_.control_callback(
        [this](websocket::frame_type, beast::string_view) { last_frame_ = steady_clock::now(); });
    websocket::response_type response;
    auto [error] =
        co_await socket_.async_handshake(response, url_.authority(), url_.target, as_tuple);
    if (error == websocket::error::upgrade_declined) {
        drop();
        const std::string_view header = response[beast::http::field::retry_after];
        retry_after_ = parse_retry_after(header, std::chrono::seconds(0));
        co_return fail(ErrorCode::network, url_.authority() + " refuses a WebSocket with status " +
                                               std::to_string(response.result_int()));
    }
    if (error) {
        drop();
        co_return net_error(url_, "the WebSocket handshake", error);
    }
    open_ = !dropped_;
    watch_timer_.expires_after(options_.hello_timeout);
    // Shared, as the timer's handler may already be on its way when we go.
    const auto greeting = std::make_shared<Greeting>();
    watch_timer_.async_wait([self, greeting](const error_code& cancelled) {
        if (!cancelled && !greeting->over) {
            greeting->too_late = true;
            self->drop();
        }
    });
    const auto stop_watch = [this, greeting] {
        greeting->over = true;
        watch_timer_.cancel();
    };
    for (;;) {
        auto frame = co_await read_frame();
        if (!frame) {
            stop_watch();
            drop();
            if (greeting->too_late) {
                co_return fail(ErrorCode::timeout, url_.authority() + " sent no hello in time");
            }
            co_return frame.error();
        }
        if (const auto* hello = std::get_if<Hello>(&*frame)) {
            stop_watch();
            greeted_at_ = steady_clock::now();
            co_return *hello;
        }
        take(std::move(*frame));
        if (ending_) {
            stop_watch();
            drop();
            co_return fail(ErrorCode::network,
                           url_.authority() + " refused the connection: " + ending_->why);
        }
    }
}

}  // namespace emojiscope::slack
