// Contract of search::Catalogue: vectors and the model that made them.
#include "catalogue_contract.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <utility>

namespace emojiscope::contract {
namespace {

using Rows = std::vector<std::pair<EmojiId, std::vector<float>>>;

Rows rows_of(const search::Catalogue& catalogue, const std::string& team) {
    Rows rows;
    catalogue
        .for_each_vector(team,
                         [&](EmojiId id, std::span<const float> vector) {
                             rows.emplace_back(id, std::vector(vector.begin(), vector.end()));
                         })
        .value();
    return rows;
}

std::vector<float> joined(const std::vector<float>& a, const std::vector<float>& b) {
    std::vector<float> all = a;
    all.insert(all.end(), b.begin(), b.end());
    return all;
}

}  // namespace

TEMPLATE_TEST_CASE("every vector of ready pictures is visited once", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    const EmojiId one =
        put_ready(catalogue, "T1", "one", facts_of("f1", "p1", joined(axis(1), axis(2)))).id;
    const EmojiId two = put_ready(catalogue, "T2", "two", facts_of("f2", "p2", axis(0))).id;
    catalogue.put("T1", {"pending", "v", ""}).value();
    CHECK(rows_of(catalogue, "T1") == Rows{{one, axis(1)}, {one, axis(2)}});
    CHECK(rows_of(catalogue, "") == Rows{{one, axis(1)}, {one, axis(2)}, {two, axis(0)}});
    CHECK(rows_of(catalogue, "T3").empty());

    catalogue.put("T1", {"one", "https://e/changed", ""}).value();
    CHECK(rows_of(catalogue, "T1").empty());
}

TEMPLATE_TEST_CASE("completing again replaces the vectors", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    const EmojiRecord record =
        put_ready(catalogue, "T1", "one", facts_of("f1", "p1", joined(axis(1), axis(2))));
    catalogue.complete(record.id, record.value, facts_of("f2", "p2", axis(0))).value();
    CHECK(rows_of(catalogue, "T1") == Rows{{record.id, axis(0)}});
}

TEMPLATE_TEST_CASE("the visitor may ask the catalogue", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    put_ready(catalogue, "T1", "one", facts_of("f1", "p1"));
    std::string name;
    catalogue
        .for_each_vector(
            "T1",
            [&](EmojiId id, std::span<const float>) { name = catalogue.find(id).value().name; })
        .value();
    CHECK(name == "one");
}

TEMPLATE_TEST_CASE("a model is claimed until vectors bind it", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    const search::ModelId other{"other", "1", 3};
    CHECK(catalogue.model().value() == std::nullopt);
    catalogue.claim_model(other).value();
    CHECK(catalogue.model().value() == std::nullopt);
    catalogue.claim_model(model).value();
    put_ready(catalogue, "T1", "one", facts_of("f1", "p1"));
    CHECK(catalogue.model().value() == model);
    catalogue.claim_model(model).value();
    CHECK(catalogue.claim_model(other).error().code == ErrorCode::conflict);
    CHECK(catalogue.claim_model({"model", "2", 3}).error().code == ErrorCode::conflict);
    CHECK(catalogue.model().value() == model);
    catalogue.remove("T1", "one").value();
    catalogue.claim_model(other).value();
}

TEMPLATE_TEST_CASE("vectors that are not of the model or not of unit length are refused",
                   "[catalogue]", MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    const EmojiRecord record = catalogue.put("T1", {"one", "v", ""}).value();
    const auto complete = [&](std::vector<float> values, int dimension = 3) {
        auto facts = facts_of("f", "p", std::move(values));
        facts.vectors.dimension = dimension;
        return catalogue.complete(record.id, "v", facts).error().code;
    };
    CHECK(complete(axis(0)) == ErrorCode::conflict);  // no model claimed
    catalogue.claim_model(model).value();
    CHECK(complete({1.0F, 0.0F}, 2) == ErrorCode::conflict);
    CHECK(complete({}) == ErrorCode::invalid_argument);
    CHECK(complete({1.0F, 0.0F, 0.0F, 0.0F}) == ErrorCode::invalid_argument);
    CHECK(complete({1.0F, 1.0F, 0.0F}) == ErrorCode::invalid_argument);
    CHECK(complete({0.0F, 0.0F, 0.0F}) == ErrorCode::invalid_argument);
    CHECK(complete({std::numeric_limits<float>::quiet_NaN(), 0.0F, 0.0F}) ==
          ErrorCode::invalid_argument);
    CHECK(complete(axis(0), 0) == ErrorCode::invalid_argument);
    CHECK(catalogue.find(record.id).value().state == EmojiState::pending);
}

}  // namespace emojiscope::contract
