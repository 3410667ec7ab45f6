#include "emojiscope/search/duplicate_finder.hpp"

#include "world.hpp"

#include <catch2/catch.hpp>

#include <future>

using namespace emojiscope;
using namespace emojiscope::search;

namespace {

Names originals_of(const std::vector<DuplicateMatch>& matches) {
    Names names;
    for (const DuplicateMatch& match : matches) {
        names.push_back(match.original.name);
    }
    return names;
}

std::vector<Names> members_of(const std::vector<DuplicateGroup>& groups) {
    std::vector<Names> all;
    for (const DuplicateGroup& group : groups) {
        Names names;
        for (const EmojiRecord& member : group.members) {
            names.push_back(member.name);
        }
        all.push_back(names);
    }
    return all;
}

EmojiRecord learn_in(World& world, const std::string& team_id, const std::string& name,
                     const File& file) {
    const EmojiRecord record = world.catalogue.put(team_id, {name, "v", ""}).value();
    const IngestItem item{record, file};
    return world.ingestor.ingest({item}).front().value();
}

ReadPicture picture_of(World& world, const RgbaImage& image, std::uint8_t salt = 0) {
    return world.reader.read(file_of(image, salt)).value();
}

Names check(World& world, const RgbaImage& image) {
    return originals_of(world.duplicates.check(team, picture_of(world, image, 99)).value());
}

Names check(World& world, const EmojiRecord& emoji) {
    return originals_of(world.duplicates.check(emoji).value());
}

std::vector<Names> groups(World& world) {
    return members_of(world.duplicates.groups(team).value());
}

/// What the fake comparer takes for the picture in red, and for one that is near to it.
const RgbaImage red_again = plain({253, 0, 0});
const RgbaImage red_once_more = plain({250, 0, 0});
const RgbaImage dark_red = plain({225, 0, 0});
const RgbaImage black = plain({0, 0, 0});

}  // namespace

TEST_CASE("the same pixels are identical, in whatever file", "[duplicates]") {
    World world;
    const EmojiRecord zebra = learn(world, "zebra", file_of(red, 1));
    const EmojiRecord ant = learn(world, "ant", file_of(red, 2));
    learn(world, "frog", green);

    const auto matches = world.duplicates.check(team, picture_of(world, red, 3)).value();
    CHECK(originals_of(matches) == Names{"zebra", "ant"});  // oldest first
    for (const DuplicateMatch& match : matches) {
        CHECK(match.kind == DuplicateKind::identical);
        CHECK(match.score == 1.0);
    }
    CHECK(check(world, zebra) == Names{"ant"});
    CHECK(check(world, ant) == Names{"zebra"});
    CHECK(check(world, blue).empty());
}

TEST_CASE("the same file is identical, whatever its pixels are taken for", "[duplicates]") {
    World world;
    const EmojiRecord ant = learn(world, "ant", red);
    ReadPicture picture = picture_of(world, blue);
    picture.file_hash = ant.file_hash;
    const auto matches = world.duplicates.check(team, picture).value();
    CHECK(originals_of(matches) == Names{"ant"});
    CHECK(matches.front().kind == DuplicateKind::identical);
}

TEST_CASE("one changed pixel or another number of frames is not identical", "[duplicates]") {
    World world;
    learn(world, "crab", red);
    RgbaImage altered = red;
    altered.pixels[17] ^= 1U;
    const std::vector<RgbaImage> twice{red, red};
    for (const File& file : {file_of(altered), fakes::fake_picture_file(twice)}) {
        const auto matches = world.duplicates.check(team, world.reader.read(file).value()).value();
        REQUIRE(originals_of(matches) == Names{"crab"});
        CHECK(matches.front().kind == DuplicateKind::same_image);
    }
}

TEST_CASE("altered copies and pictures near to it are found by their descriptors", "[duplicates]") {
    World world;
    learn(world, "frog", green);
    learn(world, "crab", red);
    const auto altered = world.duplicates.check(team, picture_of(world, red_again)).value();
    REQUIRE(originals_of(altered) == Names{"crab"});
    CHECK(altered.front().kind == DuplicateKind::same_image);
    CHECK(altered.front().score == Approx(0.98));
    const auto near = world.duplicates.check(team, picture_of(world, dark_red)).value();
    REQUIRE(originals_of(near) == Names{"crab"});
    CHECK(near.front().kind == DuplicateKind::near);
    CHECK(near.front().score == Approx(0.70));
    // A candidate by its descriptor, but another picture by its sketch.
    CHECK(check(world, pink).empty());
    CHECK(check(world, plain({60, 0, 0})).empty());
}

