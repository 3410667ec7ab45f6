// Whether a picture is fit to be an emoji, and how it may be called.
#include "emojiscope/bot/emoji_advice.hpp"

#include "block_check.hpp"

#include "fakes/fake_language.hpp"
#include "search/world.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace emojiscope::bot {
namespace {

using Names = std::vector<std::string>;
using search::learn;

/// A library that knows some Japanese and some standard emoji.
struct Fixture {
    Fixture() {
        readings.known["乾杯"] = {"かんぱい"};
        readings.known["ビール"] = {"びーる"};
        concepts.known["🍺"] = {"beer", {"beer mug", "beer", "ビール"}};
        concepts.known["🐸"] = {"frog", {"frog"}};
    }
    void learn(const std::string& name) {
        const search::SourceEmoji source{name, search::url_of(name), ""};
        const auto record = catalogue.put(search::team, source).value();
        search::PictureFacts facts;
        facts.file_hash = "file " + name;
        facts.pixel_hash = "pixels " + name;
        facts.width = facts.height = facts.frame_count = 1;
        const RgbaImage* const image = &search::red;
        facts.vectors = embedder.embed_images(std::span(&image, 1)).value();
        catalogue.complete(record.id, record.value, facts).value();
        library.update(catalogue.find(record.id).value(), facts.vectors.values).value();
    }
    [[nodiscard]] Names free(const NameSources& sources) const {
        return free_names(sources, names(), 3);
    }

    [[nodiscard]] FreeNames names() const { return {library, catalogue, search::team}; }

