// How Japanese is read, by the dictionary that Debian installs.
#include "emojiscope/text/readings.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

namespace emojiscope::text {
namespace {

std::unique_ptr<JapaneseReader> opened() {
    auto reader = JapaneseReader::open();
    REQUIRE(reader.has_value());
    return std::move(*reader);
}

bool has(const std::vector<std::string>& readings, const std::string& reading) {
    return std::find(readings.begin(), readings.end(), reading) != readings.end();
}

}  // namespace

TEST_CASE("kanji are read, kana are as they are", "[text]") {
    const auto reader = opened();
    CHECK(reader->readings("安心", 4).front() == "あんしん");
    CHECK(reader->readings("お疲れ様です", 4).front() == "おつかれさまです");
    CHECK(reader->readings("ビール", 4) == std::vector<std::string>{"びーる"});
    CHECK(reader->readings("おつかれ", 4) == std::vector<std::string>{"おつかれ"});
}

TEST_CASE("where several readings are plausible they are told", "[text]") {
    const auto reader = opened();
    CHECK(has(reader->readings("人気", 8), "にんき"));
    CHECK(has(reader->readings("人気", 8), "ひとけ"));
    CHECK(has(reader->readings("今日", 8), "きょう"));
    CHECK(has(reader->readings("今日", 8), "こんにち"));
    const auto many = reader->readings("上手な人", 8);
    CHECK(std::set<std::string>(many.begin(), many.end()).size() == many.size());
    CHECK(reader->readings("人気", 1).size() == 1);
    CHECK(reader->readings("人気", 0).empty());
}

TEST_CASE("what is not Japanese has no reading", "[text]") {
    const auto reader = opened();
    CHECK(reader->readings("", 4).empty());
    CHECK(reader->readings("LGTM", 4).empty());
    CHECK(reader->readings("🍺", 4).empty());
    CHECK(reader->readings("\xff\xfe", 4).empty());
}

TEST_CASE("long texts end, and bytes that are no text do no harm", "[text]") {
    const auto reader = opened();
    std::string text;
    for (int i = 0; i < 5000; ++i) {
        text += "人";
    }
    const auto readings = reader->readings(text, 8);
    CHECK(readings.size() <= 8);
    CHECK_NOTHROW(reader->readings(std::string("安心\0安心", 13), 4));
    CHECK_NOTHROW(reader->readings("安\xe5心", 4));
}

TEST_CASE("many threads may read at once", "[text]") {
    const auto reader = opened();
    std::atomic<int> right{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i) {
                right += reader->readings("安心", 4).front() == "あんしん" ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(right == 200);
}

}  // namespace emojiscope::text