TEST_CASE("matches come by kind, then score, then age", "[duplicates]") {
    World world;
    learn(world, "near_far", plain({215, 0, 0}));
    learn(world, "near", dark_red);
    learn(world, "same_far", red_once_more);
    learn(world, "same_old", red_again);
    learn(world, "same_new", file_of(red_again, 7));
    learn(world, "identical_old", file_of(red, 1));
    learn(world, "identical_new", file_of(red, 2));
    CHECK(check(world, red) == Names{"identical_old", "identical_new", "same_old", "same_new",
                                     "same_far", "near", "near_far"});
}

TEST_CASE("an emoji is no duplicate of itself", "[duplicates]") {
    World world;
    const EmojiRecord crab = learn(world, "crab", red);
    CHECK(check(world, crab).empty());
    const EmojiRecord krab = learn(world, "krab", red_again);
    CHECK(check(world, crab) == Names{"krab"});
    CHECK(check(world, krab) == Names{"crab"});
}

TEST_CASE("only an emoji that was learnt can be checked", "[duplicates]") {
    World world;
    const EmojiRecord pending = world.catalogue.put(team, {"pending", "v", ""}).value();
    const auto refused = world.duplicates.check(pending);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == ErrorCode::not_found);
}

TEST_CASE("a picture with nothing to see is found by its pixels alone", "[duplicates]") {
    World world;
    const EmojiRecord blank = learn(world, "blank", file_of(black, 1));
    CHECK(check(world, black) == Names{"blank"});
    CHECK(check(world, plain({1, 1, 1})).empty());
    CHECK(check(world, blank).empty());
    learn(world, "empty", file_of(black, 2));
    CHECK(groups(world) == std::vector<Names>{{"blank", "empty"}});
}

TEST_CASE("a check looks into its own workspace, or into all", "[duplicates]") {
    World world;
    const EmojiRecord crab = learn(world, "crab", red);
    learn_in(world, "T2", "krabbe", file_of(red));
    learn_in(world, "T2", "krab", file_of(red_again));
    const ReadPicture picture = picture_of(world, red);
    const auto check_in = [&](const char* where) {
        return originals_of(world.duplicates.check(where, picture).value());
    };
    CHECK(check_in("T1") == Names{"crab"});
    CHECK(check_in("T2") == Names{"krabbe", "krab"});
    CHECK(check_in("T3").empty());
    CHECK(check_in("") == Names{"crab", "krabbe", "krab"});
    CHECK(check(world, crab).empty());
}

TEST_CASE("the finder follows the catalogue by itself", "[duplicates]") {
    World world;
    CHECK(check(world, red).empty());
    const EmojiRecord crab = learn(world, "crab", red_again);
    CHECK(check(world, red) == Names{"crab"});
    learn(world, "krab", red_once_more);
    CHECK(check(world, red) == Names{"crab", "krab"});
    SECTION("removed") {
        world.workspace.remove("crab").value();
        CHECK(check(world, red) == Names{"krab"});
        CHECK(groups(world).empty());
    }
    SECTION("failed") {
        world.catalogue.put(team, {"crab", "https://moved", ""}).value();
        world.catalogue.fail(crab.id, "https://moved", "gone").value();
        CHECK(check(world, red) == Names{"krab"});
    }
    SECTION("moved to another URL") {
        world.catalogue.put(team, {"crab", "https://moved", ""}).value();
        CHECK(check(world, red) == Names{"krab"});
    }
    SECTION("replaced by another picture") {
        CHECK(groups(world) == std::vector<Names>{{"crab", "krab"}});
        world.catalogue.put(team, {"crab", "https://moved", ""}).value();
        learn(world, "crab", blue);
        CHECK(check(world, red) == Names{"krab"});
        CHECK(check(world, plain({0, 0, 253})) == Names{"crab"});
        CHECK(groups(world).empty());
    }
    SECTION("replaced by a copy of another") {
        learn(world, "frog", green);
        CHECK(groups(world) == std::vector<Names>{{"crab", "krab"}});
        learn(world, "frog", red);
        CHECK(groups(world) == std::vector<Names>{{"crab", "krab", "frog"}});
    }
    SECTION("renamed") {
        CHECK(world.workspace.rename("crab", "lobster").value());
        CHECK(check(world, red) == Names{"lobster", "krab"});
    }
}

