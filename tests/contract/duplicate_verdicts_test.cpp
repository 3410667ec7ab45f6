// Contract of search::DuplicateVerdicts.
#include "catalogue_contract.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::contract {
namespace {

/// Two emoji with different pixels, and the verdicts on them.
template <class Harness>
struct Two {
    Two() {
        catalogue.claim_model(model).value();
        cat = put_ready(catalogue, "T1", "cat", facts_of("f1", "p1"));
        dog = put_ready(catalogue, "T1", "dog", facts_of("f2", "p2"));
    }
    [[nodiscard]] bool apart(const EmojiRecord& one, const EmojiRecord& other) {
        return verdicts.not_duplicates(one, other).value();
    }
    [[nodiscard]] ErrorCode said(EmojiId one, EmojiId other) {
        const auto done = verdicts.say_not_duplicates(one, other, "U1");
        return done.has_error() ? done.error().code : ErrorCode::internal;
    }

    Harness harness;
    search::Catalogue& catalogue = harness.catalogue();
    search::DuplicateVerdicts& verdicts = harness.verdicts();
    EmojiRecord cat;
    EmojiRecord dog;
};

}  // namespace

TEMPLATE_TEST_CASE("a verdict holds whichever emoji is named first", "[verdicts]", MemoryHarness,
                   SqliteHarness) {
    Two<TestType> two;
    const EmojiRecord frog = put_ready(two.catalogue, "T1", "frog", facts_of("f3", "p3"));
    CHECK(two.verdicts.pairs().value() == 0);
    CHECK_FALSE(two.apart(two.cat, two.dog));
    SECTION("older first") {
        two.verdicts.say_not_duplicates(two.cat.id, two.dog.id, "U1").value();
    }
    SECTION("newer first") {
        two.verdicts.say_not_duplicates(two.dog.id, two.cat.id, "U1").value();
    }
    SECTION("both, and again by somebody else") {
        two.verdicts.say_not_duplicates(two.cat.id, two.dog.id, "U1").value();
        two.verdicts.say_not_duplicates(two.dog.id, two.cat.id, "U2").value();
        two.verdicts.say_not_duplicates(two.cat.id, two.dog.id, "U1").value();
    }
    CHECK(two.verdicts.pairs().value() == 1);
    CHECK(two.apart(two.cat, two.dog));
    CHECK(two.apart(two.dog, two.cat));
    CHECK_FALSE(two.apart(two.cat, frog));
    CHECK_FALSE(two.apart(frog, two.dog));
}

TEMPLATE_TEST_CASE("a verdict holds through renames, and for the two pictures only", "[verdicts]",
                   MemoryHarness, SqliteHarness) {
    Two<TestType> two;
    two.verdicts.say_not_duplicates(two.cat.id, two.dog.id, "U1").value();
    two.catalogue.rename("T1", "cat", "kitten").value();
    const EmojiRecord kitten = two.catalogue.find("T1", "kitten").value();
    CHECK(two.apart(kitten, two.dog));
    two.catalogue.complete(kitten.id, kitten.value, facts_of("f9", "p9")).value();
    const EmojiRecord changed = two.catalogue.find(kitten.id).value();
    CHECK_FALSE(two.apart(changed, two.dog));
    // What is said of the new picture takes nothing back of the old one.
    two.verdicts.say_not_duplicates(changed.id, two.dog.id, "U1").value();
    CHECK(two.apart(changed, two.dog));
    CHECK(two.apart(put_ready(two.catalogue, "T1", "cat", facts_of("f1", "p1")), two.dog));
}

TEMPLATE_TEST_CASE("a verdict holds for the same two pictures uploaded again", "[verdicts]",
                   MemoryHarness, SqliteHarness) {
    Two<TestType> two;
    // The order of the ids and that of the pixels need not agree.
    const bool newer_first = GENERATE(true, false);
    const EmojiRecord ant = put_ready(two.catalogue, "T1", "ant", facts_of("f0", "p0"));
    if (newer_first) {
        two.verdicts.say_not_duplicates(ant.id, two.cat.id, "U1").value();
    } else {
        two.verdicts.say_not_duplicates(two.cat.id, ant.id, "U1").value();
    }
    two.catalogue.remove("T1", "cat").value();
    const EmojiRecord again = put_ready(two.catalogue, "T1", "again", facts_of("other file", "p1"));
    CHECK(two.apart(again, ant));
    CHECK(two.apart(ant, again));
    two.catalogue.remove("T1", "ant").value();
    const EmojiRecord ameise = put_ready(two.catalogue, "T1", "ameise", facts_of("f0", "p0"));
    CHECK(two.apart(again, ameise));
    CHECK_FALSE(two.apart(again, two.dog));
    CHECK_FALSE(two.apart(ameise, two.dog));
}

