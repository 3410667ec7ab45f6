// Where a request goes, and whether it may go there.
#pragma once

#include "emojiscope/core/error.hpp"

#include <string>
#include <string_view>

namespace emojiscope::slack {

/// An absolute http, https, ws or wss URL, taken apart.
struct Url {
    bool tls = false;
    std::string host;    ///< lower case, without brackets
    std::string port;    ///< decimal; the scheme's default if the URL has none
    std::string target;  ///< path and query, starts with '/'

    /// As a Host header wants it.
    [[nodiscard]] std::string authority() const;
    [[nodiscard]] bool same_origin(const Url& other) const;
};

/// 127.0.0.0/8, ::1 and localhost.
[[nodiscard]] bool is_loopback_host(std::string_view host);

/// Plain http and ws are accepted for loopback only; user names, other schemes, and hosts that hold
/// more than letters, digits and `. - _ :` (percent-encoded, say) never.
/// Error: invalid_argument, which names the URL without its query (that may hold a ticket).
[[nodiscard]] Result<Url> parse_url(std::string_view text);

/// Where the bot token may be sent: the API's own host, and, when that is Slack's, every https
/// host under slack.com.
[[nodiscard]] bool may_send_token(const Url& api, const Url& to);

}  // namespace emojiscope::slack
