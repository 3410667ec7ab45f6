#include "world.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace emojiscope;
using namespace emojiscope::search;

namespace {

SyncPlan plan(World& world, const std::vector<SourceEmoji>& source) {
    return world.workspace.plan(source).value();
}

Names pictures_of(const SyncPlan& plan) {
    Names names;
    for (const SourceEmoji& emoji : plan.pictures) {
        names.push_back(emoji.name);
    }
    return names;
}

Names aliases_of(const SyncPlan& plan) {
    Names names;
    for (const AliasRecord& alias : plan.aliases) {
        names.push_back(alias.alias + " -> " + alias.target);
    }
    return names;
}

bool is_empty(const SyncPlan& plan) {
    return plan.pictures.empty() && plan.aliases.empty() && plan.removals.empty();
}

/// What a sync does with a plan, pictures left aside.
void carry_out(World& world, const SyncPlan& plan) {
    for (const std::string& name : plan.removals) {
        world.workspace.remove(name).value();
    }
    world.workspace.put_aliases(plan.aliases).value();
    world.workspace.put(plan.pictures).value();
}

/// The library must show exactly what a fresh one would load.
void check_library_is_current(const World& world) {
    EmojiLibrary fresh(world.catalogue,
                       std::make_unique<fakes::LinearIndex>(fakes::FakeEmbedder::dimension), team);
    fresh.load().value();
    const LibraryEntries all_expected = fresh.entries();
    const LibraryEntries all_shown = world.library.entries();
    const auto& expected = *all_expected;
    const auto& shown = *all_shown;
    REQUIRE(shown.size() == expected.size());
    for (std::size_t i = 0; i < shown.size(); ++i) {
        CAPTURE(expected[i]->name);
        CHECK(shown[i]->id == expected[i]->id);
        CHECK(shown[i]->name == expected[i]->name);
        CHECK(shown[i]->aliases == expected[i]->aliases);
        CHECK(shown[i]->value == expected[i]->value);
        CHECK(shown[i]->names.size() == expected[i]->names.size());
    }
}

}  // namespace

TEST_CASE("a plan tells uploads from what is only to be learnt once more", "[workspace]") {
    World world;
    learn(world, "crab", red);
    learn(world, "frog", green);
    const SourceEmoji failed{"failed", url_of("failed"), ""};
    world.workspace.put(std::span(&failed, 1)).value();
    const SyncPlan found = plan(world, {{"crab", url_of("crab"), ""},
                                        {"frog", url_of("another_frog"), ""},
                                        failed,
                                        {"new", url_of("new"), ""}});
    CHECK(pictures_of(found) == Names{"frog", "failed", "new"});
    Names uploads;
    for (const SourceEmoji& emoji : found.uploads) {
        uploads.push_back(emoji.name);
    }
    CHECK(uploads == Names{"frog", "new"});
}

TEST_CASE("only alias: makes an alias", "[workspace]") {
    CHECK(alias_target("alias:thumbsup") == "thumbsup");
    CHECK(alias_target("https://e/alias:x").empty());
    CHECK(alias_target("Alias:x").empty());
    CHECK(alias_target("alias").empty());
    CHECK(alias_target("").empty());
}

TEST_CASE("a plan brings in what is new and leaves what is settled", "[workspace]") {
    World world;
    const std::vector<SourceEmoji> source{{"crab", url_of("crab"), "1"},
                                          {"frog", url_of("frog"), ""},
                                          {"krabbe", "alias:crab", ""},
                                          {"plus", "alias:thumbsup", ""}};
    const SyncPlan all = plan(world, source);
    CHECK(pictures_of(all) == Names{"crab", "frog"});
    CHECK(all.pictures[0].value == url_of("crab"));
    CHECK(all.pictures[0].updated == "1");
    CHECK(aliases_of(all) == Names{"krabbe -> crab", "plus -> thumbsup"});
    CHECK(all.aliases[0].team_id == team);
    CHECK(all.removals.empty());

    learn(world, "crab", red);
    learn(world, "frog", green);
    world.workspace.put_aliases(all.aliases).value();
    CHECK(is_empty(plan(world, source)));
    CHECK(world.catalogue.list(team).value().size() == 2);  // thumbsup is no custom emoji
    check_library_is_current(world);
}

