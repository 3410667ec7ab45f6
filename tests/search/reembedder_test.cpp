// Moving a catalogue to another model: every file once, whatever has become of it.
#include "moving_world.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::search {

TEST_CASE("every file is embedded once, and then the catalogue is the new model's", "[search]") {
    MovingWorld world;
    learn(world, "a", red);
    learn(world, "b", green);
    learn(world, "twin", red);  // the same file
    world.begin();
    CHECK(world.embed_all() == 3);
    CHECK(world.reembedder.embedded() == 2);
    CHECK(world.next.images_embedded() == 2);
    CHECK(world.catalogue.model().value() == world.embedder.model());
    world.reembedder.finish().value();
    CHECK(world.catalogue.model().value() == world.next.model());
    CHECK(world.stored("twin") == world.next_vector(red));
    CHECK(world.stored("b") == world.next_vector(green));
    CHECK(world.move.flaws().value().empty());
}

TEST_CASE("an animation keeps a vector for each frame", "[search]") {
    MovingWorld world;
    const std::vector<RgbaImage> frames{red, blue};
    learn(world, "a", fakes::fake_picture_file(frames));
    world.begin();
    world.embed_all();
    world.reembedder.finish().value();
    auto expected = world.next_vector(red);
    const auto second = world.next_vector(blue);
    expected.insert(expected.end(), second.begin(), second.end());
    CHECK(world.stored("a") == expected);
}

TEST_CASE("in batches of any size nothing is left out", "[search]") {
    const auto files = GENERATE(std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{100});
    const bool ahead = GENERATE(false, true);
    CAPTURE(files, ahead);
    MovingWorld world({.files_at_once = files, .threads = 3, .ahead = ahead});
    for (std::uint8_t i = 0; i < 7; ++i) {
        learn(world, "e" + std::to_string(i), plain({i, 50, 50}));
    }
    world.begin();
    CHECK(world.embed_all() == 7);
    CHECK(world.embed_all() == 0);
    CHECK(world.fetches == 7);
    world.reembedder.finish().value();
    CHECK(world.stored("e6") == world.next_vector(plain({6, 50, 50})));
}

TEST_CASE("another object goes on where one was stopped", "[search]") {
    MovingWorld world({.files_at_once = 2, .threads = 1, .ahead = false});
    for (std::uint8_t i = 0; i < 5; ++i) {
        learn(world, "e" + std::to_string(i), plain({i, 50, 50}));
    }
    world.begin();
    CHECK(world.reembedder.embed_some().value() == 2);
    Reembedder other(world.catalogue, world.move, world.next, world.reader, world.fetch(), {});
    other.begin().value();
    CHECK(other.embed_some().value() == 3);
    CHECK(other.embed_some().value() == 0);
    CHECK(other.embedded() == 3);
    other.finish().value();
    CHECK(world.next.images_embedded() == 5);
}

TEST_CASE("a file that is gone or has changed is embedded from its small copy", "[search]") {
    MovingWorld world;
    learn(world, "gone", red);
    learn(world, "changed", green);
    learn(world, "good", blue);
    world.files.erase(url_of("gone"));
    world.files[url_of("changed")] = file_of(pink);
    world.begin();
    CHECK(world.embed_all() == 3);
    const auto flaws = world.move.flaws().value();
    REQUIRE(flaws.size() == 2);
    CHECK(flaws[0].emoji.name == "changed");
    CHECK_FALSE(flaws[0].given_up);
    CHECK_THAT(flaws[0].why,
               Catch::Contains(url_of("changed")) && Catch::Contains("another file by now"));
    CHECK(flaws[1].emoji.name == "gone");
    CHECK_THAT(flaws[1].why, Catch::Contains("nothing lies at"));
    world.reembedder.finish().value();
    // The fake's small copy is one pixel of the colour.
    CHECK(world.stored("gone") == world.next_vector(red));
    CHECK(world.stored("changed") == world.next_vector(green));
}

