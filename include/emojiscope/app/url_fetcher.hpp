// Pictures from the web for `import`: one at a time, blocking.
#pragma once

#include "emojiscope/core/error.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace emojiscope::app {

/// For one thread. Connections are kept between calls.
class UrlFetcher {
public:
    UrlFetcher();
    ~UrlFetcher();

    /// Redirects are not followed. Errors: invalid_argument (plain http beyond loopback), network,
    /// timeout, not_found, too_large.
    [[nodiscard]] Result<std::vector<std::uint8_t>> fetch(const std::string& url);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace emojiscope::app
