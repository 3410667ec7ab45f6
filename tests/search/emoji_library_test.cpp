#include "world.hpp"

#include <catch2/catch.hpp>

using namespace emojiscope;
using namespace emojiscope::search;

namespace {

Names names_in(const LibraryEntry& entry) {
    Names names;
    for (const NameKeys& name : entry.names) {
        names.push_back(name.folded);
    }
    return names;
}

std::vector<EmojiId> neighbours_of(World& world, const RgbaImage& image) {
    std::vector<EmojiId> ids;
    for (const Neighbour& neighbour : world.library.neighbours(vector_of(world, image)).value()) {
        ids.push_back(neighbour.id);
    }
    return ids;
}

}  // namespace

TEST_CASE("a library starts with the ready pictures of its workspace", "[library]") {
    World world;
    const EmojiId crab = learn(world, "crab", red).id;
    const EmojiId frog = learn(world, "frog", green).id;
    put_alias(world, "toad", "frog");
    world.catalogue.put(team, {"unread", url_of("unread"), ""}).value();
    const EmojiRecord broken = world.catalogue.put(team, {"broken", "v", ""}).value();
    world.catalogue.fail(broken.id, "v", "not a picture").value();
    const EmojiRecord foreign = world.catalogue.put("T2", {"whale", "v", ""}).value();
    world.catalogue.complete(foreign.id, "v", world.catalogue.facts(crab).value()).value();

    EmojiLibrary fresh(world.catalogue,
                       std::make_unique<fakes::LinearIndex>(fakes::FakeEmbedder::dimension), team);
    CHECK(fresh.size() == 0);
    fresh.load().value();
    CHECK(fresh.size() == 2);
    REQUIRE(fresh.entry(frog));
    CHECK(fresh.entry(frog)->name == "frog");
    CHECK(fresh.entry(frog)->aliases == Names{"toad"});
    CHECK(fresh.entry(frog)->value == url_of("frog"));
    CHECK_FALSE(fresh.entry(frog)->animated);
    CHECK(fresh.find("unread") == nullptr);
    CHECK(fresh.find("whale") == nullptr);
    CHECK(fresh.neighbours(vector_of(world, green)).value().front().id == frog);
    CHECK(fresh.neighbours(vector_of(world, green)).value().size() == 2);

    SECTION("loading again forgets what is gone and doubles nothing") {
        world.catalogue.remove(team, "crab").value();
        fresh.load().value();
        CHECK(fresh.size() == 1);
        CHECK(fresh.entry(crab) == nullptr);
        CHECK(fresh.neighbours(vector_of(world, red)).value().size() == 1);
    }
    SECTION("without a workspace, all of them") {
        EmojiLibrary all(world.catalogue,
                         std::make_unique<fakes::LinearIndex>(fakes::FakeEmbedder::dimension), "");
        all.load().value();
        CHECK(all.size() == 3);
        CHECK(all.find("whale") != nullptr);
    }
}

TEST_CASE("an update without vectors keeps those that are there", "[library]") {
    World world;
    const EmojiRecord crab = learn(world, "crab", red);
    const EmojiRecord frog = learn(world, "frog", green);
    EmojiRecord renamed = crab;
    renamed.name = "lobster";
    renamed.aliases = {"crayfish"};
    world.library.update(renamed, {}).value();
    CHECK(world.library.find("crab") == nullptr);
    REQUIRE(world.library.find("lobster"));
    CHECK(world.library.find("lobster")->id == crab.id);
    CHECK(names_in(*world.library.entry(crab.id)) == Names{"lobster", "crayfish"});
    CHECK(neighbours_of(world, red) == std::vector<EmojiId>{crab.id, frog.id});
}

