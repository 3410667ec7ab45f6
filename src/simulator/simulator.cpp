#include "emojiscope/simulator/simulator.hpp"

#include "control.hpp"
#include "faulty_answer.hpp"
#include "page.hpp"
#include "socket.hpp"
#include "tls_contexts.hpp"
#include "web_api.hpp"

#include "emojiscope/core/text.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <optional>
#include <thread>
#include <tuple>

namespace emojiscope::simulator {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

constexpr std::uint64_t max_body_bytes = std::uint64_t{8} * 1024 * 1024;
constexpr std::uint64_t max_upload_bytes = std::uint64_t{64} * 1024 * 1024;  // the bot's own files
constexpr std::chrono::seconds http_timeout{90};       // longer than the longest long poll
constexpr std::chrono::seconds discard_time{2};        // for the rest of a body that was refused
constexpr std::chrono::milliseconds accept_pause{50};  // after a failure, e.g. too many open files

const char* const page_policy =
    "default-src 'self'; img-src * data: blob:; script-src 'self'; style-src 'self'; "
    "frame-ancestors 'none'";

/// Names under which a browser may reach us; others are DNS rebinding.
bool is_loopback_authority(std::string_view authority) {
    const bool bracketed = authority.starts_with('[');
    const auto end = bracketed ? authority.find(']') : authority.find(':');
    const std::string_view host =
        bracketed ? authority.substr(1, end == std::string_view::npos ? 0 : end - 1)
                  : authority.substr(0, end);
    std::string_view rest = end == std::string_view::npos ? "" : authority.substr(end);
    rest.remove_prefix(bracketed && !rest.empty() ? 1 : 0);
    if (!rest.empty() && !rest.starts_with(':')) {
        return false;
    }
    // A name that begins with 127. may be anybody's: only an address is one.
    boost::system::error_code error;
    const auto address = asio::ip::make_address(std::string(host), error);
    return (!bracketed && host == "localhost") || (!error && address.is_loopback());
}

/// The parts, and the thread that they share. Its connections end when it is destroyed.
class Server {
public:
    explicit Server(const Options& options)
        : options_(options),
          state_(options),
          surfaces_(options, state_),
          hub_(io_.get_executor(), options, state_, surfaces_, [this] { control_.changed(); }),
          api_(options, state_, surfaces_, hub_, [this] { control_.changed(); }),
          control_(io_.get_executor(), options, state_, surfaces_, hub_, api_),
          acceptor_(io_) {}

    Result<void> start() {
        if (auto loaded = state_.load(); !loaded) {
            return loaded;
        }
        if (options_.tls) {
            auto contexts = make_tls_contexts(options_.certificate_file);
            if (!contexts) {
                return contexts.error();
            }
            tls_ = std::move(*contexts);
        }
        if (auto listening = listen(); !listening) {
            return listening;
        }
        asio::co_spawn(io_, accept_loop(), asio::detached);
        thread_ = std::thread([this] { io_.run(); });
        return {};
    }

    void stop() {
        if (!thread_.joinable()) {
            return;
        }
        asio::post(io_, [this] {
            boost::system::error_code ignored;
            acceptor_.close(ignored);
            control_.stop();
            hub_.stop();
            // A moment for the close frames; then whatever is left is cut.
            auto limit = std::make_shared<asio::steady_timer>(io_, std::chrono::milliseconds(500));
            limit->async_wait([this, limit](const auto&) { io_.stop(); });
        });
        thread_.join();
    }

    [[nodiscard]] const std::string& origin() const { return origin_; }

private:
    Result<void> listen() {
        boost::system::error_code error;
        const auto address = asio::ip::make_address(options_.address, error);
        if (error || !address.is_loopback()) {
            return fail(ErrorCode::invalid_argument,
                        "the local Slack listens on a loopback address only, not on " +
                            one_line(options_.address));
        }
        const tcp::endpoint wanted(address, options_.port);
        acceptor_.open(wanted.protocol(), error);
        if (!error) {
            acceptor_.set_option(asio::socket_base::reuse_address(true), error);
        }
        if (!error) {
            acceptor_.bind(wanted, error);
        }
        if (!error) {
            acceptor_.listen(asio::socket_base::max_listen_connections, error);
        }
        if (error) {
            return fail(ErrorCode::io, "cannot listen on " + options_.address + " port " +
                                           std::to_string(options_.port) + ": " + error.message());
        }
        const std::string host =
            address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
        origin_ = std::string(options_.tls ? "https" : "http") + "://" + host + ":" +
                  std::to_string(acceptor_.local_endpoint().port());
        state_.set_origin(origin_);
        api_.set_origin(origin_);
        control_.set_origin(origin_);
        return {};
    }

