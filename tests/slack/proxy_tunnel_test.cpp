// The Web API, Socket Mode and downloads through a proxy.
#include "fakes/temp_folder.hpp"
#include "slack/connect_proxy.hpp"
#include "slack/socket_mode_fixture.hpp"

#include <atomic>
#include <fstream>

namespace emojiscope::slack {
namespace {

using loopback::answer;
using loopback::Client;
using loopback::ConnectProxy;
using loopback::LoopbackServer;
using loopback::Request;
using loopback::ServerSocket;

/// A name that no look-up finds: only the proxy knows the way.
constexpr const char* host = "slack.test";

/// Slack, under TLS, behind a proxy.
struct Behind {
    explicit Behind(const std::string& certified = host, ConnectProxy::Instead instead = {})
        : certificate(loopback::make_certificate(certified)),
          proxy(server.port(), std::move(instead)) {
        std::ofstream(ca_file) << certificate.certificate;
    }

    static loopback::Response serve(const Request& request) {
        if (request.target().ends_with("apps.connections.open")) {
            return answer(200, R"({"ok":true,"url":"wss://slack.test/link"})");
        }
        if (request.target().starts_with("/file")) {
            return answer(200, "picture", "image/png");
        }
        return answer(200, R"({"ok":true,"team_id":"T1"})");
    }

    [[nodiscard]] DialerOptions dialing(const std::string& user = {},
                                        const std::string& direct = {}) const {
        DialerOptions options;
        options.ca_file = ca_file;
        const auto parsed =
            parse_proxy("http://" + user + "127.0.0.1:" + std::to_string(proxy.port()));
        options.proxies = ProxyRules::fixed(parsed.value(), direct);
        return options;
    }

    fakes::TempFolder folder;
    std::filesystem::path ca_file = folder.path() / "ca.pem";
    loopback::Certificate certificate;
    LoopbackServer server{serve,
                          [](ServerSocket& socket) {
                              socket.send(loopback::hello);
                              socket.send(loopback::envelope("e1"));
                              while (socket.read()) {
                              }
                          },
                          certificate};
    ConnectProxy proxy;
};

const std::string base = std::string("https://") + host + "/api/";

Error error_of(const Behind& behind, const std::string& user = {},
               std::chrono::milliseconds patience = loopback::test_deadline) {
    DialerOptions dialing = behind.dialing(user);
    dialing.timeout = patience;
    Client client(dialing, base);
    const auto info = client.run(client.api->auth_test());
    REQUIRE_FALSE(info);
    CHECK(behind.server.requests().empty());
    return info.error();
}

}  // namespace

TEST_CASE("Web API, Socket Mode and downloads all go through the proxy", "[proxy]") {
    Behind behind;
    Client client(behind.dialing(), base);
    CHECK(client.run(client.api->auth_test()).value().team_id == "T1");
    CHECK(behind.proxy.tunnels() == 1);
    CHECK(client.run(client.api->download_private("https://slack.test/file", 100)));
    CHECK(client.run(client.api->download_public("https://slack.test/file", 100)));
    CHECK(behind.proxy.tunnels() == 1);  // it was used again
    bool taken = false;
    SocketModeClient socket(
        client.dialer, client.api,
        [&](std::span<const Envelope> envelopes) -> boost::asio::awaitable<std::vector<bool>> {
            taken = true;
            co_return std::vector<bool>(envelopes.size(), true);
        },
        [](bool) {}, loopback::quick_options());
    bool ended = false;
    boost::asio::co_spawn(client.io, socket.run(),
                          [&](const std::exception_ptr&, const Result<void>&) { ended = true; });
    loopback::run_until(client.io, [&] { return taken; });
    socket.stop();
    loopback::run_until(client.io, [&] { return ended; });
    CHECK(behind.proxy.tunnels() == 2);
    CHECK(behind.server.connections() == 2);  // nothing went past it
    const auto heads = behind.proxy.heads();
    CHECK(heads.at(0).starts_with("CONNECT slack.test:443 HTTP/1.1\r\nHost: slack.test:443\r\n"));
    CHECK(heads.at(1).starts_with("CONNECT slack.test:443 HTTP/1.1\r\n"));
}

TEST_CASE("through a proxy downloads have the same hosts, and its own address is its own affair",
          "[proxy]") {
    Behind behind("pictures.test");
    Client client(behind.dialing(), "https://slack.test/api/");
    WebApiOptions options;
    options.base_url = base;
    options.bot_token = loopback::bot_token;
    options.download_hosts = {"pictures.test", "10.1.2.3"};
    const auto api = WebApi::create(client.dialer, options).value();
    // The proxy is on loopback, and looks the name up.
    CHECK(client.run(api->download_public("https://pictures.test/file", 100)));
    CHECK(behind.proxy.heads().at(0).starts_with("CONNECT pictures.test:443 "));
    // What needs no look-up is judged here, also where the list names it.
    for (const char* url : {"https://10.1.2.3/file", "https://elsewhere.test/file",
                            "https://pictures.test:8443/file", "https://[::1]/file"}) {
        CAPTURE(url);
        CHECK(client.run(api->download_public(url, 100)).error().code ==
              ErrorCode::invalid_argument);
    }
    // To be downloaded from does not make a host Slack's.
    CHECK(client.run(api->download_private("https://pictures.test/file", 100)).error().code ==
          ErrorCode::invalid_argument);
    CHECK(behind.proxy.heads().size() == 1);
    REQUIRE(behind.server.requests().size() == 1);
    CHECK(behind.server.requests()[0].count("Authorization") == 0);
}

TEST_CASE("the proxy learns no token and nothing that is said", "[proxy]") {
    Behind behind;
    Client client(behind.dialing("user:pass@"), base);
    REQUIRE(client.run(client.api->auth_test()));
    REQUIRE(behind.proxy.heads().size() == 1);
    const std::string head = behind.proxy.heads()[0];
    CHECK(head.find("Proxy-Authorization: Basic dXNlcjpwYXNz\r\n") != std::string::npos);
    CHECK(head.find("xoxb") == std::string::npos);
    CHECK(head.find("\r\nAuthorization") == std::string::npos);
    CHECK_FALSE(behind.proxy.seen().empty());
    CHECK(behind.proxy.seen().find("xoxb") == std::string::npos);
    REQUIRE(behind.server.requests().size() == 1);
    CHECK(behind.server.requests()[0].count("Proxy-Authorization") == 0);
}

TEST_CASE("what goes direct does not touch the proxy", "[proxy]") {
    Behind behind("127.0.0.1");
    Client client(behind.dialing({}, "localhost, 127.0.0.0/8"), behind.server.url("/api/"));
    REQUIRE(client.run(client.api->auth_test()));
    CHECK(behind.proxy.heads().empty());
    CHECK(behind.server.connections() == 1);
}

TEST_CASE("inside a tunnel the certificate must be the target's", "[proxy]") {
    Behind behind("127.0.0.1");  // which is where the proxy is
    const Error error = error_of(behind);
    CHECK(error.code == ErrorCode::network);
    CHECK(error.message.find("TLS") != std::string::npos);
    CHECK(behind.proxy.tunnels() >= 1);
}

TEST_CASE("a proxy that opens no tunnel is named, with its reason", "[proxy]") {
    const auto [reply, user, expected] = GENERATE(table<std::string, std::string, std::string>({
        {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "", "asks for a user name"},
        {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "u:hush@",
         "refuses the user name and password"},
        {"HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno!", "", "status 403"},
        {"HTTP/1.1 302 Found\r\nLocation: https://login.test/\r\n\r\n", "", "status 302"},
        {"SSH-2.0-OpenSSH_9.2\r\n", "", "the answer of the proxy"},
        {"", "", "the answer of the proxy"},
        {"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK", "", "more than its answer"},
        {"HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n", "",
         "the answer of the proxy"},
    }));
    Behind behind(host, [reply = reply](const std::string&) { return std::optional(reply); });
    const Error error = error_of(behind, user);
    INFO(error.message);
    CHECK(error.code == ErrorCode::network);
    CHECK(error.message.find(expected) != std::string::npos);
    CHECK(error.message.find("127.0.0.1:" + std::to_string(behind.proxy.port())) !=
          std::string::npos);
    CHECK(error.message.find("hush") == std::string::npos);
    CHECK(error.message.find('\n') == std::string::npos);
}

TEST_CASE("a silent proxy is given up within the time for a dial", "[proxy]") {
    std::atomic<bool> over{false};
    Behind behind(host, [&](const std::string&) {
        over.wait(false);
        return std::optional(std::string());
    });
    const Error error = error_of(behind, {}, std::chrono::milliseconds(100));
    over = true;
    over.notify_all();
    CHECK(error.code == ErrorCode::timeout);
}

TEST_CASE("a proxy that is not there is named", "[proxy]") {
    DialerOptions dialing;
    {
        Behind behind;
        dialing = behind.dialing();
        dialing.ca_file.clear();
    }
    Client client(dialing, base);
    const auto info = client.run(client.api->auth_test());
    REQUIRE_FALSE(info);
    CHECK(info.error().code == ErrorCode::network);
    CHECK(info.error().message.find("proxy") != std::string::npos);
}

}  // namespace emojiscope::slack
