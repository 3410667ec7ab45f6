// JSON that would take the stack or the memory, and JSON that is none.
#include "emojiscope/slack/bounded_json.hpp"

#include "slack/print_result.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace emojiscope::slack {
namespace {

using nlohmann::json;

constexpr JsonBounds small{1'000, 4, 10};

std::string repeated(const std::string& text, std::size_t times) {
    std::string all;
    all.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i) {
        all += text;
    }
    return all;
}

ErrorCode refusal(const std::string& text, const JsonBounds& bounds) {
    const auto parsed = parse_json(text, bounds);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().message.find('\n') == std::string::npos);
    CHECK(parsed.error().message.size() < 100);
    return parsed.error().code;
}

}  // namespace

TEST_CASE("JSON within its bounds is read as it is", "[json]") {
    const std::string text = R"({"a":[1,2.5,{"b":"x, [y] {z} \" \\"}],"c":null})";
    CHECK(parse_json(text, small).value() == json::parse(text));
    CHECK(parse_json(R"("[[[[[[[[[[,,,,,,,,,,,,,,,,")", small).value() ==
          "[[[[[[[[[[,,,,,,,,,,,,,,,,");
    CHECK(parse_json("7", small).value() == 7);
    CHECK(parse_json("null", small).value().is_null());
}

TEST_CASE("each bound is the last that is allowed", "[json]") {
    CHECK(parse_json("[[[[]]]]", small));
    CHECK(refusal("[[[[[]]]]]", small) == ErrorCode::too_large);
    CHECK(parse_json(R"([{"a":[{}]}])", small));
    CHECK(refusal(R"([{"a":[{"b":[]}]}])", small) == ErrorCode::too_large);
    CHECK(parse_json("[[],[],[],[],[]]", {1'000, 4, 11}));
    CHECK(parse_json("[1,2,3,4,5,6,7,8,9]", {1'000, 4, 10}));
    CHECK(refusal("[1,2,3,4,5,6,7,8,9,10]", {1'000, 4, 10}) == ErrorCode::too_large);
    CHECK(parse_json("\"" + std::string(998, 'x') + "\"", small));
    CHECK(refusal("\"" + std::string(999, 'x') + "\"", small) == ErrorCode::too_large);
}

TEST_CASE("brackets that are closed again are no depth", "[json]") {
    CHECK(parse_json("[[[]],[[]],[[]]]", {1'000, 3, 20}));
}

TEST_CASE("a million brackets are refused before anything is made of them", "[json]") {
    constexpr std::size_t many = 1'000'000;
    for (const JsonBounds& bounds : {answer_bounds, frame_bounds, kept_bounds, note_bounds}) {
        CHECK(refusal(std::string(many, '['), bounds) == ErrorCode::too_large);
        CHECK(refusal(std::string(many, '[') + std::string(many, ']'), bounds) ==
              ErrorCode::too_large);
        CHECK(refusal(repeated(R"({"a":)", many / 2), bounds) == ErrorCode::too_large);
        CHECK(refusal(R"({"a":")" + std::string(many, '\\') + R"(","b":)" + std::string(many, '['),
                      bounds) == ErrorCode::too_large);
    }
}

TEST_CASE("millions of tiny values are refused before anything is made of them", "[json]") {
    constexpr std::size_t many = 2'000'000;
    CHECK(refusal("[" + repeated("0,", many) + "0]", answer_bounds) == ErrorCode::too_large);
    CHECK(refusal("[" + repeated("[],", many) + "0]", answer_bounds) == ErrorCode::too_large);
    CHECK(refusal("{" + repeated("\"\":0,", many) + "\"\":0}", answer_bounds) ==
          ErrorCode::too_large);
    CHECK(refusal("[" + repeated("0,", 300'000) + "0]", frame_bounds) == ErrorCode::too_large);
}

TEST_CASE("a workspace of a hundred thousand emoji has its list read", "[json]") {
    std::string list = R"({"ok":true,"emoji":{)";
    for (int i = 0; i < 100'000; ++i) {
        list += (i == 0 ? "\"e" : ",\"e") + std::to_string(i) +
                R"(":"https://emoji.slack-edge.com/T00000000/a_name/0123456789abcdef.png")";
    }
    CHECK(parse_json(list + "}}", answer_bounds).value()["emoji"].size() == 100'000);
}

TEST_CASE("what is no JSON is corrupt", "[json]") {
    for (const char* text : {"", " ", "[", "]", "]]]", "{\"a\"", "\"", "\"\\", "{]", "[1,]", "nul",
                             "\xff", "[\"\xff\"]", "1 2", "<html>"}) {
        CAPTURE(text);
        CHECK(refusal(text, small) == ErrorCode::corrupt);
        CHECK(json_or_null(text, small).is_null());
    }
    CHECK(json_or_null("[1]", small) == json::array({1}));
    CHECK(json_or_null("[[[[[[1]]]]]]", small).is_null());
}

TEST_CASE("what was kept of the largest frame can be read back", "[json]") {
    const std::string deep = std::string(63, '[') + std::string(63, ']');
    const std::string wide = "[" + repeated("1E9,", 199'990) + "0]";
    for (const std::string& payload : {deep, wide}) {
        const auto frame = parse_json(R"({"payload":)" + payload + "}", frame_bounds);
        REQUIRE(frame);
        const json kept = {{"payload", frame.value()["payload"]}, {"more", json::array({1, 2})}};
        CHECK(parse_json(kept.dump(), kept_bounds));
    }
}

}  // namespace emojiscope::slack
