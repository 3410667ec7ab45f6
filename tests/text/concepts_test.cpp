// What words mean: the dictionary that comes with the project, and damaged ones.
#include "emojiscope/text/concepts.hpp"

#include "emojiscope/core/error.hpp"

#include <catch2/catch.hpp>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace emojiscope::text {
namespace {

namespace fs = std::filesystem;

const ConceptDictionary& dictionary() {
    static const auto opened = ConceptDictionary::open(EMOJISCOPE_CONCEPTS);
    REQUIRE(opened.has_value());
    return **opened;
}

std::string first(const std::string& query) {
    const auto found = dictionary().match(query, 5);
    return found.empty() ? std::string{} : found.front().emoji;
}

bool among(const std::string& query, const std::string& emoji, std::size_t most = 5) {
    const auto found = dictionary().match(query, most);
    return std::any_of(found.begin(), found.end(),
                       [&](const search::ConceptMatch& one) { return one.emoji == emoji; });
}

class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& bytes) {
        std::string name = (fs::temp_directory_path() / "emojiscope-concepts-XXXXXX").string();
        const int descriptor = ::mkstemp(name.data());
        REQUIRE(descriptor >= 0);
        ::close(descriptor);
        path_ = name;
        std::ofstream(path_, std::ios::binary) << bytes;
    }
    ~TemporaryFile() { fs::remove(path_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

std::string gzipped(const std::string& text) {
    const fs::path path = fs::temp_directory_path() / "emojiscope-concepts-gzip-test.gz";
    gzFile file = gzopen(path.c_str(), "wb");
    REQUIRE(file != nullptr);
    if (!text.empty()) {
        REQUIRE(gzwrite(file, text.data(), static_cast<unsigned>(text.size())) ==
                static_cast<int>(text.size()));
    }
    gzclose(file);
    std::ifstream in(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), {}};
    fs::remove(path);
    return bytes;
}

ErrorCode refusal(const std::string& bytes) {
    const TemporaryFile file(bytes);
    const auto opened = ConceptDictionary::open(file.path());
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().message.find('\n') == std::string::npos);
    CHECK(opened.error().message.find(file.path().string()) != std::string::npos);
    return opened.error().code;
}

const std::string small =
    "emojiscope concepts 1\n"
    "2\n"
    "🍺\tbeer\tbeer mug|beer\tビール\n"
    "🐶\tdog\tdog face|dog\t犬の顔|犬\n"
    "3\n"
    "beer\t0:85\n"
    "dog\t1:85\n"
    "mug\t0:60\n";

}  // namespace

TEST_CASE("words of many languages and the emoji itself name it", "[text]") {
    for (const char* query : {"beer", "ビール", "びーる", "cerveza", "bière", "Bier", "пиво", "🍺", "啤酒"}) {
        CAPTURE(query);
        CHECK(among(query, "🍺"));
    }
    CHECK(first("🍺") == "🍺");
    CHECK(first("👍🏽") == first("👍"));
    CHECK(among("cats", "🐱", 12));
    CHECK(dictionary().match("qwxzvk", 5).empty());
    CHECK(dictionary().match("", 5).empty());
    CHECK(dictionary().match("beer", 0).empty());
    CHECK(dictionary().match("face", 3).size() == 3);
}

TEST_CASE("weights go from the surest down", "[text]") {
    const auto found = dictionary().match("heart", 12);
    REQUIRE(found.size() > 3);
    for (std::size_t i = 0; i < found.size(); ++i) {
        CHECK(found[i].weight > 0);
        CHECK(found[i].weight <= 1);
        CHECK((i == 0 || found[i].weight <= found[i - 1].weight));
    }
}

TEST_CASE("Slack's names, and words in English and Japanese", "[text]") {
    CHECK(dictionary().short_name("🍺") == "beer");
    CHECK(dictionary().short_name("x").empty());
    const std::array<std::string_view, 1> japanese{"ja"};
    const auto words = dictionary().words("🍺", japanese);
    CHECK(std::find(words.begin(), words.end(), "ビール") != words.end());
    CHECK(dictionary().words("x", japanese).empty());
    CHECK(dictionary().words("🍺", {}).empty());
}

TEST_CASE("long and hostile texts are survived", "[text]") {
    std::string words;
    for (int i = 0; i < 2000; ++i) {
        words += "beer dog ";
    }
    CHECK_NOTHROW(dictionary().match(words, 5));
    std::string unbroken;
    for (int i = 0; i < 2000; ++i) {
        unbroken += "犬";
    }
    CHECK_NOTHROW(dictionary().match(unbroken, 5));
    CHECK_NOTHROW(dictionary().match("\xff\xfe\t\n", 5));
}

TEST_CASE("a small dictionary is read", "[text]") {
    const TemporaryFile file(gzipped(small));
    const auto opened = ConceptDictionary::open(file.path());
    REQUIRE(opened.has_value());
    CHECK((*opened)->match("beer", 5).front().emoji == "🍺");
    CHECK((*opened)->short_name("🐶") == "dog");
}

TEST_CASE("whatever is no dictionary is refused in one line", "[text]") {
    CHECK(ConceptDictionary::open("/nowhere/concepts.gz").error().code == ErrorCode::not_found);
    CHECK(refusal("") == ErrorCode::corrupt);
    CHECK(refusal("no gzip at all") == ErrorCode::corrupt);
    CHECK(refusal(gzipped("")) == ErrorCode::corrupt);
    CHECK(refusal(gzipped("another file\n")) == ErrorCode::corrupt);
    CHECK(refusal(gzipped(small).substr(0, 60)) == ErrorCode::corrupt);
    // Cut off, more than it says, and numbers that are none.
    CHECK(refusal(gzipped(small.substr(0, small.size() - 14))) == ErrorCode::corrupt);
    CHECK(refusal(gzipped(small + "more\t0:1\n")) == ErrorCode::corrupt);
    for (const char* count : {"0", "-1", "99999999", "x", "18446744073709551617"}) {
        std::string wrong = small;
        wrong.replace(wrong.find("\n2\n") + 1, 1, count);
        CAPTURE(count);
        CHECK(refusal(gzipped(wrong)) == ErrorCode::corrupt);
    }
}

TEST_CASE("a dictionary that points beyond its emoji points nowhere", "[text]") {
    std::string wrong = small;
    wrong.replace(wrong.find("0:85"), 4, "7:85");
    const TemporaryFile file(gzipped(wrong));
    const auto opened = ConceptDictionary::open(file.path());
    if (opened) {
        CHECK((*opened)->match("beer", 5).empty());
    } else {
        CHECK(opened.error().code == ErrorCode::corrupt);
    }
}

}  // namespace emojiscope::text
