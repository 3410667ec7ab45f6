// Words in pictures, meanings, looks, and how they are joined.
#include "concept_signal.hpp"
#include "fusion.hpp"
#include "image_signal.hpp"
#include "text_signal.hpp"

#include "emojiscope/search/emoji_search.hpp"

#include "fakes/fake_language.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace emojiscope::search {
namespace {

struct Words {
    fakes::FakeReadings readings;
    fakes::FakeConcepts concepts;
    Language language{&readings, &concepts};

    [[nodiscard]] double text(const std::string& query, const std::vector<ReadText>& texts) const {
        const auto keys = text_keys(texts, language);
        return match_texts(analyse(query, language, false), keys).score;
    }

    [[nodiscard]] double meaning(const std::string& query, const std::string& name,
                                 const std::vector<ReadText>& texts = {}) const {
        const std::vector<NameKeys> names{name_keys(name, language)};
        const auto keys = text_keys(texts, language);
        return match_concepts(analyse(query, language, true), names, keys).score;
    }
};

Words with_beer() {
    Words words;
    words.concepts.known = {
        {"🍺", {"beer", {"beer mug", "beer", "ビール", "drink"}}},
        {"🐶", {"dog", {"dog face", "dog", "犬", "いぬ"}}},
    };
    return words;
}

}  // namespace

TEST_CASE("what was read fits by its characters or by its sound", "[search]") {
    Words words;
    words.readings.known = {
        {"乾杯", {"かんぱい"}}, {"完敗", {"かんぱい"}}, {"おつかれ", {"おつかれ"}}};
    CHECK(words.text("乾杯", {{"乾杯", 1}}) == 1);
    const double by_sound = words.text("かんぱい", {{"乾杯", 1}});
    CHECK(by_sound > 0.9);
    CHECK(by_sound < 1);
    CHECK(words.text("kanpai", {{"乾杯", 1}}) == by_sound);
    CHECK(words.text("おつかれ", {{"乾杯", 1}}) < 0.5);
    CHECK(words.text("おつかれ", {}) == 0);
}

TEST_CASE("a misreading still fits, but less than the right one", "[search]") {
    Words words;
    words.readings.known = {
        {"がんばれ", {"がんばれ"}}, {"かんばれ", {"かんばれ"}}, {"さんま", {"さんま"}}};
    const double right = words.text("がんばれ", {{"がんばれ", 1}});
    const double lost_dakuten = words.text("がんばれ", {{"かんばれ", 1}});
    const double other = words.text("がんばれ", {{"さんま", 1}});
    CHECK(right > lost_dakuten);
    CHECK(lost_dakuten > 0.7);
    CHECK(lost_dakuten > other + 0.2);
}

TEST_CASE("earlier and surer readings count more", "[search]") {
    const Words words;
    CHECK(words.text("wip", {{"wip", 0.9}}) > words.text("wip", {{"wip", 0.2}}));
    CHECK(words.text("wip", {{"wip", 0.5}, {"vip", 0.5}}) >
          words.text("wip", {{"vip", 0.5}, {"wip", 0.5}}));
    CHECK(words.text("wip", {{"wip", 0.5}}) > words.text("wip", {{"wip lgtm", 0.5}}));
}

TEST_CASE("another word for the same thing is found in names and in pictures", "[search]") {
    const Words words = with_beer();
    const double name = words.meaning("ビール", "beer");
    CHECK(name > 0.5);
    CHECK(words.meaning("ビール", "beer_parrot") > 0.5);
    CHECK(words.meaning("ビール", "beer_parrot") < name);
    CHECK(words.meaning("🍺", "biiru") > 0.5);  // a romaji name of a Japanese word
    CHECK(words.meaning("犬", "my_dog") > 0.5);
    CHECK(words.meaning("beer", "x", {{"ビール", 1}}) > 0.5);
    CHECK(words.meaning("ビール", "dog") == 0);
    CHECK(words.meaning("qwxz", "beer") == 0);
}

