// Answers that have no end, and that trickle.
#include "fakes/temp_folder.hpp"
#include "slack/client_fixture.hpp"
#include "slack/connect_proxy.hpp"
#include "slack/raw_server.hpp"

#include <atomic>
#include <fstream>

namespace emojiscope::slack {
namespace {

using loopback::answer;
using loopback::Client;
using loopback::LoopbackServer;
using loopback::RawServer;
using loopback::Request;

/// Far more than any limit, and than what the buffers of a connection hold.
constexpr std::size_t endless_bytes = std::size_t{64} * 1024 * 1024;

}  // namespace

TEST_CASE("what comes before a body has an end", "[http]") {
    const auto [head, filling] = GENERATE(table<std::string, std::string>({
        {"HTTP/1.1 200 OK\r\nX: ", "x"},
        {"HTTP/1.1 200 OK\r\n", "X: y\r\n"},
        {"HTTP/1.1 200 ", "x"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=", "x"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", "X: y\r\n"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX: ", "x"},
    }));
    std::string block;
    while (block.size() < 60'000) {
        block += filling;
    }
    std::atomic<std::size_t> sent{0};
    RawServer server([&, head = head](const RawServer::Write& write) {
        bool open = write(head);
        while (open && sent < endless_bytes) {
            open = write(block);
            sent += block.size();
        }
    });
    Client client(server.url("/api/"));
    const auto bytes = client.run(client.api->download_public(server.url("/f"), 1'000));
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().code == ErrorCode::too_large);
    CHECK(sent < endless_bytes);
    CHECK(server.requests() == 1);  // such an answer is not asked for again
}

TEST_CASE("a body in pieces has the same limit as one that says its size", "[http]") {
    RawServer server([](const RawServer::Write& write) {
        std::string piece = "400\r\n" + std::string(0x400, 'x') + "\r\n";
        std::size_t sent = 0;
        for (bool open = write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
             open && sent < endless_bytes; sent += piece.size()) {
            open = write(piece);
        }
    });
    Client client(server.url("/api/"));
    CHECK(client.run(client.api->download_public(server.url("/f"), 100'000)).error().code ==
          ErrorCode::too_large);
}

TEST_CASE("an answer that announces too much is not waited for", "[http]") {
    RawServer server([](const RawServer::Write& write) {
        write("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
    });
    Client client(server.url("/api/"));
    CHECK(client.run(client.api->download_public(server.url("/f"), 1'000)).error().code ==
          ErrorCode::too_large);
}

TEST_CASE("an answer that trickles has a time for all of it", "[http]") {
    // A byte with each write, many more of them than there is time for: each comes soon enough.
    constexpr int pieces = 1'000'000;
    std::atomic<int> sent{0};
    RawServer server([&](const RawServer::Write& write) {
        bool open = write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (sent = 0; open && sent < pieces; ++sent) {
            open = write("1\r\nx\r\n");
        }
        write("0\r\n\r\n");
    });
    Client client(server.url("/api/"));
    WebApiOptions options;
    options.base_url = server.url("/api/");
    options.bot_token = loopback::bot_token;
    options.download_timeout = std::chrono::milliseconds(50);
    const auto api = WebApi::create(client.dialer, options).value();
    const auto bytes = client.run(api->download_public(server.url("/f"), 2 * pieces));
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().code == ErrorCode::timeout);
}

TEST_CASE("nothing is decompressed", "[http]") {
    LoopbackServer server([](const Request&) {
        auto packed = answer(200, std::string("\x1f\x8b\x08\0packed", 10), "image/png");
        packed.set("Content-Encoding", "gzip");
        return packed;
    });
    Client client(server.url("/api/"));
    const auto bytes = client.run(client.api->download_public(server.url("/f"), 1'000)).value();
    CHECK(std::string(bytes.begin(), bytes.end()) == std::string("\x1f\x8b\x08\0packed", 10));
    CHECK(server.requests().at(0)["Accept-Encoding"] == "identity");
}

TEST_CASE("an answer of the Web API is nested no deeper than Slack's are", "[http]") {
    LoopbackServer server([](const Request&) {
        return answer(200, R"({"ok":true,"emoji":)" + std::string(1'000'000, '['));
    });
    Client client(server.url("/api/"));
    const auto list = client.run(client.api->emoji_list());
    REQUIRE_FALSE(list);
    CHECK(list.error().code == ErrorCode::too_large);
    CHECK(list.error().message.find("emoji.list") != std::string::npos);
    CHECK(server.requests().size() == 1);
}

TEST_CASE("an API on the internet has no WebSocket opened on this machine", "[http]") {
    const std::string url = GENERATE("ws://127.0.0.1:9/link", "wss://localhost/link");
    const auto certificate = loopback::make_certificate("slack.test");
    LoopbackServer server(
        [&](const Request&) { return answer(200, R"({"ok":true,"url":")" + url + R"("})"); }, {},
        certificate);
    loopback::ConnectProxy proxy(server.port());
    fakes::TempFolder folder;
    std::ofstream(folder.path() / "ca.pem") << certificate.certificate;
    DialerOptions dialing;
    dialing.ca_file = folder.path() / "ca.pem";
    dialing.proxies =
        ProxyRules::fixed(parse_proxy("http://127.0.0.1:" + std::to_string(proxy.port())).value());
    Client client(dialing, "https://slack.test/api/");
    const auto opened = client.run(client.api->open_connection());
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == ErrorCode::network);
    CHECK(opened.error().message.find("this machine") != std::string::npos);
}

}  // namespace emojiscope::slack
