// Pictures and files: who gets the token, and what is no picture.
#include "slack/client_fixture.hpp"

namespace emojiscope::slack {
namespace {

using loopback::answer;
using loopback::Client;
using loopback::LoopbackServer;
using loopback::Request;

std::string to_string(const std::vector<std::uint8_t>& bytes) {
    return {bytes.begin(), bytes.end()};
}

LoopbackServer::Handler always(unsigned status, const std::string& body,
                               const std::string& type = "image/png") {
    return [=](const Request&) { return answer(status, body, type); };
}

}  // namespace

TEST_CASE("no token goes with the download of a public picture", "[download]") {
    LoopbackServer server(always(200, std::string("\x89PNG\0\xff", 6)));
    Client client(server.url("/api/"));
    const auto bytes = client.run(client.api->download_public(server.url("/beer.png?v=1"), 100));
    REQUIRE(bytes);
    CHECK(to_string(*bytes) == std::string("\x89PNG\0\xff", 6));
    const auto requests = server.requests();
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].method_string() == "GET");
    CHECK(requests[0].target() == "/beer.png?v=1");
    CHECK(requests[0].count("Authorization") == 0);
}

TEST_CASE("the bot token goes with a private file, to the API's own host", "[download]") {
    LoopbackServer server(always(200, "picture"));
    LoopbackServer other(always(200, "picture"));
    Client client(server.url("/api/"));
    CHECK(to_string(client.run(client.api->download_private(server.url("/f"), 100)).value()) ==
          "picture");
    const auto refused = client.run(client.api->download_private(other.url("/f"), 100));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid_argument);
    CHECK(client.run(client.api->download_private("https://files.slack.com/f", 100)).error().code ==
          ErrorCode::invalid_argument);
    REQUIRE(server.requests().size() == 1);
    CHECK(server.requests()[0]["Authorization"] == "Bearer xoxb-test");
    CHECK(other.connections() == 0);
}

TEST_CASE("an API on the internet makes nobody fetch from this machine", "[download]") {
    LoopbackServer server(always(200, "secret"));
    Client client("https://slack.com/api/");
    for (const std::string& url :
         {server.url("/x"), "http://localhost:" + std::to_string(server.port()) + "/x"}) {
        const auto bytes = client.run(client.api->download_public(url, 100));
        REQUIRE_FALSE(bytes);
        CHECK(bytes.error().code == ErrorCode::invalid_argument);
    }
    CHECK(server.connections() == 0);
}

TEST_CASE("a web page in place of a file is an error", "[download]") {
    LoopbackServer server(always(200, "<html>sign in</html>", "text/html; charset=utf-8"));
    Client client(server.url("/api/"));
    CHECK(client.run(client.api->download_private(server.url("/f"), 1000)).error().code ==
          ErrorCode::not_found);
    CHECK(client.run(client.api->download_public(server.url("/f"), 1000)).error().code ==
          ErrorCode::not_found);
}

TEST_CASE("what a file is its bytes say", "[download]") {
    LoopbackServer mislabelled(always(200, "\x89PNG...", "text/html"));
    Client client(mislabelled.url("/api/"));
    CHECK(client.run(client.api->download_public(mislabelled.url("/f"), 1000)));
    LoopbackServer disguised(always(200, "\xEF\xBB\xBF \n<!doctype HTML><p>sign in", "image/png"));
    Client other(disguised.url("/api/"));
    const auto page = other.run(other.api->download_private(disguised.url("/f"), 1000));
    REQUIRE_FALSE(page);
    CHECK(page.error().code == ErrorCode::not_found);
    CHECK(page.error().message.find("web page") != std::string::npos);
    CHECK(page.error().message.find("files:read") != std::string::npos);
}

TEST_CASE("no redirect is followed, and no token goes along", "[download]") {
    const unsigned status = GENERATE(301u, 302u, 303u, 307u, 308u);
    LoopbackServer other(always(200, "picture"));
    LoopbackServer server([&](const Request&) {
        auto moved = answer(status, "");
        moved.set("Location", other.url("/f"));
        return moved;
    });
    Client client(server.url("/api/"));
    const auto file = client.run(client.api->download_private(server.url("/f"), 1000));
    REQUIRE_FALSE(file);
    CHECK(file.error().code == ErrorCode::not_found);
    CHECK(file.error().message.find("redirect") != std::string::npos);
    CHECK(file.error().message.find("files:read") != std::string::npos);
    const auto picture = client.run(client.api->download_public(server.url("/f"), 1000));
    REQUIRE_FALSE(picture);
    CHECK(picture.error().code == ErrorCode::not_found);
    CHECK(picture.error().message.find("files:read") == std::string::npos);
    CHECK(server.requests().size() == 2);
    CHECK(other.connections() == 0);
}

TEST_CASE("a host that the configuration does not name is not asked, and the key is named",
          "[download]") {
    Client client("https://slack.com/api/");
    for (const char* url :
         {"https://pictures.example/a.png", "https://emoji.slack-edge.com.evil.example/a.png",
          "https://emoji.slack-edge.com./a.png", "https://127.0.0.1/a.png"}) {
        CAPTURE(url);
        for (const bool with_token : {false, true}) {
            const auto bytes = client.run(with_token ? client.api->download_private(url, 100)
                                                     : client.api->download_public(url, 100));
            REQUIRE_FALSE(bytes);
            CHECK(bytes.error().code == ErrorCode::invalid_argument);
            CHECK(bytes.error().message.find("slack.download_hosts") != std::string::npos);
            CHECK(bytes.error().message.find('\n') == std::string::npos);
        }
    }
}

