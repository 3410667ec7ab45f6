#include "raw_client.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <chrono>

using namespace emojiscope::simulator;
using emojiscope::simulator::test::RawClient;
using emojiscope::simulator::test::RawSocket;
using nlohmann::json;
namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

/// A frame of exactly `size` bytes that acknowledges `envelope` with an answer.
std::string ack_of_size(const json& envelope, std::size_t size) {
    json frame = {{"envelope_id", envelope.at("envelope_id")}, {"payload", {{"text", ""}}}};
    const std::size_t without = frame.dump().size();
    frame["payload"]["text"] = std::string(size - without, 'a');
    return frame.dump();
}

}  // namespace

TEST_CASE("a command is typed, acknowledged and answered") {
    RawClient client;
    RawSocket socket(client, client.link());
    CHECK(socket.read().at("type") == "hello");

    const json typed = json::parse(client.post("/sim/command", {{"text", "beer & <b>"}}).body());
    const json envelope = socket.read("slash_commands");
    const json& payload = envelope.at("payload");
    CHECK(payload.at("command") == "/emoji");
    CHECK(payload.at("text") == "beer &amp; &lt;b&gt;");
    CHECK(payload.at("team_id") == "T0LOCAL");
    socket.ack(envelope);
    const std::string url = payload.at("response_url");
    CHECK(client.post(RawClient::target_of(url), {{"text", "here"}}).result_int() == 200);

    const json state =
        client.sim("/sim/command?wait_ms=5000&id=" + typed.at("id").get<std::string>());
    CHECK(state.at("acked") == true);
    CHECK(state.at("answered") == true);
    CHECK(state.at("answers").at(0).at("text") == "here");
    CHECK(state.at("answer_ms") > 0);
    CHECK(client.sim("/sim/state").at("violations").empty());
}

TEST_CASE("an event without an acknowledgement comes again over the wire") {
    Options options;
    options.ack_timeout = std::chrono::milliseconds(20);
    RawClient client(options);
    RawSocket socket(client, client.link());
    socket.read("hello");
    client.post("/sim/emoji/alias", {{"name", "bier"}, {"alias_for", "beer"}});
    const json first = socket.read("events_api");
    CHECK(first.at("retry_attempt") == 0);
    CHECK(first.at("payload").at("event").at("value") == "alias:beer");
    const json second = socket.read("events_api");
    CHECK(second.at("retry_attempt") == 1);
    CHECK(second.at("retry_reason") == "timeout");
    CHECK(second.at("payload").at("event_id") == first.at("payload").at("event_id"));
}

TEST_CASE("a silent change is in the list but raises no event") {
    RawClient client;
    RawSocket socket(client, client.link());
    socket.read("hello");
    client.post("/sim/emoji/alias", {{"name", "a"}, {"alias_for", "tada"}, {"silent", true}});
    client.post("/sim/emoji/alias", {{"name", "b"}, {"alias_for", "tada"}});
    CHECK(socket.read("events_api").at("payload").at("event").at("name") == "b");
    CHECK(client.sim("/sim/emoji").at("emoji").size() == 2);
}

TEST_CASE("a frame of 20,479 bytes is taken, one of 20,480 closes the socket with 1009") {
    RawClient client;
    RawSocket socket(client, client.link());
    socket.read("hello");
    client.post("/sim/command", {{"text", "beer"}});
    socket.write(ack_of_size(socket.read("slash_commands"), 20'479));
    client.post("/sim/command", {{"text", "wine"}});
    socket.write(ack_of_size(socket.read("slash_commands"), 20'480));
    CHECK(socket.close_code() == 1009);
    const json state = client.sim("/sim/state");
    CHECK(state.at("counts").at("answered") == 1);
    CHECK(state.at("violations").size() == 1);
}

TEST_CASE("a ticket is good for one socket") {
    RawClient client;
    const std::string link = client.link();
    RawSocket socket(client, link);
    socket.read("hello");
    CHECK_THROWS(RawSocket(client, link));
    CHECK_THROWS(RawSocket(client, "/link/?ticket=made-up"));
}

TEST_CASE("a page of somebody else's cannot open a socket") {
    RawClient client;
    const std::string link = client.link();
    CHECK_THROWS(RawSocket(client, link, "https://evil.example"));
    // The refusal has not used the ticket up.
    RawSocket socket(client, link);
    CHECK(socket.read().at("type") == "hello");
}

TEST_CASE("a cut ends the socket without a close frame, and new ones are refused meanwhile") {
    RawClient client;
    RawSocket socket(client, client.link());
    socket.read("hello");
    client.post("/sim/cut", {{"for_ms", 3'600'000}});
    CHECK(socket.close_code() == 0);
    CHECK(client.call("apps.connections.open", "xapp-local").at("ok") == false);
    client.post("/sim/cut", {{"for_ms", 0}});
    CHECK(client.call("apps.connections.open", "xapp-local").at("ok") == true);
}

TEST_CASE("a workspace stops while sockets and long polls are open") {
    RawClient client;
    RawSocket socket(client, client.link());
    socket.read("hello");
    // Asked but not answered: nothing has been said yet.
    asio::ip::tcp::socket poll(client.io());
    poll.connect(client.endpoint());
    http::request<http::empty_body> request{http::verb::get, "/sim/messages?wait_ms=60000", 11};
    request.set(http::field::host, client.authority());
    http::write(poll, request);

    client.slack().stop();
    socket.close_code();  // returns: the connection has ended
    boost::system::error_code ended;
    std::array<char, 4096> rest{};
    while (!ended) {
        poll.read_some(asio::buffer(rest), ended);
    }
    CHECK(ended);
    client.slack().stop();
    CHECK(client.slack().page_url() == "http://" + client.authority() + "/");
}