TEST_CASE("pending, failed and moved pictures are tried again", "[workspace]") {
    World world;
    learn(world, "crab", red);
    world.catalogue.put(team, {"pending", "v", ""}).value();
    const EmojiRecord failed = world.catalogue.put(team, {"failed", "v", ""}).value();
    world.catalogue.fail(failed.id, "v", "404").value();
    CHECK(pictures_of(plan(
              world, {{"crab", "https://moved", ""}, {"failed", "v", ""}, {"pending", "v", ""}})) ==
          Names{"crab", "failed", "pending"});
    CHECK(is_empty(plan(
              world, {{"crab", url_of("crab"), ""}, {"failed", "v", ""}, {"pending", "v", ""}})) ==
          false);
}

TEST_CASE("a picture that was learnt before fingerprints were kept is learnt again",
          "[workspace]") {
    World world;
    const std::vector<SourceEmoji> source{{"crab", url_of("crab"), ""},
                                          {"frog", url_of("frog"), ""}};
    learn(world, "crab", red);
    const EmojiRecord frog = learn(world, "frog", green);
    REQUIRE(is_empty(plan(world, source)));
    PictureFacts old = world.catalogue.facts(frog.id).value();
    old.fingerprint = {};
    world.catalogue.complete(frog.id, frog.value, old).value();
    REQUIRE(world.catalogue.find(frog.id).value().state == EmojiState::ready);
    const SyncPlan again = plan(world, source);
    CHECK(pictures_of(again) == Names{"frog"});
    CHECK(again.removals.empty());
    // It can be found all the while.
    world.workspace.put(again.pictures).value();
    CHECK(world.library.size() == 2);
    learn(world, "frog", green);
    CHECK(world.catalogue.find(frog.id).value().fingerprinted);
    CHECK(is_empty(plan(world, source)));
    check_library_is_current(world);
}

TEST_CASE("what the source has no more is removed", "[workspace]") {
    World world;
    learn(world, "crab", red);
    learn(world, "frog", green);
    put_alias(world, "krabbe", "crab");
    put_alias(world, "plus", "thumbsup");
    const SyncPlan less = plan(world, {{"frog", url_of("frog"), ""}});
    CHECK(pictures_of(less).empty());
    CHECK(aliases_of(less).empty());
    Names removals = less.removals;
    std::sort(removals.begin(), removals.end());
    CHECK(removals == Names{"crab", "krabbe", "plus"});
    carry_out(world, less);
    CHECK(is_empty(plan(world, {{"frog", url_of("frog"), ""}})));
    check_library_is_current(world);

    carry_out(world, plan(world, {}));
    CHECK(world.library.size() == 0);
    CHECK(world.catalogue.list(team).value().empty());
}

TEST_CASE("a picture can become an alias and a picture again", "[workspace]") {
    World world;
    learn(world, "crab", red);
    const EmojiId was = learn(world, "frog", green).id;
    const std::vector<SourceEmoji> aliased{{"crab", url_of("crab"), ""},
                                           {"frog", "alias:crab", ""}};
    const SyncPlan to_alias = plan(world, aliased);
    CHECK(pictures_of(to_alias).empty());
    CHECK(aliases_of(to_alias) == Names{"frog -> crab"});
    CHECK(to_alias.removals.empty());
    carry_out(world, to_alias);
    CHECK(is_empty(plan(world, aliased)));
    CHECK(world.library.entry(was) == nullptr);
    CHECK(world.library.find("frog")->name == "crab");
    check_library_is_current(world);

    const std::vector<SourceEmoji> back{{"crab", url_of("crab"), ""}, {"frog", url_of("frog"), ""}};
    const SyncPlan to_picture = plan(world, back);
    CHECK(pictures_of(to_picture) == Names{"frog"});
    CHECK(aliases_of(to_picture).empty());
    CHECK(to_picture.removals.empty());
    carry_out(world, to_picture);
    // No search may take the crab for the frog while that is being fetched.
    CHECK(world.library.find("frog") == nullptr);
    check_library_is_current(world);
    learn(world, "frog", green);
    CHECK(is_empty(plan(world, back)));
    check_library_is_current(world);
}

TEST_CASE("an alias can point elsewhere", "[workspace]") {
    World world;
    learn(world, "crab", red);
    learn(world, "frog", green);
    put_alias(world, "pet", "crab");
    CHECK(world.library.find("pet")->name == "crab");
    const SyncPlan moved = plan(
        world,
        {{"crab", url_of("crab"), ""}, {"frog", url_of("frog"), ""}, {"pet", "alias:frog", ""}});
    CHECK(aliases_of(moved) == Names{"pet -> frog"});
    carry_out(world, moved);
    CHECK(world.library.find("pet")->name == "frog");
    CHECK(world.library.find("crab")->aliases.empty());
    check_library_is_current(world);

    put_alias(world, "pet", "dog");  // a standard emoji
    CHECK(world.library.find("pet") == nullptr);
    check_library_is_current(world);
}

