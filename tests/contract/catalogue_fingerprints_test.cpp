// Contract of search::Catalogue: fingerprints, and in which order they are told.
#include "catalogue_contract.hpp"

#include <catch2/catch.hpp>

#include <span>
#include <utility>

namespace emojiscope::contract {
namespace {

using Rows = std::vector<std::pair<EmojiId, std::vector<float>>>;
using Bytes = std::vector<std::uint8_t>;

search::PictureFacts fingerprinted(const std::string& hash, Bytes sketch,
                                   std::vector<float> descriptors) {
    auto facts = facts_of("file " + hash, "pixels " + hash);
    facts.fingerprint = {std::move(sketch), std::move(descriptors)};
    return facts;
}

/// As before fingerprints were kept.
search::PictureFacts unprinted(const std::string& hash) {
    return fingerprinted(hash, {}, {});
}

/// What came since `after`, which moves on.
Rows since(const search::Catalogue& catalogue, const std::string& team, std::int64_t& after) {
    Rows rows;
    after = catalogue
                .for_each_fingerprint(team, after,
                                      [&](EmojiId id, std::span<const float> descriptors) {
                                          rows.emplace_back(id, std::vector(descriptors.begin(),
                                                                            descriptors.end()));
                                      })
                .value();
    return rows;
}

Rows all_of(const search::Catalogue& catalogue, const std::string& team) {
    std::int64_t after = 0;
    return since(catalogue, team, after);
}

ErrorCode sketch_refusal(const search::Catalogue& catalogue, EmojiId id) {
    const auto sketch = catalogue.sketch(id);
    return sketch.has_error() ? sketch.error().code : ErrorCode::internal;
}

}  // namespace

TEMPLATE_TEST_CASE("fingerprints are told in the order in which they were stored", "[catalogue]",
                   MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    CHECK(all_of(catalogue, "").empty());
    // The first name is the last to be learnt.
    const EmojiRecord late = catalogue.put("T1", {"late", "v", ""}).value();
    const EmojiId z = put_ready(catalogue, "T1", "z", fingerprinted("z", {1}, axis(0))).id;
    const EmojiId a = put_ready(catalogue, "T1", "a", fingerprinted("a", {2}, axis(1))).id;
    catalogue.complete(late.id, "v", fingerprinted("l", {3}, axis(2))).value();
    CHECK(all_of(catalogue, "T1") == Rows{{z, axis(0)}, {a, axis(1)}, {late.id, axis(2)}});
}

TEMPLATE_TEST_CASE("who has seen fingerprints is told only what came since", "[catalogue]",
                   MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    std::int64_t after = 0;
    CHECK(since(catalogue, "", after).empty());
    CHECK(after == 0);
    const EmojiRecord one = put_ready(catalogue, "T1", "one", fingerprinted("1", {1}, axis(0)));
    const EmojiId two = put_ready(catalogue, "T1", "two", fingerprinted("2", {2}, axis(1))).id;
    CHECK(since(catalogue, "", after) == Rows{{one.id, axis(0)}, {two, axis(1)}});
    const std::int64_t seen = after;
    CHECK(seen > 0);
    CHECK(since(catalogue, "", after).empty());
    CHECK(after == seen);

    // Learnt anew, it is told again, and once.
    catalogue.complete(one.id, one.value, fingerprinted("3", {3}, axis(2))).value();
    CHECK(since(catalogue, "", after) == Rows{{one.id, axis(2)}});
    CHECK(after > seen);
    CHECK(all_of(catalogue, "") == Rows{{two, axis(1)}, {one.id, axis(2)}});
    const EmojiId three = put_ready(catalogue, "T2", "new", fingerprinted("4", {4}, axis(0))).id;
    CHECK(since(catalogue, "", after) == Rows{{three, axis(0)}});
}

TEMPLATE_TEST_CASE("a moment that was given is not given again after a removal", "[catalogue]",
                   MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    put_ready(catalogue, "T1", "one", fingerprinted("1", {1}, axis(0)));
    std::int64_t after = 0;
    since(catalogue, "", after);
    catalogue.remove("T1", "one").value();
    const EmojiId two = put_ready(catalogue, "T1", "two", fingerprinted("2", {2}, axis(1))).id;
    CHECK(since(catalogue, "", after) == Rows{{two, axis(1)}});
}

TEMPLATE_TEST_CASE("fingerprints are told by workspace", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    const EmojiId one = put_ready(catalogue, "T1", "same", fingerprinted("1", {1}, axis(0))).id;
    const EmojiId two = put_ready(catalogue, "T2", "same", fingerprinted("2", {2}, axis(1))).id;
    CHECK(all_of(catalogue, "T1") == Rows{{one, axis(0)}});
    CHECK(all_of(catalogue, "T2") == Rows{{two, axis(1)}});
    CHECK(all_of(catalogue, "T3").empty());
    CHECK(all_of(catalogue, "") == Rows{{one, axis(0)}, {two, axis(1)}});
}

TEMPLATE_TEST_CASE("a fingerprint goes with its picture", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    const EmojiRecord record = put_ready(catalogue, "T1", "one", fingerprinted("1", {1}, axis(0)));
    REQUIRE(record.fingerprinted);
    REQUIRE(all_of(catalogue, "").size() == 1);
    SECTION("removed") {
        catalogue.remove("T1", "one").value();
    }
    SECTION("failed") {
        catalogue.put("T1", {"one", "https://e/new", ""}).value();
        catalogue.fail(record.id, "https://e/new", "no").value();
        CHECK_FALSE(catalogue.find(record.id).value().fingerprinted);
    }
    SECTION("pending") {
        CHECK_FALSE(catalogue.put("T1", {"one", "https://e/new", ""}).value().fingerprinted);
        CHECK_FALSE(catalogue.list("T1").value().front().fingerprinted);
    }
    SECTION("overtaken by an alias") {
        catalogue.put_alias("T1", "one", "thumbsup").value();
    }
    SECTION("learnt again without one") {
        catalogue.complete(record.id, record.value, unprinted("old")).value();
        CHECK_FALSE(catalogue.find(record.id).value().fingerprinted);
        CHECK(catalogue.facts(record.id).value().fingerprint.sketch.empty());
        CHECK(catalogue.facts(record.id).value().fingerprint.descriptors.empty());
    }
    CHECK(all_of(catalogue, "").empty());
    CHECK(sketch_refusal(catalogue, record.id) == ErrorCode::not_found);
}

TEMPLATE_TEST_CASE("a renamed picture keeps its fingerprint", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    const EmojiId id = put_ready(catalogue, "T1", "one", fingerprinted("1", {1}, axis(0))).id;
    catalogue.rename("T1", "one", "two").value();
    CHECK(catalogue.find("T1", "two").value().fingerprinted);
    CHECK(all_of(catalogue, "T1") == Rows{{id, axis(0)}});
}

TEMPLATE_TEST_CASE("a sketch is kept byte for byte", "[catalogue]", MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    const Bytes sketch{0, 255, 0, 39, 10, 128, 0};
    const EmojiRecord record = put_ready(catalogue, "T1", "one", fingerprinted("1", sketch, {}));
    CHECK(catalogue.sketch(record.id).value() == sketch);
    catalogue.complete(record.id, record.value, fingerprinted("2", {7}, {})).value();
    CHECK(catalogue.sketch(record.id).value() == Bytes{7});
    CHECK(sketch_refusal(catalogue, record.id + 1) == ErrorCode::not_found);
    const EmojiId pending = catalogue.put("T1", {"two", "v", ""}).value().id;
    CHECK(sketch_refusal(catalogue, pending) == ErrorCode::not_found);
}

TEMPLATE_TEST_CASE("facts come back with their fingerprint", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    std::vector<float> descriptors = axis(2);
    descriptors.insert(descriptors.end(), {0.6F, 0.8F, 0.0F});
    const EmojiId id = put_ready(catalogue, "T1", "one", fingerprinted("1", {1, 2}, descriptors)).id;
    CHECK(catalogue.facts(id).value().fingerprint.sketch == Bytes{1, 2});
    CHECK(catalogue.facts(id).value().fingerprint.descriptors == descriptors);
    CHECK(all_of(catalogue, "") == Rows{{id, descriptors}});

    // What was learnt of the picture before is still there while the new one is awaited.
    catalogue.put("T1", {"one", "https://e/new", ""}).value();
    CHECK(catalogue.facts(id).value().fingerprint.descriptors == descriptors);
}

TEMPLATE_TEST_CASE("a record tells whether it has a fingerprint", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    CHECK_FALSE(catalogue.put("T1", {"pending", "v", ""}).value().fingerprinted);
    CHECK_FALSE(put_ready(catalogue, "T1", "old", unprinted("old")).fingerprinted);
    CHECK(all_of(catalogue, "").empty());
    // A picture with nothing to see has a sketch, but no descriptors.
    const EmojiRecord blank = put_ready(catalogue, "T1", "blank", fingerprinted("1", {1}, {}));
    CHECK(blank.fingerprinted);
    CHECK(all_of(catalogue, "") == Rows{{blank.id, {}}});
    CHECK(catalogue.find("T1", "blank").value().fingerprinted);
    CHECK(catalogue.find_by_hash("T1", "file 1", "").value().front().fingerprinted);
    CHECK(catalogue.put("T1", {"blank", blank.value, "today"}).value().fingerprinted);
    const auto listed = catalogue.list("T1").value();
    REQUIRE(names_of(listed) == Names{"blank", "old", "pending"});
    CHECK(listed[0].fingerprinted);
    CHECK_FALSE(listed[1].fingerprinted);
    CHECK_FALSE(listed[2].fingerprinted);
}

TEMPLATE_TEST_CASE("who is told of fingerprints may ask the catalogue", "[catalogue]",
                   MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    put_ready(catalogue, "T1", "one", fingerprinted("1", {9}, axis(0)));
    Bytes sketch;
    catalogue
        .for_each_fingerprint("", 0,
                              [&](EmojiId id, std::span<const float>) {
                                  sketch = catalogue.sketch(id).value();
                              })
        .value();
    CHECK(sketch == Bytes{9});
}

}  // namespace emojiscope::contract
