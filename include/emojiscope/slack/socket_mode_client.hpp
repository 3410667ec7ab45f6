// Socket Mode: WebSockets to Slack that are kept alive for as long as the program runs.
//
// One coroutine (`run`) owns every dial, one after another. When Slack asks for a new connection
// the next one is greeted before the old one is let go, so no event falls between; when a
// connection dies, the next is dialled after a random back-off. Each socket has an epoch: what one
// still says that has been replaced is not listened to. A frame is acknowledged on the socket on
// which it came, and only after the handler has said that it is in safe hands. Some envelopes are
// questions that wait for their answer in the acknowledgement: those are answered side by side, so
// that none of them holds up what is to be kept in order.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/slack/dialer.hpp"
#include "emojiscope/slack/envelope.hpp"
#include "emojiscope/slack/slack_observer.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace emojiscope::slack {

/// Slack allows ten for an app; a rotation needs one more for each, and others may run it, too.
inline constexpr int max_connections = 4;

struct SocketModeOptions {
    /// Sockets that are kept open side by side, 1 to `max_connections`. Slack gives each envelope
    /// to any one of them, so a second one serves while the first is being replaced.
    int connections = 1;
    std::chrono::milliseconds hello_timeout{10'000};  ///< WebSocket handshake and hello, each
    std::chrono::milliseconds ping_every{5'000};
    std::chrono::milliseconds dead_after{20'000};  ///< without any frame
    /// For one envelope, from the handler to the acknowledgement: then the socket is given up.
    std::chrono::milliseconds stuck_after{60'000};
    std::chrono::milliseconds drain{10'000};  ///< an old socket, once the next is greeted
    std::chrono::milliseconds close_timeout{1'000};
    std::chrono::milliseconds backoff_base{1'000};  ///< full jitter: uniform in [0, base * 2^n]
    std::chrono::milliseconds backoff_cap{60'000};
    std::chrono::milliseconds stable_after{60'000};  ///< a socket of this age resets the back-off
    /// The same for one that Slack asks to be replaced: that is no failure, unless it comes at
    /// once.
    std::chrono::milliseconds settled_after{5'000};
    /// Of all connections together: Slack limits apps.connections.open to about one a minute, in
    /// bursts.
    int dial_burst = 10;
    std::chrono::milliseconds dial_refill{60'000};
    std::size_t max_frame_bytes = std::size_t{4} * 1024 * 1024;  ///< incoming
    SlackObserver* observer = nullptr;  ///< null: nobody looks; outlives the client
};

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
    /// Takes what came over one socket while it was busy with the envelopes before, in their order;
    /// they live until it has ended.
    /// For each, true once it is durable: then it is acknowledged. False, or an exception: Slack
    /// will send it again (several, of which one may be to blame, are given once more, one by one).
    /// Those of several sockets come side by side; one that Slack repeats may come over another
    /// socket than before.
    using Handler =
        std::function<boost::asio::awaitable<std::vector<bool>>(std::span<const Envelope>)>;
    /// Called after each hello before which something may have been missed: `first` for the first
    /// one of this client. (Not when a further connection joins one that is open.)
    using Connected = std::function<void(bool first)>;

    SocketModeClient(std::shared_ptr<Dialer> dialer, std::shared_ptr<WebApi> api, Handler handler,
                     Connected connected, const SocketModeOptions& options = {},
                     Answering answering = {});
    ~SocketModeClient();
    SocketModeClient(const SocketModeClient&) = delete;
    SocketModeClient& operator=(const SocketModeClient&) = delete;

    /// Runs until `stop` (then success) or an error that no retry can mend: auth, or a link that
    /// was disabled. Everything else is retried for ever. Every socket is closed when it returns.
    [[nodiscard]] boost::asio::awaitable<Result<void>> run();

    /// Closes what is open, each within `close_timeout`; `run` then returns.
    void stop();

    /// True while a greeted socket is open.
    [[nodiscard]] bool connected() const;

    /// How many greeted sockets are open, old ones that drain included.
    [[nodiscard]] std::size_t open_sockets() const;

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace emojiscope::slack
