#include "emojiscope/slack/http_client.hpp"

#include "net_errors.hpp"
#include "net_stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/http/span_body.hpp>

#include <algorithm>
#include <cctype>
#include <optional>

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

/// Slack's front ends close idle connections after some tens of seconds.
constexpr std::chrono::seconds keep_idle{15};
constexpr std::size_t max_idle_per_origin = 8;
/// Each has a file descriptor; lists that are imported may name thousands of hosts.
constexpr std::size_t max_idle = 64;
constexpr std::uint32_t max_header_bytes = 32 * 1024;
/// Of what was read and is not understood yet: the header, the line before a chunk with all its
/// extensions, the trailer. The parser itself bounds the first of these alone.
constexpr std::size_t max_unparsed_bytes = std::size_t{2} * max_header_bytes;

std::string pool_of(const HttpRequest& request) {
    const bool public_only = request.addresses == Addresses::public_only;
    return (request.url.tls ? "s " : "p ") + request.url.host + " " + request.url.port +
           (public_only ? " public" : "");
}

std::string_view without_leading_space(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);  // a byte order mark
    }
    return text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
}

bool starts_with_word(std::string_view text, std::string_view lower) {
    return beast::iequals(text.substr(0, lower.size()), lower);
}

/// Refers to the request's body.
http::request<http::span_body<const char>> to_beast(const HttpRequest& request) {
    const auto verb =
        request.method == HttpRequest::Method::get ? http::verb::get : http::verb::post;
    http::request<http::span_body<const char>> message{verb, request.url.target, 11};
    message.set(http::field::host, request.url.authority());
    message.set(http::field::user_agent, "emojiscope");
    message.set(http::field::accept_encoding, "identity");
    if (!request.bearer.empty()) {
        message.set(http::field::authorization, "Bearer " + request.bearer);
    }
    if (!request.content_type.empty()) {
        message.set(http::field::content_type, request.content_type);
    }
    const std::string& body = request.shared_body ? *request.shared_body : request.body;
    message.body() = {body.data(), body.size()};
    message.prepare_payload();
    return message;
}

HttpResponse from_beast(http::response<http::string_body>&& message) {
    HttpResponse response;
    response.status = message.result_int();
    for (const auto& field : message) {
        std::string name(field.name_string());
        std::ranges::transform(name, name.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        response.headers.emplace(std::move(name), std::string(field.value()));
    }
    response.body = std::move(message.body());
    return response;
}

struct Exchange {
    error_code error;
    bool answered = false;  ///< at least one byte of a response came
    bool keep_alive = false;
    HttpResponse response;
};

asio::awaitable<Exchange> exchange(NetStream& stream, const HttpRequest& request) {
    Exchange result;
    auto message = to_beast(request);
    const auto until =
        std::min(request.deadline, std::chrono::steady_clock::now() + request.timeout);
    stream.next_layer().expires_at(until);
    auto [write_error, written] = co_await http::async_write(stream, message, as_tuple);
    if (write_error) {
        result.error = write_error;
        co_return result;
    }
    beast::flat_buffer buffer(max_unparsed_bytes);
    http::response_parser<http::string_body> parser;
    parser.body_limit(request.max_response_bytes);
    parser.header_limit(max_header_bytes);
    parser.eager(true);
    while (!result.error && !parser.is_done()) {
        auto [read_error, read] = co_await http::async_read_some(stream, buffer, parser, as_tuple);
        result.answered = result.answered || read > 0 || buffer.size() > 0;
        result.error = read_error;
        // The stream's own timer does not fire for a peer that always has a byte ready.
        if (!read_error && !parser.is_done() && std::chrono::steady_clock::now() >= until) {
            result.error = beast::error::timeout;
        }
    }
    if (!result.error) {
        result.keep_alive = parser.get().keep_alive();
        result.response = from_beast(parser.release());
    }
    co_return result;
}

}  // namespace

std::string_view HttpResponse::header(std::string_view name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

HttpClient::HttpClient(std::shared_ptr<Dialer> dialer) : dialer_(std::move(dialer)) {}
HttpClient::~HttpClient() = default;

bool is_web_page(const HttpResponse& response) {
    const std::string_view body = without_leading_space(response.body);
    return starts_with_word(body, "<!doctype html") || starts_with_word(body, "<html") ||
           (starts_with_word(response.header("content-type"), "text/html") &&
            (body.empty() || body.front() == '<'));
}

std::unique_ptr<NetStream> HttpClient::take_idle(const std::string& pool) {
    const auto found = idle_.find(pool);
    const auto now = std::chrono::steady_clock::now();
    while (found != idle_.end() && !found->second.empty()) {
        Idle last = std::move(found->second.back());
        found->second.pop_back();
        if (now - last.since < keep_idle) {
            return std::move(last.stream);
        }
    }
    return nullptr;
}

void HttpClient::keep(const std::string& pool, std::unique_ptr<NetStream> stream) {
    const auto now = std::chrono::steady_clock::now();
    std::size_t kept = 0;
    for (auto& [name, idle] : idle_) {
        std::erase_if(idle, [&](const Idle& one) { return now - one.since >= keep_idle; });
        kept += idle.size();
    }
    std::erase_if(idle_, [](const auto& entry) { return entry.second.empty(); });
    if (kept >= max_idle) {
        idle_.clear();
    }
    auto& idle = idle_[pool];
    if (idle.size() >= max_idle_per_origin) {
        idle.erase(idle.begin());
    }
    stream->next_layer().expires_never();
    idle.push_back({std::move(stream), now});
}

asio::awaitable<Result<HttpResponse>> HttpClient::send(HttpRequest request) {
    const std::string pool = pool_of(request);
    for (;;) {
        std::unique_ptr<NetStream> stream = take_idle(pool);
        const bool reused = stream != nullptr;
        if (!reused) {
            auto dialled = co_await dialer_->dial(request.url, request.deadline, request.addresses);
            if (!dialled) {
                co_return dialled.error();
            }
            stream = std::move(*dialled);
        }
        Exchange done = co_await exchange(*stream, request);
        if (!done.error) {
            if (done.keep_alive) {
                keep(pool, std::move(stream));
            }
            co_return std::move(done.response);
        }
        const bool timed_out = done.error == beast::error::timeout;
        if (reused && !done.answered && !timed_out) {
            continue;
        }
        if (done.error == http::error::header_limit || done.error == http::error::buffer_overflow) {
            co_return fail(ErrorCode::too_large,
                           request.url.authority() + ": the answer's header is too large");
        }
        co_return net_error(request.url, "the request", done.error);
    }
}

}  // namespace emojiscope::slack