TEST_CASE("a new finder knows what the catalogue held before", "[duplicates]") {
    World world;
    learn(world, "crab", red);
    learn(world, "krab", red_again);
    DuplicateFinder fresh(world.catalogue, world.verdicts, world.comparer,
                          std::make_unique<fakes::LinearIndex>(3));
    CHECK(members_of(fresh.groups(team).value()) == std::vector<Names>{{"crab", "krab"}});
    CHECK(originals_of(fresh.check(team, picture_of(world, dark_red)).value()) ==
          Names{"krab", "crab"});
}

TEST_CASE("what a person said is respected by checks of emoji", "[duplicates]") {
    World world;
    const EmojiRecord crab = learn(world, "crab", red);
    const EmojiRecord same = learn(world, "same", file_of(red, 1));
    const EmojiRecord altered = learn(world, "altered", red_again);
    const EmojiRecord near = learn(world, "near", dark_red);
    REQUIRE(check(world, crab) == Names{"same", "altered", "near"});
    world.verdicts.say_not_duplicates(altered.id, crab.id, "U1").value();
    CHECK(check(world, crab) == Names{"same", "near"});
    CHECK(check(world, same) == Names{"crab", "near"});
    CHECK(check(world, altered) == Names{"near"});  // the other one shows what the crab shows
    world.verdicts.say_not_duplicates(crab.id, near.id, "U1").value();
    world.verdicts.say_not_duplicates(crab.id, same.id, "U1").value();
    CHECK(check(world, crab).empty());
    // A picture that is no emoji yet is nobody's: nothing was said of it.
    CHECK(check(world, red) == Names{"crab", "same", "altered", "near"});
}

TEST_CASE("what a person said outlasts a new upload of the copy", "[duplicates]") {
    World world;
    const EmojiRecord crab = learn(world, "crab", red);
    const EmojiRecord krab = learn(world, "krab", red_again);
    world.verdicts.say_not_duplicates(krab.id, crab.id, "U1").value();
    world.workspace.remove("krab").value();
    const EmojiRecord again = learn(world, "again", file_of(red_again, 5));
    CHECK(check(world, again).empty());
    CHECK(groups(world).empty());
}

TEST_CASE("the oldest duplicate is the first upload, near ones aside", "[duplicates]") {
    World world;
    CHECK(oldest_duplicate({}) == nullptr);
    learn(world, "near", dark_red);
    auto matches = world.duplicates.check(team, picture_of(world, red)).value();
    REQUIRE(matches.size() == 1);
    CHECK(oldest_duplicate(matches) == nullptr);
    learn(world, "altered", red_again);
    learn(world, "same", file_of(red, 1));
    matches = world.duplicates.check(team, picture_of(world, red)).value();
    REQUIRE(originals_of(matches) == Names{"same", "altered", "near"});
    const DuplicateMatch* const oldest = oldest_duplicate(matches);
    REQUIRE(oldest != nullptr);
    CHECK(oldest->original.name == "altered");
}

