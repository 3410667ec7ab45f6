// Files on their way to Slack, against a server of our own.
#include "slack/client_fixture.hpp"

namespace emojiscope::slack {
namespace {

using loopback::answer;
using loopback::Client;
using loopback::LoopbackServer;
using loopback::Request;
using loopback::Response;
using nlohmann::json;

/// Slack's side of an upload; the place for it is `host`, or the server's own.
struct UploadServer {
    std::string place;
    unsigned upload_status = 200;
    LoopbackServer server{[this](const Request& request) -> Response {
        if (request.target().ends_with("files.getUploadURLExternal")) {
            return answer(200,
                          json{{"ok", true},
                               {"file_id", "F1"},
                               {"upload_url", place.empty() ? server.url("/upload/v1/abc") : place}}
                              .dump());
        }
        if (request.target().starts_with("/upload/")) {
            return answer(upload_status, "OK - 5", "text/plain");
        }
        return answer(200, R"({"ok":true,"channel":{"id":"D1"}})");
    }};
    Client client{server.url("/api/")};

    Result<std::string> upload(const std::string& name, const std::string& bytes) {
        return client.run(
            client.api->upload_file(name, std::make_shared<const std::string>(bytes)));
    }
};

}  // namespace

TEST_CASE("a file is announced by a form, and sent without a token", "[web_api]") {
    UploadServer slack;
    const std::string bytes("\x89PNG\0", 5);
    CHECK(slack.upload("a map & more.png", bytes).value() == "F1");
    const auto requests = slack.server.requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].method_string() == "POST");
    CHECK(requests[0]["Content-Type"] == "application/x-www-form-urlencoded");
    CHECK(requests[0].body() == "filename=a%20map%20%26%20more.png&length=5");
    CHECK(requests[0]["Authorization"] == "Bearer xoxb-test");
    CHECK(requests[1].method_string() == "POST");
    CHECK(requests[1].target() == "/upload/v1/abc");
    CHECK(requests[1].body() == bytes);
    CHECK(requests[1].find("Authorization") == requests[1].end());
}

TEST_CASE("files are shared together, with their titles", "[web_api]") {
    UploadServer slack;
    CHECK(slack.client.run(slack.client.api->open_direct_message("U7")).value() == "D1");
    std::vector<UploadedFile> files{{"F1", "Map"}, {"F2", "Page"}};
    CHECK(slack.client.run(slack.client.api->share_files("D1", files, "here")));
    const auto requests = slack.server.requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].target() == "/api/conversations.open");
    CHECK(json::parse(requests[0].body()) == json{{"users", "U7"}});
    CHECK(requests[1].target() == "/api/files.completeUploadExternal");
    CHECK(json::parse(requests[1].body()) ==
          json{{"channel_id", "D1"},
               {"initial_comment", "here"},
               {"files", {{{"id", "F1"}, {"title", "Map"}}, {{"id", "F2"}, {"title", "Page"}}}}});
}

TEST_CASE("nothing is sent to a place that is not Slack's", "[web_api]") {
    UploadServer slack;
    for (const char* place :
         {"https://elsewhere.example/upload", "http://127.0.0.1:1/upload", ""}) {
        slack.place = place[0] == '\0' ? "no url" : place;
        const auto uploaded = slack.upload("a.png", "bytes");
        REQUIRE(uploaded.has_error());
        CHECK(uploaded.error().code == ErrorCode::invalid_argument);
    }
    CHECK(slack.server.requests().size() == 3);
}

TEST_CASE("a failed upload says why, and whether to try again", "[web_api]") {
    UploadServer slack;
    slack.upload_status = 503;
    CHECK(slack.upload("a.png", "bytes").error().code == ErrorCode::network);
    slack.upload_status = 413;
    const auto refused = slack.upload("a.png", "bytes");
    CHECK(refused.error().code == ErrorCode::invalid_argument);
    CHECK_THAT(refused.error().message, Catch::Contains("413"));
    CHECK(slack.client.run(slack.client.api->upload_file("a.png", nullptr)).error().code ==
          ErrorCode::invalid_argument);
    CHECK(slack.upload("a.png", "").error().code == ErrorCode::invalid_argument);
}

TEST_CASE("a file is kept without being shared, and deleted once", "[web_api]") {
    UploadServer slack;
    CHECK(slack.client.run(slack.client.api->keep_file({"F1", "Map"})));
    CHECK(slack.client.run(slack.client.api->delete_file("F1")));
    const auto requests = slack.server.requests();
    REQUIRE(requests.size() == 2);
    CHECK(requests[0].target() == "/api/files.completeUploadExternal");
    CHECK(json::parse(requests[0].body()) == json{{"files", {{{"id", "F1"}, {"title", "Map"}}}}});
    CHECK(requests[1].target() == "/api/files.delete");
    CHECK(json::parse(requests[1].body()) == json{{"file", "F1"}});
    for (const auto& [word, success] :
         {std::pair("file_deleted", true), {"file_not_found", true}, {"cant_delete_file", false}}) {
        LoopbackServer refusing([word = word](const Request&) {
            return answer(200, json{{"ok", false}, {"error", word}}.dump());
        });
        Client client{refusing.url("/api/")};
        CHECK(client.run(client.api->delete_file("F1")).has_value() == success);
    }
}

}  // namespace emojiscope::slack
