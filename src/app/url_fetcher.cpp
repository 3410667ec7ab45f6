#include "emojiscope/app/url_fetcher.hpp"

#include "emojiscope/image/limits.hpp"
#include "emojiscope/slack/http_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <exception>
#include <optional>
#include <utility>

namespace emojiscope::app {

namespace asio = boost::asio;

struct UrlFetcher::Impl {
    Impl(slack::DialerOptions dialing_in, slack::DownloadRules rules_in)
        : dialing(std::move(dialing_in)), rules(std::move(rules_in)) {}

    slack::DialerOptions dialing;
    slack::DownloadRules rules;
    std::atomic<bool> stopped{false};
    asio::io_context io;
    std::unique_ptr<slack::HttpClient> http;

    Result<void> prepare() {
        if (http) {
            return {};
        }
        auto dialer = slack::Dialer::create(io.get_executor(), dialing);
        if (!dialer) {
            return dialer.error();
        }
        http = std::make_unique<slack::HttpClient>(*dialer);
        return {};
    }
};

UrlFetcher::UrlFetcher(slack::DialerOptions dialing, slack::DownloadRules rules)
    : impl_(std::make_unique<Impl>(std::move(dialing), std::move(rules))) {}
UrlFetcher::~UrlFetcher() = default;

Result<std::vector<std::uint8_t>> UrlFetcher::fetch(const std::string& url) {
    auto parsed = slack::parse_url(url);
    if (!parsed) {
        return parsed.error();
    }
    const auto addresses = impl_->rules.check(*parsed);
    if (!addresses) {
        return addresses.error();
    }
    if (auto ready = impl_->prepare(); !ready) {
        return ready.error();
    }
    slack::HttpRequest request;
    request.url = *parsed;
    request.addresses = *addresses;
    request.max_response_bytes = image::default_max_bytes;
    std::optional<Result<slack::HttpResponse>> response;
    asio::co_spawn(impl_->io, impl_->http->send(std::move(request)),
                   [&](const std::exception_ptr& thrown, Result<slack::HttpResponse> result) {
                       if (!thrown) {
                           response = std::move(result);
                       }
                   });
    impl_->io.restart();
    // A stop from here on ends the loop; one from before `restart` shows here.
    while (!impl_->stopped && !response && impl_->io.run_one() > 0) {
    }
    if (impl_->stopped) {
        return fail(ErrorCode::cancelled, "the download was stopped");
    }
    if (!response) {
        return fail(ErrorCode::internal, "the download stopped on an internal error");
    }
    if (!*response) {
        return response->error();
    }
    if (const unsigned status = (*response)->status; status != 200) {
        const ErrorCode code = status == 429   ? ErrorCode::rate_limited
                               : status >= 500 ? ErrorCode::network
                                               : ErrorCode::not_found;
        return fail(code, parsed->authority() + " answered with status " + std::to_string(status));
    }
    if (slack::is_web_page(**response)) {
        return fail(ErrorCode::not_found,
                    parsed->authority() + ": a web page came in place of the file");
    }
    const std::string& body = (*response)->body;
    return std::vector<std::uint8_t>(body.begin(), body.end());
}

void UrlFetcher::stop() {
    impl_->stopped = true;
    impl_->io.stop();
}

}  // namespace emojiscope::app
