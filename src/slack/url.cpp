#include "emojiscope/slack/url.hpp"

#include "emojiscope/core/text.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>

namespace emojiscope::slack {
namespace {

constexpr std::size_t max_url_bytes = 8192;
constexpr std::size_t max_shown_bytes = 200;

std::string lowered(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// `text` as far as it may stand in a log: scheme and host. What follows is a secret in Slack's
/// URLs (of a response_url the path, of a socket the query), and so is a password before an @.
std::string shown(std::string_view text) {
    const auto scheme = text.find("://");
    const std::size_t from = scheme == std::string_view::npos ? 0 : scheme + 3;
    const auto end = std::min(text.find_first_of("/?#\\", from), text.size());
    std::string_view host = text.substr(from, end - from);
    if (const auto at = host.rfind('@'); at != std::string_view::npos) {
        host.remove_prefix(at + 1);
    }
    const std::string whole = std::string(text.substr(0, from)) + std::string(host);
    return one_line(truncate_utf8(whole, max_shown_bytes));
}

Error bad_url(std::string_view text, const std::string& why) {
    return fail(ErrorCode::invalid_argument, "URL " + shown(text) + ": " + why);
}

/// `port` becomes the number in `digits` without leading zeros. False: no port that one can dial.
bool read_port(std::string_view digits, std::string& port) {
    std::uint16_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, number);
    port = std::to_string(number);
    return error == std::errc{} && stopped == end && number != 0;
}

/// Of names as resolvers take them, and of addresses: nothing that would end a line or a word of a
/// request, no zone, no second way to write a letter.
bool is_plain_host(std::string_view host) {
    return std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_' || c == ':';
    });
}

bool is_slack_host(std::string_view host) {
    return host == "slack.com" || host.ends_with(".slack.com");
}

}  // namespace

std::string Url::authority() const {
    const bool usual = port == (tls ? "443" : "80");
    const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return usual ? name : name + ":" + port;
}

bool Url::same_origin(const Url& other) const {
    return tls == other.tls && host == other.host && port == other.port;
}

bool is_loopback_host(std::string_view host) {
    if (host == "localhost") {
        return true;
    }
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(std::string(host), error);
    return !error && address.is_loopback();
}

Result<Url> parse_url(std::string_view text) {
    if (text.size() > max_url_bytes) {
        return bad_url(text, "too long");
    }
    const auto parsed = boost::urls::parse_uri(boost::urls::string_view(text.data(), text.size()));
    if (!parsed) {
        return bad_url(text, "not a URL");
    }
    const boost::urls::url_view& view = *parsed;
    const std::string scheme = lowered(std::string(view.scheme()));
    if (scheme != "https" && scheme != "wss" && scheme != "http" && scheme != "ws") {
        return bad_url(text, "not http(s) or ws(s)");
    }
    if (view.has_userinfo()) {
        return bad_url(text, "a user name in a URL is refused");
    }
    Url url;
    url.tls = scheme == "https" || scheme == "wss";
    url.host = lowered(std::string(view.host_address()));
    url.port = url.tls ? "443" : "80";
    if (view.has_port() && !view.port().empty() && !read_port(view.port(), url.port)) {
        return bad_url(text, "no usable port");
    }
    url.target = std::string(view.encoded_path());
    if (url.target.empty()) {
        url.target = "/";
    }
    // Boost.URL 1.81 takes what it cannot read of the authority ("127.0.0.1" of
    // "127.0.0.1.example.com", "443" of "443evil.com") as a path without a slash.
    if (url.host.empty() || url.target.front() != '/') {
        return bad_url(text, "no usable host");
    }
    if (!is_plain_host(url.host) || view.encoded_host().find('%') != std::string::npos) {
        return bad_url(text, "no usable host");
    }
    if (view.has_query()) {
        url.target += "?" + std::string(view.encoded_query());
    }
    if (!url.tls && !is_loopback_host(url.host)) {
        return bad_url(text, "plain " + scheme + " is accepted for loopback only");
    }
    return url;
}

bool may_send_token(const Url& api, const Url& to) {
    if (to.same_origin(api)) {
        return true;
    }
    return api.tls && to.tls && is_slack_host(api.host) && is_slack_host(to.host);
}

}  // namespace emojiscope::slack
