#include "emojiscope/telemetry/status_server.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace emojiscope::telemetry {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// A server on a thread of its own.
class Server {
public:
    explicit Server(const StatusServerOptions& options = {})
        : server_(StatusServer::listen(io_.get_executor(), pages(), options).value()),
          port_(server_->port()),
          thread_([this] { io_.run(); }) {}
    ~Server() { stop(); }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void stop() {
        if (thread_.joinable()) {
            asio::post(io_, [this] { server_->stop(); });
            thread_.join();
        }
    }
    void set_alive(const Health& health) {
        const std::scoped_lock lock(mutex_);
        alive_ = health;
    }
    void set_ready(const Health& health) {
        const std::scoped_lock lock(mutex_);
        ready_ = health;
    }
    void let_metrics_throw() { metrics_throw_ = true; }

    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    StatusPages pages() {
        return {[this] {
                    const std::scoped_lock lock(mutex_);
                    return alive_;
                },
                [this] {
                    const std::scoped_lock lock(mutex_);
                    return ready_;
                },
                [this]() -> std::string {
                    if (metrics_throw_) {
                        throw std::runtime_error("a secret");
                    }
                    return "figures 1\n";
                }};
    }

    std::mutex mutex_;
    Health alive_;
    Health ready_;
    std::atomic<bool> metrics_throw_ = false;
    asio::io_context io_;
    std::unique_ptr<StatusServer> server_;
    std::uint16_t port_;
    std::thread thread_;
};

class Client {
public:
    explicit Client(std::uint16_t port) : socket_(io_) {
        socket_.connect({asio::ip::address_v4::loopback(), port});
    }
    void send(const std::string& bytes) {
        boost::system::error_code closed_already;
        asio::write(socket_, asio::buffer(bytes), closed_already);
    }
    void half_close() { socket_.shutdown(tcp::socket::shutdown_send); }
    /// All that comes until the server closes.
    std::string read_all() {
        std::string bytes;
        boost::system::error_code end;
        asio::read(socket_, asio::dynamic_buffer(bytes), end);
        return bytes;
    }
    /// Until this text has come.
    std::string read_until(const std::string& text) {
        std::string bytes;
        while (bytes.find(text) == std::string::npos) {
            std::array<char, 512> part{};
            bytes.append(part.data(), socket_.read_some(asio::buffer(part)));
        }
        return bytes;
    }

private:
    asio::io_context io_;
    tcp::socket socket_;
};

