// Contract of search::Catalogue: aliases, removal and renaming.
#include "catalogue_contract.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::contract {

TEMPLATE_TEST_CASE("an alias finds its picture", "[catalogue]", MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.put("T1", {"beer", "v", ""}).value();
    catalogue.put("T2", {"pint", "w", ""}).value();
    catalogue.put_alias("T1", "pint", "beer").value();
    catalogue.put_alias("T1", "ale", "beer").value();
    CHECK(catalogue.find("T1", "pint").value().name == "beer");
    CHECK(catalogue.find("T1", "beer").value().aliases == Names{"ale", "pint"});
    CHECK(catalogue.list("T1").value().front().aliases == Names{"ale", "pint"});
    CHECK(catalogue.list("").value().front().aliases == Names{"ale", "pint"});
    CHECK(catalogue.find("T2", "pint").value().aliases.empty());
    CHECK(catalogue.list("").value().back().aliases.empty());
}

TEMPLATE_TEST_CASE("an alias of an alias finds the picture, a ring finds nothing", "[catalogue]",
                   MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.put("T1", {"beer", "v", ""}).value();
    catalogue.put_alias("T1", "b", "a").value();
    catalogue.put_alias("T1", "a", "beer").value();
    CHECK(catalogue.find("T1", "b").value().name == "beer");
    CHECK(catalogue.find("T1", "beer").value().aliases == Names{"a", "b"});
    CHECK(catalogue.list("T1").value().front().aliases == Names{"a", "b"});

    catalogue.put_alias("T1", "x", "y").value();
    catalogue.put_alias("T1", "y", "x").value();
    catalogue.put_alias("T1", "self", "self").value();
    CHECK(catalogue.find("T1", "x").error().code == ErrorCode::not_found);
    CHECK(catalogue.find("T1", "self").error().code == ErrorCode::not_found);
    CHECK(catalogue.list("T1").value().size() == 1);
}

TEMPLATE_TEST_CASE("an alias of a standard emoji has no record", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.put_alias("T1", "thumbs", "+1").value();
    CHECK(catalogue.find("T1", "thumbs").error().code == ErrorCode::not_found);
    const auto aliases = catalogue.aliases("T1").value();
    REQUIRE(aliases.size() == 1);
    CHECK(aliases[0].team_id == "T1");
    CHECK(aliases[0].alias == "thumbs");
    CHECK(aliases[0].target == "+1");
    CHECK(catalogue.aliases("T2").value().empty());
    CHECK(catalogue.aliases("").value().size() == 1);
}

TEMPLATE_TEST_CASE("aliases put together take the given workspace and the last target",
                   "[catalogue]", MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    const std::vector<AliasRecord> source{
        {"ignored", "a", "one"}, {"", "a", "two"}, {"", "b", "a"}};
    catalogue.put_aliases("T1", source).value();
    const auto aliases = catalogue.aliases("T1").value();
    REQUIRE(aliases.size() == 2);
    CHECK(aliases[0].target == "two");
    CHECK(aliases[0].team_id == "T1");
    CHECK(aliases[1].alias == "b");
}

TEMPLATE_TEST_CASE("a name is a picture or an alias, never both", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.put("T1", {"beer", "v", ""}).value();
    const EmojiId pint = catalogue.put("T1", {"pint", "w", ""}).value().id;

    catalogue.put_alias("T1", "pint", "beer").value();
    CHECK(catalogue.find("T1", "pint").value().name == "beer");
    CHECK(catalogue.find(pint).error().code == ErrorCode::not_found);

    const EmojiRecord back = catalogue.put("T1", {"pint", "w", ""}).value();
    CHECK(back.name == "pint");
    CHECK(back.id != pint);  // an id is never given twice
    CHECK(catalogue.find("T1", "pint").value().id == back.id);
    CHECK(catalogue.aliases("T1").value().empty());
}

TEMPLATE_TEST_CASE("removing a picture takes its aliases along", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    const EmojiId id = put_ready(catalogue, "T1", "beer", facts_of("f", "p")).id;
    catalogue.put_alias("T1", "a", "beer").value();
    catalogue.put_alias("T1", "b", "a").value();
    catalogue.put_alias("T1", "other", "+1").value();
    catalogue.put_alias("T2", "a", "beer").value();
    CHECK(catalogue.remove("T1", "beer").value() == id);
    CHECK(catalogue.find("T1", "beer").error().code == ErrorCode::not_found);
    CHECK(catalogue.aliases("T1").value().size() == 1);
    CHECK(catalogue.aliases("T2").value().size() == 1);
    CHECK(catalogue.model().value() == std::nullopt);
}

