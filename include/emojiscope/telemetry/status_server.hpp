// A small HTTP server that says how the program does: /healthz, /readyz, /metrics.
//
// Meant for the machine itself or a network behind a firewall: it knows no passwords and no TLS,
// only GET and HEAD, and what it says holds no secret. Whoever connects is bounded in number, time
// and size.
#pragma once

#include "emojiscope/core/error.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace emojiscope::telemetry {

struct Health {
    bool good = true;
    std::string why;  ///< if not good: a line
};

/// Called on the executor's thread; they must not block.
struct StatusPages {
    std::function<Health()> alive;         ///< /healthz: what stands still, a restart would mend
    std::function<Health()> ready;         ///< /readyz: whether people are answered
    std::function<std::string()> metrics;  ///< /metrics: Metrics::text
};

struct StatusServerOptions {
    std::string address = "127.0.0.1";  ///< an IP address of this machine
    std::uint16_t port = 0;             ///< 0: one that is free
    std::size_t max_connections = 16;   ///< one more is closed at once
    /// For each request, from the end of the one before to the last byte of its answer.
    std::chrono::milliseconds request_time{10'000};
    std::uint32_t max_header_bytes = 8 * 1024;
    int max_requests = 100;  ///< over one connection
};

/// For the thread of the executor.
class StatusServer {
public:
    /// Listens at once; answers as soon as the executor runs. Errors: invalid_argument (no such
    /// address), io (the port is in use, say).
    [[nodiscard]] static Result<std::unique_ptr<StatusServer>> listen(
        const boost::asio::any_io_executor& executor, StatusPages pages,
        const StatusServerOptions& options);

    /// Stops. No page is called any more.
    ~StatusServer();
    StatusServer(const StatusServer&) = delete;
    StatusServer& operator=(const StatusServer&) = delete;

    /// Closes the port and every connection.
    void stop();

    [[nodiscard]] std::uint16_t port() const;

private:
    struct Impl;
    explicit StatusServer(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

/// Whether only this machine can reach it. False for what is no IP address.
[[nodiscard]] bool is_loopback_address(const std::string& address);

}  // namespace emojiscope::telemetry
