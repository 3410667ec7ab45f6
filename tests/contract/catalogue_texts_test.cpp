// Contract of search::Catalogue: the words read from pictures.
#include "catalogue_contract.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <span>

namespace emojiscope::contract {
namespace {

using search::ReadText;
using Texts = std::vector<ReadText>;

constexpr std::size_t many = 100;

search::PictureFacts unsketched(const std::string& hash) {
    auto facts = facts_of("file " + hash, "pixels " + hash);
    facts.fingerprint = {};
    return facts;
}

search::PictureFacts sketched(const std::string& hash) {
    auto facts = facts_of("file " + hash, "pixels " + hash);
    facts.fingerprint = {{1}, axis(0)};
    return facts;
}

std::vector<std::string> unread(const search::Catalogue& catalogue, const std::string& team,
                                const std::string& reader, std::size_t most = many) {
    std::vector<std::string> names;
    for (const EmojiRecord& record : catalogue.unread(team, reader, most).value()) {
        names.push_back(record.name);
    }
    return names;
}

std::map<EmojiId, Texts> all_texts(const search::Catalogue& catalogue, const std::string& team) {
    std::map<EmojiId, Texts> all;
    catalogue
        .for_each_text(team,
                       [&](EmojiId id, std::span<const ReadText> texts) {
                           CHECK(all.emplace(id, Texts(texts.begin(), texts.end())).second);
                       })
        .value();
    return all;
}

}  // namespace

TEMPLATE_TEST_CASE("pictures wait to be read until a reader has looked at them", "[catalogue]",
                   MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    const EmojiRecord b = put_ready(catalogue, "T1", "b", sketched("b"));
    const EmojiRecord a = put_ready(catalogue, "T1", "a", sketched("a"));
    put_ready(catalogue, "T2", "c", sketched("c"));
    put_ready(catalogue, "T1", "without_sketch", unsketched("x"));
    catalogue.put("T1", {"pending", "v", ""}).value();
    CHECK(unread(catalogue, "T1", "r1") == Names{"b", "a"});
    CHECK(unread(catalogue, "", "r1") == Names{"b", "a", "c"});
    CHECK(unread(catalogue, "T1", "r1", 1) == Names{"b"});

    catalogue.put_texts(b.id, b.pixel_hash, "r1", Texts{{"おつ", 0.75}, {"おっ", 0.5}}).value();
    catalogue.put_texts(a.id, a.pixel_hash, "r1", Texts{}).value();
    CHECK(unread(catalogue, "T1", "r1").empty());
    CHECK(unread(catalogue, "T1", "r2") == Names{"b", "a"});
    CHECK(catalogue.texts(b.id).value() == Texts{{"おつ", 0.75}, {"おっ", 0.5}});
    CHECK(catalogue.texts(a.id).value().empty());
    CHECK(all_texts(catalogue, "T1") ==
          std::map<EmojiId, Texts>{{b.id, {{"おつ", 0.75}, {"おっ", 0.5}}}});
    CHECK(all_texts(catalogue, "T2").empty());

    catalogue.put_texts(b.id, b.pixel_hash, "r2", Texts{{"乙", 0.25}}).value();
    CHECK(catalogue.texts(b.id).value() == Texts{{"乙", 0.25}});
    CHECK(unread(catalogue, "T1", "r1") == Names{"b"});
}

TEMPLATE_TEST_CASE("words of another picture are never told", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    const EmojiRecord record = put_ready(catalogue, "T1", "a", sketched("old"));
    catalogue.put_texts(record.id, record.pixel_hash, "r", Texts{{"old", 1.0}}).value();
    catalogue.put("T1", {"a", "elsewhere", ""}).value();
    CHECK(all_texts(catalogue, "").empty());  // it is not ready
    catalogue.complete(record.id, "elsewhere", sketched("new")).value();
    CHECK(all_texts(catalogue, "").empty());
    CHECK(catalogue.texts(record.id).value().empty());
    CHECK(unread(catalogue, "T1", "r") == std::vector<std::string>{"a"});
    const auto late = catalogue.put_texts(record.id, record.pixel_hash, "r", Texts{{"old", 1.0}});
    REQUIRE(late.has_error());
    CHECK(late.error().code == ErrorCode::not_found);

    catalogue.put_texts(record.id, "pixels new", "r", Texts{{"new", 1.0}}).value();
    CHECK(catalogue.texts(record.id).value() == Texts{{"new", 1.0}});
    catalogue.remove("T1", "a").value();
    CHECK(catalogue.texts(record.id).value().empty());
    CHECK(catalogue.put_texts(record.id, "pixels new", "r", {}).has_error());
}

TEMPLATE_TEST_CASE("the same file at another place keeps its words", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    const EmojiRecord record = put_ready(catalogue, "T1", "a", sketched("same"));
    catalogue.put_texts(record.id, record.pixel_hash, "r", Texts{{"word", 1.0}}).value();
    catalogue.put("T1", {"a", "elsewhere", ""}).value();
    catalogue.complete(record.id, "elsewhere", sketched("same")).value();
    CHECK(catalogue.texts(record.id).value() == Texts{{"word", 1.0}});
    CHECK(unread(catalogue, "T1", "r").empty());
}

}  // namespace emojiscope::contract
