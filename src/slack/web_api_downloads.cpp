// Pictures and files: who gets the token, and what is no picture.
#include "emojiscope/slack/web_api.hpp"

namespace emojiscope::slack {

namespace asio = boost::asio;

asio::awaitable<Result<std::vector<std::uint8_t>>> WebApi::download(HttpRequest request) {
    const std::string host = request.url.authority();
    const std::string line = "downloads from " + host;
    auto response = co_await send_patiently(line, request);
    for (int tries = 1;; ++tries) {
        Error error;
        if (!response) {
            error = response.error();
        } else if (response->status >= 500) {
            error = fail(ErrorCode::network, host + ": the download was answered with status " +
                                                 std::to_string(response->status));
        } else {
            break;
        }
        if (!co_await pause_before_retry(error, tries, request.deadline)) {
            co_return error;
        }
        response = co_await send_patiently(line, request);
    }
    if (response->status != 200) {
        co_return fail(ErrorCode::not_found, host + ": the download was answered with status " +
                                                 std::to_string(response->status));
    }
    if (response->header("content-type").starts_with("text/html")) {
        // What Slack sends instead of a file when the token may not read it.
        co_return fail(ErrorCode::not_found,
                       host +
                           ": the download gave a web page in place of the file (is the scope "
                           "files:read granted?)");
    }
    co_return std::vector<std::uint8_t>(response->body.begin(), response->body.end());
}

asio::awaitable<Result<std::vector<std::uint8_t>>> WebApi::download_public(std::string url,
                                                                           std::size_t max_bytes) {
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

asio::awaitable<Result<std::vector<std::uint8_t>>> WebApi::download_private(std::string url,
                                                                            std::size_t max_bytes) {
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
