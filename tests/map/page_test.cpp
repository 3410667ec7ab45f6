#include "emojiscope/map/page.hpp"

#include "fakes/fake_picture_reader.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <random>
#include <string>

using namespace emojiscope;
using namespace emojiscope::map;
using nlohmann::json;

namespace {

EmojiMap small_map(int dims = 2) {
    EmojiMap map;
    map.dims = dims;
    MappedEmoji beer;
    beer.name = "ビール_1";
    beer.aliases = {"beer-</script><b>"};
    beer.words = {"乾杯", "かん", "b", "too many"};
    beer.at = {1.23456F, -2, 3};
    beer.nearest = {1};
    MappedEmoji frog;
    frog.name = "kaeru";
    frog.at = {-1, 0.5F, 0};
    frog.cluster = 1;
    frog.nearest = {0};
    map.emoji = {beer, frog};
    map.clusters = {{"🍺 beer <!-- ", 1, 0}, {"frog", 1, 1}};
    map.duplicates = {{0, 1}};
    return map;
}

std::optional<RgbaImage> grey(std::size_t) {
    return fakes::plain_image(16, 16, {90, 90, 90});
}

/// Says so if this build makes no pages; then there is nothing to test.
bool skipped() {
    if (!can_make_pages()) {
        REQUIRE(std::getenv("EMOJISCOPE_REQUIRE_PLOTLY") == nullptr);
        WARN("SKIP: built without plotly.js (npm ci in src/map/page)");
    }
    return !can_make_pages();
}

std::string page_of(const EmojiMap& map, const PageOptions& options = {}) {
    return make_page(map, options, grey).value();
}

std::size_t times(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

/// What stands between the data element's tags.
json data_in(const std::string& page) {
    const std::string open = "<script type=\"application/json\" id=\"data\">";
    const auto from = page.find(open) + open.size();
    return json::parse(page.substr(from, page.find("</script>", from) - from));
}

}  // namespace

TEST_CASE("the page holds every emoji with what is known of it", "[map]") {
    if (skipped()) {
        return;
    }
    const json data = data_in(page_of(small_map()));
    CHECK(data["dims"] == 2);
    CHECK(data["labels"] == true);
    const json& emoji = data["emoji"];
    CHECK(emoji["names"] == json({"ビール_1", "kaeru"}));
    CHECK(emoji["aliases"][0] == json({"beer-</script><b>"}));
    CHECK(emoji["words"][0] == json({"乾杯", "かん", "b"}));
    CHECK(emoji["x"] == json({1.235, -1.0}));
    CHECK(emoji["y"] == json({-2.0, 0.5}));
    CHECK(emoji["z"] == json::array());
    CHECK(emoji["cluster"] == json({0, 1}));
    CHECK(emoji["nearest"] == json({{1}, {0}}));
    CHECK(data["duplicates"] == json({{0, 1}}));
    CHECK(data["clusters"][0]["label"] == "🍺 beer <!-- ");
    CHECK(data["clusters"][1]["size"] == 1);
    CHECK(data_in(page_of(small_map(3)))["emoji"]["z"] == json({3.0, 0.0}));
    CHECK(data_in(page_of(small_map(), {.title = "Map", .labels = false}))["labels"] == false);
}

TEST_CASE("emoji are found by what their names sound like", "[map]") {
    if (skipped()) {
        return;
    }
    const json keys = data_in(page_of(small_map()))["emoji"]["keys"];
    CHECK(std::find(keys[0].begin(), keys[0].end(), "びーる1") != keys[0].end());
    CHECK(std::find(keys[0].begin(), keys[0].end(), "乾杯") != keys[0].end());
    CHECK(keys[1] == json({"kaeru", "かえる"}));
}

TEST_CASE("no name, word or title can become markup", "[map]") {
    if (skipped()) {
        return;
    }
    const std::string page = page_of(small_map(), {.title = "A & <b>"});
    CHECK(times(page, "beer-</script>") == 0);
    CHECK(times(page, "<title>A &amp; &lt;b&gt;</title>") == 1);
    CHECK(times(page, "A & <b>") == 0);
    const EmojiMap plain = [] {
        EmojiMap map = small_map();
        map.emoji[0].aliases.clear();
        map.clusters[0].label = "beer";
        return map;
    }();
    // As many elements end as in a page of harmless names.
    CHECK(times(page, "</script>") == times(page_of(plain), "</script>"));
    EmojiMap broken = small_map();
    broken.emoji[1].words = {"\xFF\xFE"};  // what no JSON may hold
    CHECK(data_in(page_of(broken))["emoji"]["words"][1][0] != "\xFF\xFE");
}

TEST_CASE("the page is whole: nothing is fetched from anywhere", "[map]") {
    if (skipped()) {
        return;
    }
    const std::string page = page_of(small_map());
    CHECK(times(page, "default-src 'none'") == 1);
    CHECK(times(page, "connect-src") == 0);
    CHECK(times(page, "<script src") == 0);
    CHECK(times(page, "<link rel=\"stylesheet\"") == 0);
    CHECK(times(page, "plotly.js v") >= 1);
    CHECK(times(page, "class=\"sheet\"") == 1);
    for (const char* place : {"{{data}}", "{{style}}", "{{plotly}}", "{{sheets}}", "{{script}}"}) {
        CHECK(times(page, place) == 0);
    }
}

TEST_CASE("a page of five thousand emoji stays below fifteen megabytes", "[map]") {
    if (skipped()) {
        return;
    }
    EmojiMap map;
    map.clusters = {{"all", 5000, 0}};
    std::mt19937 random(1);
    std::vector<RgbaImage> pictures;
    for (int i = 0; i < 40; ++i) {  // noise, which compresses worse than any drawing
        RgbaImage image = fakes::plain_image(64, 64, {0, 0, 0});
        for (auto& value : image.pixels) {
            value = static_cast<std::uint8_t>(random());
        }
        pictures.push_back(image);
    }
    for (std::size_t i = 0; i < 5000; ++i) {
        MappedEmoji emoji;
        emoji.name = "a_name_as_long_as_people_have_them_" + std::to_string(i);
        emoji.aliases = {std::string(120, 'x') + std::to_string(i), std::string(60, 'y')};
        emoji.words = {"some words", "読み取った文字"};
        emoji.at = {0.1F * static_cast<float>(i), -71.234F, 0};
        for (std::uint32_t n = 0; n < 8; ++n) {
            emoji.nearest.push_back(4000 + n);
        }
        map.emoji.push_back(emoji);
    }
    // Half of them drawings of few colours, as emoji are, half of them noise.
    const auto page = make_page(map, {}, [&](std::size_t i) -> std::optional<RgbaImage> {
        return i % 2 == 0 ? fakes::plain_image(64, 64, {static_cast<std::uint8_t>(i), 90, 90})
                          : pictures[i % pictures.size()];
    });
    CHECK(page.value().size() < 15'000'000);
    CHECK(page.value().size() > 10'000'000);  // and what room there is is used
}
