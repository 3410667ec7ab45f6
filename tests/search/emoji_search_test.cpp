#include "world.hpp"

#include "fakes/fake_language.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

using namespace emojiscope;
using namespace emojiscope::search;

namespace {

constexpr SignalSet names_only{.name = true, .text = false, .meaning = false, .image = false};
constexpr SignalSet looks_only{.name = false, .text = false, .meaning = false, .image = true};
constexpr SignalSet nothing{.name = false, .text = false, .meaning = false, .image = false};

ReadPicture read_of(World& world, const File& file) {
    return world.reader.read(file).value();
}

}  // namespace

TEST_CASE("an exact name comes before a part of one, and that before the looks", "[search]") {
    World world;
    learn(world, "parrots", green);
    learn(world, "party_parrot", blue);
    learn(world, "crab", red);
    learn(world, "parrot", pink);
    world.embedder.teach("parrot", red);  // by its looks alone the crab would win
    const Answer answer = world.search.by_text("parrot", 10).value();
    REQUIRE(names_of(answer) == Names{"parrot", "party_parrot", "parrots", "crab"});
    CHECK(answer.confident);

    CHECK(answer.hits[0].reason == Reason::exact_name);
    CHECK(answer.hits[0].score == 1.0);
    CHECK(answer.hits[0].name_score == 1.0);
    CHECK(answer.hits[0].matched_name == "parrot");
    CHECK(answer.hits[0].value == url_of("parrot"));
    CHECK(answer.hits[1].reason == Reason::part_of_name);
    CHECK(answer.hits[2].reason == Reason::part_of_name);
    CHECK(answer.hits[3].reason == Reason::looks_like_text);
    CHECK(answer.hits[3].cosine.value() == Approx(1.0).margin(1e-5));
    CHECK_FALSE(answer.hits[3].name_score);
    for (std::size_t i = 0; i < answer.hits.size(); ++i) {
        CHECK(answer.hits[i].cosine.has_value());
        CHECK(answer.hits[i].score >= 0);
        CHECK(answer.hits[i].score <= 1);
        if (i > 0) {
            CHECK(answer.hits[i - 1].score >= answer.hits[i].score);
        }
    }
    CHECK(names_of(world.search.by_text("parrot", 2).value()) == Names{"parrot", "party_parrot"});
    CHECK(world.search.by_text("parrot", 0).value().hits.empty());
}

TEST_CASE("an alias matches like a name and is told", "[search]") {
    World world;
    learn(world, "crab", red);
    learn(world, "frog", green);
    put_alias(world, "kermit", "frog");
    const Answer exact = world.search.by_text("kermit", 1).value();
    REQUIRE(names_of(exact) == Names{"frog"});
    CHECK(exact.hits[0].reason == Reason::exact_name);
    CHECK(exact.hits[0].matched_name == "kermit");
    const Answer part = world.search.by_text("kerm", 1).value();
    REQUIRE(names_of(part) == Names{"frog"});
    CHECK(part.hits[0].reason == Reason::part_of_name);
    CHECK(part.hits[0].matched_name == "kermit");
    CHECK(part.hits[0].name_score.value() < exact.hits[0].name_score.value());
}

TEST_CASE("names are found however they are written", "[search]") {
    World world;
    learn(world, "crab", red);
    learn(world, "party_parrot", green);
    learn(world, "かんぱい", blue);
    const std::map<std::string, std::string> queries{
        {"Party Parrot", "party_parrot"}, {":party_parrot:", "party_parrot"},
        {"PARTY-PARROT", "party_parrot"}, {"ｐａｒｔｙｐａｒｒｏｔ", "party_parrot"},
        {"カンパイ", "かんぱい"},         {"ｶﾝﾊﾟｲ", "かんぱい"},
        {"か んぱい", "かんぱい"},
    };
    for (const auto& [query, name] : queries) {
        CAPTURE(query);
        const Answer answer = world.search.by_text(query, 1).value();
        REQUIRE(names_of(answer) == Names{name});
        CHECK(answer.hits[0].reason == Reason::exact_name);
    }
}