TEMPLATE_TEST_CASE("a verdict on pictures holds in its own workspace", "[verdicts]", MemoryHarness,
                   SqliteHarness) {
    Two<TestType> two;
    two.verdicts.say_not_duplicates(two.cat.id, two.dog.id, "U1").value();
    const EmojiRecord cat = put_ready(two.catalogue, "T2", "cat", facts_of("f1", "p1"));
    const EmojiRecord dog = put_ready(two.catalogue, "T2", "dog", facts_of("f2", "p2"));
    CHECK_FALSE(two.apart(cat, dog));
}

TEMPLATE_TEST_CASE("of emoji with equal pixels a verdict holds for these two alone", "[verdicts]",
                   MemoryHarness, SqliteHarness) {
    Two<TestType> two;
    const EmojiRecord copy = put_ready(two.catalogue, "T1", "copy", facts_of("f3", "p1"));
    two.verdicts.say_not_duplicates(two.cat.id, copy.id, "U1").value();
    CHECK(two.apart(copy, two.cat));
    const EmojiRecord third = put_ready(two.catalogue, "T1", "third", facts_of("f4", "p1"));
    CHECK_FALSE(two.apart(third, two.cat));
    CHECK_FALSE(two.apart(copy, third));
    two.catalogue.remove("T1", "copy").value();
    const EmojiRecord again = put_ready(two.catalogue, "T1", "copy", facts_of("f3", "p1"));
    CHECK_FALSE(two.apart(again, two.cat));
}

TEMPLATE_TEST_CASE("a verdict on what is not learnt yet says nothing of other pictures",
                   "[verdicts]", MemoryHarness, SqliteHarness) {
    Two<TestType> two;
    const EmojiRecord pending = two.catalogue.put("T1", {"pending", "v", ""}).value();
    two.verdicts.say_not_duplicates(two.cat.id, pending.id, "U1").value();
    CHECK(two.apart(two.cat, pending));
    const EmojiRecord other = two.catalogue.put("T1", {"other", "v", ""}).value();
    CHECK_FALSE(two.apart(two.cat, other));
}

TEMPLATE_TEST_CASE("nothing is said of emoji that are gone", "[verdicts]", MemoryHarness,
                   SqliteHarness) {
    Two<TestType> two;
    CHECK(two.said(two.cat.id, 12'345) == ErrorCode::not_found);
    CHECK(two.said(12'345, two.cat.id) == ErrorCode::not_found);
    two.catalogue.remove("T1", "dog").value();
    CHECK(two.said(two.cat.id, two.dog.id) == ErrorCode::not_found);
    CHECK_FALSE(two.apart(two.cat, two.dog));
    const auto muted = two.verdicts.mute(two.dog.id, "U1");
    REQUIRE(muted.has_error());
    CHECK(muted.error().code == ErrorCode::not_found);
    CHECK_FALSE(two.verdicts.muted(two.dog.id).value());
}

TEMPLATE_TEST_CASE("an emoji is muted for good, and no other", "[verdicts]", MemoryHarness,
                   SqliteHarness) {
    Two<TestType> two;
    CHECK_FALSE(two.verdicts.muted(two.cat.id).value());
    two.verdicts.mute(two.cat.id, "U1").value();
    two.verdicts.mute(two.cat.id, "U2").value();
    CHECK(two.verdicts.muted(two.cat.id).value());
    CHECK_FALSE(two.verdicts.muted(two.dog.id).value());
    CHECK_FALSE(two.verdicts.muted(12'345).value());
    two.catalogue.rename("T1", "cat", "kitten").value();
    CHECK(two.verdicts.muted(two.cat.id).value());
    CHECK_FALSE(two.apart(two.cat, two.dog));
}

}  // namespace emojiscope::contract
