#include "raw_client.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <set>
#include <string>

using namespace emojiscope::simulator;
using emojiscope::simulator::test::Headers;
using emojiscope::simulator::test::RawClient;
using emojiscope::simulator::test::RawSocket;
using nlohmann::json;
namespace http = boost::beast::http;

namespace {

const std::string a_png = std::string("\x89PNG\r\n\x1a\n", 8) + std::string(100, 'a');
const Headers as_bot = {{"Authorization", "Bearer xoxb-local"}};

std::string repeated(const std::string& piece, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) {
        text += piece;
    }
    return text;
}

/// The response_url of a command just typed.
std::string typed_response_url(RawClient& client, RawSocket& socket) {
    client.post("/sim/command", {{"text", "beer"}});
    return RawClient::target_of(
        socket.read("slash_commands").at("payload").at("response_url").get<std::string>());
}

std::size_t violations(RawClient& client) {
    return client.sim("/sim/state").at("violations").size();
}

}  // namespace

TEST_CASE("a method answers only to its own kind of token") {
    RawClient client;
    CHECK(client.call("auth.test", "xoxb-local").at("user_id") == "U0BOT");
    CHECK(client.call("auth.test", "").at("error") == "not_authed");
    CHECK(client.call("auth.test", "xoxb-other").at("error") == "invalid_auth");
    CHECK(client.call("auth.test", "xapp-local").at("error") == "not_allowed_token_type");
    CHECK(client.call("apps.connections.open", "xoxb-local").at("error") ==
          "not_allowed_token_type");
    CHECK(client.call("apps.connections.open", "xapp-local").at("ok") == true);
    CHECK(client.call("no.such", "xoxb-local").at("error") == "unknown_method");
}

TEST_CASE("a message is posted, or refused in Slack's words") {
    RawClient client;
    const auto post = [&](const json& message) {
        return client.call("chat.postMessage", "xoxb-local", message);
    };
    CHECK(post({{"channel", "C0NONE"}, {"text", "a"}}).at("error") == "channel_not_found");
    CHECK(post({{"channel", "C0EMOJI"}}).at("error") == "no_text");
    CHECK(post({{"channel", "C0EMOJI"}, {"blocks", json::array()}}).at("error") == "no_text");
    const json wrong = post({{"channel", "C0EMOJI"}, {"blocks", {{{"type", "carousel"}}}}});
    CHECK(wrong.at("error") == "invalid_blocks");
    CHECK(wrong.at("response_metadata").at("messages").size() == 1);
    const json posted = post({{"channel", "C0EMOJI"}, {"text", "hello"}});
    REQUIRE(posted.at("ok") == true);
    const json said = client.sim("/sim/messages?channel=C0EMOJI").at("messages");
    REQUIRE(said.size() == 1);
    CHECK(said[0].at("ts") == posted.at("ts"));
    CHECK(said[0].at("text") == "hello");
}

