// Words in pictures: read once, off the hot path, and searchable at once.
#include "world.hpp"

#include "emojiscope/search/text_reading.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <map>

namespace emojiscope::search {
namespace {

/// Reads what the test says a colour means.
class ColourReader final : public TextReader {
public:
    std::map<std::uint8_t, std::vector<ReadText>> by_red;
    std::string its_version = "1";
    mutable std::atomic<int> reads{0};
    std::uint8_t broken = 1;

    [[nodiscard]] Result<std::vector<ReadText>> read(const RgbaImage& picture) const override {
        ++reads;
        const std::uint8_t value = picture.pixels.front();
        if (value == broken) {
            return fail(ErrorCode::internal, "broken");
        }
        const auto found = by_red.find(value);
        return found == by_red.end() ? std::vector<ReadText>{} : found->second;
    }
    [[nodiscard]] std::string version() const override { return its_version; }
};

struct ReadingWorld : World {
    ColourReader reader_of_words;
    TextReading reading{catalogue, library, reader, reader_of_words, team};
};

}  // namespace

TEST_CASE("words are read once, and then found", "[search]") {
    ReadingWorld world;
    world.reader_of_words.by_red[255] = {{"lgtm", 0.9}};
    learn(world, "a", red);
    learn(world, "b", green);
    CHECK(world.reading.waiting().value() == 2);
    const SignalSet text_only{.name = false, .text = true, .meaning = false, .image = false};
    CHECK(world.search.by_text("lgtm", 5, text_only).value().hits.empty());

    CHECK(world.reading.read_some(10, 2).value() == 2);
    CHECK(world.reading.waiting().value() == 0);
    CHECK(world.reading.read_some(10, 2).value() == 0);
    CHECK(world.reader_of_words.reads == 2);
    const Answer answer = world.search.by_text("lgtm", 5, text_only).value();
    REQUIRE(names_of(answer) == Names{"a"});
    CHECK(answer.hits.front().reason == Reason::text);
    CHECK(answer.hits.front().matched_text == "lgtm");

    // A library that is loaded anew knows them, too.
    world.library.load().value();
    CHECK(names_of(world.search.by_text("lgtm", 5, text_only).value()) == Names{"a"});
}

TEST_CASE("a new version of the reader reads all again", "[search]") {
    ReadingWorld world;
    learn(world, "a", red);
    CHECK(world.reading.read_some(10, 1).value() == 1);
    world.reader_of_words.its_version = "2";
    CHECK(world.reading.waiting().value() == 1);
    CHECK(world.reading.read_some(10, 1).value() == 1);
    CHECK(world.reader_of_words.reads == 2);
}

TEST_CASE("a picture that cannot be read has no words and stops nothing", "[search]") {
    ReadingWorld world;
    world.reader_of_words.broken = 255;
    world.reader_of_words.by_red[0] = {{"green", 1}};
    learn(world, "broken", red);
    learn(world, "good", green);
    CHECK(world.reading.read_some(10, 1).value() == 2);
    CHECK(world.reading.waiting().value() == 0);
    CHECK(world.library.find("good")->texts.texts.size() == 1);
    CHECK(world.library.find("broken")->texts.texts.empty());
}

TEST_CASE("no more is read than was asked for", "[search]") {
    ReadingWorld world;
    learn(world, "a", red);
    learn(world, "b", green);
    learn(world, "c", blue);
    CHECK(world.reading.read_some(2, 4).value() == 2);
    CHECK(world.reading.waiting().value() == 1);
}

}  // namespace emojiscope::search