TEST_CASE("signals can be switched off", "[search]") {
    World world;
    learn(world, "crab", red);
    learn(world, "frog", green);
    world.embedder.teach("frog", red);

    const Answer by_name = world.search.by_text("frog", 10, names_only).value();
    REQUIRE(names_of(by_name) == Names{"frog"});
    CHECK_FALSE(by_name.hits[0].cosine);
    CHECK(by_name.hits[0].name_score == 1.0);

    const Answer by_looks =
        world.search.by_text("frog", 10, looks_only).value();
    REQUIRE(names_of(by_looks) == Names{"crab"});  // the frog does not look like it at all
    CHECK_FALSE(by_looks.hits[0].name_score);
    CHECK(by_looks.hits[0].matched_name.empty());

    CHECK(world.search.by_text("frog", 10, nothing).value().hits.empty());
    // Without pictures no model is asked: not even a broken one is in the way.
    world.embedder.fail_next(fail(ErrorCode::internal, "broken"));
    CHECK(world.search.by_text("frog", 10, names_only).has_value());
    CHECK(world.search.by_text("frog", 10).error().message == "broken");
}

TEST_CASE("a query with nothing to search is refused", "[search]") {
    World world;
    learn(world, "crab", red);
    const std::string query = GENERATE("", " ", "\t\n", "__", ":-:", "\xE3\x80\x80");
    CAPTURE(query);
    const auto answer = world.search.by_text(query, 10);
    REQUIRE(answer.has_error());
    CHECK(answer.error().code == ErrorCode::invalid_argument);
}

