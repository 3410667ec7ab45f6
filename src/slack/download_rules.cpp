#include "emojiscope/slack/download_rules.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace emojiscope::slack {
namespace {

constexpr const char* https_port = "443";
/// Of a host in an error.
constexpr std::size_t shown_bytes = 200;

std::string shown(const Url& url) {
    return one_line(truncate_utf8(url.authority(), shown_bytes));
}

/// "2130706433", "0x7f.1", "127.0.0.1.": resolvers read such names as addresses, each in its way.
/// https://url.spec.whatwg.org/#ends-in-a-number-checker
bool is_odd_address(std::string_view host) {
    boost::system::error_code error;
    boost::asio::ip::make_address(std::string(host), error);
    if (!error) {
        return false;
    }
    if (host.ends_with('.')) {
        host.remove_suffix(1);
    }
    std::string_view last = host.substr(host.rfind('.') + 1);
    const bool hex = last.starts_with("0x");
    if (hex) {
        last.remove_prefix(2);
    }
    return std::ranges::all_of(
        last, [&](char c) { return (c >= '0' && c <= '9') || (hex && c >= 'a' && c <= 'f'); });
}

}  // namespace

std::vector<std::string> slack_download_hosts() {
    return {"emoji.slack-edge.com", "a.slack-edge.com", "files.slack.com"};
}

DownloadRules DownloadRules::for_workspace(Url api, std::vector<std::string> hosts) {
    DownloadRules rules;
    rules.api_ = std::move(api);
    rules.hosts_ = std::move(hosts);
    return rules;
}

DownloadRules DownloadRules::for_imports() {
    return {};
}

Result<Addresses> DownloadRules::check_import(const Url& to) const {
    if (is_loopback_host(to.host)) {
        return Addresses::any;
    }
    if (is_odd_address(to.host)) {
        return fail(ErrorCode::invalid_argument,
                    shown(to) + ": neither a name nor an address in its usual form");
    }
    return Addresses::public_only;
}

Result<Addresses> DownloadRules::check(const Url& to) const {
    if (!api_) {
        return check_import(to);
    }
    if (to.same_origin(*api_)) {
        return Addresses::any;
    }
    const bool local_api = is_loopback_host(api_->host);
    const bool encrypted = to.tls || !api_->tls;  // parse_url has refused plain http elsewhere
    if (local_api && is_loopback_host(to.host) && encrypted) {
        return Addresses::any;
    }
    const bool named = to.host == api_->host || std::ranges::find(hosts_, to.host) != hosts_.end();
    if (!named) {
        return fail(ErrorCode::invalid_argument,
                    shown(to) +
                        ": nothing is downloaded from this host; if it is right, add it to "
                        "slack.download_hosts");
    }
    if (!to.tls || to.port != https_port) {
        return fail(ErrorCode::invalid_argument,
                    shown(to) + ": only https on port 443 is downloaded from");
    }
    return local_api ? Addresses::any : Addresses::public_only;
}

}  // namespace emojiscope::slack
