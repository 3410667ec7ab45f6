// A proxy on 127.0.0.1 for one kind of request: CONNECT.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace emojiscope::loopback {

/// Each connection has a thread of its own. Everything ends when the proxy goes.
class ConnectProxy {
public:
    /// Given the head of a request as it came: the bytes that are answered in place of a tunnel;
    /// empty ones close the connection.
    using Instead = std::function<std::optional<std::string>(const std::string& head)>;

    /// Every tunnel leads to `target_port` on this machine, whatever host was asked for.
    explicit ConnectProxy(unsigned short target_port, Instead instead = {});
    ~ConnectProxy();
    ConnectProxy(const ConnectProxy&) = delete;
    ConnectProxy& operator=(const ConnectProxy&) = delete;

    [[nodiscard]] unsigned short port() const;
    /// The heads of all requests so far, in order.
    [[nodiscard]] std::vector<std::string> heads() const;
    [[nodiscard]] std::size_t tunnels() const;
    /// All that went from clients through tunnels, as it was on the way.
    [[nodiscard]] std::string seen() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace emojiscope::loopback