TEST_CASE("a file that lies in several places is taken from where it is", "[search]") {
    MovingWorld world;
    learn(world, "a", red);
    learn(world, "b", red);
    world.files.erase(url_of("a"));
    world.begin();
    CHECK(world.embed_all() == 2);
    CHECK(world.move.flaws().value().empty());
}

TEST_CASE("what has neither file nor small copy is given up, and fails at the end", "[search]") {
    MovingWorld world;
    learn(world, "good", blue);
    world.learn_unsketched("lost", red);
    world.files.erase(url_of("lost"));
    world.begin();
    CHECK(world.embed_all() == 2);
    REQUIRE(world.move.flaws().value().size() == 1);
    CHECK(world.move.flaws().value().front().given_up);
    world.reembedder.finish().value();
    const EmojiRecord lost = world.catalogue.find(team, "lost").value();
    CHECK(lost.state == EmojiState::failed);
    CHECK_THAT(lost.last_error, Catch::Contains("no small copy"));
    CHECK(world.stored("good") == world.next_vector(blue));
}

TEST_CASE("where nothing can be embedded the old vectors stay", "[search]") {
    MovingWorld world;
    world.learn_unsketched("lost", red);
    world.files.clear();
    world.begin();
    CHECK(world.embed_all() == 1);
    CHECK(world.reembedder.finish().error().code == ErrorCode::unsupported);
    CHECK(world.catalogue.model().value() == world.embedder.model());
}

TEST_CASE("emoji that come while it goes on are embedded as well", "[search]") {
    MovingWorld world({.files_at_once = 1, .threads = 1, .ahead = true});
    for (std::uint8_t i = 0; i < 4; ++i) {
        learn(world, "e" + std::to_string(i), plain({i, 50, 50}));
    }
    world.begin();
    CHECK(world.reembedder.embed_some().value() == 1);
    learn(world, "late", red);
    learn(world, "e1", file_of(green));  // and one that changes
    world.workspace.remove("e2").value();
    world.embed_all();
    CHECK(world.move.progress().value()->whole());
    learn(world, "later", blue);
    CHECK(world.reembedder.finish().error().code == ErrorCode::conflict);
    CHECK(world.embed_all() == 1);
    world.reembedder.finish().value();
    CHECK(world.stored("late") == world.next_vector(red));
    CHECK(world.stored("later") == world.next_vector(blue));
    CHECK(world.stored("e1") == world.next_vector(green));
}

TEST_CASE("a picture that the model cannot take is given up alone", "[search]") {
    MovingWorld world;
    learn(world, "a", red);
    learn(world, "bad", MovingWorld::poison);
    learn(world, "b", green);
    world.begin();
    CHECK(world.embed_all() == 3);
    REQUIRE(world.move.flaws().value().size() == 1);
    CHECK(world.move.flaws().value().front().emoji.name == "bad");
    CHECK(world.move.flaws().value().front().why == "the model's output is not finite");
    world.reembedder.finish().value();
    CHECK(world.stored("a") == world.next_vector(red));
}

TEST_CASE("a model that fails on everything gives nothing up", "[search]") {
    MovingWorld world;
    learn(world, "a", red);
    learn(world, "b", green);
    world.begin();
    world.next.broken = true;
    const auto failed = world.reembedder.embed_some();
    REQUIRE(failed.has_error());
    CHECK(failed.error().code == ErrorCode::internal);
    CHECK(world.move.progress().value()->settled == 0);
    world.next.broken = false;
    CHECK(world.embed_all() == 2);
    CHECK(world.move.flaws().value().empty());
}

TEST_CASE("a stop gives up nothing", "[search]") {
    MovingWorld world({.files_at_once = 8, .threads = 2, .ahead = true});
    learn(world, "a", red);
    learn(world, "b", green);
    world.begin();
    world.stopped = true;
    CHECK(world.reembedder.embed_some().error().code == ErrorCode::cancelled);
    CHECK(world.move.progress().value()->settled == 0);
    world.stopped = false;
    CHECK(world.embed_all() == 2);
    CHECK(world.move.flaws().value().empty());
}

}  // namespace emojiscope::search
