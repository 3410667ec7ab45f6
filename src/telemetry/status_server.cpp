#include "emojiscope/telemetry/status_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <exception>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace emojiscope::telemetry {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

/// Read and thrown away of what still comes after an answer that ends the connection: else the
/// system would take the answer back together with it.
constexpr std::size_t most_thrown_away = std::size_t{64} * 1024;

constexpr std::chrono::seconds pause_after_failure{1};

constexpr const char* no_body = "a request here has no body";
constexpr const char* plain_text = "text/plain; charset=utf-8";
constexpr const char* exposition_format = "text/plain; version=0.0.4; charset=utf-8";

struct Answer {
    http::status status = http::status::ok;
    std::string content_type = plain_text;
    std::string body;
};

Answer refusal(http::status status, const char* why) {
    return {status, plain_text, std::string(why) + "\n"};
}

Answer health_page(const Health& health) {
    if (health.good) {
        return {http::status::ok, plain_text, "ok\n"};
    }
    return {http::status::service_unavailable, plain_text, health.why + "\n"};
}

Answer page_at(std::string_view target, const StatusPages& pages) {
    const std::string_view path = target.substr(0, target.find('?'));
    if (path == "/healthz") {
        return health_page(pages.alive());
    }
    if (path == "/readyz") {
        return health_page(pages.ready());
    }
    if (path == "/metrics") {
        return {http::status::ok, exposition_format, pages.metrics()};
    }
    if (path == "/") {
        return {http::status::ok, plain_text, "/healthz\n/readyz\n/metrics\n"};
    }
    return refusal(http::status::not_found, "there are /healthz, /readyz and /metrics");
}

/// What is said of a request that cannot be read; nothing if nobody would hear it.
std::optional<Answer> answer_to_broken(const error_code& error) {
    static const auto& of_http = http::make_error_code(http::error::bad_method).category();
    if (error.category() != of_http || error == http::error::end_of_stream ||
        error == http::error::partial_message) {
        return std::nullopt;
    }
    if (error == http::error::header_limit) {
        return refusal(http::status::request_header_fields_too_large, "the header is too large");
    }
    if (error == http::error::body_limit) {
        return refusal(http::status::payload_too_large, no_body);
    }
    return refusal(http::status::bad_request, "this is no HTTP request");
}

template <class Body>
void set_fields(http::response<Body>& response, const Answer& answer, bool keep_alive) {
    response.set(http::field::content_type, answer.content_type);
    response.set(http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    if (answer.status == http::status::method_not_allowed) {
        response.set(http::field::allow, "GET, HEAD");
    }
    response.content_length(answer.body.size());
    response.keep_alive(keep_alive);
}

}  // namespace

bool is_loopback_address(const std::string& address) {
    error_code error;
    const auto parsed = asio::ip::make_address(address, error);
    return !error && parsed.is_loopback();
}

struct StatusServer::Impl : std::enable_shared_from_this<Impl> {
    Impl(const asio::any_io_executor& executor, StatusPages pages_in,
         const StatusServerOptions& options_in)
        : pages(std::move(pages_in)), options(options_in), acceptor(executor), pause(executor) {}

    StatusPages pages;
    StatusServerOptions options;
    tcp::acceptor acceptor;
    asio::steady_timer pause;
    std::set<beast::tcp_stream*> open;
    bool stopped = false;

    Result<void> bind() {
        const std::string place = options.address + ", port " + std::to_string(options.port);
        error_code error;
        const auto address = asio::ip::make_address(options.address, error);
        if (error) {
            return fail(ErrorCode::invalid_argument,
                        "status.address '" + options.address + "' is no IP address");
        }
        const tcp::endpoint endpoint(address, options.port);
        const auto step = [&](auto&& act) {
            if (!error) {
                act();
            }
        };
        step([&] { acceptor.open(endpoint.protocol(), error); });
        step([&] { acceptor.set_option(tcp::acceptor::reuse_address(true), error); });
        step([&] { acceptor.bind(endpoint, error); });
        step([&] { acceptor.listen(asio::socket_base::max_listen_connections, error); });
        if (error) {
            return fail(ErrorCode::io, "the status page cannot be served at " + place + ": " +
                                           error.message() +
                                           " (see status.address and status.port)");
        }
        return {};
    }

    void stop() {
        stopped = true;
        error_code ignored;
        acceptor.close(ignored);
        pause.cancel();
        for (beast::tcp_stream* stream : open) {
            stream->close();
        }
    }