TEST_CASE("an alias of what is not there yet is shown as soon as it is", "[workspace]") {
    World world;
    put_alias(world, "krabbe", "crab");
    CHECK(world.library.find("krabbe") == nullptr);
    learn(world, "crab", red);
    REQUIRE(world.library.find("krabbe"));
    CHECK(world.library.find("krabbe")->name == "crab");
    check_library_is_current(world);
}

TEST_CASE("a changed URL takes a picture out until it is learnt anew", "[workspace]") {
    World world;
    const EmojiRecord crab = learn(world, "crab", red);
    const std::vector<SourceEmoji> moved{{"crab", "https://moved", ""}};
    const auto records = world.workspace.put(moved).value();
    CHECK(records.front().id == crab.id);
    CHECK(records.front().state == EmojiState::pending);
    CHECK(world.library.size() == 0);
    check_library_is_current(world);
}

TEST_CASE("removing an alias leaves its picture, removing a picture takes its aliases",
          "[workspace]") {
    World world;
    learn(world, "crab", red);
    put_alias(world, "krabbe", "crab");
    put_alias(world, "cangrejo", "krabbe");
    CHECK(world.library.find("cangrejo")->name == "crab");
    world.workspace.remove("cangrejo").value();
    CHECK(world.library.find("crab")->aliases == Names{"krabbe"});
    check_library_is_current(world);
    world.workspace.remove("nobody").value();
    world.workspace.remove("crab").value();
    CHECK(world.library.size() == 0);
    CHECK(world.catalogue.aliases(team).value().empty());
}

TEST_CASE("a rename keeps picture, vectors and aliases", "[workspace]") {
    World world;
    const EmojiRecord crab = learn(world, "crab", red);
    put_alias(world, "krabbe", "crab");
    CHECK(world.workspace.rename("crab", "lobster").value());
    CHECK(world.library.find("crab") == nullptr);
    REQUIRE(world.library.find("lobster"));
    CHECK(world.library.find("lobster")->id == crab.id);
    CHECK(world.library.find("krabbe")->id == crab.id);
    CHECK(world.library.neighbours(vector_of(world, red)).value().front().id == crab.id);
    check_library_is_current(world);

    CHECK(world.workspace.rename("krabbe", "cangrejo").value());
    CHECK(world.library.find("krabbe") == nullptr);
    CHECK(world.library.find("cangrejo")->id == crab.id);
    CHECK_FALSE(world.workspace.rename("nobody", "somebody").value());
    check_library_is_current(world);
}

TEST_CASE("a rename over an existing name removes what bore it", "[workspace]") {
    World world;
    const EmojiRecord crab = learn(world, "crab", red);
    const EmojiRecord frog = learn(world, "frog", green);
    put_alias(world, "toad", "frog");

    SECTION("a picture over a picture") {
        CHECK(world.workspace.rename("crab", "frog").value());
        CHECK(world.library.find("frog")->id == crab.id);
        CHECK(world.library.entry(frog.id) == nullptr);
        CHECK(world.library.neighbours(vector_of(world, green)).value().size() == 1);
    }
    SECTION("a picture over another's alias") {
        CHECK(world.workspace.rename("crab", "toad").value());
        CHECK(world.library.find("toad")->id == crab.id);
        CHECK(world.library.find("frog")->aliases.empty());
    }
    SECTION("a picture over its own alias") {
        CHECK(world.workspace.rename("frog", "toad").value());
        CHECK(world.library.find("toad")->id == frog.id);
        CHECK(world.library.size() == 2);
    }
    SECTION("an alias over a picture") {
        CHECK(world.workspace.rename("toad", "crab").value());
        CHECK(world.library.find("crab")->id == frog.id);
        CHECK(world.library.entry(crab.id) == nullptr);
    }
    SECTION("an alias over its own picture") {
        CHECK(world.workspace.rename("toad", "frog").value());
        CHECK(world.library.find("frog")->id == frog.id);
        CHECK(world.library.size() == 2);
    }
    SECTION("an alias over another picture's alias") {
        put_alias(world, "krabbe", "crab");
        CHECK(world.workspace.rename("toad", "krabbe").value());
        CHECK(world.library.find("krabbe")->id == frog.id);
        CHECK(world.library.find("crab")->aliases.empty());
    }
    check_library_is_current(world);
}
