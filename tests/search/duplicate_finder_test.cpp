#include "emojiscope/search/duplicate_finder.hpp"

#include "world.hpp"

#include <catch2/catch.hpp>

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
    return world.ingestor.ingest(std::span(&item, 1)).front().value();
}

}  // namespace

TEST_CASE("the same pixels are identical, in whatever file", "[duplicates]") {
    World world;
    const DuplicateFinder finder(world.catalogue);
    const EmojiRecord zebra = learn(world, "zebra", file_of(red, 1));
    const EmojiRecord ant = learn(world, "ant", file_of(red, 2));
    learn(world, "frog", green);
    const ReadPicture picture = world.reader.read(file_of(red, 3)).value();

    const auto matches = finder.check(team, picture.file_hash, picture.pixel_hash, 0).value();
    CHECK(originals_of(matches) == Names{"zebra", "ant"});  // oldest first
    for (const DuplicateMatch& match : matches) {
        CHECK(match.kind == DuplicateKind::identical);
        CHECK(match.score == 1.0);
    }
    CHECK(
        originals_of(finder.check(team, picture.file_hash, picture.pixel_hash, zebra.id).value()) ==
        Names{"ant"});
    CHECK(originals_of(finder.check(team, ant.file_hash, "", 0).value()) == Names{"ant"});

    const ReadPicture other = world.reader.read(file_of(blue)).value();
    CHECK(finder.check(team, other.file_hash, other.pixel_hash, 0).value().empty());
    CHECK(finder.check(team, "", "", 0).value().empty());
}

TEST_CASE("one changed pixel or another number of frames is no duplicate", "[duplicates]") {
    World world;
    const DuplicateFinder finder(world.catalogue);
    learn(world, "crab", red);
    RgbaImage altered = red;
    altered.pixels[17] ^= 1U;
    const std::vector<RgbaImage> twice{red, red};
    for (const File& file : {file_of(altered), fakes::fake_picture_file(twice)}) {
        const ReadPicture picture = world.reader.read(file).value();
        CHECK(finder.check(team, picture.file_hash, picture.pixel_hash, 0).value().empty());
    }
}

TEST_CASE("a check looks into its own workspace, or into all", "[duplicates]") {
    World world;
    const DuplicateFinder finder(world.catalogue);
    learn(world, "crab", red);
    learn_in(world, "T2", "krabbe", file_of(red));
    const ReadPicture picture = world.reader.read(file_of(red)).value();
    const auto check = [&](const char* where) {
        return originals_of(finder.check(where, picture.file_hash, picture.pixel_hash, 0).value());
    };
    CHECK(check("T1") == Names{"crab"});
    CHECK(check("T2") == Names{"krabbe"});
    CHECK(check("T3").empty());
    CHECK(check("") == Names{"crab", "krabbe"});
}

TEST_CASE("groups: largest first, then by their oldest member", "[duplicates]") {
    World world;
    const DuplicateFinder finder(world.catalogue);
    CHECK(finder.groups(team).value().empty());
    learn(world, "z1", red);
    learn(world, "b1", green);
    learn(world, "alone", pink);
    learn(world, "z2", file_of(red, 1));
    learn(world, "a2", file_of(green, 1));
    learn(world, "m1", blue);
    learn(world, "m0", file_of(blue, 1));
    learn(world, "z0", file_of(red, 2));
    const auto groups = finder.groups(team).value();
    CHECK(members_of(groups) == std::vector<Names>{{"z1", "z2", "z0"}, {"b1", "a2"}, {"m1", "m0"}});
    CHECK(groups.front().kind == DuplicateKind::identical);

    SECTION("aliases, pending and failed pictures are in none") {
        put_alias(world, "a3", "a2");
        world.catalogue.put(team, {"m1", "elsewhere", ""}).value();
        const EmojiRecord failed = world.catalogue.find(team, "a2").value();
        world.catalogue.fail(failed.id, failed.value, "gone").value();
        CHECK(members_of(finder.groups(team).value()) == std::vector<Names>{{"z1", "z2", "z0"}});
    }
    SECTION("two workspaces do not meet") {
        learn_in(world, "T2", "alone", file_of(pink));
        CHECK(members_of(finder.groups("").value()) ==
              std::vector<Names>{{"z1", "z2", "z0"}, {"b1", "a2"}, {"m1", "m0"}});
    }
}
