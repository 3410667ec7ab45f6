// Contract of search::Catalogue: pictures by name, from pending to ready or failed.
#include "catalogue_contract.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::contract {

TEMPLATE_TEST_CASE("a new name becomes a pending record", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    const EmojiRecord record = catalogue.put("T1", {"beer", "https://e/1", "yesterday"}).value();
    CHECK(record.id > 0);
    CHECK(record.team_id == "T1");
    CHECK(record.name == "beer");
    CHECK(record.value == "https://e/1");
    CHECK(record.updated == "yesterday");
    CHECK(record.state == EmojiState::pending);
    CHECK(record.file_hash.empty());
    CHECK(record.added_at == harness.clock.now());
    CHECK(catalogue.find("T1", "beer").value().id == record.id);
    CHECK(catalogue.find(record.id).value().name == "beer");
}

TEMPLATE_TEST_CASE("an unknown name or id is not found", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.put("T1", {"beer", "v", ""}).value();
    CHECK(catalogue.find("T1", "wine").error().code == ErrorCode::not_found);
    CHECK(catalogue.find("T2", "beer").error().code == ErrorCode::not_found);
    CHECK(catalogue.find("", "beer").error().code == ErrorCode::not_found);
    CHECK(catalogue.find(EmojiId{999}).error().code == ErrorCode::not_found);
}

TEMPLATE_TEST_CASE("a workspace has its own names", "[catalogue]", MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    const EmojiId first = catalogue.put("T1", {"beer", "v1", ""}).value().id;
    const EmojiId second = catalogue.put("T2", {"beer", "v2", ""}).value().id;
    CHECK(first != second);
    CHECK(catalogue.list("T1").value().size() == 1);
    CHECK(catalogue.list("T2").value().front().value == "v2");
    CHECK(catalogue.list("").value().size() == 2);
    CHECK(catalogue.list("T3").value().empty());
}

TEMPLATE_TEST_CASE("records are listed by name", "[catalogue]", MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    for (const char* name : {"cat", "乾杯", "ant", "bee"}) {
        catalogue.put("T1", {name, "v", ""}).value();
    }
    CHECK(names_of(catalogue.list("T1").value()) == Names{"ant", "bee", "cat", "乾杯"});
}

TEMPLATE_TEST_CASE("the same name with another value is pending again", "[catalogue]",
                   MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    const EmojiRecord before = put_ready(catalogue, "T1", "beer", facts_of("f", "p"));
    REQUIRE(before.state == EmojiState::ready);

    const EmojiRecord same = catalogue.put("T1", {"beer", before.value, "today"}).value();
    CHECK(same.state == EmojiState::ready);
    CHECK(same.updated == "today");
    CHECK(same.file_hash == "f");

    harness.clock.advance(std::chrono::hours(1));
    const EmojiRecord changed = catalogue.put("T1", {"beer", "https://e/new", ""}).value();
    CHECK(changed.id == before.id);
    CHECK(changed.state == EmojiState::pending);
    CHECK(changed.file_hash.empty());
    CHECK(changed.pixel_hash.empty());
    CHECK(changed.width == 0);
    CHECK(changed.height == 0);
    CHECK(changed.frame_count == 0);
    CHECK(changed.added_at == before.added_at);
    // What was learnt of the old picture is kept, but no longer shown.
    CHECK(catalogue.model().value() == model);
    CHECK(catalogue.find_by_hash("T1", "f", "p").value().empty());
    const auto facts = catalogue.facts(before.id).value();
    CHECK(facts.file_hash == "f");
    CHECK(facts.pixel_hash == "p");
    CHECK(facts.width == 128);
    CHECK(facts.height == 64);
    CHECK(facts.frame_count == 1);
    CHECK(facts.vectors.values == axis(0));

    catalogue.complete(changed.id, changed.value, facts_of("f2", "p2", axis(1))).value();
    CHECK(catalogue.facts(before.id).value().file_hash == "f2");
    CHECK(catalogue.facts(before.id).value().vectors.values == axis(1));
}