    asio::awaitable<void> accept_loop() {
        while (acceptor_.is_open()) {
            auto [error, socket] = co_await acceptor_.async_accept(as_tuple);
            if (error) {
                asio::steady_timer pause(io_, accept_pause);
                co_await pause.async_wait(as_tuple);
                continue;
            }
            boost::system::error_code ignored;
            socket.set_option(tcp::no_delay(true), ignored);
            beast::tcp_stream stream(std::move(socket));
            if (tls_) {
                const auto fault = hub_.faults().take_tls();
                if (fault == TlsFault::closed) {
                    continue;  // and with it the connection
                }
                auto& context = fault == TlsFault::wrong_host ? tls_->elsewhere : tls_->loopback;
                asio::co_spawn(
                    io_,
                    serve_tls(beast::ssl_stream<beast::tcp_stream>(std::move(stream), context)),
                    asio::detached);
            } else {
                asio::co_spawn(io_, serve(std::move(stream)), asio::detached);
            }
        }
    }

    asio::awaitable<void> serve_tls(beast::ssl_stream<beast::tcp_stream> stream) {
        beast::get_lowest_layer(stream).expires_after(http_timeout);
        auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_tuple);
        if (!error) {
            co_await serve(std::move(stream));
        }
    }

    /// Reads on for a moment after the answer: closed with unread bytes, the connection would be
    /// reset, and the client would never see why.
    template <class Stream>
    static asio::awaitable<void> refuse_body(Stream& stream) {
        Response response = make_response(413, "text/plain", "too large: 8 MiB at most");
        response.keep_alive(false);
        response.prepare_payload();
        beast::get_lowest_layer(stream).expires_after(discard_time);
        auto [error, bytes] = co_await http::async_write(stream, response, as_tuple);
        auto& tcp_layer = beast::get_lowest_layer(stream);
        boost::system::error_code ended = error;
        if (!ended) {
            tcp_layer.socket().shutdown(tcp::socket::shutdown_send, ended);
        }
        std::array<char, 16'384> discarded{};
        while (!ended) {
            auto [read_error, read] =
                co_await tcp_layer.async_read_some(asio::buffer(discarded), as_tuple);
            ended = read_error;
        }
    }

    template <class Stream>
    asio::awaitable<void> serve(Stream stream) {
        beast::flat_buffer buffer;
        for (;;) {
            beast::get_lowest_layer(stream).expires_after(http_timeout);
            http::request_parser<http::string_body> parser;
            parser.body_limit(max_upload_bytes);
            auto [error, bytes] =
                co_await http::async_read_header(stream, buffer, parser, as_tuple);
            if (!error && !parser.get().target().starts_with("/upload/")) {
                // The parser compares an announced length with the limit before it tells the
                // target.
                parser.body_limit(max_body_bytes);
                if (parser.content_length().value_or(0) > max_body_bytes) {
                    error = http::error::body_limit;
                }
            }
            if (!error) {
                std::tie(error, bytes) =
                    co_await http::async_read(stream, buffer, parser, as_tuple);
            }
            if (error == http::error::body_limit) {
                co_await refuse_body(stream);
            }
            if (error) {
                co_return;
            }
            Request request = parser.release();
            const Target target = parse_target(std::string(request.target()));
            if (target.path.starts_with("/link") && co_await handshake_fails(stream)) {
                co_return;
            }
            if (beast::websocket::is_upgrade(request) && !is_foreign(request) &&
                may_link(request)) {
                auto socket = std::make_shared<Socket<Stream>>(std::move(stream), hub_);
                co_await socket->run(std::move(request));
                co_return;
            }
            const bool keep_alive = request.keep_alive();
            // Who commands the faults is spared them.
            std::optional<HttpFault> fault = target.path.starts_with("/sim/")
                                                 ? std::nullopt
                                                 : hub_.faults().take_http(target.path);
            if (fault) {
                co_await pause(fault->delay);
            }
            Response response;
            if (!fault || takes_effect(*fault)) {
                response = co_await answer(request);
            }
            if (fault) {
                beast::get_lowest_layer(stream).expires_after(http_timeout);
                co_await answer_faultily(stream, *fault, std::move(response));
                co_return;
            }
            response.keep_alive(keep_alive);
            response.prepare_payload();
            beast::get_lowest_layer(stream).expires_after(http_timeout);
            auto [write_error, written] = co_await http::async_write(stream, response, as_tuple);
            if (write_error || !keep_alive) {
                co_return;
            }
        }
    }