TEMPLATE_TEST_CASE("removing an alias or an unknown name leaves the pictures", "[catalogue]",
                   MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.put("T1", {"beer", "v", ""}).value();
    catalogue.put_alias("T1", "a", "beer").value();
    CHECK(catalogue.remove("T1", "a").value() == std::nullopt);
    CHECK(catalogue.remove("T1", "unheard").value() == std::nullopt);
    CHECK(catalogue.find("T1", "beer").value().aliases.empty());
}

TEMPLATE_TEST_CASE("a renamed picture keeps its id, vectors and aliases", "[catalogue]",
                   MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    const EmojiRecord before = put_ready(catalogue, "T1", "beer", facts_of("f", "p"));
    catalogue.put_alias("T1", "a", "beer").value();
    catalogue.rename("T1", "beer", "pint").value();
    const EmojiRecord after = catalogue.find("T1", "pint").value();
    CHECK(after.id == before.id);
    CHECK(after.value == before.value);
    CHECK(after.state == EmojiState::ready);
    CHECK(after.aliases == Names{"a"});
    CHECK(catalogue.find("T1", "beer").error().code == ErrorCode::not_found);
    CHECK(catalogue.facts(after.id).value().vectors.values == axis(0));
}

TEMPLATE_TEST_CASE("a renamed picture may lie elsewhere, and stays ready", "[catalogue]",
                   MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    put_ready(catalogue, "T1", "beer", facts_of("f", "p"));
    catalogue.rename("T1", "beer", "pint", "https://e/pint.png").value();
    const EmojiRecord after = catalogue.find("T1", "pint").value();
    CHECK(after.value == "https://e/pint.png");
    CHECK(after.state == EmojiState::ready);
}

TEMPLATE_TEST_CASE("a rename removes what bore the name before", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    const EmojiId beer = catalogue.put("T1", {"beer", "v", ""}).value().id;
    catalogue.put("T1", {"wine", "w", ""}).value();
    catalogue.put_alias("T1", "red", "wine").value();

    catalogue.rename("T1", "beer", "wine").value();
    CHECK(names_of(catalogue.list("T1").value()) == Names{"wine"});
    CHECK(catalogue.find("T1", "wine").value().id == beer);
    // The removed picture's alias must not come to mean the other one.
    CHECK(catalogue.find("T1", "red").error().code == ErrorCode::not_found);

    catalogue.put_alias("T1", "pint", "+1").value();
    catalogue.rename("T1", "wine", "pint").value();
    CHECK(catalogue.find("T1", "pint").value().id == beer);
    CHECK(catalogue.aliases("T1").value().empty());
}

TEMPLATE_TEST_CASE("a picture can take the name of its own alias", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    const EmojiId beer = catalogue.put("T1", {"beer", "v", ""}).value().id;
    catalogue.put_alias("T1", "pint", "beer").value();
    catalogue.put_alias("T1", "ale", "pint").value();
    catalogue.rename("T1", "beer", "pint").value();
    const EmojiRecord record = catalogue.find("T1", "pint").value();
    CHECK(record.id == beer);
    CHECK(record.aliases == Names{"ale"});
}

TEMPLATE_TEST_CASE("an alias can be renamed", "[catalogue]", MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    const EmojiId beer = catalogue.put("T1", {"beer", "v", ""}).value().id;
    catalogue.put_alias("T1", "a", "beer").value();
    catalogue.put_alias("T1", "b", "a").value();

    catalogue.rename("T1", "a", "c").value();
    CHECK(catalogue.find("T1", "beer").value().aliases == Names{"b", "c"});

    SECTION("onto the alias that it points at") {
        catalogue.rename("T1", "b", "c").value();
        CHECK(catalogue.find("T1", "beer").value().aliases == Names{"c"});
    }
    SECTION("onto its own picture, which keeps the name") {
        catalogue.rename("T1", "c", "beer").value();
        CHECK(catalogue.find("T1", "beer").value().id == beer);
        CHECK(catalogue.find("T1", "beer").value().aliases == Names{"b"});
    }
    SECTION("onto another picture, which goes") {
        catalogue.put("T1", {"wine", "w", ""}).value();
        catalogue.rename("T1", "c", "wine").value();
        CHECK(catalogue.find("T1", "wine").value().id == beer);
        CHECK(names_of(catalogue.list("T1").value()) == Names{"beer"});
    }
}

TEMPLATE_TEST_CASE("renaming an unknown name fails, renaming to itself changes nothing",
                   "[catalogue]", MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.put("T1", {"beer", "v", ""}).value();
    catalogue.put_alias("T1", "a", "beer").value();
    CHECK(catalogue.rename("T1", "wine", "beer").error().code == ErrorCode::not_found);
    CHECK(catalogue.rename("T2", "beer", "x").error().code == ErrorCode::not_found);
    catalogue.rename("T1", "beer", "beer").value();
    catalogue.rename("T1", "a", "a").value();
    CHECK(catalogue.find("T1", "beer").value().aliases == Names{"a"});
}

}  // namespace emojiscope::contract
