// One WebSocket of Socket Mode, from dial to close. Made and used on one thread.
//
// Four coroutines live in it: the reader, the worker that hands envelopes over in order, the writer
// of acknowledgements, and the watch that pings and notices silence; and one for each envelope
// that is answered in its acknowledgement. Each keeps the session alive; the session has ended when
// the reader has.
#pragma once

#include "emojiscope/slack/socket_mode_client.hpp"

#include "net_stream.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <deque>
#include <optional>
#include <string>

namespace emojiscope::slack {

/// Beast's own time limit: for the handshake, and later for the closing handshake.
[[nodiscard]] boost::beast::websocket::stream_base::timeout handshake_limit(
    std::chrono::milliseconds limit);

class SocketSession : public std::enable_shared_from_this<SocketSession> {
public:
    struct Ending {
        using Kind = SocketEnd;
        Kind kind = Kind::lost;
        std::string why;
    };
    using OnEnding = std::function<void(const Ending&)>;

    SocketSession(std::unique_ptr<NetStream> stream, Url url, SocketModeClient::Handler handler,
                  Answering answering, const SocketModeOptions& options);
    ~SocketSession();

    /// Called when the session asks to be replaced, and when it has ended.
    void on_ending(OnEnding callback) { on_ending_ = std::move(callback); }

    /// WebSocket handshake, then hello. Errors: network, timeout; the socket is closed then.
    [[nodiscard]] boost::asio::awaitable<Result<Hello>> greet();

    /// How long the server that refused the handshake wants to be left alone; zero if it said
    /// nothing of it.
    [[nodiscard]] std::chrono::seconds retry_after() const noexcept { return retry_after_; }

    /// Slack has said so, maybe in place of hello.
    [[nodiscard]] bool link_disabled() const noexcept {
        return ending_ && ending_->kind == Ending::Kind::link_disabled;
    }

    /// Starts reading; envelopes go to the handler from now on.
    void start();

    /// Lets what is under way finish for at most `options.drain`, then closes.
    void drain();

    /// Closes within `options.close_timeout`, then drops the socket.
    void close();

    /// Returns when the socket is closed.
    [[nodiscard]] boost::asio::awaitable<void> closed();
    [[nodiscard]] bool is_closed() const noexcept { return dropped_; }

    /// Usable: neither lost nor being closed.
    [[nodiscard]] bool open() const noexcept { return open_ && !closing_; }
    [[nodiscard]] std::chrono::steady_clock::time_point greeted_at() const noexcept {
        return greeted_at_;
    }

private:
    /// Without permessage-deflate: a frame that unfolds to more than it weighs cannot come.
    using Socket = boost::beast::websocket::stream<NetStream, false>;

    boost::asio::awaitable<void> read_loop();
    boost::asio::awaitable<void> work_loop();
    boost::asio::awaitable<void> write_loop();
    boost::asio::awaitable<void> store(std::span<const Envelope> envelopes);
    boost::asio::awaitable<bool> hand_over(std::span<const Envelope> envelopes);
    boost::asio::awaitable<void> answer(Envelope envelope);
    boost::asio::awaitable<void> watch_loop();
    boost::asio::awaitable<void> close_politely();
    boost::asio::awaitable<void> ping();
    boost::asio::awaitable<Result<Frame>> read_frame();

    /// Leaves it to the writer.
    void acknowledge(const std::string& id, const nlohmann::json& payload,
                     std::chrono::steady_clock::time_point read_at);
    void not_acknowledged(Unacknowledged why, std::size_t count = 1) const {
        if (options_.observer != nullptr && count > 0) {
            options_.observer->not_acknowledged(why, count);
        }
    }
    void take(Frame frame);
    void take_envelope(Envelope envelope);
    void end(Ending ending);
    void give_up(std::string why);
    [[nodiscard]] std::string trouble() const;
    void drop();

    Socket socket_;
    Url url_;
    SocketModeClient::Handler handler_;
    Answering answering_;
    SocketModeOptions options_;
    boost::beast::flat_buffer buffer_;
    std::deque<Envelope> queue_;
    std::size_t queued_bytes_ = 0;  ///< of those in hand, too
    std::size_t in_hand_ = 0;       ///< given to the handler
    struct Unsent {
        std::string id;  ///< of the envelope
        std::string frame;
        std::chrono::steady_clock::time_point read_at;  ///< the envelope
    };
    std::deque<Unsent> unsent_;
    boost::asio::steady_timer queue_signal_;   ///< cancelled when the queue gets something
    boost::asio::steady_timer unsent_signal_;  ///< likewise
    boost::asio::steady_timer closed_signal_;  ///< cancelled when the socket is closed
    boost::asio::steady_timer watch_timer_;
    boost::asio::steady_timer drain_timer_;
    OnEnding on_ending_;
    std::optional<Ending> ending_;
    std::chrono::seconds retry_after_{0};
    std::chrono::steady_clock::time_point last_frame_;
    std::chrono::steady_clock::time_point greeted_at_;
    /// Since when the worker has envelopes in hand, and since when one frame is being written.
    std::optional<std::chrono::steady_clock::time_point> handling_since_;
    std::optional<std::chrono::steady_clock::time_point> writing_since_;
    std::size_t answers_under_way_ = 0;
    int thrown_in_a_row_ = 0;
    bool open_ = false;
    bool dropped_ = false;
    bool pinging_ = false;
    bool closing_ = false;
};

}  // namespace emojiscope::slack
