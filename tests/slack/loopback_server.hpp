// A scripted server on 127.0.0.1: HTTP and WebSocket, with TLS if asked for.
//
// Each connection has a thread of its own, on which the scripts run; they block, so that a script
// reads like what it plays. Everything ends when the server goes.
#pragma once

#include "slack/certificate.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::loopback {

using Request = boost::beast::http::request<boost::beast::http::string_body>;
using Response = boost::beast::http::response<boost::beast::http::string_body>;

/// The server's end of a WebSocket, for its script.
class ServerSocket {
public:
    virtual ~ServerSocket() = default;
    /// The target of the WebSocket's URL.
    [[nodiscard]] virtual std::string target() const = 0;
    /// False: the connection is gone.
    virtual bool send(std::string_view text) = 0;
    /// A message that is not text.
    virtual bool send_binary(std::string_view bytes) = 0;
    /// Bytes beneath the WebSocket: a frame of the script's own, or a part of one.
    virtual bool send_raw(std::string_view bytes) = 0;
    /// Ends the connection as a router does that has forgotten it: with a reset.
    virtual void reset() = 0;
    /// The next message, pings answered meanwhile; nothing once the connection is closed or gone.
    [[nodiscard]] virtual std::optional<std::string> read() = 0;
    /// Returns when the connection is gone, without answering anything that comes.
    virtual void ignore() = 0;
    /// Called, by `read`, for each ping and pong that comes.
    virtual void on_control(std::function<void()> callback) = 0;
};

/// An answer with this header closes the connection without having announced it; the header
/// itself is not sent.
inline constexpr const char* close_silently = "X-Close-Silently";

/// An answer with this header ends one byte before its body does.
inline constexpr const char* cut_off = "X-Cut-Off";

[[nodiscard]] Response answer(unsigned status, std::string body,
                              const std::string& content_type = "application/json");

class LoopbackServer {
public:
    /// Called on the threads of the connections, one at a time.
    using Handler = std::function<Response(const Request&)>;
    /// Called on the connection's thread, side by side with others. The connection is dropped,
    /// without a close frame, when it returns.
    using SocketScript = std::function<void(ServerSocket&)>;
    /// Called for each request for a WebSocket, likewise: what is sent in place of one, if
    /// anything.
    using Gate = std::function<std::optional<Response>(const Request&)>;

    explicit LoopbackServer(Handler handler, SocketScript sockets = {},
                            const std::optional<Certificate>& certificate = {}, Gate gate = {});
    ~LoopbackServer();
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    [[nodiscard]] unsigned short port() const;
    /// "http://127.0.0.1:PORT" and `target`; https if there is a certificate.
    [[nodiscard]] std::string url(const std::string& target) const;
    /// Every HTTP request so far, in order; not those for a WebSocket.
    [[nodiscard]] std::vector<Request> requests() const;
    /// Connections that were accepted so far.
    [[nodiscard]] std::size_t connections() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace emojiscope::loopback