TEST_CASE("odd queries find something or nothing, but do no harm", "[search]") {
    World world;
    learn(world, "crab", red);
    const std::string query = GENERATE("\xff\xfe", "crab\tcrab", "🦀", "%s%n", "crab\ncrab");
    CHECK(world.search.by_text(query, 10).value().hits.size() <= 1);
    CHECK(world.search.by_text(std::string(100'000, 'a'), 10).value().hits.size() <= 1);
}

TEST_CASE("an empty library has no answer", "[search]") {
    World world;
    const Answer text = world.search.by_text("crab", 10).value();
    CHECK(text.hits.empty());
    CHECK_FALSE(text.confident);
    const Answer picture = world.search.by_picture(read_of(world, file_of(red)), 10).value();
    CHECK(picture.hits.empty());
    CHECK_FALSE(picture.confident);
    CHECK(world.search.like("crab", 10, world.catalogue).error().code == ErrorCode::not_found);
}

TEST_CASE("ties go by name, whatever the order of arrival", "[search]") {
    Names names{"ant_fly", "bee_fly", "cat_fly", "dog_fly"};
    do {
        World world;
        for (const std::string& name : names) {
            learn(world, name, red);
        }
        CHECK(names_of(world.search.by_text("fly", 10).value()) ==
              Names{"ant_fly", "bee_fly", "cat_fly", "dog_fly"});
        CHECK(names_of(world.search.by_text("fly", 2).value()) == Names{"ant_fly", "bee_fly"});
        CHECK(names_of(world.search.by_picture(read_of(world, file_of(red)), 3).value()) ==
              Names{"ant_fly", "bee_fly", "cat_fly"});
    } while (std::next_permutation(names.begin(), names.end()));
}

TEST_CASE("the looks decide about pictures, not the names they bear", "[search]") {
    // If the names change places, so do the answers: no name is read by the picture search.
    const std::vector<RgbaImage> images{red, green, blue, pink};
    Names names{"ant_fly", "bee_fly", "cat_fly", "dog_fly"};
    do {
        World world;
        std::map<std::string, std::size_t> image_of;
        for (std::size_t i = 0; i < names.size(); ++i) {
            learn(world, names[i], images[i]);
            image_of[names[i]] = i;
        }
        const RgbaImage query = plain({250, 40, 40});
        const Answer answer = world.search.by_picture(read_of(world, file_of(query)), 2).value();
        CHECK(names_of(answer) == Names{names[3], names[0]});  // pink, then red
        world.embedder.teach("something green", green);
        const Answer text = world.search.by_text("something green", 1, {false, true}).value();
        CHECK(image_of.at(text.hits.at(0).name) == 1);
    } while (std::next_permutation(names.begin(), names.end()));
}

TEST_CASE("identical pixels come before everything alike", "[search]") {
    World world;
    // To the fake embedder, which sees mean colours, checks and plain grey are alike.
    RgbaImage checks = plain({0, 0, 0});
    for (std::size_t i = 0; i < checks.pixels.size(); ++i) {
        const bool white = (i / 4 + i / 32) % 2 == 0;
        checks.pixels[i] = i % 4 == 3 || white ? 255 : 0;
    }
    RgbaImage inverse = checks;
    for (std::size_t i = 0; i < inverse.pixels.size(); ++i) {
        inverse.pixels[i] = i % 4 == 3 ? 255 : static_cast<std::uint8_t>(255 - checks.pixels[i]);
    }
    learn(world, "a_inverse", inverse);
    learn(world, "b_checks", file_of(checks, 1));
    const Answer answer = world.search.by_picture(read_of(world, file_of(checks, 2)), 10).value();
    REQUIRE(names_of(answer) == Names{"b_checks", "a_inverse"});
    CHECK(answer.hits[0].reason == Reason::same_picture);
    CHECK(answer.hits[0].score == 1.0);
    CHECK(answer.hits[1].reason == Reason::looks_like_picture);
    CHECK(answer.hits[1].cosine.value() == Approx(1.0).margin(1e-5));
    CHECK(answer.confident);
}

TEST_CASE("an animation is compared by all of its frames", "[search]") {
    World world;
    learn(world, "red", red);
    learn(world, "green", green);
    const std::vector<RgbaImage> police{red, blue};
    learn(world, "police", fakes::fake_picture_file(police));
    const std::vector<RgbaImage> reversed{blue, red};
    const Answer answer =
        world.search.by_picture(read_of(world, fakes::fake_picture_file(reversed)), 10).value();
    REQUIRE(names_of(answer).front() == "police");
    CHECK(answer.hits[0].cosine.value() == Approx(1.0).margin(1e-5));
    CHECK(answer.hits[0].reason == Reason::looks_like_picture);
    CHECK(answer.hits[1].name == "red");
    CHECK(world.search.by_vectors({fakes::FakeEmbedder::dimension, {}}, 10).error().code ==
          ErrorCode::invalid_argument);
}

TEST_CASE("what an emoji is like leaves itself out", "[search]") {
    World world;
    learn(world, "red", red);
    learn(world, "pink", pink);
    learn(world, "blue", blue);
    learn(world, "copy", file_of(red, 1));
    put_alias(world, "crimson", "red");
    for (const std::string name : {"red", "crimson"}) {
        const Answer answer = world.search.like(name, 10, world.catalogue).value();
        REQUIRE(names_of(answer).size() == 3);
        CHECK(names_of(answer)[0] == "copy");
        CHECK(names_of(answer)[1] == "pink");
        CHECK(answer.hits[0].reason == Reason::same_picture);
        CHECK(answer.hits[1].reason == Reason::looks_like_picture);
        CHECK(answer.confident);
    }
    CHECK(names_of(world.search.like("red", 1, world.catalogue).value()) == Names{"copy"});
    const auto unknown = world.search.like("nobody\n", 10, world.catalogue);
    REQUIRE(unknown.has_error());
    CHECK(unknown.error().code == ErrorCode::not_found);
    CHECK(unknown.error().message.find('\n') == std::string::npos);
}

TEST_CASE("looks alone find, and less surely than a name", "[search]") {
    World world;
    for (int i = 0; i < 40; ++i) {
        learn(world, "blue" + std::to_string(i), plain({0, static_cast<std::uint8_t>(i), 255}));
    }
    learn(world, "crab", red);
    world.embedder.teach("crustacean", red);
    const Answer answer = world.search.by_text("crustacean", 5).value();
    REQUIRE_FALSE(answer.hits.empty());
    CHECK(answer.hits.front().name == "crab");
    CHECK(answer.hits.front().reason == Reason::looks_like_text);
    const Answer named = world.search.by_text("crab", 5).value();
    REQUIRE_FALSE(named.hits.empty());
    CHECK(answer.hits.front().score < named.hits.front().score);
}

namespace {

/// Twelve colours; each emoji bears the name of the one `shift` further on.
class Palette {
public:
    static constexpr std::size_t size = 12;

    explicit Palette(std::size_t shift) : shift_(shift) {
        for (std::size_t i = 0; i < size; ++i) {
            learn(world_, word(i + shift), plain(colour(i)));
            world_.embedder.teach(word(i), plain(colour(i)));
        }
    }

    static std::string word(std::size_t i) {
        static const std::array<const char*, size> words{
            "scarlet", "amber", "lemon", "moss", "jade", "teal",
            "azure", "cobalt", "violet", "plum", "rose", "slate"};
        return words[i % size];
    }

    /// The numbers of the pictures, best first.
    [[nodiscard]] std::vector<std::size_t> answer(const std::string& query,
                                                  SignalSet signals = {}) const {
        std::vector<std::size_t> numbers;
        for (const Hit& hit : world_.search.by_text(query, size, signals).value().hits) {
            for (std::size_t i = 0; i < size; ++i) {
                if (hit.name == word(i + shift_)) {
                    numbers.push_back(i);
                }
            }
        }
        return numbers;
    }

private:
    static Rgb colour(std::size_t i) {
        const auto step = static_cast<std::uint8_t>(20 * i);
        return {step, static_cast<std::uint8_t>(255 - step),
                static_cast<std::uint8_t>(i % 2 == 0 ? 0 : 200)};
    }

    World world_;
    std::size_t shift_;
};

}  // namespace

TEST_CASE("names permuted permute what names answer, and spoil the whole", "[search]") {
    constexpr std::size_t shift = 5;
    const Palette right(0);
    const Palette permuted(shift);
    std::size_t right_first = 0;
    std::size_t permuted_first = 0;
    for (std::size_t i = 0; i < Palette::size; ++i) {
        const std::string query = Palette::word(i);
        const std::size_t named = (i + Palette::size - shift) % Palette::size;
        CHECK(right.answer(query, names_only) == std::vector<std::size_t>{i});
        CHECK(permuted.answer(query, names_only) == std::vector<std::size_t>{named});
        right_first += right.answer(query).front() == i ? 1 : 0;
        permuted_first += permuted.answer(query).front() == i ? 1 : 0;
    }
    CHECK(right_first == Palette::size);
    CHECK(permuted_first < right_first / 2);
}

TEST_CASE("standard emoji that the query means stand beside the hits, unless switched off",
          "[search]") {
    World world;
    learn(world, "beer", red);
    fakes::FakeConcepts concepts;
    concepts.known = {{"🍺", {"beer", {"beer mug", "beer", "ビール"}}}};
    EmojiLibrary library(world.catalogue,
                         std::make_unique<fakes::LinearIndex>(fakes::FakeEmbedder::dimension), team,
                         {nullptr, &concepts});
    library.load().value();
    const EmojiSearch with(library, world.embedder);
    EmojiSearch without(library, world.embedder, {.standard_emoji = false});
    const Answer offered = with.by_text("ビール", 5).value();
    REQUIRE(offered.standard.size() == 1);
    CHECK(offered.standard.front().emoji == "🍺");
    CHECK(offered.standard.front().name == "beer");
    const Answer plain_answer = without.by_text("ビール", 5).value();
    CHECK(plain_answer.standard.empty());
    without.change({.standard_emoji = true});
    CHECK(without.by_text("ビール", 5).value().standard.size() == 1);
    // The hits are the same: standard emoji push none away.
    CHECK(names_of(offered) == Names{"beer"});
    CHECK(names_of(plain_answer) == names_of(offered));
    CHECK(with.by_text("qwxz", 5).value().standard.empty());
}

TEST_CASE("a large library is looked through whole", "[search]") {
    constexpr std::size_t many = 5000;
    World world;
    std::vector<SourceEmoji> sources;
    for (std::size_t i = 0; i < many; ++i) {
        const std::string name = "emoji_" + std::to_string(i);
        sources.push_back({name, url_of(name), ""});
    }
    const File file = file_of(red);
    std::vector<IngestItem> items;
    for (const EmojiRecord& record : world.workspace.put(sources).value()) {
        items.push_back({record, file});
    }
    for (const auto& learnt : world.ingestor.ingest(items)) {
        REQUIRE(learnt.has_value());
    }
    for (const char* name : {"emoji_0", "emoji_2047", "emoji_2048", "emoji_3333", "emoji_4999"}) {
        CAPTURE(name);
        const Answer answer = world.search.by_text(name, 1).value();
        REQUIRE(names_of(answer) == Names{name});
        CHECK(answer.hits.front().reason == Reason::exact_name);
    }
    // All are alike: the order is that of the names, wherever they lie.
    CHECK(names_of(world.search.by_text("emoji", 4).value()) ==
          Names{"emoji_0", "emoji_1", "emoji_2", "emoji_3"});
    CHECK(world.search.by_text("emoji", many, names_only).value().hits.size() == many);
}
