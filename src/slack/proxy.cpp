#include "emojiscope/slack/proxy.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace emojiscope::slack {
namespace {

namespace ip = boost::asio::ip;

constexpr std::size_t max_proxy_bytes = 2048;
constexpr std::size_t max_list_bytes = 64 * 1024;
constexpr const char* default_port = "1080";

std::string lowered(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower;
}

std::optional<unsigned> number_in(std::string_view digits, unsigned most) {
    unsigned number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc{} || stopped != end || number > most) {
        return std::nullopt;
    }
    return number;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        unsigned byte = 0;
        const std::string_view digits = text.substr(std::min(i + 1, text.size()), 2);
        const auto [stopped, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        if (digits.size() != 2 || error != std::errc{} || stopped != digits.data() + 2) {
            return std::nullopt;
        }
        decoded += static_cast<char>(byte);
        i += 2;
    }
    return decoded;
}

struct HostAndPort {
    std::string host;  ///< lower case, without brackets and without a dot at its end
    std::string port;  ///< empty if there is none
};

/// Empty host: unusable.
HostAndPort split_port(std::string_view text) {
    HostAndPort split;
    std::string_view rest;
    if (text.starts_with('[')) {
        const auto closing = text.find(']');
        if (closing == std::string_view::npos) {
            return {};
        }
        split.host = lowered(text.substr(1, closing - 1));
        rest = text.substr(closing + 1);
    } else if (std::ranges::count(text, ':') > 1) {
        split.host = lowered(text);  // an address of IPv6 as it is
    } else {
        const auto colon = std::min(text.find(':'), text.size());
        split.host = lowered(text.substr(0, colon));
        rest = text.substr(colon);
    }
    if (!rest.empty()) {
        const auto port = number_in(rest.substr(1), 65'535);
        if (rest.front() != ':' || !port || *port == 0) {
            return {};
        }
        split.port = std::to_string(*port);
    }
    if (split.host.ends_with('.')) {
        split.host.pop_back();
    }
    return split;
}

std::optional<ip::address> to_address(const std::string& host) {
    boost::system::error_code error;
    const auto address = ip::make_address(host, error);
    return error ? std::nullopt : std::optional(address);
}

template <class Bytes>
bool same_prefix(const Bytes& one, const Bytes& other, unsigned bits) {
    for (unsigned i = 0; i < bits; ++i) {
        const unsigned mask = 0x80U >> (i % 8);
        if ((one[i / 8] & mask) != (other[i / 8] & mask)) {
            return false;
        }
    }
    return true;
}

/// `range` as in 10.0.0.0/8.
bool in_range(const ip::address& address, std::string_view range) {
    const auto slash = range.find('/');
    const auto network = to_address(split_port(range.substr(0, slash)).host);
    const auto bits = number_in(range.substr(slash + 1), address.is_v4() ? 32 : 128);
    if (!network || !bits || network->is_v4() != address.is_v4()) {
        return false;
    }
    return address.is_v4()
               ? same_prefix(address.to_v4().to_bytes(), network->to_v4().to_bytes(), *bits)
               : same_prefix(address.to_v6().to_bytes(), network->to_v6().to_bytes(), *bits);
}

bool matches(const std::string& entry, const Url& url) {
    if (entry == "*") {
        return true;
    }
    const std::string host = split_port(url.host).host;
    const auto address = to_address(host);
    if (entry.find('/') != std::string::npos) {
        return address && in_range(*address, entry);
    }
    HostAndPort named = split_port(entry);
    if (named.host.starts_with('.')) {
        named.host.erase(0, 1);
    }
    if (named.host.empty() || (!named.port.empty() && named.port != url.port)) {
        return false;
    }
    if (address) {
        return to_address(named.host) == address;
    }
    return host == named.host || host.ends_with("." + named.host);
}

}  // namespace

std::string Proxy::name() const {
    return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + port;
}

