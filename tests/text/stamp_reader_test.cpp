// Words in pictures that tests/data/stamps/make.py drew.
#include "emojiscope/text/stamp_reader.hpp"

#include "emojiscope/image/decode.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <string>

namespace emojiscope::text {
namespace {

using search::ReadText;

const StampReader& reader() {
    static const auto opened = StampReader::open();
    REQUIRE(opened.has_value());
    return **opened;
}

std::vector<ReadText> read(const std::string& name) {
    const auto picture = image::decode_file(
        std::filesystem::path(EMOJISCOPE_TEST_STAMPS) / (name + ".png"));
    REQUIRE(picture.has_value());
    auto texts = reader().read(picture->frames.front().image);
    REQUIRE(texts.has_value());
    return std::move(*texts);
}

bool has(const std::vector<ReadText>& texts, const std::string& text) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](const ReadText& one) { return one.text == text; });
}

}  // namespace

TEST_CASE("words drawn as pictures are read", "[text]") {
    const auto [name, text] = GENERATE(table<std::string, std::string>({
        {"ryoukai", "了解"},
        {"touzen_kansha", "当然感謝"},
        {"otsukare", "おつかれ"},
        {"kyuukei_serif", "休憩"},
        {"arigatou_on_white", "ありがと"},
        {"light_on_dark", "確認"},
        {"outlined", "最高"},
        {"lgtm", "LGTM"},
        {"vertical", "本日は晴天な"},
    }));
    CAPTURE(name);
    const auto texts = read(name);
    CHECK(has(texts, text));
    CHECK(texts.size() <= 8);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        CAPTURE(texts[i].text);
        CHECK(texts[i].confidence >= 0);
        CHECK(texts[i].confidence <= 1);
        CHECK((i == 0 || texts[i].confidence <= texts[i - 1].confidence));
    }
}

TEST_CASE("no words are seen in drawings", "[text]") {
    for (const char* name : {"drawn_dog", "drawn_beer", "drawn_rocket", "drawn_rose",
                             "drawn_house", "drawn_crab"}) {
        CAPTURE(name);
        const auto texts = read(name);
        CAPTURE(texts.empty() ? "" : texts.front().text);
        CHECK(texts.empty());
    }
}

TEST_CASE("the same picture is read the same way each time", "[text]") {
    CHECK(read("touzen_kansha") == read("touzen_kansha"));
}

TEST_CASE("pictures of any size and content are survived", "[text]") {
    const auto plain = [](int width, int height, std::uint8_t value) {
        return RgbaImage{width, height,
                         std::vector<std::uint8_t>(
                             static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4,
                             value)};
    };
    for (const RgbaImage& picture : {RgbaImage{}, plain(1, 1, 255), plain(1, 200, 0),
                                     plain(200, 1, 255), plain(3, 3, 128), plain(1000, 8, 255)}) {
        CAPTURE(picture.width, picture.height);
        const auto texts = reader().read(picture);
        REQUIRE(texts.has_value());
        CHECK(texts->empty());
    }
    // Noise: whatever is seen in it, it is no reason to fail.
    RgbaImage noise = plain(128, 128, 0);
    std::uint32_t state = 1;
    for (std::uint8_t& value : noise.pixels) {
        state = state * 1664525U + 1013904223U;
        value = static_cast<std::uint8_t>(state >> 24U);
    }
    CHECK(reader().read(noise).has_value());
}

}  // namespace emojiscope::text