TEMPLATE_TEST_CASE("there are no facts of what was never learnt, failed or went", "[catalogue]",
                   MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    const auto refusal = [&](EmojiId id) {
        const auto facts = catalogue.facts(id);
        return facts.has_error() ? facts.error().code : ErrorCode::internal;
    };
    const EmojiId pending = catalogue.put("T1", {"pending", "v", ""}).value().id;
    CHECK(refusal(pending) == ErrorCode::not_found);
    put_ready(catalogue, "T1", "failed", facts_of("f", "p"));
    const EmojiRecord failed = catalogue.put("T1", {"failed", "https://e/moved", ""}).value();
    catalogue.fail(failed.id, failed.value, "no").value();
    CHECK(refusal(failed.id) == ErrorCode::not_found);
    catalogue.put("T1", {"failed", "https://e/new", ""}).value();
    CHECK(refusal(failed.id) == ErrorCode::not_found);
    const EmojiId gone = put_ready(catalogue, "T1", "gone", facts_of("g", "q")).id;
    catalogue.remove("T1", "gone").value();
    CHECK(refusal(gone) == ErrorCode::not_found);
    CHECK(refusal(123'456) == ErrorCode::not_found);
}

TEMPLATE_TEST_CASE("many names are put in order and read back as they now are", "[catalogue]",
                   MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    const std::vector<search::SourceEmoji> source{
        {"b", "1", ""}, {"a", "2", ""}, {"b", "3", "later"}};
    const auto records = catalogue.put_many("T1", source).value();
    REQUIRE(names_of(records) == Names{"b", "a", "b"});
    CHECK(records[0].id == records[2].id);
    CHECK(records[0].value == "3");
    CHECK(records[0].updated == "later");
    CHECK(catalogue.list("T1").value().size() == 2);
    CHECK(catalogue.put_many("T1", {}).value().empty());
}

TEMPLATE_TEST_CASE("completing stores what was learnt", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    const EmojiRecord record = put_ready(catalogue, "T1", "beer", facts_of("f", "p"));
    CHECK(record.state == EmojiState::ready);
    CHECK(record.file_hash == "f");
    CHECK(record.pixel_hash == "p");
    CHECK(record.width == 128);
    CHECK(record.height == 64);
    CHECK(record.frame_count == 1);
    const auto facts = catalogue.facts(record.id).value();
    CHECK(facts.file_hash == "f");
    CHECK(facts.pixel_hash == "p");
    CHECK(facts.width == 128);
    CHECK(facts.vectors.dimension == 3);
    CHECK(facts.vectors.values == axis(0));
}

TEMPLATE_TEST_CASE("a result for another picture changes nothing", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    const EmojiId id = catalogue.put("T1", {"beer", "new", ""}).value().id;
    CHECK(catalogue.complete(id, "old", facts_of("f", "p")).error().code == ErrorCode::not_found);
    CHECK(catalogue.fail(id, "old", "no").error().code == ErrorCode::not_found);
    CHECK(catalogue.complete(id + 1, "new", facts_of("f", "p")).error().code ==
          ErrorCode::not_found);
    const EmojiRecord record = catalogue.find(id).value();
    CHECK(record.state == EmojiState::pending);
    CHECK(record.file_hash.empty());
    CHECK(record.last_error.empty());
    CHECK(catalogue.model().value() == std::nullopt);
}

TEMPLATE_TEST_CASE("a ready picture that cannot be read again stays ready", "[catalogue]",
                   MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    const EmojiRecord ready = put_ready(catalogue, "T1", "beer", facts_of("f", "p"));
    catalogue.fail(ready.id, ready.value, "no network").value();
    const EmojiRecord now = catalogue.find(ready.id).value();
    CHECK(now.state == EmojiState::ready);
    CHECK(now.last_error == "no network");
    CHECK(now.file_hash == "f");
    CHECK(catalogue.facts(ready.id).value().vectors.values == axis(0));
}

TEMPLATE_TEST_CASE("a failure is noted in one line and drops the vectors", "[catalogue]",
                   MemoryHarness, SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    put_ready(catalogue, "T1", "beer", facts_of("f", "p"));
    const EmojiRecord ready = catalogue.put("T1", {"beer", "https://e/new", ""}).value();
    catalogue.fail(ready.id, ready.value, "not\na picture").value();
    const EmojiRecord failed = catalogue.find(ready.id).value();
    CHECK(failed.state == EmojiState::failed);
    CHECK(failed.last_error == "not a picture");
    CHECK(failed.file_hash.empty());
    CHECK(catalogue.model().value() == std::nullopt);

    catalogue.complete(ready.id, ready.value, facts_of("f2", "p2")).value();
    const EmojiRecord again = catalogue.find(ready.id).value();
    CHECK(again.state == EmojiState::ready);
    CHECK(again.last_error.empty());
}

TEMPLATE_TEST_CASE("equal hashes are found, oldest first", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    catalogue.claim_model(model).value();
    put_ready(catalogue, "T1", "z", facts_of("f1", "p"));
    put_ready(catalogue, "T1", "a", facts_of("f2", "p"));
    put_ready(catalogue, "T2", "m", facts_of("f1", "q"));
    CHECK(names_of(catalogue.find_by_hash("T1", "", "p").value()) == Names{"z", "a"});
    CHECK(names_of(catalogue.find_by_hash("T1", "f1", "").value()) == Names{"z"});
    CHECK(names_of(catalogue.find_by_hash("T1", "f2", "p").value()) == Names{"z", "a"});
    CHECK(names_of(catalogue.find_by_hash("", "f1", "").value()) == Names{"z", "m"});
    CHECK(catalogue.find_by_hash("T1", "", "").value().empty());
    CHECK(catalogue.find_by_hash("T1", "p", "f1").value().empty());
    // A pending record has empty hashes, which must not count as equal.
    catalogue.put("T1", {"new", "v", ""}).value();
    CHECK(catalogue.find_by_hash("T1", "", "").value().empty());
}

}  // namespace emojiscope::contract