TEST_CASE("a message holds 40,000 characters, whatever their bytes") {
    RawClient client;
    const auto post = [&](const std::string& text) {
        return client.call("chat.postMessage", "xoxb-local",
                           {{"channel", "C0EMOJI"}, {"text", text}});
    };
    CHECK(post(repeated("乾", 40'000)).at("ok") == true);
    CHECK(post(repeated("乾", 40'001)).at("error") == "msg_too_long");
}

TEST_CASE("too many messages in one channel are told to wait") {
    Options options;
    options.post_burst = 2;
    options.posts_per_second = 0.01;
    RawClient client(options);
    const json message = {{"channel", "C0EMOJI"}, {"text", "a"}};
    CHECK(client.post("/api/chat.postMessage", message, as_bot).result_int() == 200);
    CHECK(client.post("/api/chat.postMessage", message, as_bot).result_int() == 200);
    const auto third = client.post("/api/chat.postMessage", message, as_bot);
    CHECK(third.result_int() == 429);
    CHECK(std::stoi(std::string(third[http::field::retry_after])) > 0);
    CHECK(json::parse(third.body()).at("error") == "ratelimited");
    const json elsewhere = {{"channel", "C0GENERAL"}, {"text", "a"}};
    CHECK(client.post("/api/chat.postMessage", elsewhere, as_bot).result_int() == 200);
}

TEST_CASE("faults come on demand, as often as they are asked for") {
    RawClient client;
    client.post("/sim/rate_limit", {{"method", "emoji.list"}, {"retry_after", 7}, {"count", 1}});
    const auto limited = client.post("/api/emoji.list", json::object(), as_bot);
    CHECK(limited.result_int() == 429);
    CHECK(limited[http::field::retry_after] == "7");
    CHECK(client.call("emoji.list", "xoxb-local").at("ok") == true);

    client.post("/sim/fail", {{"method", "emoji.list"}, {"error", "fatal_error"}, {"count", 2}});
    CHECK(client.call("emoji.list", "xoxb-local").at("error") == "fatal_error");
    CHECK(client.call("emoji.list", "xoxb-local").at("error") == "fatal_error");
    CHECK(client.call("emoji.list", "xoxb-local").at("ok") == true);

    client.post("/sim/fail", {{"method", "emoji.list"}, {"status", 503}});
    const auto broken = client.post("/api/emoji.list", json::object(), as_bot);
    CHECK(broken.result_int() == 503);
    CHECK(json::parse(broken.body()).at("error") != "ratelimited");
}

TEST_CASE("a response_url takes five messages") {
    RawClient client;
    RawSocket socket(client, client.link());
    const std::string url = typed_response_url(client, socket);
    CHECK(client.post(url, json::object()).result_int() == 400);  // no use is spent on an error
    for (int i = 0; i < 5; ++i) {
        CHECK(client.post(url, {{"text", "answer"}}).result_int() == 200);
    }
    const auto sixth = client.post(url, {{"text", "answer"}});
    CHECK(sixth.result_int() == 404);
    CHECK(sixth.body() == "used_url");
    CHECK(client.post("/response/none", {{"text", "answer"}}).result_int() == 404);
}

TEST_CASE("a response_url survives whatever it is sent") {
    RawClient client;
    RawSocket socket(client, client.link());
    const std::string url = typed_response_url(client, socket);
    CHECK(client.post(url, {{"text", 7}}).result_int() == 400);
    CHECK(client.post(url, json::array()).result_int() == 400);
    CHECK(client.post(url, {{"text", "a"}, {"response_type", 7}}).result_int() == 200);
    CHECK(client.post(url, {{"text", 7}, {"blocks", {{{"type", "divider"}}}}}).result_int() == 200);
    CHECK(client.post(url, {{"delete_original", true}}).result_int() == 200);
}

TEST_CASE("an emoji's picture is public, and a token sent for it is noted") {
    RawClient client;
    const auto added = client.request(http::verb::post, "/sim/emoji?name=beer", a_png);
    REQUIRE(added.result_int() == 200);
    const json list = client.call("emoji.list", "xoxb-local").at("emoji");
    const std::string target = RawClient::target_of(list.at("beer").get<std::string>());
    const auto picture = client.get(target);
    CHECK(picture.result_int() == 200);
    CHECK(picture[http::field::content_type] == "image/png");
    CHECK(picture.body() == a_png);
    CHECK(violations(client) == 0);
    client.get(target, as_bot);
    CHECK(violations(client) == 1);
    CHECK(client.get("/emoji/T0LOCAL/none/0.png").result_int() == 404);
}

TEST_CASE("an upload that is refused says why") {
    RawClient client;
    const auto refused = client.request(http::verb::post, "/sim/emoji?name=beer", "no picture");
    CHECK(refused.result_int() == 400);
    CHECK(json::parse(refused.body()).at("error") == "no_image");
}

TEST_CASE("a private file is given to the bot's token; others are sent to sign in") {
    RawClient client;
    RawSocket socket(client, client.link());
    client.request(http::verb::post, "/sim/dm?filename=a%20b.png&text=what%20is%20this", a_png);
    const json event = socket.read("events_api").at("payload").at("event");
    CHECK(event.at("channel_type") == "im");
    CHECK(event.at("subtype") == "file_share");
    CHECK(event.at("text") == "what is this");
    const json& file = event.at("files").at(0);
    CHECK(file.at("mimetype") == "image/png");
    CHECK(file.at("size") == a_png.size());
    const std::string target =
        RawClient::target_of(file.at("url_private_download").get<std::string>());

    CHECK(client.get(target, as_bot).body() == a_png);
    const auto sent_away = client.get(target);
    CHECK(sent_away.result_int() == 302);
    const std::string sign_in = RawClient::target_of(std::string(sent_away[http::field::location]));
    const auto page = client.get(sign_in);
    CHECK(page.result_int() == 200);
    CHECK(page[http::field::content_type].starts_with("text/html"));
    CHECK(client.get(target, {{"Authorization", "Bearer xapp-local"}}).result_int() == 302);

    CHECK(violations(client) == 0);
    client.get(sign_in, as_bot);
    CHECK(violations(client) == 1);  // the token went along with the redirect
}

TEST_CASE("a file may come as a stub whose details files.info has") {
    RawClient client;
    RawSocket socket(client, client.link());
    client.request(http::verb::post, "/sim/dm?filename=a.png&check_file_info=1", a_png);
    const json event = socket.read("events_api").at("payload").at("event");
    const json& stub = event.at("files").at(0);
    CHECK(stub.at("file_access") == "check_file_info");
    CHECK_FALSE(stub.contains("url_private"));
    const auto answer =
        client.get("/api/files.info?file=" + stub.at("id").get<std::string>(), as_bot);
    CHECK(json::parse(answer.body()).at("file").contains("url_private_download"));
}

TEST_CASE("a page of somebody else's is refused everywhere") {
    RawClient client;
    const std::string own = "http://" + client.authority();
    const auto cut = [&](const Headers& headers) {
        return client.post("/sim/cut", json::object(), headers).result_int();
    };
    CHECK(cut({{"Origin", own}}) == 200);
    CHECK(cut({{"Origin", "https://evil.example"}}) == 403);
    CHECK(cut({{"Origin", "null"}}) == 403);
    CHECK(cut({{"Origin", "http://127.0.0.1:1"}}) == 403);
    CHECK(client.get("/sim/messages", {{"Origin", "https://evil.example"}}).result_int() == 403);
}

TEST_CASE("a host that is not loopback is refused, even one that looks like it") {
    RawClient client;
    const auto state = [&](const std::string& host) {
        return client.get("/sim/state", {{"Host", host}}).result_int();
    };
    CHECK(state("localhost:8765") == 200);
    CHECK(state("127.0.0.1") == 200);
    CHECK(state("127.1.2.3:80") == 200);
    CHECK(state("[::1]:8765") == 200);
    for (const std::string host :
         {"evil.example", "127.evil.example", "127.0.0.1.evil.example:80", "localhost.evil.example",
          "10.0.0.1", "[::1]evil.example", "[::2]", "[::1", ""}) {
        CAPTURE(host);
        CHECK(state(host) == 403);
    }
}

TEST_CASE("a body that is too large is refused, and the workspace goes on") {
    RawClient client;
    const std::string huge(std::size_t{8} * 1024 * 1024 + 1, 'a');
    const auto refused = client.request(http::verb::post, "/sim/dm", huge);
    CHECK(refused.result_int() == 413);
    CHECK(refused.body().find("too large") != std::string::npos);
    CHECK(client.get("/sim/state").result_int() == 200);
}

TEST_CASE("control that cannot be understood is refused in one line") {
    RawClient client;
    CHECK(client.request(http::verb::post, "/sim/command", "{").result_int() == 400);
    CHECK(client.request(http::verb::post, "/sim/command", "[]").result_int() == 400);
    CHECK(client.post("/sim/nonsense", json::object()).result_int() == 404);
    CHECK(client.get("/sim/command?id=none").result_int() == 404);
    CHECK(client.post("/sim/disconnect", {{"reason", "boredom"}}).result_int() == 400);
}

TEST_CASE("the page comes with a policy against foreign scripts") {
    RawClient client;
    for (const std::string path : {"/", "/page.css", "/page.js"}) {
        const auto page = client.get(path);
        CHECK(page.result_int() == 200);
        CHECK_FALSE(page.body().empty());
        const std::string policy(page["Content-Security-Policy"]);
        CHECK(policy.find("script-src 'self'") != std::string::npos);
        CHECK(policy.find("unsafe") == std::string::npos);
    }
    CHECK(client.get("/../etc/passwd").result_int() == 404);
}

TEST_CASE("each answer tells the time, and the scopes of the token that was taken") {
    Options options;
    options.scopes = "commands,emoji:read";
    options.clock_ahead = std::chrono::hours(24 * 365 * 200);
    RawClient client(options);
    const auto call = [&](const std::string& method, const std::string& token) {
        return client.request(http::verb::post, "/api/" + method, {},
                              {{"Authorization", "Bearer " + token}});
    };
    const auto taken = call("auth.test", options.bot_token);
    CHECK(taken["X-OAuth-Scopes"] == "commands,emoji:read");
    CHECK_THAT(std::string(taken[http::field::date]),
               Catch::Contains(" 22") && Catch::EndsWith(" GMT"));
    CHECK(call("apps.connections.open", options.app_token)["X-OAuth-Scopes"] ==
          "connections:write");
    const auto refused = call("auth.test", "xoxb-other");
    CHECK(refused.find("X-OAuth-Scopes") == refused.end());
    CHECK_THAT(std::string(refused[http::field::date]), Catch::EndsWith(" GMT"));
}

TEST_CASE("a workspace that cannot start says why") {
    const auto refusal = [](const Options& options) {
        const auto started = Simulator::start(options);
        return started ? std::string{} : started.error().message;
    };
    Options everywhere;
    everywhere.address = "0.0.0.0";
    CHECK(refusal(everywhere).find("loopback") != std::string::npos);
    Options absent;
    absent.workspace = "/nonexistent/folder";
    CHECK(refusal(absent).find("/nonexistent/folder") != std::string::npos);
    RawClient client;
    Options taken;
    taken.port = client.endpoint().port();
    CHECK(refusal(taken).find("cannot listen") != std::string::npos);
}
