// Pictures and files: who gets the token, and what is no picture.
#include "emojiscope/slack/web_api.hpp"

namespace emojiscope::slack {

namespace {

namespace asio = boost::asio;
using Bytes = std::vector<std::uint8_t>;

Result<Bytes> read_download(const std::string& host, const HttpResponse& response) {
    if (response.status != 200) {
        const auto code = response.status >= 500 ? ErrorCode::network : ErrorCode::not_found;
        return fail(code, host + ": the download was answered with status " +
                              std::to_string(response.status));
    }
    if (response.header("content-type").starts_with("text/html")) {
        // What Slack sends instead of a file when the token may not read it.
        return fail(ErrorCode::not_found,
                    host +
                        ": the download gave a web page in place of the file (is the scope "
                        "files:read granted?)");
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
            response ? read_download(host, *response) : Result<Bytes>(response.error());
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
    if (is_loopback_host(parsed->host) && !is_loopback_host(base_.host)) {
        co_return fail(ErrorCode::invalid_argument,
                       parsed->authority() + ": a picture on this machine is not fetched");
    }
    HttpRequest request;
    request.url = std::move(*parsed);
    request.max_response_bytes = max_bytes;
    co_return co_await download(std::move(request));
}

asio::awaitable<Result<Bytes>> WebApi::download_private(std::string url, std::size_t max_bytes) {
    auto parsed = parse_url(url);
    if (!parsed) {
        co_return parsed.error();
    }
    if (!may_send_token(base_, *parsed)) {
        co_return fail(ErrorCode::invalid_argument,
                       parsed->authority() + ": the token is not sent to this host");
    }
    HttpRequest request;
    request.url = std::move(*parsed);
    request.bearer = options_.bot_token;
    request.max_response_bytes = max_bytes;
    co_return co_await download(std::move(request));
}

}  // namespace emojiscope::slack
