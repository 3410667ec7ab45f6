// The one place where connections are made: for the Web API, for Socket Mode, and for downloads.
//
// TLS is verified against the system's certificates, or against a CA file that the configuration
// names, and the certificate must be for the host that was asked for. Through a proxy all of this
// happens inside a tunnel: it sees the host's name, and neither tokens nor content of TLS.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/slack/addresses.hpp"
#include "emojiscope/slack/proxy.hpp"
#include "emojiscope/slack/url.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <filesystem>
#include <memory>

namespace emojiscope::slack {

class NetStream;

struct DialerOptions {
    std::filesystem::path ca_file;  ///< PEM; empty: the system's certificates
    ProxyRules proxies;             ///< default: everything goes direct
    /// Name look-up, connect, a proxy's answer and TLS together.
    std::chrono::milliseconds timeout{10'000};
};

/// For one thread: the one that runs the executor.
class Dialer {
public:
    /// Error: not_found or corrupt if the certificates cannot be read.
    [[nodiscard]] static Result<std::shared_ptr<Dialer>> create(
        boost::asio::any_io_executor executor, const DialerOptions& options);
    ~Dialer();
    Dialer(const Dialer&) = delete;
    Dialer& operator=(const Dialer&) = delete;

    /// By `deadline`, and within the timeout of the options.
    /// Errors: network, timeout; the line names host and port. A certificate that is refused is
    /// a network error, too: it may be a passing misroute. Those of ProxyRules::for_url.
    /// `addresses` holds for those that are then connected to, so that no second look-up can tell
    /// otherwise; if the name has none that is allowed: invalid_argument. A proxy looks names up
    /// itself, and has an address of its own that the configuration chose: there only an address
    /// that the URL itself holds is judged.
    [[nodiscard]] boost::asio::awaitable<Result<std::unique_ptr<NetStream>>> dial(
        Url url,
        std::chrono::steady_clock::time_point deadline =
            std::chrono::steady_clock::time_point::max(),
        Addresses addresses = Addresses::any);

    [[nodiscard]] const boost::asio::any_io_executor& executor() const noexcept;

private:
    struct Impl;
    explicit Dialer(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace emojiscope::slack
