// Pictures from the web: one at a time, blocking.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/slack/dialer.hpp"
#include "emojiscope/slack/download_rules.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace emojiscope::app {

/// For one thread. Connections are kept between calls.
class UrlFetcher {
public:
    UrlFetcher(slack::DialerOptions dialing, slack::DownloadRules rules);
    ~UrlFetcher();

    /// Redirects are not followed. Errors: invalid_argument (plain http beyond loopback, what the
    /// rules do not allow, addresses that are not public), network, timeout, rate_limited,
    /// not_found, too_large; those of slack::ProxyRules::for_url; cancelled after `stop`.
    [[nodiscard]] Result<std::vector<std::uint8_t>> fetch(const std::string& url);

    /// From any thread: the call under way ends, and every later one gives cancelled.
    void stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace emojiscope::app
