// Files that the bot brings to the local Slack.
#include "raw_client.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>

using emojiscope::simulator::Options;
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

const std::string png = "\x89PNG\r\n and so on";

/// Uploads a file that is not shared; its id.
json kept(RawClient& client, const std::string& name, const std::string& bytes) {
    const json place =
        announce(client, "filename=" + name + "&length=" + std::to_string(bytes.size()));
    CHECK(send(client, place, bytes) == 200);
    const json completed = complete(client, {{"files", {{{"id", place.at("file_id")}}}}});
    CHECK(completed.at("ok") == true);
    return place.at("file_id");
}

/// A Home with this picture.
json publish(RawClient& client, const json& file_id) {
    const json image = {{"type", "image"}, {"slack_file", {{"id", file_id}}}, {"alt_text", "map"}};
    return client.call("views.publish", "xoxb-local",
                       {{"user_id", "U0HUMAN"}, {"view", {{"type", "home"}, {"blocks", {image}}}}});
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

TEST_CASE("a file that is kept may be shown in blocks, once Slack has looked at it") {
    Options options;
    options.file_processing = std::chrono::seconds(2);
    options.posts_per_second = 0;
    RawClient client(options);
    const json id = kept(client, "map.png", png);
    const auto info = [&] {
        return json::parse(client
                               .get("/api/files.info?file=" + id.get<std::string>(),
                                    {{"Authorization", "Bearer xoxb-local"}})
                               .body());
    };
    CHECK(info().at("file").at("mimetype") == "");
    const json early = publish(client, id);
    CHECK(early.at("error") == "invalid_blocks");
    CHECK(early.at("response_metadata").at("messages").at(0) ==
          "[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]");
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (info().at("file").at("mimetype") != "image/png") {
        REQUIRE(std::chrono::steady_clock::now() < until);
    }
    CHECK(publish(client, id).at("ok") == true);
    CHECK(client.sim("/sim/surfaces").at("home").at("blocks").at(0).at("slack_file").at("id") ==
          id);
    const json image = {{"type", "image"}, {"slack_file", {{"id", id}}}, {"alt_text", "map"}};
    for (const json& block : {image,
                              json{{"type", "section"},
                                   {"text", {{"type", "mrkdwn"}, {"text", "map"}}},
                                   {"accessory", image}},
                              json{{"type", "context"}, {"elements", {image}}}}) {
        json message = {{"channel", "C0EMOJI"}, {"blocks", {block}}};
        CHECK(client.call("chat.postMessage", "xoxb-local", message).at("ok") == true);
        json other = json::parse([&] {
            std::string text = message.dump();
            const std::string known = id.get<std::string>();
            return text.replace(text.find(known), known.size(), "F99999999");
        }());
        CHECK(client.call("chat.postMessage", "xoxb-local", other).at("error") == "invalid_blocks");
    }
    CHECK(violations(client).empty());
}

TEST_CASE("what is no picture, not completed, or deleted is not shown") {
    Options options;
    options.file_processing = std::chrono::milliseconds(0);
    RawClient client(options);
    CHECK(publish(client, kept(client, "map.html", "<html>")).at("error") == "invalid_blocks");
    const json place = announce(client, "filename=map.png&length=" + std::to_string(png.size()));
    CHECK(send(client, place, png) == 200);
    CHECK(publish(client, place.at("file_id")).at("error") == "invalid_blocks");

    const json id = kept(client, "map.png", png);
    CHECK(publish(client, id).at("ok") == true);
    const auto remove = [&] { return client.call("files.delete", "xoxb-local", {{"file", id}}); };
    CHECK(remove().at("ok") == true);
    CHECK(remove().at("error") == "file_not_found");
    CHECK(publish(client, id).at("error") == "invalid_blocks");
    CHECK(client.get("/sim/file?id=" + id.get<std::string>()).result_int() == 404);
    // Nor may the bot delete what is not its own.
    client.request(http::verb::post, "/sim/dm?filename=a.png", png);
    const json said = client.sim("/sim/messages?channel=D0HUMAN").at("messages").at(0);
    const json theirs = said.at("files").at(0).at("id");
    CHECK(client.call("files.delete", "xoxb-local", {{"file", theirs}}).at("error") ==
          "cant_delete_file");
    CHECK(publish(client, theirs).at("ok") == true);  // but it may show what it sees
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