Result<Proxy> parse_proxy(std::string_view text) {
    if (const auto scheme = text.find("://"); scheme != std::string_view::npos) {
        if (lowered(text.substr(0, scheme)) != "http") {
            return fail(ErrorCode::unsupported, "only proxies of the form http://host:port");
        }
        text.remove_prefix(scheme + 3);
    }
    Proxy proxy;
    if (const auto at = text.rfind('@'); at != std::string_view::npos) {
        const std::string_view user = text.substr(0, at);
        const auto colon = std::min(user.find(':'), user.size());
        const auto name = percent_decoded(user.substr(0, colon));
        const auto password = percent_decoded(user.substr(std::min(colon + 1, user.size())));
        if (!name || !password) {
            return fail(ErrorCode::invalid_argument, "a % in user name or password is %25");
        }
        proxy.credentials = *name + ":" + *password;
        text.remove_prefix(at + 1);
    }
    HostAndPort where = split_port(text.substr(0, text.find('/')));
    const bool printable =
        std::ranges::all_of(where.host, [](char c) { return c > ' ' && c < 127; });
    if (where.host.empty() || !printable || text.size() > max_proxy_bytes) {
        return fail(ErrorCode::invalid_argument, "no usable host and port");
    }
    proxy.host = std::move(where.host);
    proxy.port = where.port.empty() ? default_port : std::move(where.port);
    return proxy;
}

DirectHosts::DirectHosts(std::string_view list) {
    list = list.substr(0, max_list_bytes);
    std::string entry;
    const auto add = [&] {
        if (!entry.empty()) {
            entries_.push_back(std::exchange(entry, {}));
        }
    };
    for (const char c : list) {
        if (c == ',' || c == ' ' || c == '\t') {
            add();
        } else {
            entry += c;
        }
    }
    add();
}

bool DirectHosts::contains(const Url& url) const {
    return std::ranges::any_of(entries_,
                               [&](const std::string& entry) { return matches(entry, url); });
}

ProxyRules::Chosen ProxyRules::choose(const Variables& variables, const char* lower,
                                      const char* upper) {
    for (const char* const name : {lower, upper}) {
        const std::string value = variables(name);
        if (value.empty()) {
            continue;
        }
        auto proxy = parse_proxy(value);
        if (!proxy) {
            return fail(proxy.error().code, std::string(name) + ": " + proxy.error().message);
        }
        return std::optional(std::move(*proxy));
    }
    return std::optional<Proxy>{};
}

ProxyRules ProxyRules::from(const Variables& variables) {
    ProxyRules rules;
    rules.for_tls_ = choose(variables, "https_proxy", "HTTPS_PROXY");
    rules.for_plain_ = choose(variables, "http_proxy", "HTTP_PROXY");
    const std::string lower = variables("no_proxy");
    rules.direct_ = DirectHosts(lower.empty() ? variables("NO_PROXY") : lower);
    return rules;
}

ProxyRules ProxyRules::from_environment() {
    return from([](const char* name) {
        const char* const value = std::getenv(name);
        return value == nullptr ? std::string{} : std::string(value);
    });
}

ProxyRules ProxyRules::fixed(Proxy proxy, std::string_view direct) {
    ProxyRules rules;
    rules.for_tls_ = std::optional(proxy);
    rules.for_plain_ = std::optional(std::move(proxy));
    rules.direct_ = DirectHosts(direct);
    return rules;
}

Result<std::optional<Proxy>> ProxyRules::for_url(const Url& url) const {
    if (direct_.contains(url)) {
        return std::optional<Proxy>{};
    }
    if (url.tls) {
        return for_tls_;
    }
    const bool elsewhere = for_plain_ && *for_plain_ && !is_loopback_host((*for_plain_)->host);
    return elsewhere ? Chosen(std::optional<Proxy>{}) : for_plain_;
}

}  // namespace emojiscope::slack