TEST_CASE("the bot token goes to none of the hosts of public pictures", "[download]") {
    Client client("https://slack.com/api/");
    for (const char* url :
         {"https://emoji.slack-edge.com/T1/a.png", "https://a.slack-edge.com/a.png"}) {
        const auto file = client.run(client.api->download_private(url, 100));
        REQUIRE_FALSE(file);
        CHECK(file.error().code == ErrorCode::invalid_argument);
        CHECK(file.error().message.find("token") != std::string::npos);
    }
}

TEST_CASE("a name that leads to this machine is not connected to", "[download]") {
    LoopbackServer server(always(200, "secret"));
    Client client("https://slack.com/api/");
    // By the dialer itself, on what the look-up gave.
    Url url = parse_url("http://localhost:" + std::to_string(server.port()) + "/x").value();
    HttpRequest request;
    request.url = url;
    request.addresses = Addresses::public_only;
    HttpClient http(client.dialer);
    const auto refused = client.run(http.send(request));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::invalid_argument);
    CHECK(refused.error().message.find("localhost") != std::string::npos);
    CHECK(server.connections() == 0);
    // A connection that was made without that rule is not used for it either.
    request.addresses = Addresses::any;
    REQUIRE(client.run(http.send(request)));
    request.addresses = Addresses::public_only;
    CHECK(client.run(http.send(request)).error().code == ErrorCode::invalid_argument);
    CHECK(server.requests().size() == 1);
    // Of a host that the list names.
    WebApiOptions options;
    options.bot_token = loopback::bot_token;
    options.download_hosts = {"localhost"};
    const auto api = WebApi::create(client.dialer, options).value();
    const auto named = client.run(api->download_public("https://localhost/x", 100));
    REQUIRE_FALSE(named);
    CHECK(named.error().code == ErrorCode::invalid_argument);
    CHECK(named.error().message.find("public internet") != std::string::npos);
}

TEST_CASE("a missing file is not found, a broken server worth another try", "[download]") {
    const auto code = [](unsigned status) {
        LoopbackServer server(always(status, "nothing"));
        Client client(server.url("/api/"));
        return client.run(client.api->download_public(server.url("/f"), 1000)).error().code;
    };
    CHECK(code(404) == ErrorCode::not_found);
    CHECK(code(403) == ErrorCode::not_found);
    CHECK(code(500) == ErrorCode::network);
    CHECK(code(503) == ErrorCode::network);
}

TEST_CASE("a download stops at its limit", "[download]") {
    LoopbackServer server(always(200, std::string(1000, 'x')));
    Client client(server.url("/api/"));
    CHECK(client.run(client.api->download_public(server.url("/f"), 1000)).value().size() == 1000);
    CHECK(client.run(client.api->download_public(server.url("/f"), 999)).error().code ==
          ErrorCode::too_large);
}

TEST_CASE("files.info tells where a file lies", "[download]") {
    LoopbackServer server(always(200, R"({"ok":true,"file":{"id":"F1","name":"a.png",
        "mimetype":"image/png","size":12,"url_private_download":"https://files.slack.com/a"}})",
                                 "application/json"));
    Client client(server.url("/api/"));
    const SlackFile file = client.run(client.api->file_info("F1")).value();
    CHECK(file.id == "F1");
    CHECK(file.name == "a.png");
    CHECK(file.mimetype == "image/png");
    CHECK(file.bytes == 12);
    CHECK(file.url_private_download == "https://files.slack.com/a");
    REQUIRE(server.requests().size() == 1);
    CHECK(server.requests()[0].target() == "/api/files.info?file=F1");
    for (const char* id : {"", "F1&token=x", "F1 HTTP/1.1", "../F1"}) {
        CHECK(client.run(client.api->file_info(id)).error().code == ErrorCode::invalid_argument);
    }
    CHECK(server.requests().size() == 1);
}

TEST_CASE("an answer to a command goes to Slack alone, without a token", "[download]") {
    LoopbackServer server(always(200, "ok", "text/plain"));
    LoopbackServer other(always(200, "ok", "text/plain"));
    Client client(server.url("/api/"));
    const nlohmann::json message{{"text", "hello"}};
    REQUIRE(client.run(client.api->respond(server.url("/commands/1"), message)));
    CHECK(client.run(client.api->respond(other.url("/commands/1"), message)).error().code ==
          ErrorCode::invalid_argument);
    REQUIRE(server.requests().size() == 1);
    const Request request = server.requests()[0];
    CHECK(request.count("Authorization") == 0);
    CHECK(nlohmann::json::parse(request.body())["text"] == "hello");
    CHECK(other.connections() == 0);
}

TEST_CASE("a refused answer tells whether another try helps", "[download]") {
    const auto code = [](unsigned status) {
        LoopbackServer server(always(status, "expired_url", "text/plain"));
        Client client(server.url("/api/"));
        const auto sent = client.run(client.api->respond(server.url("/r"), {{"text", "x"}}));
        return sent ? ErrorCode::internal : sent.error().code;
    };
    CHECK(code(404) == ErrorCode::invalid_argument);
    CHECK(code(502) == ErrorCode::network);
}

}  // namespace emojiscope::slack
