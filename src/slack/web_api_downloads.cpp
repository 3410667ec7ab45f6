// Pictures and files: who gets the token, and what is no picture.
#include "emojiscope/slack/web_api.hpp"

namespace emojiscope::slack {

namespace {

namespace asio = boost::asio;
using Bytes = std::vector<std::uint8_t>;

/// What Slack sends instead of a file when the token may not read it: to sign in, on the spot or by
/// a redirect.
std::string no_file(const HttpRequest& request, const std::string& what) {
    return request.url.authority() + ": " + what + " came in place of the file" +
           (request.bearer.empty() ? "" : " (is the scope files:read granted?)");
}

Result<Bytes> read_download(const HttpRequest& request, const HttpResponse& response) {
    if (response.status >= 300 && response.status < 400) {
        return fail(ErrorCode::not_found, no_file(request, "a redirect, which is not followed,"));
    }
    if (response.status != 200) {
        const auto code = response.status >= 500 ? ErrorCode::network : ErrorCode::not_found;
        return fail(code, request.url.authority() + ": the download was answered with status " +
                              std::to_string(response.status));
    }
    if (is_web_page(response)) {
        return fail(ErrorCode::not_found, no_file(request, "a web page"));
    }
    return Bytes(response.body.begin(), response.body.end());
}

}  // namespace

asio::awaitable<Result<Bytes>> WebApi::download(HttpRequest request) {
    const std::string host = request.url.authority();
    for (int tries = 1;; ++tries) {
        const auto response =
            co_await send_patiently("downloads from " + host, call_download, request);
        Result<Bytes> bytes =
            response ? read_download(request, *response) : Result<Bytes>(response.error());
        note(call_download, bytes);
        if (bytes && options_.observer != nullptr) {
            options_.observer->downloaded(bytes->size());
        }
        if (bytes) {
            co_return bytes;
        }
        const Error error = bytes.error();
        const bool again = co_await pause_before_retry(error, tries, request.deadline);
        if (!again) {
            co_return bytes;
        }
    }
}

asio::awaitable<Result<Bytes>> WebApi::download_public(std::string url, std::size_t max_bytes) {
    auto parsed = parse_url(url);
    if (!parsed) {
        co_return parsed.error();
    }
    const auto addresses = downloads_.check(*parsed);
    if (!addresses) {
        co_return addresses.error();
    }
    HttpRequest request;
    request.addresses = *addresses;
    request.timeout = options_.download_timeout;
    request.url = std::move(*parsed);
    request.max_response_bytes = max_bytes;
    co_return co_await download(std::move(request));
}

asio::awaitable<Result<Bytes>> WebApi::download_private(std::string url, std::size_t max_bytes) {
    auto parsed = parse_url(url);
    if (!parsed) {
        co_return parsed.error();
    }
    const auto addresses = downloads_.check(*parsed);
    if (!addresses) {
        co_return addresses.error();
    }
    if (!may_send_token(base_, *parsed)) {
        co_return fail(ErrorCode::invalid_argument,
                       parsed->authority() + ": the token is not sent to this host");
    }
    HttpRequest request;
    request.addresses = *addresses;
    request.timeout = options_.download_timeout;
    request.url = std::move(*parsed);
    request.bearer = options_.bot_token;
    request.max_response_bytes = max_bytes;
    co_return co_await download(std::move(request));
}

}  // namespace emojiscope::slack
