#include "raw_client.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <chrono>
#include <functional>
#include <thread>

#include <sys/socket.h>
#include <sys/time.h>

using namespace emojiscope::simulator;
using emojiscope::simulator::test::RawClient;
using emojiscope::simulator::test::RawSocket;
using nlohmann::json;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

void arm(RawClient& client, const json& fault) {
    REQUIRE(client.post("/sim/fault", fault).result_int() == 200);
}

/// How a request ends at the client: with which error, and with how much of a body.
struct Ending {
    boost::system::error_code error;
    std::size_t bytes = 0;
};

Ending request(RawClient& client, const std::string& target, std::size_t most = 1'000'000) {
    asio::ip::tcp::socket socket(client.io());
    socket.connect(client.endpoint());
    http::request<http::empty_body> request{http::verb::post, target, 11};
    request.set(http::field::host, client.authority());
    request.set(http::field::authorization, "Bearer xoxb-local");
    http::write(socket, request);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(most);
    Ending ending;
    http::read(socket, buffer, parser, ending.error);
    ending.bytes = parser.get().body().size();
    return ending;
}

/// Whether the state comes to be so, within some seconds.
bool becomes(RawClient& client, const std::function<bool(const json&)>& so) {
    for (int look = 0; look < 500; ++look) {
        if (so(client.sim("/sim/state"))) {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

/// The status with which an upgrade is refused; 101 if it is not.
unsigned upgrade(RawClient& client) {
    asio::ip::tcp::socket tcp(client.io());
    tcp.connect(client.endpoint());
    beast::websocket::stream<asio::ip::tcp::socket&> socket(tcp);
    beast::websocket::response_type response;
    boost::system::error_code error;
    socket.handshake(response, client.authority(), client.link(), error);
    return response.result_int();
}

}  // namespace

TEST_CASE("a method fails as it was told to, so many times") {
    RawClient client;
    const test::Headers bot{{"Authorization", "Bearer xoxb-local"}};
    arm(client, {{"on", "http"},
                 {"path", "/api/emoji.list"},
                 {"kind", "status"},
                 {"status", 429},
                 {"retry_after", 7},
                 {"count", 2}});
    CHECK(client.get("/api/auth.test", bot).result_int() == 200);
    for (int time = 0; time < 2; ++time) {
        const auto answer = client.get("/api/emoji.list", bot);
        CHECK(answer.result_int() == 429);
        CHECK(answer[http::field::retry_after] == "7");
    }
    CHECK(client.get("/api/emoji.list", bot).result_int() == 200);
    CHECK(client.sim("/sim/state").at("faults") == 0);
}

TEST_CASE("answers of HTML and redirects to elsewhere") {
    RawClient client;
    arm(client, {{"on", "http"}, {"path", "/emoji/"}, {"kind", "html"}});
    const auto page = client.get("/emoji/T0LOCAL/x/1.png");
    CHECK(page.result_int() == 200);
    CHECK(page[http::field::content_type].starts_with("text/html"));
    arm(client, {{"on", "http"},
                 {"path", "/emoji/"},
                 {"kind", "redirect"},
                 {"location", "https://elsewhere.invalid/"}});
    const auto away = client.get("/emoji/T0LOCAL/x/1.png");
    CHECK(away.result_int() == 302);
    CHECK(away[http::field::location] == "https://elsewhere.invalid/");
}

TEST_CASE("answers are cut off, never end, or come as a reset") {
    RawClient client;
    const auto on = [&](const char* kind) {
        arm(client, {{"on", "http"}, {"path", "/api/emoji.list"}, {"kind", kind}});
    };
    on("truncate");
    CHECK(request(client, "/api/emoji.list").error == http::error::partial_message);
    on("endless");
    CHECK(request(client, "/api/emoji.list").error == http::error::body_limit);
    on("reset");
    CHECK(request(client, "/api/emoji.list").error == asio::error::connection_reset);
    CHECK(!request(client, "/api/emoji.list").error);
}

TEST_CASE("an answer does not come, or byte by byte") {
    RawClient client;
    const auto first_bytes = [&](const char* kind, timeval patience) {
        arm(client, {{"on", "http"}, {"path", "/api/emoji.list"}, {"kind", kind}});
        asio::ip::tcp::socket socket(client.io());
        socket.connect(client.endpoint());
        setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        http::request<http::empty_body> request{http::verb::get, "/api/emoji.list", 11};
        request.set(http::field::host, client.authority());
        http::write(socket, request);
        std::array<char, 4096> bytes{};
        return ::recv(socket.native_handle(), bytes.data(), bytes.size(), 0);
    };
    CHECK(first_bytes("hang", {.tv_sec = 0, .tv_usec = 200'000}) == -1);
    const auto some = first_bytes("slow", {.tv_sec = 20, .tv_usec = 0});
    CHECK(some > 0);
    CHECK(some < 16);
}

TEST_CASE("a request may take effect although its answer is lost") {
    RawClient client;
    const auto post = [&] {
        asio::ip::tcp::socket socket(client.io());
        socket.connect(client.endpoint());
        http::request<http::string_body> request{http::verb::post, "/api/chat.postMessage", 11};
        request.set(http::field::host, client.authority());
        request.set(http::field::authorization, "Bearer xoxb-local");
        request.set(http::field::content_type, "application/json");
        request.body() = json{{"channel", "C0EMOJI"}, {"text", "here"}}.dump();
        request.prepare_payload();
        http::write(socket, request);
        beast::flat_buffer buffer;
        http::response<http::string_body> answer;
        boost::system::error_code error;
        http::read(socket, buffer, answer, error);
        return error;
    };
    arm(client, {{"on", "http"}, {"path", "/api/chat."}, {"kind", "reset"}, {"after", true}});
    CHECK(post());
    CHECK(client.sim("/sim/messages").at("messages").size() == 1);
    arm(client, {{"on", "http"}, {"path", "/api/chat."}, {"kind", "reset"}});
    CHECK(post());
    CHECK(client.sim("/sim/messages").at("messages").size() == 1);
}

TEST_CASE("handshakes are refused as they were told to be") {
    RawClient client;
    arm(client, {{"on", "handshake"}, {"status", 409}});
    arm(client, {{"on", "handshake"}, {"status", 503}, {"delay_ms", 5}});
    CHECK(upgrade(client) == 409);
    CHECK(upgrade(client) == 503);
    CHECK(upgrade(client) == 101);
}

TEST_CASE("a socket without a hello") {
    RawClient client;
    arm(client, {{"on", "socket"}, {"kind", "no_hello"}});
    RawSocket socket(client, client.link());
    client.post("/sim/command", {{"text", "beer"}});
    CHECK(socket.read().at("type") == "slash_commands");
}

TEST_CASE("a socket answers one ping, then nothing any more, and its end is noticed") {
    RawClient client;
    arm(client, {{"on", "socket"}, {"kind", "deaf"}, {"pongs", 1}});
    {
        asio::ip::tcp::socket tcp(client.io());
        tcp.connect(client.endpoint());
        beast::websocket::stream<asio::ip::tcp::socket&> socket(tcp);
        int pongs = 0;
        socket.control_callback([&](beast::websocket::frame_type kind, beast::string_view) {
            pongs += kind == beast::websocket::frame_type::pong ? 1 : 0;
        });
        socket.handshake(client.authority(), client.link());
        beast::flat_buffer buffer;
        socket.read(buffer);  // hello
        socket.ping({});
        // The pong and what comes behind it.
        client.post("/sim/command", {{"text", "beer"}});
        socket.read(buffer);
        CHECK(pongs == 1);
        CHECK(becomes(client,
                      [](const json& state) { return state.at("counts").at("turned_deaf") == 1; }));
        socket.ping({});
        client.post("/sim/command", {{"text", "wine"}});
        CHECK(client.sim("/sim/state").at("sockets") == 1);
        tcp.close();
    }
    CHECK(becomes(client, [](const json& state) { return state.at("sockets") == 0; }));
    CHECK(client.sim("/sim/state").at("counts").at("acked") == 0);
}

TEST_CASE("a socket that is deaf from the start greets, and hears no acknowledgement") {
    RawClient client;
    arm(client, {{"on", "socket"}, {"kind", "deaf"}});
    RawSocket socket(client, client.link());
    CHECK(socket.read().at("type") == "hello");
    client.post("/sim/command", {{"text", "beer"}});
    socket.ack(socket.read("slash_commands"));
    CHECK(client.sim("/sim/state").at("counts").at("acked") == 0);
}

TEST_CASE("frames that no app understands") {
    RawClient client;
    asio::ip::tcp::socket tcp(client.io());
    tcp.connect(client.endpoint());
    beast::websocket::stream<asio::ip::tcp::socket&> socket(tcp);
    socket.handshake(client.authority(), client.link());
    const auto next = [&] {
        beast::flat_buffer buffer;
        socket.read(buffer);
        return beast::buffers_to_string(buffer.data());
    };
    next();  // hello
    client.post("/sim/frame", {{"kind", "binary"}});
    next();
    CHECK(socket.got_binary());
    client.post("/sim/frame", {{"kind", "broken_json"}});
    const std::string broken = next();
    CHECK(socket.got_text());
    CHECK(json::parse(broken, nullptr, false).is_discarded());
    client.post("/sim/frame", {{"kind", "unknown_type"}});
    const json unknown = json::parse(next());
    CHECK(unknown.at("type") == "something_new");
    CHECK(unknown.contains("envelope_id"));
    client.post("/sim/frame", {{"kind", "oversized"}});
    CHECK(next().size() > 4 * 1024 * 1024);
    CHECK(client.post("/sim/frame", {{"kind", "made-up"}}).result_int() == 400);
}

TEST_CASE("an envelope comes twice, or its acknowledgement is lost") {
    Options options;
    options.ack_timeout = std::chrono::seconds(1);
    RawClient client(options);
    RawSocket socket(client, client.link());
    socket.read("hello");
    arm(client, {{"on", "envelope"}, {"kind", "twice"}});
    client.post("/sim/emoji/alias", {{"name", "a"}, {"alias_for", "tada"}});
    const json first = socket.read("events_api");
    CHECK(socket.read("events_api") == first);
    socket.ack(first);

    arm(client, {{"on", "envelope"}, {"kind", "ack_lost"}});
    client.post("/sim/emoji/alias", {{"name", "b"}, {"alias_for", "tada"}});
    const json unheard = socket.read("events_api");
    socket.ack(unheard);
    const json again = socket.read("events_api");
    CHECK(again.at("payload").at("event_id") == unheard.at("payload").at("event_id"));
    CHECK(again.at("retry_attempt") == 1);
    socket.ack(again);
    CHECK(client.sim("/sim/state").at("violations").empty());
}

TEST_CASE("a connection is reset in the middle of a frame, and the event comes again") {
    Options options;
    options.retry_second = std::chrono::milliseconds(300);
    options.retry_third = std::chrono::milliseconds(300);
    RawClient client(options);
    RawSocket socket(client, client.link());
    socket.read("hello");
    arm(client, {{"on", "envelope"}, {"kind", "reset_midway"}});
    client.post("/sim/emoji/alias", {{"name", "a"}, {"alias_for", "tada"}});
    CHECK_THROWS(socket.read("events_api"));
    CHECK(client.sim("/sim/state").at("sockets") == 0);
    RawSocket next(client, client.link());
    const json again = next.read("events_api");
    CHECK(again.at("payload").at("event").at("name") == "a");
    CHECK(again.at("retry_attempt") >= 1);
}

TEST_CASE("events are kept back and come in the opposite order") {
    RawClient client;
    RawSocket socket(client, client.link());
    socket.read("hello");
    client.post("/sim/hold", json::object());
    client.post("/sim/emoji/alias", {{"name", "a"}, {"alias_for", "tada"}});
    client.post("/sim/emoji/remove", {{"names", {"a"}}});
    client.post("/sim/release", {{"reversed", true}});
    const auto subtype = [&] {
        return socket.read("events_api").at("payload").at("event").at("subtype");
    };
    CHECK(subtype() == "remove");
    CHECK(subtype() == "add");
}

TEST_CASE("connections are granted so many times a minute") {
    Options options;
    options.dials_per_minute = 1;
    options.dial_burst = 2;
    RawClient client(options);
    CHECK(client.call("apps.connections.open", "xapp-local").at("ok") == true);
    CHECK(client.call("apps.connections.open", "xapp-local").at("ok") == true);
    const auto refused = client.post("/api/apps.connections.open", json::object(),
                                     {{"Authorization", "Bearer xapp-local"}});
    CHECK(refused.result_int() == 429);
    const int wait = std::stoi(std::string(refused[http::field::retry_after]));
    CHECK(wait > 50);
    CHECK(wait <= 60);
    const json counts = client.sim("/sim/state").at("counts");
    CHECK(counts.at("dials") == 2);
    CHECK(counts.at("dials_refused") == 1);
}

TEST_CASE("response URLs expire when they are told to") {
    RawClient client;
    RawSocket socket(client, client.link());
    socket.read("hello");
    client.post("/sim/command", {{"text", "beer"}});
    const std::string old = socket.read("slash_commands").at("payload").at("response_url");
    client.post("/sim/response_urls/expire", json::object());
    CHECK(client.post(RawClient::target_of(old), {{"text", "late"}}).result_int() == 404);
    client.post("/sim/command", {{"text", "wine"}});
    const std::string next = socket.read("slash_commands").at("payload").at("response_url");
    CHECK(client.post(RawClient::target_of(next), {{"text", "here"}}).result_int() == 200);
}

TEST_CASE("a fault that nobody knows is refused") {
    RawClient client;
    for (const json& unknown :
         std::array<json, 6>{json{{"on", "http"}, {"path", "/api/"}, {"kind", "made-up"}},
                             json{{"on", "http"}, {"path", "api/"}, {"kind", "html"}},
                             json{{"on", "http"}, {"path", "/api/"}, {"kind", "redirect"}},
                             json{{"on", "socket"}, {"kind", "hello"}}, json{{"on", "weather"}},
                             json{{"on", "handshake"}, {"count", 0}}}) {
        CHECK(client.post("/sim/fault", unknown).result_int() == 400);
    }
    arm(client, {{"on", "handshake"}, {"status", 409}});
    client.post("/sim/fault/clear", json::object());
    CHECK(client.sim("/sim/state").at("faults") == 0);
}