TEST_CASE("an update with vectors replaces those that were there", "[library]") {
    World world;
    const EmojiRecord crab = learn(world, "crab", red);
    const EmojiRecord frog = learn(world, "frog", green);
    const auto now_blue = vector_of(world, blue);
    world.library.update(crab, now_blue).value();
    const auto found = world.library.neighbours(now_blue).value();
    REQUIRE(found.size() == 2);
    CHECK(found.front().id == crab.id);
    CHECK(found.front().cosine == Approx(1.0).margin(1e-5));
    // Were the old vector still there, the crab would come first for red as well, with 1.
    const auto red_now = world.library.neighbours(vector_of(world, red)).value();
    CHECK(red_now.front().cosine < 0.99F);
    CHECK(world.library.entry(frog.id)->name == "frog");
}

TEST_CASE("a record that is not ready is taken out", "[library]") {
    World world;
    EmojiRecord crab = learn(world, "crab", red);
    const EmojiState state = GENERATE(EmojiState::pending, EmojiState::failed);
    crab.state = state;
    world.library.update(crab, {}).value();
    CHECK(world.library.size() == 0);
    CHECK(world.library.find("crab") == nullptr);
    CHECK(neighbours_of(world, red).empty());
}

TEST_CASE("an erased emoji is neither named nor seen", "[library]") {
    World world;
    const EmojiRecord crab = learn(world, "crab", red);
    const EmojiRecord frog = learn(world, "frog", green);
    world.library.erase(crab.id).value();
    world.library.erase(12'345).value();  // unknown: no error
    CHECK(world.library.size() == 1);
    CHECK(world.library.entry(crab.id) == nullptr);
    CHECK(world.library.find("crab") == nullptr);
    CHECK(neighbours_of(world, red) == std::vector<EmojiId>{frog.id});
}

TEST_CASE("what was asked for stays as it was, whatever changes after", "[library]") {
    World world;
    const EmojiRecord crab = learn(world, "crab", red);
    const EmojiRecord frog = learn(world, "frog", green);
    const LibraryEntries before = world.library.entries();
    CHECK(world.library.entries() == before);  // the same, not a copy
    world.library.erase(crab.id).value();
    EmojiRecord renamed = frog;
    renamed.name = "toad";
    world.library.update(renamed, {}).value();
    REQUIRE(before->size() == 2);
    CHECK((*before)[0]->name == "crab");
    CHECK((*before)[1]->name == "frog");
    const LibraryEntries after = world.library.entries();
    REQUIRE(after->size() == 1);
    CHECK((*after)[0]->name == "toad");
    world.library.load().value();
    CHECK(world.library.entries()->size() == 2);
}

TEST_CASE("names are looked up exactly, aliases too", "[library]") {
    World world;
    const EmojiRecord parrot = learn(world, "party_parrot", red);
    put_alias(world, "ぱーてぃ", "party_parrot");
    REQUIRE(world.library.find("ぱーてぃ"));
    CHECK(world.library.find("ぱーてぃ")->id == parrot.id);
    CHECK(world.library.find("party_parrot")->id == parrot.id);
    CHECK(world.library.find("Party Parrot") == nullptr);
    CHECK(world.library.find("") == nullptr);
}

TEST_CASE("a picture of several frames is one neighbour with its best frame", "[library]") {
    World world;
    const std::vector<RgbaImage> frames{red, blue};
    const EmojiRecord police = learn(world, "police", fakes::fake_picture_file(frames));
    const EmojiRecord frog = learn(world, "frog", green);
    CHECK(world.library.entry(police.id)->animated);
    for (const RgbaImage& frame : frames) {
        const auto found = world.library.neighbours(vector_of(world, frame)).value();
        REQUIRE(found.size() == 2);
        CHECK(found[0].id == police.id);
        CHECK(found[0].cosine == Approx(1.0).margin(1e-5));
        CHECK(found[1].id == frog.id);
    }
}

TEST_CASE("vectors of a wrong shape are refused", "[library]") {
    World world;
    const EmojiRecord crab = learn(world, "crab", red);
    const std::vector<float> wrong(fakes::FakeEmbedder::dimension + 1, 0.1F);
    CHECK(world.library.update(crab, wrong).error().code == ErrorCode::invalid_argument);
    CHECK(world.library.neighbours(wrong).error().code == ErrorCode::invalid_argument);
}
