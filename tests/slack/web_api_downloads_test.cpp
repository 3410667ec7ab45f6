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
