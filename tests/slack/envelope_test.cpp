// Frames of Socket Mode, as Slack sends them and as nobody should.
#include "emojiscope/slack/envelope.hpp"

#include "slack/print_result.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::slack {
namespace {

template <class T>
T parse_as(std::string_view text) {
    const Frame frame = parse_frame(text).value();
    REQUIRE(std::holds_alternative<T>(frame));
    return std::get<T>(frame);
}

}  // namespace

TEST_CASE("hello tells the app and how many sockets it has", "[envelope]") {
    const auto hello = parse_as<Hello>(
        R"({"type":"hello","num_connections":2,"connection_info":{"app_id":"A1"},
            "debug_info":{"host":"applink-1","approximate_connection_time":18060}})");
    CHECK(hello.app_id == "A1");
    CHECK(hello.connections == 2);
    const auto bare = parse_as<Hello>(R"({"type":"hello"})");
    CHECK(bare.app_id.empty());
    CHECK(bare.connections == 0);
}

TEST_CASE("disconnect tells why", "[envelope]") {
    CHECK(parse_as<Disconnect>(R"({"type":"disconnect","reason":"refresh_requested"})").reason ==
          "refresh_requested");
    CHECK(parse_as<Disconnect>(R"({"type":"disconnect"})").reason.empty());
}

TEST_CASE("an envelope comes with its payload and its history", "[envelope]") {
    const auto first = parse_as<Envelope>(
        R"({"envelope_id":"e-1","type":"slash_commands","accepts_response_payload":true,
            "payload":{"command":"/emoji","text":"beer"}})");
    CHECK(first.id == "e-1");
    CHECK(first.type == "slash_commands");
    CHECK(first.accepts_response_payload);
    CHECK(first.retry_attempt == 0);
    CHECK(first.payload["text"] == "beer");

    const auto repeated = parse_as<Envelope>(
        R"({"envelope_id":"e-2","type":"events_api","accepts_response_payload":false,
            "retry_attempt":2,"retry_reason":"timeout","payload":{"event_id":"Ev1"}})");
    CHECK_FALSE(repeated.accepts_response_payload);
    CHECK(repeated.retry_attempt == 2);
    CHECK(repeated.retry_reason == "timeout");
}

TEST_CASE("booleans may come as strings", "[envelope]") {
    const auto accepts = [](const std::string& value) {
        return parse_as<Envelope>(R"({"envelope_id":"e","accepts_response_payload":)" + value + "}")
            .accepts_response_payload;
    };
    CHECK(accepts(R"("true")"));
    CHECK_FALSE(accepts(R"("false")"));
    CHECK_FALSE(accepts("1"));
    CHECK_FALSE(accepts("null"));
}

TEST_CASE("an envelope of a type that is not known yet can still be acknowledged", "[envelope]") {
    const auto envelope = parse_as<Envelope>(R"({"envelope_id":"e-3","type":"telepathy"})");
    CHECK(envelope.id == "e-3");
    CHECK(envelope.type == "telepathy");
    CHECK(envelope.payload.is_null());
}

TEST_CASE("a frame without an id of a kind that is not known is only named", "[envelope]") {
    CHECK(parse_as<UnknownFrame>(R"({"type":"ping"})").type == "ping");
    CHECK(parse_as<UnknownFrame>("{}").type.empty());
    CHECK(parse_as<UnknownFrame>(R"({"type":7,"envelope_id":8})").type.empty());
}

TEST_CASE("fields of the wrong type read as empty", "[envelope]") {
    const auto envelope = parse_as<Envelope>(
        R"({"envelope_id":"e","type":[],"retry_attempt":-1,"retry_reason":{},"payload":"text"})");
    CHECK(envelope.type.empty());
    CHECK(envelope.retry_attempt == 0);
    CHECK(envelope.retry_reason.empty());
    CHECK(envelope.payload == "text");
    CHECK(parse_as<Hello>(R"({"type":"hello","num_connections":"2","connection_info":[]})")
              .connections == 0);
}

TEST_CASE("what is no JSON object is corrupt", "[envelope]") {
    for (const char* text : {"", "hello", "{", "[]", "null", "\"x\"", "{\"a\":}", "\xff\xfe"}) {
        CAPTURE(text);
        const auto frame = parse_frame(text);
        REQUIRE_FALSE(frame);
        CHECK(frame.error().code == ErrorCode::corrupt);
    }
}

TEST_CASE("a frame that is nested too deep or holds too much is refused", "[envelope]") {
    const auto deep = [](std::size_t levels) {
        return R"({"envelope_id":"e","payload":)" + std::string(levels, '[') +
               std::string(levels, ']') + "}";
    };
    CHECK(parse_frame(deep(60)));
    for (const std::string& text :
         {deep(100), R"({"envelope_id":"e","payload":[)" + std::string(1'000'000, '['),
          R"({"envelope_id":"e","payload":[0)" +
              [] {
                  std::string zeros;
                  for (int i = 0; i < 500'000; ++i) {
                      zeros += ",0";
                  }
                  return zeros;
              }() +
              "]}"}) {
        const auto frame = parse_frame(text);
        REQUIRE_FALSE(frame);
        CHECK(frame.error().code == ErrorCode::too_large);
        CHECK(frame.error().message.size() < 200);
    }
}

TEST_CASE("what of a frame stands in the log is short and one line", "[envelope]") {
    const std::string lines(500, '\n');
    const std::string long_word = nlohmann::json("a" + lines).dump();
    const auto unknown = parse_as<UnknownFrame>(R"({"type":)" + long_word + "}");
    CHECK(unknown.type == "a" + std::string(99, ' '));
    const auto bye = parse_as<Disconnect>(R"({"type":"disconnect","reason":)" + long_word + "}");
    CHECK(bye.reason == "a" + std::string(99, ' '));
}

TEST_CASE("an acknowledgement is JSON whatever the id", "[envelope]") {
    CHECK(acknowledgement("e-1") == R"({"envelope_id":"e-1"})");
    const std::string odd = "quote \" slash \\ line\n";
    CHECK(nlohmann::json::parse(acknowledgement(odd))["envelope_id"] == odd);
    CHECK(nlohmann::json::accept(acknowledgement("\xff")));
    CHECK(acknowledgement("e", {{"options", {}}}) ==
          R"({"envelope_id":"e","payload":{"options":null}})");
}

}  // namespace emojiscope::slack
