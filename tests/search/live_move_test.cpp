// The move to another model while a program runs: who asks meanwhile always gets an answer of one
// model.
#include "live_world.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <thread>

namespace emojiscope::search {
TEST_CASE("the old model answers until the new one takes over", "[search]") {
    LiveWorld world;
    world.learn("red", red);
    world.learn("green", green);
    world.learn("blue", blue);
    CHECK(world.live.progress().value() == std::nullopt);
    world.embed();
    CHECK(world.live.progress().value()->whole());
    CHECK(world.in_use.model() == world.before);
    CHECK(world.alike(green).front() == "green");

    const auto end = world.live.switch_over().value();
    REQUIRE(end.has_value());
    CHECK(end->model == world.after);
    CHECK(end->emoji == 3);
    CHECK(end->flaws.empty());
    CHECK(world.in_use.model() == world.after);
    CHECK(world.catalogue.model().value() == world.after);
    CHECK(world.alike(green).front() == "green");
    CHECK(world.search.like("red", 10, world.catalogue).value().hits.size() == 2);
    // And what comes now is the new model's.
    world.learn("late", pink);
    CHECK(world.alike(pink).front() == "late");
    CHECK(world.library.size() == 4);
    // As it would be after a restart.
    EmojiLibrary fresh{world.catalogue, std::make_unique<fakes::LinearIndex>(world.after.dimension),
                       team};
    fresh.load().value();
    CHECK(fresh.size() == 4);
}

TEST_CASE("what changes before the exchange is in it", "[search]") {
    LiveWorld world;
    world.learn("red", red);
    world.learn("green", green);
    world.learn("old", blue);
    world.embed();
    world.workspace.remove("red").value();
    world.workspace.rename("green", "verde").value();
    world.learn("late", pink);
    // It is not whole any more.
    CHECK(world.live.switch_over().value() == std::nullopt);
    CHECK(world.in_use.model() == world.before);
    world.embed();
    REQUIRE(world.live.switch_over().value().has_value());
    CHECK(world.alike(pink).front() == "late");
    CHECK(world.alike(green).front() == "verde");
    CHECK(world.alike(red).size() == 3);
    CHECK(world.library.size() == 3);
}

TEST_CASE("an emoji that had to be given up is searched no more", "[search]") {
    LiveWorld world;
    world.learn("good", red);
    world.learn("bad", MovingWorld::poison);
    world.embed();
    const auto end = world.live.switch_over().value();
    REQUIRE(end.has_value());
    REQUIRE(end->flaws.size() == 1);
    CHECK(end->flaws.front().given_up);
    CHECK(world.library.size() == 1);
    CHECK(world.alike(red) == Names{"good"});
    CHECK(world.catalogue.find(team, "bad").value().state == EmojiState::failed);
}

TEST_CASE("a model that cannot be loaded is tried again", "[search]") {
    LiveWorld world;
    world.learn("red", red);
    world.cannot_load = fail(ErrorCode::corrupt, "damaged");
    CHECK(world.live.step().error().message == "damaged");
    CHECK(world.live.switch_over().value() == std::nullopt);
    world.cannot_load.reset();
    world.embed();
    CHECK(world.live.switch_over().value().has_value());
}

TEST_CASE("a picture that was decoded before the exchange is the new model's", "[search]") {
    LiveWorld world;
    world.learn("red", red);
    const SourceEmoji again{"again", url_of("again"), ""};
    const SourceEmoji other{"other", url_of("other"), ""};
    const auto put = [&](const SourceEmoji& emoji) {
        return world.workspace.put(std::span(&emoji, 1)).value().front();
    };
    const EmojiRecord same_file = put(again);
    const EmojiRecord another = put(other);
    world.embed();
    // One is known by its file, with vectors of the old model; the other one is decoded.
    ReadBatch batch = world.ingestor.read({{same_file, file_of(red)}, {another, file_of(blue)}});
    REQUIRE(world.live.switch_over().value().has_value());
    for (const auto& learnt : world.ingestor.learn(std::move(batch))) {
        const EmojiRecord record = learnt.value();
        CHECK(world.catalogue.facts(record.id).value().vectors.dimension == world.after.dimension);
    }
    CHECK(world.alike(red).size() == 3);
    CHECK(world.alike(blue).front() == "other");
}

TEST_CASE("the exchange waits for who is learning", "[search]") {
    LiveWorld world;
    world.learn("red", red);
    world.embed();
    std::atomic<bool> begun{false};
    std::atomic<bool> switched{false};
    std::thread exchange;
    {
        const auto learning = world.library.learning();
        exchange = std::thread([&] {
            begun = true;
            switched = world.live.switch_over().value().has_value();
        });
        while (!begun) {
            std::this_thread::yield();
        }
        // Long enough to do it, were it not for the gate.
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        CHECK_FALSE(switched);
        CHECK(world.in_use.model() == world.before);
        CHECK(world.catalogue.model().value() == world.before);
    }
    exchange.join();
    CHECK(switched);
    CHECK(world.in_use.model() == world.after);
}

TEST_CASE("every search beside the move and every upload is of one model", "[search]") {
    LiveWorld world;
    for (std::uint8_t i = 0; i < 30; ++i) {
        world.learn("e" + std::to_string(i), plain({static_cast<std::uint8_t>(8 * i), 0, 200}));
    }
    world.learn("red", red);
    std::atomic<bool> done{false};
    std::atomic<int> wrong{0};
    std::atomic<int> after_the_switch{0};
    const ReadPicture picture = world.reader.read(file_of(red)).value();
    const auto ask = [&] {
        // Some more questions once the new model answers.
        while (!done || after_the_switch < 100) {
            const bool late = done;
            const auto by_picture = world.search.by_picture(picture, 1);
            const auto by_text = world.search.by_text("e7", 1);
            const auto like = world.search.like("red", 1, world.catalogue);
            const bool good = by_picture && by_text && like && !by_picture->hits.empty() &&
                              by_picture->hits.front().name == "red" &&
                              by_picture->hits.front().cosine > 0.999;
            wrong += good ? 0 : 1;
            after_the_switch += late ? 1 : 0;
        }
    };
    const auto upload = [&] {
        for (std::uint8_t i = 0; i < 60; ++i) {
            world.learn("u" + std::to_string(i), plain({0, static_cast<std::uint8_t>(4 * i), 9}));
        }
    };
    std::thread first(ask);
    std::thread second(ask);
    std::thread third(upload);
    for (;;) {
        world.embed();
        if (world.live.switch_over().value()) {
            break;
        }
    }
    done = true;
    third.join();
    first.join();
    second.join();
    CHECK(wrong == 0);
    CHECK(world.library.size() == 91);
    CHECK(world.catalogue.model().value() == world.after);
    // Each is found by what it looks like, whichever model was there when it came.
    for (std::uint8_t i = 0; i < 60; ++i) {
        CHECK(world.alike(plain({0, static_cast<std::uint8_t>(4 * i), 9})).front() ==
              "u" + std::to_string(i));
    }
}

}  // namespace emojiscope::search
