// Which connections go through a proxy. Pure: reads the environment when it is made, and nothing
// afterwards.
//
// As curl has it (https://curl.se/docs/manpage.html#ENVIRONMENT): https_proxy and HTTPS_PROXY for
// TLS, http_proxy and HTTP_PROXY for plain http, the name in lower case first; no_proxy and
// NO_PROXY list what goes direct, and nothing else does, this machine no more than others. Unlike
// curl: HTTP_PROXY counts in upper case, too (we are no CGI program); every connection is a CONNECT
// tunnel; and plain http, which is accepted for this machine only, goes through no proxy elsewhere,
// since that would read the tokens.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/slack/url.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::slack {

struct Proxy {
    std::string host;         ///< lower case, without brackets
    std::string port;         ///< decimal
    std::string credentials;  ///< "user:password", decoded; empty: none

    /// "host:port", without the credentials.
    [[nodiscard]] std::string name() const;
};

/// "http://user:password@host:port"; the scheme may be left out, and the port (then it is 1080, as
/// with curl). Errors: unsupported (a proxy that is itself spoken to in TLS, SOCKS),
/// invalid_argument; neither names the credentials.
[[nodiscard]] Result<Proxy> parse_proxy(std::string_view text);

/// The hosts that are not reached through a proxy.
class DirectHosts {
public:
    /// Separated by commas or spaces: `*`; a name, which stands for everything under it, too, with
    /// or without a dot before it; an address; a range of addresses (10.0.0.0/8, fd00::/8). A name
    /// or an address may have a port. What is none of these matches nothing.
    explicit DirectHosts(std::string_view list = {});

    [[nodiscard]] bool contains(const Url& url) const;

private:
    std::vector<std::string> entries_;
};

class ProxyRules {
public:
    /// The value of a variable; empty if it is not set.
    using Variables = std::function<std::string(const char* name)>;

    /// Everything goes direct.
    ProxyRules() = default;

    [[nodiscard]] static ProxyRules from_environment();
    [[nodiscard]] static ProxyRules from(const Variables& variables);
    /// `proxy` for everything, except what `direct` names.
    [[nodiscard]] static ProxyRules fixed(Proxy proxy, std::string_view direct = {});

    /// Null: direct. Errors: those of parse_proxy, with the variable's name.
    [[nodiscard]] Result<std::optional<Proxy>> for_url(const Url& url) const;

private:
    using Chosen = Result<std::optional<Proxy>>;

    [[nodiscard]] static Chosen choose(const Variables& variables, const char* lower,
                                       const char* upper);

    Chosen for_tls_{std::optional<Proxy>{}};
    Chosen for_plain_{std::optional<Proxy>{}};
    DirectHosts direct_;
};

}  // namespace emojiscope::slack
