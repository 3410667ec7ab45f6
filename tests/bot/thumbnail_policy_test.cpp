// When the map's thumbnail is drawn anew.
#include "thumbnail_policy.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <vector>

namespace emojiscope::bot {
namespace {

using namespace std::chrono_literals;

constexpr SystemTime start{std::chrono::hours(480'000)};

/// Emoji with these ids.
search::LibraryEntries entries(EmojiId first, EmojiId last, const std::string& pixels = "p") {
    auto list = std::make_shared<std::vector<search::LibraryEntryPtr>>();
    for (EmojiId id = first; id <= last; ++id) {
        auto entry = std::make_shared<search::LibraryEntry>();
        entry->id = id;
        entry->name = "e" + std::to_string(id);
        entry->pixel_hash = pixels;
        list->push_back(std::move(entry));
    }
    return list;
}

/// As it is remembered of a thumbnail of those.
MapThumbnail drawn_of(const search::LibraryEntries& emoji) {
    const MapNow now = map_now(emoji, "model 1", {});
    MapThumbnail drawn;
    drawn.file_id = "F1";
    drawn.emoji = now.emoji;
    drawn.newest = now.newest;
    drawn.look = now.look;
    drawn.drawn_at = drawn.tried_at = start;
    return drawn;
}

bool due(const MapThumbnail& drawn, const search::LibraryEntries& emoji, SystemTime time,
         const std::string& model = "model 1") {
    return is_due(drawn, map_now(emoji, model, drawn), time);
}

}  // namespace

TEST_CASE("a first thumbnail is drawn as soon as there is something to see", "[thumbnail]") {
    CHECK_FALSE(due({}, entries(1, 0), start));
    CHECK_FALSE(due({}, entries(1, 2), start));
    CHECK(due({}, entries(1, 3), start));
}

TEST_CASE("as long as nothing changes, no other is drawn", "[thumbnail]") {
    const auto emoji = entries(1, 100);
    CHECK_FALSE(due(drawn_of(emoji), emoji, start + 24h * 365));
}

TEST_CASE("a small change waits for a day", "[thumbnail]") {
    const MapThumbnail drawn = drawn_of(entries(1, 100));
    for (const auto& emoji : {entries(1, 101), entries(1, 100, "other pixels")}) {
        CHECK_FALSE(due(drawn, emoji, start + 24h - 1ms));
        CHECK(due(drawn, emoji, start + 24h));
    }
    CHECK(due(drawn, entries(1, 100), start + 24h, "model 2"));
    // A clock that was wrong then, and is right now.
    CHECK(due(drawn, entries(1, 101), start - 24h * 365));
}

TEST_CASE("what was taken away is shown for an hour at most", "[thumbnail]") {
    const MapThumbnail drawn = drawn_of(entries(1, 1000));
    for (const auto& emoji : {entries(1, 999), entries(2, 1001)}) {
        CHECK_FALSE(due(drawn, emoji, start + 1h - 1ms));
        CHECK(due(drawn, emoji, start + 1h));
    }
}

TEST_CASE("many changes wait for an hour", "[thumbnail]") {
    const MapThumbnail small = drawn_of(entries(1, 100));
    CHECK_FALSE(due(small, entries(1, 109), start + 2h));  // more than the share, and still few
    CHECK_FALSE(due(small, entries(1, 110), start + 1h - 1ms));
    CHECK(due(small, entries(1, 110), start + 1h));
    const MapThumbnail large = drawn_of(entries(1, 1000));
    CHECK_FALSE(due(large, entries(1, 1049), start + 2h));
    CHECK(due(large, entries(1, 1050), start + 2h));
}

TEST_CASE("after a try that failed the next one waits, longer each time", "[thumbnail]") {
    MapThumbnail drawn;
    drawn.tried_at = start;
    const auto emoji = entries(1, 100);
    const std::vector<std::chrono::milliseconds> waits{10min,  20min,  40min,   80min, 160min,
                                                       320min, 640min, 1280min, 24h,   24h};
    for (const auto wait : waits) {
        ++drawn.failures;
        CHECK_FALSE(due(drawn, emoji, start + wait - 1ms));
        CHECK(due(drawn, emoji, start + wait));
    }
    drawn.failures = 1'000'000;
    CHECK(due(drawn, emoji, start + 24h));
    drawn.failures = 0;
    CHECK(due(drawn, emoji, start));
}

}  // namespace emojiscope::bot