std::string request(const std::string& target, const std::string& method = "GET",
                    const std::string& fields = "Connection: close\r\n") {
    return method + " " + target + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

std::string ask(const Server& server, const std::string& bytes) {
    Client client(server.port());
    client.send(bytes);
    return client.read_all();
}

std::string body_of(const std::string& answer) {
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

bool has_status(const std::string& answer, int status) {
    return answer.starts_with("HTTP/1.1 " + std::to_string(status) + " ");
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

}  // namespace

TEST_CASE("the pages say how the program does", "[status]") {
    Server server;
    SECTION("well") {
        for (const char* page : {"/healthz", "/readyz", "/healthz?verbose=1"}) {
            const std::string answer = ask(server, request(page));
            CHECK(has_status(answer, 200));
            CHECK(body_of(answer) == "ok\n");
        }
    }
    SECTION("not well") {
        server.set_alive({false, "the queues stand still"});
        server.set_ready({false, "not connected to Slack"});
        const std::string alive = ask(server, request("/healthz"));
        CHECK(has_status(alive, 503));
        CHECK(body_of(alive) == "the queues stand still\n");
        const std::string ready = ask(server, request("/readyz"));
        CHECK(has_status(ready, 503));
        CHECK(body_of(ready) == "not connected to Slack\n");
    }
    SECTION("figures") {
        const std::string answer = ask(server, request("/metrics"));
        CHECK(has_status(answer, 200));
        CHECK(answer.find("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n") !=
              std::string::npos);
        CHECK(body_of(answer) == "figures 1\n");
    }
    SECTION("there is no other page") {
        for (const char* page : {"/metricsx", "/../etc/passwd", "//metrics", "*", "/metrics/"}) {
            CHECK(has_status(ask(server, request(page)), 404));
        }
        CHECK(body_of(ask(server, request("/"))) == "/healthz\n/readyz\n/metrics\n");
    }
}

TEST_CASE("HEAD gives the header alone", "[status]") {
    Server server;
    const std::string answer = ask(server, request("/metrics", "HEAD"));
    CHECK(has_status(answer, 200));
    CHECK(answer.find("Content-Length: 10\r\n") != std::string::npos);
    CHECK(body_of(answer).empty());
}

TEST_CASE("other methods are refused", "[status]") {
    Server server;
    for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PURGE", "get"}) {
        const std::string answer = ask(server, request("/metrics", method, ""));
        CHECK(has_status(answer, 405));
        CHECK(answer.find("Allow: GET, HEAD\r\n") != std::string::npos);
        CHECK(answer.find("figures") == std::string::npos);
    }
}

TEST_CASE("a body is not read", "[status]") {
    Server server;
    CHECK(has_status(ask(server, request("/metrics", "GET", "Content-Length: 1000000000000\r\n")),
                     413));
    CHECK(
        has_status(ask(server, request("/metrics", "GET", "Transfer-Encoding: chunked\r\n")), 413));
    CHECK(has_status(ask(server, request("/metrics", "GET",
                                         "Content-Length: 0\r\n"
                                         "Connection: close\r\n")),
                     200));
}

TEST_CASE("a header that is too large is refused, and the answer arrives", "[status]") {
    Server server;
    const std::string many(std::size_t{20} * 1024, 'a');
    CHECK(has_status(ask(server, "GET /metrics HTTP/1.1\r\nX: " + many + "\r\n\r\n"), 431));
    CHECK(has_status(ask(server, "GET /" + many + " HTTP/1.1\r\n\r\n"), 431));
    // Without an end.
    Client client(server.port());
    client.send("GET /metrics HTTP/1.1\r\n");
    for (int i = 0; i < 1000; ++i) {
        client.send("X-" + std::to_string(i) + ": 0123456789\r\n");
    }
    CHECK(has_status(client.read_all(), 431));
}

TEST_CASE("what is no HTTP is refused", "[status]") {
    Server server;
    CHECK(has_status(ask(server, "hello\r\n\r\n"), 400));
    CHECK(has_status(
        ask(server, std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n"),
        400));
    CHECK(has_status(ask(server, "GET /metrics HTTP/9.9\r\n\r\n"), 400));
    CHECK(has_status(ask(server,
                         "GET /metrics HTTP/1.1\r\nContent-Length: 1\r\n"
                         "Content-Length: 2\r\n\r\n"),
                     400));
}

TEST_CASE("who ends in the middle of a request is let go", "[status]") {
    Server server;
    Client client(server.port());
    client.send("GET /metrics HTT");
    client.half_close();
    CHECK(client.read_all().empty());
    CHECK(has_status(ask(server, request("/healthz")), 200));
}

TEST_CASE("who is slow is let go", "[status]") {
    StatusServerOptions options;
    options.request_time = std::chrono::milliseconds(50);
    Server server(options);
    Client silent(server.port());
    Client slow(server.port());
    slow.send("GET /metrics HTTP/1.1\r\nX: ");
    CHECK(silent.read_all().empty());
    CHECK(slow.read_all().empty());
}

TEST_CASE("requests in a row are answered in order", "[status]") {
    Server server;
    Client client(server.port());
    client.send(request("/metrics", "GET", "") + request("/nothing", "GET", "") +
                request("/healthz"));
    const std::string answers = client.read_all();
    const auto first = answers.find("HTTP/1.1 200 OK");
    const auto second = answers.find("HTTP/1.1 404 Not Found");
    const auto third = answers.find("HTTP/1.1 200 OK", first + 1);
    CHECK(first == 0);
    CHECK(first < second);
    CHECK(second < third);
    CHECK(third != std::string::npos);
    CHECK(answers.ends_with("ok\n"));
}

TEST_CASE("a connection is good for so many requests only", "[status]") {
    StatusServerOptions options;
    options.max_requests = 3;
    Server server(options);
    Client client(server.port());
    std::string many;
    for (int i = 0; i < 10; ++i) {
        many += request("/healthz", "GET", "");
    }
    client.send(many);
    const std::string answers = client.read_all();
    CHECK(count(answers, "HTTP/1.1 200 OK") == 3);
    CHECK(count(answers, "Connection: close") == 1);
}

TEST_CASE("one connection too many is closed, and the others are served", "[status]") {
    StatusServerOptions options;
    options.max_connections = 2;
    Server server(options);
    Client first(server.port());
    Client second(server.port());
    // Both are in the server's hands once it has answered them.
    first.send(request("/healthz", "GET", ""));
    first.read_until("ok\n");
    second.send(request("/healthz", "GET", ""));
    second.read_until("ok\n");
    CHECK(ask(server, request("/healthz")).empty());
    first.send(request("/metrics"));
    CHECK(body_of(first.read_all()) == "figures 1\n");
}

TEST_CASE("what a page throws is not told", "[status]") {
    Server server;
    server.let_metrics_throw();
    const std::string answer = ask(server, request("/metrics"));
    CHECK(has_status(answer, 500));
    CHECK(answer.find("secret") == std::string::npos);
    CHECK(has_status(ask(server, request("/healthz")), 200));
}

TEST_CASE("a stop closes what is open", "[status]") {
    Server server;
    Client waiting(server.port());
    waiting.send(request("/healthz", "GET", ""));
    waiting.read_until("ok\n");
    server.stop();
    CHECK(waiting.read_all().empty());
}

TEST_CASE("a place where it cannot listen is named", "[status]") {
    asio::io_context io;
    Server server;
    StatusServerOptions options;
    options.port = server.port();
    const auto taken = StatusServer::listen(io.get_executor(), {}, options);
    REQUIRE(taken.has_error());
    CHECK(taken.error().code == ErrorCode::io);
    CHECK(taken.error().message == "the status page cannot be served at 127.0.0.1, port " +
                                       std::to_string(server.port()) +
                                       ": Address already in use (see status.address and "
                                       "status.port)");
    options.address = "localhost";
    const auto nowhere = StatusServer::listen(io.get_executor(), {}, options);
    REQUIRE(nowhere.has_error());
    CHECK(nowhere.error().code == ErrorCode::invalid_argument);
}

TEST_CASE("loopback addresses are known", "[status]") {
    CHECK(is_loopback_address("127.0.0.1"));
    CHECK(is_loopback_address("127.1.2.3"));
    CHECK(is_loopback_address("::1"));
    CHECK_FALSE(is_loopback_address("0.0.0.0"));
    CHECK_FALSE(is_loopback_address("::"));
    CHECK_FALSE(is_loopback_address("192.0.2.1"));
    CHECK_FALSE(is_loopback_address("localhost"));
}

}  // namespace emojiscope::telemetry
