#include "emojiscope/app/json_output.hpp"

#include <catch2/catch.hpp>

using namespace emojiscope;
using namespace emojiscope::app;
using nlohmann::json;

namespace {

search::Hit hit(const std::string& name, double score) {
    search::Hit made;
    made.name = name;
    made.score = score;
    return made;
}

EmojiRecord record(const std::string& name) {
    EmojiRecord made;
    made.name = name;
    return made;
}

}  // namespace

TEST_CASE("an answer has the form of the contract", "[json]") {
    search::Answer answer;
    answer.confident = true;
    answer.hits.push_back(hit("beer", 1.0));
    answer.hits.back().name_score = 1.0;
    answer.hits.back().cosine = 0.1234567;
    answer.hits.push_back(hit("ビール", 0.25));
    answer.hits.back().cosine = -0.5;
    answer.hits.push_back(hit("root_beer", 0.8));
    answer.hits.back().name_score = 0.5;
    const json expected = json::parse(R"({
        "query": "beer", "confident": true, "took_ms": 1.5,
        "results": [
          {"rank": 1, "name": "beer", "score": 1.0,
           "signals": {"name": 1.0, "text": null, "concept": null, "image": 0.123457}},
          {"rank": 2, "name": "ビール", "score": 0.25,
           "signals": {"name": null, "text": null, "concept": null, "image": -0.5}},
          {"rank": 3, "name": "root_beer", "score": 0.8,
           "signals": {"name": 0.5, "text": null, "concept": null, "image": null}}]})");
    CHECK(search_json("beer", answer, std::chrono::duration<double, std::milli>(1.5)) == expected);
}

TEST_CASE("an empty answer is an empty list", "[json]") {
    const json made = search_json("", {}, std::chrono::duration<double, std::milli>(0.0004));
    CHECK(made == json::parse(R"({"query":"","results":[],"confident":false,"took_ms":0})"));
    CHECK(made.at("took_ms").is_number());
}

TEST_CASE("a check alerts for duplicates, not for what is merely near", "[json]") {
    const search::DuplicateMatch same{record("crab"), search::DuplicateKind::identical, 1.0};
    const search::DuplicateMatch altered{record("krab"), search::DuplicateKind::same_image, 0.9};
    const search::DuplicateMatch near{record("lobster"), search::DuplicateKind::near, 0.7};
    CHECK(check_json("a.png", {same, near}) == json::parse(R"({"file":"a.png","alert":true,
        "matches":[{"name":"crab","kind":"identical","score":1.0},
                   {"name":"lobster","kind":"near","score":0.7}]})"));
    CHECK(check_json("a.png", {altered}).at("alert") == true);
    CHECK(check_json("a.png", {altered}).at("matches")[0].at("kind") == "same_image");
    CHECK(check_json("a.png", {near}).at("alert") == false);
    const search::DuplicateMatch frame{record("crab"), search::DuplicateKind::near, 0.7,
                                       search::Likeness::frame_of};
    CHECK(check_json("a.png", {frame}).at("matches")[0].at("likeness") == "frame_of");
    CHECK(check_json("a.png", {}) == json::parse(R"({"file":"a.png","alert":false,"matches":[]})"));
}

TEST_CASE("groups name their members in order", "[json]") {
    const search::DuplicateGroup group{search::DuplicateKind::identical,
                                       {record("zebra"), record("ant")}};
    CHECK(groups_json({group, group}) ==
          json::parse(R"({"groups":[{"kind":"identical","names":["zebra","ant"]},
                                    {"kind":"identical","names":["zebra","ant"]}]})"));
    CHECK(groups_json({}) == json::parse(R"({"groups":[]})"));
}

TEST_CASE("a value is one line, whatever is in it", "[json]") {
    const std::string line = to_line(check_json("a\nb\r\"\\\xff\xfe.png", {}));
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find('\r') == std::string::npos);
    CHECK_THAT(line, Catch::Contains("\xEF\xBF\xBD"));
    CHECK_NOTHROW(json::parse(line));
    CHECK_THAT(to_line({{"name", "ビール"}}), Catch::Contains("ビール"));
}