    ManualClock clock;
    fakes::MemoryCatalogue catalogue{clock};
    fakes::FakeEmbedder embedder;
    fakes::FakeReadings readings;
    fakes::FakeConcepts concepts;
    search::EmojiLibrary library{
        catalogue,
        std::make_unique<fakes::LinearIndex>(fakes::FakeEmbedder::dimension),
        search::team,
        {&readings, &concepts}};
    bool claimed = catalogue.claim_model(embedder.model()).has_value();
};

bool has(const Names& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

TEST_CASE("a small square picture is fit", "[advice]") {
    CHECK(faults_of({1000, "PNG", 128, 128}, Language::english).empty());
    CHECK(faults_of({max_emoji_file_bytes, "GIF", 40, 40}, Language::english).empty());
}

TEST_CASE("each fault is told with its numbers", "[advice]") {
    const auto faults = [](const PictureFile& file) {
        Names told = faults_of(file, Language::english);
        REQUIRE(told.size() == 1);
        return told.front();
    };
    CHECK_THAT(faults({max_emoji_file_bytes + 1, "PNG", 64, 64}), Catch::Contains("129 KB"));
    CHECK_THAT(faults({1000, "PNG", 100, 60}), Catch::Contains("100 × 60 is not square"));
    CHECK_THAT(faults({1000, "PNG", 500, 500}), Catch::Contains("500 × 500"));
    CHECK_THAT(faults({1000, "WebP", 64, 64}), Catch::Contains("WebP"));
    CHECK_THAT(faults({1000, "GIF", 64, 64, 51}), Catch::Contains("51 frames"));
    CHECK(faults_of({1000, "GIF", 64, 64, 50}, Language::english).empty());
    CHECK(faults_of({300'000, "WebP", 400, 100}, Language::japanese).size() == 3);
}

TEST_CASE("the words in a picture are its names, as written and as spelt", "[advice]") {
    const Fixture fixture;
    CHECK(fixture.free({{"乾杯"}, {}, ""}) == Names{"乾杯", "kanpai"});
    CHECK(fixture.free({{"Ship It!"}, {}, ""}) == Names{"ship_it"});
    CHECK(fixture.free({{"お疲れ様です。"}, {}, ""}) == Names{"お疲れ様です"});
    CHECK(fixture.free({{"!!!", "", std::string(200, 'a')}, {}, ""}).empty());
}

TEST_CASE("what looks like it gives its subject's name", "[advice]") {
    const Fixture fixture;
    const Names names = fixture.free({{}, {"frog", "beer", "ビール"}, ""});
    CHECK(has(names, "beer_mug"));
    CHECK_FALSE(has(names, "beer"));
}

TEST_CASE("a name that is taken is not offered, but with a number", "[advice]") {
    Fixture fixture;
    REQUIRE(fixture.claimed);
    fixture.learn("kanpai");
    fixture.learn("kanpai-2");
    CHECK_FALSE(fixture.names().has("kanpai"));
    CHECK_FALSE(fixture.names().has("beer"));
    CHECK_FALSE(fixture.names().has("Beer"));
    CHECK_FALSE(fixture.names().has("a+b"));
    CHECK(fixture.names().has("kanpai-3"));
    CHECK(fixture.names().has("ビール党"));
    CHECK(fixture.free({{"乾杯"}, {}, ""}) == Names{"乾杯", "kanpai-3"});
    CHECK(fixture.free({{}, {}, "beer.png"}) == Names{"beer-2"});
}

TEST_CASE("what standard emoji, aliases and emoji not ready are called is taken", "[advice]") {
    Fixture fixture;
    for (const char* name :
         {"thumbsup", "+1", "poop", "telephone", "sailboat", "satisfied", "simple_smile", "beer"}) {
        CAPTURE(name);
        CHECK_FALSE(fixture.names().has(name));
    }
    fixture.catalogue.put_alias(search::team, "cheers", "beers").value();
    CHECK_FALSE(fixture.names().has("cheers"));
    const search::SourceEmoji pending{"soon", search::url_of("soon"), ""};
    const auto record = fixture.catalogue.put(search::team, pending).value();
    CHECK_FALSE(fixture.names().has("soon"));
    fixture.catalogue.fail(record.id, record.value, "no picture").value();
    CHECK_FALSE(fixture.names().has("soon"));
    CHECK(fixture.names().has("later"));
    CHECK(fixture.free({{"Poop"}, {}, "soon.png"}) == Names{"poop-2", "soon-2"});
}

TEST_CASE("the file's name helps out, unless a camera gave it", "[advice]") {
    const Fixture fixture;
    CHECK(fixture.free({{}, {}, "Party Parrot.gif"}) == Names{"party_parrot"});
    for (const char* name :
         {"image.png", "IMG_1234.jpg", "Screenshot 2024.png", "1234.png", "", ".png"}) {
        CAPTURE(name);
        CHECK(fixture.free({{}, {}, name}).empty());
    }
}

TEST_CASE("every name that is offered can be given", "[advice]") {
    const Fixture fixture;
    const NameSources sources{{"C++ が好き", "O'Reilly", "__init__", "-a-", "UPPER lower",
                               "ｆｕｌｌ", "a.b.c", "🍺", "(笑)"},
                              {"beer"},
                              "x+y.png"};
    const Names names = free_names(sources, fixture.names(), 100);
    CHECK(names.size() >= 6);
    for (const std::string& name : names) {
        CAPTURE(name);
        CHECK(fixture.names().has(name));
    }
    CHECK(has(names, "upper_lower"));
    CHECK(has(names, "o_reilly"));
}

TEST_CASE("advice stands in the answer, escaped and within the limits", "[advice]") {
    for (const Language language : {Language::english, Language::japanese}) {
        PictureAdvice advice;
        advice.names = {std::string(30, 'a'), std::string(30, 'b'), "乾杯"};
        const Message fit =
            with_advice(plain_message(language, Phrase::not_there), advice, language);
        CHECK(fit.blocks.dump().find(say(language, Phrase::fit_as_it_is)) != std::string::npos);
        CHECK(fit.blocks.dump().find("`:乾杯:`") != std::string::npos);
        CHECK(simulator::check_blocks(fit.blocks).empty());
        advice.faults = faults_of({9'999'999, "WebP", 4000, 300}, language);
        const Message unfit =
            with_advice(plain_message(language, Phrase::not_there), advice, language);
        CHECK(unfit.blocks.dump().find(say(language, Phrase::fit_no_file)) != std::string::npos);
        CHECK(simulator::check_blocks(unfit.blocks).empty());
        advice.file = PictureAdvice::File::not_sent;
        const Message unsent = with_advice(plain_message("x"), advice, language);
        CHECK(unsent.blocks.dump().find(say(language, Phrase::fit_not_sent)) != std::string::npos);
        CHECK(unsent.text.find(say(language, Phrase::fit_not_sent)) != std::string::npos);
        advice.file = PictureAdvice::File::follows;
        CHECK(with_advice(plain_message("x"), advice, language)
                  .blocks.dump()
                  .find(say(language, Phrase::fit_file_comes)) != std::string::npos);
    }
}

}  // namespace emojiscope::bot
