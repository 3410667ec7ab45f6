// Files that the bot brings to the local Slack.
#include "raw_client.hpp"

#include <catch2/catch.hpp>

#include <string>

using emojiscope::simulator::test::Headers;
using emojiscope::simulator::test::RawClient;
using nlohmann::json;
namespace http = boost::beast::http;

namespace {

const Headers form = {{"Authorization", "Bearer xoxb-local"},
                      {"Content-Type", "application/x-www-form-urlencoded"}};

json announce(RawClient& client, const std::string& arguments) {
    return json::parse(
        client.request(http::verb::post, "/api/files.getUploadURLExternal", arguments, form)
            .body());
}

unsigned send(RawClient& client, const json& place, const std::string& bytes,
              const Headers& headers = {}) {
    return client
        .request(http::verb::post, RawClient::target_of(place.at("upload_url").get<std::string>()),
                 bytes, headers)
        .result_int();
}

json complete(RawClient& client, const json& arguments) {
    return client.call("files.completeUploadExternal", "xoxb-local", arguments);
}

json violations(RawClient& client) {
    return client.sim("/sim/state").at("violations");
}

}  // namespace

TEST_CASE("a file is announced, sent and shared") {
    RawClient client;
    const json place = announce(client, "filename=map.html&length=6");
    REQUIRE(place.at("ok") == true);
    CHECK(send(client, place, "<html>") == 200);
    const json shared =
        complete(client, {{"files", {{{"id", place.at("file_id")}, {"title", "Map"}}}},
                          {"channel_id", "D0HUMAN"},
                          {"initial_comment", "here it is"}});
    REQUIRE(shared.at("ok") == true);
    const json said = client.sim("/sim/messages?channel=D0HUMAN").at("messages");
    REQUIRE(said.size() == 1);
    CHECK(said[0].at("text") == "here it is");
    CHECK(said[0].at("bot_id") == "B0BOT");
    CHECK(said[0].at("files")[0].at("title") == "Map");
    CHECK(said[0].at("files")[0].at("mimetype") == "text/html");
    const auto file = client.request(
        http::verb::get, "/sim/file?id=" + place.at("file_id").get<std::string>(), {}, {});
    CHECK(file.body() == "<html>");
    CHECK(file["Content-Security-Policy"] == "sandbox allow-scripts");
    CHECK(violations(client).empty());
    // Once is enough.
    CHECK(complete(client, {{"files", {{{"id", place.at("file_id")}}}}, {"channel_id", "D0HUMAN"}})
              .at("error") == "file_not_found");
    CHECK(send(client, place, "<html>") == 404);
}

TEST_CASE("a file larger than other bodies may be sent") {
    RawClient client;
    const std::string bytes(12 * 1024 * 1024, 'x');
    const json place = announce(client, "filename=map.png&length=" + std::to_string(bytes.size()));
    CHECK(send(client, place, bytes) == 200);
}

TEST_CASE("uploads that Slack refuses are refused") {
    RawClient client;
    CHECK(announce(client, "filename=a.png").at("error") == "invalid_arguments");
    CHECK(announce(client, "length=5").at("error") == "invalid_arguments");
    CHECK(announce(client, "filename=a.png&length=0").at("error") == "invalid_arguments");
    CHECK(announce(client, "filename=a.png&length=-5").at("error") == "invalid_arguments");
    // It reads no JSON.
    CHECK(client
              .call("files.getUploadURLExternal", "xoxb-local",
                    {{"filename", "a.png"}, {"length", 5}})
              .at("error") == "invalid_arguments");

    const json place = announce(client, "filename=a.png&length=5");
    const json wanted = {{"files", {{{"id", place.at("file_id")}}}}, {"channel_id", "D0HUMAN"}};
    CHECK(complete(client, wanted).at("error") == "file_not_found");  // its bytes have not come
    CHECK(send(client, place, "four") == 400);
    CHECK(violations(client).size() == 1);
    CHECK(send(client, place, "12345", {{"Authorization", "Bearer xoxb-local"}}) == 200);
    CHECK(violations(client).size() == 2);
    for (const char* channel : {"C0NONE", "emoji", "U0HUMAN"}) {
        json elsewhere = wanted;
        elsewhere["channel_id"] = channel;
        CHECK(complete(client, elsewhere).at("error") == "channel_not_found");
    }
    CHECK(complete(client, {{"channel_id", "D0HUMAN"}}).at("error") == "invalid_arguments");
    CHECK(complete(client, {{"files", {{{"id", "F0NONE"}}}}}).at("error") == "file_not_found");
    CHECK(complete(client, wanted).at("ok") == true);
}