    asio::awaitable<void> accept_all() {
        const auto self = shared_from_this();
        while (!stopped) {
            auto [error, socket] = co_await acceptor.async_accept(as_tuple);
            if (stopped) {
                co_return;
            }
            if (error) {  // no descriptors left, say
                pause.expires_after(pause_after_failure);
                co_await pause.async_wait(as_tuple);
                continue;
            }
            if (open.size() >= options.max_connections) {
                continue;  // closed with the socket
            }
            asio::co_spawn(acceptor.get_executor(), serve(std::move(socket)), asio::detached);
        }
    }

    asio::awaitable<void> serve(tcp::socket socket) {
        const auto self = shared_from_this();
        beast::tcp_stream stream(std::move(socket));
        const auto leave = [this](beast::tcp_stream* gone) { open.erase(gone); };
        open.insert(&stream);
        const std::unique_ptr<beast::tcp_stream, decltype(leave)> place(&stream, leave);
        beast::flat_buffer buffer(options.max_header_bytes + most_thrown_away);
        bool more = true;
        for (int left = options.max_requests; more && left > 0; --left) {
            more = co_await serve_one(stream, buffer, left > 1);
        }
        co_await part(stream, buffer);
    }

    /// True if the connection may be used for another request.
    asio::awaitable<bool> serve_one(beast::tcp_stream& stream, beast::flat_buffer& buffer,
                                    bool may_stay) {
        stream.expires_after(options.request_time);
        http::request_parser<http::empty_body> parser;
        parser.header_limit(options.max_header_bytes);
        auto [error, bytes] = co_await http::async_read_header(stream, buffer, parser, as_tuple);
        if (stopped) {
            co_return false;
        }
        if (error) {
            const auto last_word = answer_to_broken(error);
            if (last_word) {
                co_await send(stream, *last_word, false, false);
            }
            co_return false;
        }
        const auto& request = parser.get();
        const bool head = request.method() == http::verb::head;
        Answer answer;
        bool stays = false;
        if (!head && request.method() != http::verb::get) {
            answer = refusal(http::status::method_not_allowed, "only GET and HEAD");
        } else if (!parser.is_done()) {
            answer = refusal(http::status::payload_too_large, no_body);
        } else {
            answer = look_up(request.target());
            stays = may_stay && request.keep_alive();
        }
        const bool sent = co_await send(stream, answer, head, stays);
        co_return sent&& stays;
    }

    [[nodiscard]] Answer look_up(std::string_view target) const {
        try {
            return page_at(target, pages);
        } catch (const std::exception&) {
            return refusal(http::status::internal_server_error, "this page cannot be made");
        }
    }

    static asio::awaitable<bool> send(beast::tcp_stream& stream, const Answer& answer, bool head,
                                      bool keep_alive) {
        error_code error;
        if (head) {
            http::response<http::empty_body> response(answer.status, 11);
            set_fields(response, answer, keep_alive);
            auto [failed, bytes] = co_await http::async_write(stream, response, as_tuple);
            error = failed;
        } else {
            http::response<http::string_body> response(answer.status, 11);
            response.body() = answer.body;
            set_fields(response, answer, keep_alive);
            auto [failed, bytes] = co_await http::async_write(stream, response, as_tuple);
            error = failed;
        }
        co_return !error;
    }

    /// Lets the last answer arrive, within the time of the last request.
    asio::awaitable<void> part(beast::tcp_stream& stream, beast::flat_buffer& buffer) const {
        if (stopped) {
            co_return;
        }
        error_code error;
        stream.socket().shutdown(tcp::socket::shutdown_send, error);
        std::size_t thrown_away = 0;
        while (!error && thrown_away < most_thrown_away && !stopped) {
            buffer.clear();
            auto [failed, bytes] = co_await stream.async_read_some(buffer.prepare(4096), as_tuple);
            error = failed;
            thrown_away += bytes;
        }
    }
};

StatusServer::StatusServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

StatusServer::~StatusServer() {
    stop();
}

Result<std::unique_ptr<StatusServer>> StatusServer::listen(const asio::any_io_executor& executor,
                                                           StatusPages pages,
                                                           const StatusServerOptions& options) {
    auto impl = std::make_shared<Impl>(executor, std::move(pages), options);
    if (auto bound = impl->bind(); !bound) {
        return bound.error();
    }
    asio::co_spawn(executor, impl->accept_all(), asio::detached);
    return std::unique_ptr<StatusServer>(new StatusServer(std::move(impl)));
}

void StatusServer::stop() {
    impl_->stop();
}

std::uint16_t StatusServer::port() const {
    error_code error;
    return impl_->acceptor.local_endpoint(error).port();
}

}  // namespace emojiscope::telemetry