    static bool takes_effect(const HttpFault& fault) {
        return fault.after || fault.kind == HttpFault::Kind::truncate ||
               fault.kind == HttpFault::Kind::slow;
    }

    asio::awaitable<void> pause(std::chrono::milliseconds time) {
        if (time.count() > 0) {
            asio::steady_timer timer(io_, time);
            co_await timer.async_wait(as_tuple);
        }
    }

    /// True if a fault has refused it.
    template <class Stream>
    asio::awaitable<bool> handshake_fails(Stream& stream) {
        const auto fault = hub_.faults().take_handshake();
        if (!fault) {
            co_return false;
        }
        co_await pause(fault->delay);
        if (fault->status == 0) {
            co_return false;
        }
        Response response = make_response(fault->status, "text/plain", "");
        response.keep_alive(false);
        response.prepare_payload();
        co_await http::async_write(stream, response, as_tuple);
        co_return true;
    }

    bool may_link(const Request& request) {
        const Target target = parse_target(std::string(request.target()));
        return target.path.starts_with("/link") && !hub_.refuses() &&
               hub_.take_ticket(get(target.query, "ticket"));
    }

    /// A page of somebody else's must not drive us through a visitor's browser.
    bool is_foreign(const Request& request) const {
        const std::string host(request[http::field::host]);
        if (!is_loopback_authority(host)) {
            return true;
        }
        const auto found = request.find(http::field::origin);
        const std::string own = (options_.tls ? "https://" : "http://") + host;
        return found != request.end() && found->value() != own;
    }

    asio::awaitable<Response> answer(const Request& request) {
        const Target target = parse_target(std::string(request.target()));
        const std::string& path = target.path;
        if (is_foreign(request)) {
            co_return make_response(403, "text/plain", "not from this page");
        }
        if (path.starts_with("/api/")) {
            co_return api_.call(path.substr(5), request, target.query);
        }
        if (path.starts_with("/response/")) {
            co_return api_.respond(path.substr(10), request);
        }
        if (path.starts_with("/upload/v1/") && request.method() == http::verb::post) {
            co_return api_.upload(path.substr(11), request);
        }
        if (path.starts_with("/emoji/")) {
            co_return api_.emoji_picture(path, request);
        }
        if (path.starts_with("/files-pri/")) {
            co_return api_.private_file(path, request);
        }
        if (path.starts_with("/sim/")) {
            co_return co_await control_.handle(path, request, target.query);
        }
        if (path == "/signin") {
            if (request.find(http::field::authorization) != request.end()) {
                hub_.violation("a token sent along with a redirect");
            }
            co_return make_response(200, "text/html; charset=utf-8", "<h1>Sign in</h1>");
        }
        co_return page(path);
    }

    static Response page(const std::string& path) {
        const PageFile* file = find_page_file(path);
        if (file == nullptr) {
            return make_response(404, "text/plain", "not found");
        }
        Response response = make_response(200, file->type, std::string(file->content));
        response.set("Content-Security-Policy", page_policy);
        return response;
    }

    Options options_;
    asio::io_context io_{1};
    WorkspaceState state_;
    Surfaces surfaces_;
    Hub hub_;
    WebApi api_;
    Control control_;
    tcp::acceptor acceptor_;
    std::unique_ptr<TlsContexts> tls_;  ///< null: plain HTTP
    std::string origin_;
    std::thread thread_;
};

}  // namespace

class Simulator::Impl {
public:
    explicit Impl(const Options& options) : server(std::make_unique<Server>(options)) {}

    std::unique_ptr<Server> server;  ///< null once stopped
    std::string origin;
};

Simulator::Simulator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Simulator::~Simulator() {
    stop();
}

Result<std::unique_ptr<Simulator>> Simulator::start(const Options& options) {
    auto impl = std::make_unique<Impl>(options);
    if (auto started = impl->server->start(); !started) {
        return started.error();
    }
    impl->origin = impl->server->origin();
    return std::unique_ptr<Simulator>(new Simulator(std::move(impl)));
}

void Simulator::stop() {
    if (impl_->server) {
        impl_->server->stop();
        impl_->server.reset();
    }
}

std::string Simulator::page_url() const {
    return impl_->origin + "/";
}

std::string Simulator::api_base_url() const {
    return impl_->origin + "/api/";
}

}  // namespace emojiscope::simulator
