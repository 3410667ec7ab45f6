// CLIP's byte pairs and BERT's word pieces. The reference's ids for its own vocabularies lie in the
// optional folder of test data (EMOJISCOPE_SHARED); the rest goes with vocabularies made here.
#include "emojiscope/embedding/tokenizer.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <zlib.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>

using namespace emojiscope;
using embedding::make_clip_bpe_tokenizer;
using embedding::make_wordpiece_tokenizer;
using embedding::Tokenizer;

namespace {

using Ids = std::vector<std::int64_t>;
namespace fs = std::filesystem;

/// The first merge has the id 512. The last line makes anew what the second one made.
constexpr const char* merges = "#version: 0.2\nb e\nbe e\nbee r</w>\no n</w>\ne e\nb ee\n";
constexpr std::int64_t merged = 512;
constexpr std::int64_t start = merged + 6;
constexpr std::int64_t end = start + 1;
constexpr std::int64_t in_word = 256;  // added to the id of a byte that ends its word

/// The id of a printable ASCII character within a word.
std::int64_t byte_id(char c) {
    return c - '!';
}

constexpr const char* vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nbe\n##er\n##e\nb\n!\n生\n##be\nB\né\n";

std::unique_ptr<Tokenizer> clip(std::size_t most = 77) {
    return make_clip_bpe_tokenizer(merges, most).value();
}

std::unique_ptr<Tokenizer> bert(std::size_t most = 128) {
    return make_wordpiece_tokenizer(vocabulary, most).value();
}

/// Null, with a word about it, where the test data are absent.
std::optional<fs::path> fixture(const char* name) {
    const char* shared = std::getenv("EMOJISCOPE_SHARED");
    const fs::path path = fs::path(shared == nullptr ? "" : shared) / "fixtures" / name;
    if (shared == nullptr || !fs::exists(path)) {
        WARN("skipped: EMOJISCOPE_SHARED does not name a folder with fixtures/" << name);
        return std::nullopt;
    }
    return path;
}

std::string read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string read_gzip(const fs::path& path) {
    const std::unique_ptr<gzFile_s, decltype(&gzclose)> file(gzopen(path.c_str(), "rb"), gzclose);
    REQUIRE(file != nullptr);
    std::string text;
    std::array<char, 65'536> buffer{};
    for (int count = 1; count > 0;) {
        count = gzread(file.get(), buffer.data(), buffer.size());
        REQUIRE(count >= 0);
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
}

Ids between(std::int64_t first, Ids ids, std::int64_t last) {
    ids.insert(ids.begin(), first);
    ids.push_back(last);
    return ids;
}

}  // namespace

TEST_CASE("CLIP's ids are those of the reference", "[tokenizer]") {
    const auto vocabulary_file = fixture("clip/bpe_simple_vocab_16e6.txt.gz");
    const auto cases_file = fixture("clip/bpe_tokens.json");
    if (!vocabulary_file || !cases_file) {
        return;
    }
    const std::string pairs = read_gzip(*vocabulary_file);
    const auto whole = make_clip_bpe_tokenizer(pairs, 1'000).value();
    const auto cut = make_clip_bpe_tokenizer(pairs, 77).value();
    CHECK(whole->vocabulary_size() == 49'408);
    const auto cases = nlohmann::json::parse(read_text(*cases_file));
    REQUIRE(cases.size() == 30);
    for (const auto& golden : cases) {
        const auto text = golden.at("text").get<std::string>();
        CAPTURE(text);
        Ids ids = between(49'406, golden.at("tokens").get<Ids>(), 49'407);
        CHECK(whole->encode(text) == ids);
        if (ids.size() > 77) {
            ids.resize(76);
            ids.push_back(49'407);
        }
        CHECK(cut->encode(text) == ids);
    }
}

TEST_CASE("BERT's ids are those of the reference", "[tokenizer]") {
    const auto vocabulary_file = fixture("wordpiece/vocab.txt");
    const auto cases_file = fixture("wordpiece/expected.json");
    if (!vocabulary_file || !cases_file) {
        return;
    }
    const auto tokenizer = make_wordpiece_tokenizer(read_text(*vocabulary_file), 512).value();
    const auto cases = nlohmann::json::parse(read_text(*cases_file));
    REQUIRE(cases.size() == 32);
    for (const auto& golden : cases) {
        const auto text = golden.at("text").get<std::string>();
        CAPTURE(text);
        CHECK(tokenizer->encode(text) == golden.at("ids").get<Ids>());
    }
}

TEST_CASE("byte pairs are merged in the order of the list, word by word", "[tokenizer]") {
    const auto tokenizer = clip();
    CHECK(tokenizer->vocabulary_size() == end + 1);
    CHECK(tokenizer->encode("beer") == Ids{start, merged + 2, end});
    CHECK(tokenizer->encode("  BEER\tbeer ") == Ids{start, merged + 2, merged + 2, end});
    CHECK(tokenizer->encode("bee") ==
          Ids{start, merged + 0, byte_id('e') + in_word, end});  // 'e' that ends a word is another
    CHECK(tokenizer->encode("beerx") ==
          Ids{start, merged + 5, byte_id('r'), byte_id('x') + in_word, end});
    CHECK(tokenizer->encode("beer's") ==
          Ids{start, merged + 2, byte_id('\''), byte_id('s') + in_word, end});
    CHECK(tokenizer->encode("12") ==
          Ids{start, byte_id('1') + in_word, byte_id('2') + in_word, end});
    CHECK(tokenizer->encode("on&amp;on") == Ids{start, merged + 3, byte_id('&') + in_word,
                                                merged + 3, end});
    CHECK(tokenizer->encode("&amp;lt;&#60;&#x3c;&bogus;").size() == 12);  // <<<&bogus; is 10 bytes
    CHECK(tokenizer->encode("") == Ids{start, end});
    CHECK(clip(4)->encode("beer beer beer beer") == Ids{start, merged + 2, merged + 2, end});
    CHECK(clip(2)->encode("beer") == Ids{start, end});
}

TEST_CASE("words are spelt by the longest pieces", "[tokenizer]") {
    const auto tokenizer = bert();
    CHECK(tokenizer->vocabulary_size() == 13);
    CHECK(tokenizer->encode("beer") == Ids{2, 4, 5, 3});
    CHECK(tokenizer->encode("bee b!B") == Ids{2, 4, 6, 7, 8, 11, 3});
    CHECK(tokenizer->encode("b\u200be\u00A0be") == Ids{2, 4, 4, 3});
    CHECK(tokenizer->encode("be生be") == Ids{2, 4, 9, 4, 3});
    CHECK(tokenizer->encode("beex \u00e9") == Ids{2, 1, 12, 3});
    CHECK(tokenizer->encode(std::string(100, 'b')) == Ids{2, 1, 3});
    CHECK(tokenizer->encode("[CLS]") == Ids{2, 1, 1, 1, 3});
    CHECK(tokenizer->encode("") == Ids{2, 3});
    CHECK(bert(4)->encode("beer beer") == Ids{2, 4, 5, 3});
    const std::string longest = "be" + std::string(98, 'e');
    CHECK(tokenizer->encode(longest).size() == 101);
    CHECK(tokenizer->encode(longest + "e") == Ids{2, 1, 3});
}

TEST_CASE("any bytes give valid ids of a bounded number", "[tokenizer]") {
    constexpr std::size_t most = 32;
    std::mt19937 random(11);
    for (const auto& tokenizer : {clip(most), bert(most)}) {
        for (int round = 0; round < 500; ++round) {
            std::string bytes(random() % 400, '\0');
            for (char& c : bytes) {
                c = static_cast<char>(random() % 3 == 0 ? "be&#;'< "[random() % 8] : random());
            }
            const Ids ids = tokenizer->encode(bytes);
            REQUIRE(ids.size() >= 2);
            REQUIRE(ids.size() <= most);
            for (const std::int64_t id : ids) {
                REQUIRE(id >= 0);
                REQUIRE(id < tokenizer->vocabulary_size());
            }
        }
        CHECK(tokenizer->encode(std::string(1'000'000, 'b')).size() <= most);
    }
}

TEST_CASE("damaged vocabularies are refused, and say where", "[tokenizer]") {
    const auto complaint = [](const char* text) {
        const auto made = make_clip_bpe_tokenizer(text, 77);
        REQUIRE(made.has_error());
        CHECK(made.error().code == ErrorCode::corrupt);
        return made.error().message;
    };
    CHECK_THAT(complaint("#version\nb e\nbe"), Catch::Contains("line 3"));
    CHECK_THAT(complaint("b e\nx yz\n"), Catch::Contains("line 2: merges what no line"));
    CHECK_THAT(complaint("b e f\n"), Catch::Contains("line 1"));
    CHECK_THAT(complaint("\n\n"), Catch::Contains("no merges"));
    CHECK(make_clip_bpe_tokenizer(merges, 1).error().code == ErrorCode::invalid_argument);
    CHECK_THAT(make_wordpiece_tokenizer("[CLS]\n[SEP]\n", 8).error().message,
               Catch::Contains("lacks [UNK]"));
    CHECK(make_wordpiece_tokenizer(vocabulary, 1).error().code == ErrorCode::invalid_argument);
    // As files of Windows have them.
    CHECK(make_clip_bpe_tokenizer("b e\r\nbe e\r\n", 8).value()->encode("beex").size() == 4);
    CHECK(make_wordpiece_tokenizer("[UNK]\r\n[CLS]\r\n[SEP]\r\nbe\r\n", 8).value()->encode("be") ==
          Ids{1, 3, 2});
}
