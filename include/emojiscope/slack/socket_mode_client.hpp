// Socket Mode: a WebSocket to Slack that is kept alive for as long as the program runs.
//
// One coroutine (`run`) owns every dial. When Slack asks for a new connection the next one is
// greeted before the old one is let go, so no event falls between; when a connection dies, the
// next is dialled after a random back-off. A frame is acknowledged on the socket on which it
// came, and only after the handler has said that it is in safe hands. Some envelopes are questions
// that wait for their answer in the acknowledgement: those are answered side by side, so that none
// of them holds up what is to be kept in order.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/slack/dialer.hpp"
#include "emojiscope/slack/envelope.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <random>

namespace emojiscope::slack {

struct SocketModeOptions {
    std::chrono::milliseconds hello_timeout{10'000};  ///< WebSocket handshake and hello, each
    std::chrono::milliseconds ping_every{5'000};
    std::chrono::milliseconds dead_after{20'000};  ///< without any frame
    std::chrono::milliseconds drain{10'000};       ///< an old socket, once the next is greeted
    std::chrono::milliseconds close_timeout{1'000};
    std::chrono::milliseconds backoff_base{1'000};  ///< full jitter: uniform in [0, base * 2^n]
    std::chrono::milliseconds backoff_cap{60'000};
    std::chrono::milliseconds stable_after{60'000};  ///< a socket of this age resets the back-off
    std::size_t max_frame_bytes = std::size_t{4} * 1024 * 1024;  ///< incoming
};

class SocketSession;

/// Envelopes that are answered in their acknowledgement.
struct Answering {
    /// Whether this is one; null: none is.
    std::function<bool(const Envelope&)> wanted;
    /// The payload of its acknowledgement; null for an acknowledgement without one.
    std::function<boost::asio::awaitable<nlohmann::json>(Envelope)> answer;
};

/// For the thread of the dialer's executor.
class SocketModeClient {
public:
    /// True once the envelope is durable: then it is acknowledged. False: Slack will send it again.
    using Handler = std::function<boost::asio::awaitable<bool>(Envelope)>;
    /// Called after each hello; `first` for the first one of this client.
    using Connected = std::function<void(bool first)>;

    SocketModeClient(std::shared_ptr<Dialer> dialer, std::shared_ptr<WebApi> api, Handler handler,
                     Connected connected, const SocketModeOptions& options = {},
                     Answering answering = {});
    ~SocketModeClient();

    /// Runs until `stop` (then success) or an error that no retry can mend: auth, or a link that
    /// was disabled. Everything else is retried for ever.
    [[nodiscard]] boost::asio::awaitable<Result<void>> run();

    /// Closes what is open, each within `close_timeout`; `run` then returns.
    void stop();

    /// True while a greeted socket is open.
    [[nodiscard]] bool connected() const;

private:
    [[nodiscard]] boost::asio::awaitable<Result<std::shared_ptr<SocketSession>>> open();
    [[nodiscard]] boost::asio::awaitable<void> back_off();

    std::shared_ptr<Dialer> dialer_;
    std::shared_ptr<WebApi> api_;
    Handler handler_;
    Connected connected_;
    SocketModeOptions options_;
    Answering answering_;
    std::shared_ptr<SocketSession> current_;
    std::weak_ptr<SocketSession> opening_;
    std::weak_ptr<SocketSession> draining_;
    boost::asio::steady_timer backoff_timer_;
    std::mt19937_64 random_;
    int failures_ = 0;
    bool greeted_before_ = false;
    bool stopping_ = false;
};

}  // namespace emojiscope::slack
