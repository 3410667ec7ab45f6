#include "emojiscope/embedding/tokenizer.hpp"

#include "emojiscope/embedding/model_package.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <random>

using namespace emojiscope;
using embedding::CharNgramParameters;
using embedding::make_char_ngram_tokenizer;

TEST_CASE("character n-grams get the ids that the training scripts gave them", "[tokenizer]") {
    std::ifstream in("tests/data/char_ngram_hash.json");
    REQUIRE(in);
    const auto cases = nlohmann::json::parse(in);
    REQUIRE(cases.size() >= 10);
    const auto package = embedding::read_model_package("models/emojiclip").value();
    const auto& tokenizer = package.tokenizer;
    for (const auto& golden : cases) {
        const auto text = golden.at("text").get<std::string>();
        CAPTURE(text);
        CHECK(tokenizer->encode(text) == golden.at("ids").get<std::vector<std::int64_t>>());
    }
}

TEST_CASE("any bytes give valid ids", "[tokenizer]") {
    const auto tokenizer = make_char_ngram_tokenizer({1'000, 1, 4, 64}).value();
    std::mt19937 random(7);
    for (int round = 0; round < 500; ++round) {
        std::string bytes(random() % 300, '\0');
        for (char& c : bytes) {
            c = static_cast<char>(random() & 0xFF);
        }
        const auto ids = tokenizer->encode(bytes);
        REQUIRE(!ids.empty());
        REQUIRE(ids.size() <= 64);
        for (const auto id : ids) {
            REQUIRE(id >= 1);
            REQUIRE(id < 1'000);
        }
    }
}

TEST_CASE("nonsensical parameters are refused", "[tokenizer]") {
    CHECK(make_char_ngram_tokenizer({1, 1, 4, 64}).has_error());
    CHECK(make_char_ngram_tokenizer({100, 0, 4, 64}).has_error());
    CHECK(make_char_ngram_tokenizer({100, 3, 2, 64}).has_error());
    CHECK(make_char_ngram_tokenizer({100, 1, 4, 0}).has_error());
}