TEST_CASE("a cosine counts by how far it stands over the others", "[search]") {
    std::vector<Neighbour> cosines;
    for (int i = 0; i < 100; ++i) {
        cosines.push_back({2 * i, i == 1 ? 0.9F : 0.1F + 0.001F * static_cast<float>(i % 10)});
    }
    const ImageSignal signal(cosines);
    CHECK(signal.pictures() == 100);
    ImageSignal::Cursor all(signal, 0);
    CHECK(all.at(0).value().deviations < 1);
    CHECK_FALSE(all.at(1));
    CHECK(all.at(2).value().deviations > 5);
    CHECK(all.at(2).value().cosine == Approx(0.9));
    CHECK(all.at(198).value().deviations < 1);
    CHECK_FALSE(all.at(199));
    ImageSignal::Cursor from_the_middle(signal, 101);
    CHECK_FALSE(from_the_middle.at(101));
    CHECK(from_the_middle.at(102).value().cosine == Approx(cosines[51].cosine));
    // A small library is measured by what is usual.
    const ImageSignal few({cosines[0], cosines[1]});
    ImageSignal::Cursor two(few, 0);
    CHECK(two.at(0).value().deviations < 1);
    CHECK(two.at(2).value().deviations > 3);
    const ImageSignal none;
    CHECK_FALSE(ImageSignal::Cursor(none, 0).at(0));
}

TEST_CASE("every reason makes an emoji likelier, none takes away", "[search]") {
    Evidence evidence;
    CHECK(fuse(evidence).all == 0);
    evidence.text = 0.9;
    const double text = fuse(evidence).all;
    evidence.deviations = 4;
    evidence.pictures = 1000;
    const double both = fuse(evidence).all;
    evidence.meaning = 0.8;
    const double three = fuse(evidence).all;
    CHECK(text > 0);
    CHECK(both > text);
    CHECK(three > both);
    CHECK(three <= 1);
    evidence.deviations = -3;
    evidence.name = 1;
    CHECK(fuse(evidence).all == 1);
}

TEST_CASE("the deviations for a probability are those that give it", "[search]") {
    for (const double probability : {0.001, 0.006, 0.1}) {
        for (const std::size_t pictures : {std::size_t{10}, std::size_t{5000}}) {
            Evidence evidence;
            evidence.coverage = 0.6;
            evidence.pictures = pictures;
            evidence.deviations = deviations_for(probability, evidence.coverage, pictures);
            CHECK(fuse(evidence).image == Approx(probability));
        }
    }
    Evidence words;
    words.pictures = 1000;
    words.deviations = 3;
    const double drawing = fuse(words).image;
    words.written = 1;
    CHECK(fuse(words).image < drawing);  // of a picture of words they say less
    // What looks alone can never be.
    CHECK(deviations_for(0.99, 1, 1000) > 1e6);
}

TEST_CASE("looks alone are sure only where they are striking, and never as sure as a name",
          "[search]") {
    Evidence looks;
    looks.pictures = 1000;
    looks.deviations = 3;
    CHECK(fuse(looks).all > least_probability);
    CHECK(fuse(looks).all < confident_probability);
    looks.deviations = 6;
    CHECK(fuse(looks).all > confident_probability);
    looks.deviations = 100;
    Evidence name;
    name.name = 1;
    CHECK(fuse(looks).all < fuse(name).all);
}

TEST_CASE("looks say less among more pictures, and of words for nothing that is drawn",
          "[search]") {
    Evidence evidence;
    evidence.deviations = 3;
    evidence.pictures = 1000;
    const double among_thousand = fuse(evidence).image;
    evidence.pictures = 50'000;
    CHECK(fuse(evidence).image < among_thousand);
    evidence.pictures = 1000;
    evidence.coverage = 0;
    CHECK(fuse(evidence).image < among_thousand / 5);
    CHECK(fuse(evidence).image < least_probability);
}

}  // namespace emojiscope::search