TEST_CASE("groups: largest first, then by their oldest member", "[duplicates]") {
    World world;
    CHECK(world.duplicates.groups(team).value().empty());
    learn(world, "z1", red);
    learn(world, "b1", green);
    learn(world, "alone", pink);
    learn(world, "z2", file_of(red, 1));
    learn(world, "a2", file_of(green, 1));
    learn(world, "m1", blue);
    learn(world, "m0", plain({2, 1, 253}));
    learn(world, "z0", red_again);
    const auto groups = world.duplicates.groups(team).value();
    CHECK(members_of(groups) == std::vector<Names>{{"z1", "z2", "z0"}, {"b1", "a2"}, {"m1", "m0"}});
    CHECK(groups[0].kind == DuplicateKind::same_image);
    CHECK(groups[1].kind == DuplicateKind::identical);
    CHECK(groups[2].kind == DuplicateKind::same_image);
    CHECK(members_of(world.duplicates.groups(team).value()) == members_of(groups));

    SECTION("aliases, pending and failed pictures are in none") {
        put_alias(world, "a3", "a2");
        world.catalogue.put(team, {"m1", "elsewhere", ""}).value();
        const EmojiRecord failed = world.catalogue.put(team, {"a2", "https://moved", ""}).value();
        world.catalogue.fail(failed.id, failed.value, "gone").value();
        CHECK(members_of(world.duplicates.groups(team).value()) ==
              std::vector<Names>{{"z1", "z2", "z0"}});
    }
    SECTION("two workspaces do not meet") {
        learn_in(world, "T2", "alone", file_of(pink));
        CHECK(members_of(world.duplicates.groups("").value()) == members_of(groups));
    }
}

TEST_CASE("groups take in altered copies, and say so", "[duplicates]") {
    World world;
    learn(world, "b1", green);
    learn(world, "a2", file_of(green, 1));
    learn(world, "crab", red);
    learn(world, "near", dark_red);
    learn(world, "krab", red_again);
    learn(world, "krabbe", file_of(red, 1));
    const auto found = world.duplicates.groups(team).value();
    REQUIRE(members_of(found) == std::vector<Names>{{"crab", "krab", "krabbe"}, {"b1", "a2"}});
    CHECK(found[0].kind == DuplicateKind::same_image);
    CHECK(found[1].kind == DuplicateKind::identical);
    // Asked again, with everything compared before.
    CHECK(groups(world) == members_of(found));
}

TEST_CASE("a group holds together through a copy of a copy", "[duplicates]") {
    World world;
    learn(world, "one", red);
    learn(world, "far", plain({241, 0, 0}));
    CHECK(groups(world).empty());  // near, no more
    learn(world, "between", plain({248, 0, 0}));
    CHECK(groups(world) == std::vector<Names>{{"one", "far", "between"}});
}

TEST_CASE("altered copies of two workspaces do not meet in a group", "[duplicates]") {
    World world;
    learn(world, "crab", red);
    learn_in(world, "T2", "krab", file_of(red_again));
    CHECK(world.duplicates.groups("").value().empty());
    learn_in(world, "T2", "krabbe", file_of(red_once_more));
    CHECK(members_of(world.duplicates.groups("").value()) ==
          std::vector<Names>{{"krab", "krabbe"}});
    CHECK(groups(world).empty());
}

TEST_CASE("a pair that a person parted joins no group", "[duplicates]") {
    World world;
    const EmojiRecord crab = learn(world, "crab", red);
    const EmojiRecord same = learn(world, "same", file_of(red, 1));
    const EmojiRecord frog = learn(world, "frog", green);
    const EmojiRecord toad = learn(world, "toad", plain({0, 250, 0}));
    REQUIRE(groups(world) == std::vector<Names>{{"crab", "same"}, {"frog", "toad"}});
    world.verdicts.say_not_duplicates(toad.id, frog.id, "U1").value();
    CHECK(groups(world) == std::vector<Names>{{"crab", "same"}});
    world.verdicts.say_not_duplicates(crab.id, same.id, "U1").value();
    CHECK(groups(world).empty());
}

TEST_CASE("very many emoji are grouped as few are", "[duplicates]") {
    World world;
    for (int i = 0; i < 60; ++i) {
        // Far from each other in direction or in colour.
        const auto level = static_cast<std::uint8_t>(15 + 15 * (i % 15));
        const auto other = static_cast<std::uint8_t>(60 * (i / 15));
        learn(world, "e" + std::to_string(i), plain({level, other, 120}));
    }
    learn(world, "copy", plain({120, 60, 121}));
    const auto found = groups(world);
    REQUIRE(found.size() == 1);
    CHECK(found.front() == Names{"e22", "copy"});
}

