// What holds for every text, whatever its bytes.
#include "emojiscope/core/clock.hpp"
#include "emojiscope/core/emoji.hpp"
#include "emojiscope/core/text.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace emojiscope;

namespace {

std::string random_bytes(std::mt19937& random) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes) {
        byte = static_cast<char>(random());
    }
    return bytes;
}

/// Of the planes in use, surrogates left out.
std::u32string random_code_points(std::mt19937& random) {
    std::u32string points(random() % 12, U'\0');
    for (char32_t& c : points) {
        const auto drawn = static_cast<char32_t>(random() % 0x20000);
        c = drawn >= 0xD800 && drawn <= 0xDFFF ? U'a' : drawn;
    }
    return points;
}

}  // namespace

TEST_CASE("any bytes can be mended, and mending is done once", "[core][text]") {
    std::mt19937 random(1);
    for (int round = 0; round < 2'000; ++round) {
        const std::string bytes = random_bytes(random);
        const std::string mended = to_valid_utf8(bytes);
        REQUIRE(is_valid_utf8(mended));
        REQUIRE(to_valid_utf8(mended) == mended);
        REQUIRE((is_valid_utf8(bytes) == (mended == bytes)));
        REQUIRE(to_utf8(to_code_points(bytes)) == mended);
    }
}

TEST_CASE("any code points survive UTF-8", "[core][text]") {
    std::mt19937 random(2);
    for (int round = 0; round < 2'000; ++round) {
        const std::u32string points = random_code_points(random);
        const std::string text = to_utf8(points);
        REQUIRE(is_valid_utf8(text));
        REQUIRE(to_code_points(text) == points);
        for (std::size_t most = 0; most <= text.size(); ++most) {
            const std::string_view cut = truncate_utf8(text, most);
            REQUIRE(cut.size() <= most);
            REQUIRE(cut.size() + 4 > most);
            REQUIRE(is_valid_utf8(cut));
            REQUIRE(text.starts_with(cut));
        }
    }
    CHECK(to_utf8(std::u32string{0xD800}) == "\uFFFD");
    CHECK(to_utf8(std::u32string{0x110000}) == "\uFFFD");
    CHECK(to_utf8(std::u32string{0x10FFFF}) == "\U0010FFFF");
}

TEST_CASE("overlong forms, surrogates and what lies beyond Unicode are no UTF-8", "[core][text]") {
    for (const char* bytes : {"\xC0\xAF", "\xE0\x80\xAF", "\xF0\x80\x80\xAF", "\xED\xA0\x80",
                              "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\x80", "\xC3"}) {
        CAPTURE(bytes);
        CHECK_FALSE(is_valid_utf8(bytes));
        CHECK_FALSE(is_emoji_name(bytes));
        CHECK(is_valid_utf8(to_valid_utf8(bytes)));
    }
    CHECK(is_valid_utf8(std::string("\0", 1)));
    CHECK(is_valid_utf8(""));
}

TEST_CASE("a line stays one line and a fold stays folded, whatever the bytes", "[core][text]") {
    std::mt19937 random(3);
    for (int round = 0; round < 2'000; ++round) {
        const std::string line = one_line(random_bytes(random));
        REQUIRE(is_valid_utf8(line));
        for (const char c : line) {
            REQUIRE((static_cast<unsigned char>(c) >= 0x20 && c != 0x7F));
        }
        REQUIRE(is_valid_utf8(fold_for_matching(random_bytes(random))));
    }
    for (const char* name : {"Party Parrot", "ストラーセ", "ﾊﾟｰﾃｨ", "Ⅷ", "ǅ", "İstanbul", "안녕",
                             "+1", "cafe\u0301", "ＡＢＣ"}) {
        const std::string folded = fold_for_matching(name);
        CAPTURE(name);
        CHECK(fold_for_matching(folded) == folded);
        CHECK(!folded.empty());
    }
    CHECK(fold_for_matching("cafe\u0301") == fold_for_matching("CAFÉ"));
    CHECK(fold_for_matching("STRASSE") == fold_for_matching("straße"));
}

TEST_CASE("what becomes a name is one, and stays as it is", "[core][emoji]") {
    std::mt19937 random(4);
    int named = 0;
    for (int round = 0; round < 5'000; ++round) {
        const std::string text =
            round % 2 == 0 ? random_bytes(random) : to_utf8(random_code_points(random));
        const auto name = to_emoji_name(text);
        if (!name) {
            REQUIRE(name.error().code == ErrorCode::invalid_argument);
            REQUIRE(name.error().message.find('\n') == std::string::npos);
            continue;
        }
        ++named;
        REQUIRE(is_emoji_name(*name));
        REQUIRE(to_emoji_name(*name).value() == *name);
        REQUIRE(to_emoji_name(":" + *name + ":").value() == *name);
    }
    CHECK(named > 50);
}

TEST_CASE("a manual clock moves only when told", "[core][clock]") {
    ManualClock clock;
    const SystemTime start = clock.now();
    CHECK(clock.now() == start);
    clock.advance(std::chrono::seconds(90));
    CHECK(clock.now() - start == std::chrono::milliseconds(90'000));
    CHECK(SystemClock().now() > start);
}