TEST_CASE("nobody waits for groups that are looked for with time to spare", "[duplicates]") {
    World world;
    learn(world, "crab", red);
    learn(world, "krab", red_again);
    const std::vector<Names> expected{{"crab", "krab"}};
    std::size_t told = 0;
    GroupsOptions unhurried;
    unhurried.threads = 1;
    unhurried.progress = [&](std::size_t done, std::size_t all) {
        CHECK(done <= all);
        ++told;
        // In the middle of it somebody else asks, and is answered.
        CHECK(std::async(std::launch::async, [&] { return groups(world); }).get() == expected);
    };
    CHECK(members_of(world.duplicates.groups(team, unhurried).value()) == expected);
    CHECK(told > 0);
}

TEST_CASE("the search for groups ends when told", "[duplicates]") {
    World world;
    learn(world, "crab", red);
    learn(world, "krab", red_again);
    std::stop_source stop;
    stop.request_stop();
    GroupsOptions options;
    options.stop = stop.get_token();
    CHECK(world.duplicates.groups(team, options).error().code == ErrorCode::cancelled);
    CHECK(groups(world).size() == 1);
}

// Known faults, kept as tests: whoever mends one drops its tag.

TEST_CASE("a group of the same pixels is identical, though two of it were parted", "[duplicates]") {
    World world;
    const EmojiRecord crab = learn(world, "crab", red);
    const EmojiRecord same = learn(world, "same", file_of(red, 1));
    learn(world, "third", file_of(red, 2));
    world.verdicts.say_not_duplicates(crab.id, same.id, "U1").value();
    const auto found = world.duplicates.groups(team).value();
    REQUIRE(found.size() == 1);
    CHECK(found.front().kind == DuplicateKind::identical);
}

TEST_CASE("an emoji without a fingerprint is still checked by its hashes", "[duplicates]") {
    World world;
    learn(world, "crab", red);
    const EmojiRecord same = learn(world, "same", file_of(red, 1));
    learn(world, "krab", red_again);
    PictureFacts old = world.catalogue.facts(same.id).value();
    old.fingerprint = {};
    world.catalogue.complete(same.id, same.value, old).value();
    const auto matches = world.duplicates.check(world.catalogue.find(same.id).value());
    REQUIRE(matches.has_value());
    CHECK(originals_of(*matches) == Names{"crab"});
}

TEST_CASE("emoji that went leave the index, whether anything like them comes or not",
          "[duplicates]") {
    World world;
    auto owned = std::make_unique<fakes::LinearIndex>(world.comparer.descriptor_dimension());
    const fakes::LinearIndex& index = *owned;
    DuplicateFinder finder(world.catalogue, world.verdicts, world.comparer, std::move(owned));
    for (std::uint8_t i = 0; i < 20; ++i) {
        learn(world, "stays_" + std::to_string(i), plain({0, 200, i}));
    }
    const auto originals = [&](const RgbaImage& image) {
        return originals_of(finder.check(team, picture_of(world, image, 99)).value());
    };
    const Names found = originals(plain({0, 202, 9}));
    REQUIRE_FALSE(found.empty());
    std::size_t most = 0;
    for (int i = 0; i < 2'000; ++i) {
        learn(world, "passes", file_of(red, static_cast<std::uint8_t>(i % 200)));
        CHECK(originals(plain({0, 202, 9})) == found);
        world.workspace.remove("passes").value();
        most = std::max(most, index.size());
    }
    CHECK(most < 800);
    CHECK(originals(plain({0, 202, 9})) == found);
}

TEST_CASE("an altered copy is grouped with a picture of many exact copies", "[duplicates]") {
    using namespace emojiscope;
    using namespace emojiscope::search;
    World world;
    // The altered one is the oldest, so that it must be found from the side of the copies.
    learn(world, "altered", plain({200, 101, 50}));
    for (int i = 0; i < 20; ++i) {
        learn(world, "copy" + std::to_string(i),
              file_of(plain({200, 100, 50}), static_cast<std::uint8_t>(i)));
    }
    const auto groups = world.duplicates.groups(team).value();
    REQUIRE(groups.size() == 1);
    CHECK(groups.front().members.size() == 21);
    CHECK(groups.front().members.front().name == "altered");
    CHECK(groups.front().kind == DuplicateKind::same_image);
}
