// The loop that moves the catalogue to another model beside the bot.
#include "moving_loop.hpp"

#include "search/live_world.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <catch2/catch.hpp>

#include <future>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;

struct Looped {
    search::LiveWorld world;
    asio::io_context io{1};
    asio::thread_pool changes{1};
    MovingLoop loop{io.get_executor(), &world.live, changes};
    bool ended = false;

    void spawn() {
        asio::co_spawn(io, loop.run(), [this](const std::exception_ptr& thrown) {
            CHECK_FALSE(thrown);
            ended = true;
        });
    }
};

}  // namespace

TEST_CASE("the loop ends once the catalogue is of the other model", "[moving]") {
    Looped looped;
    looped.world.learn("red", search::red);
    looped.world.learn("green", search::green);
    looped.world.learn("blue", search::blue);
    looped.spawn();
    looped.io.run();
    CHECK(looped.ended);
    CHECK(looped.world.in_use.model() == looped.world.after);
    CHECK(looped.world.alike(search::green).front() == "green");
}

TEST_CASE("a move that cannot succeed is given up, and the present model stays", "[moving]") {
    Looped looped;
    looped.world.learn("bad", search::MovingWorld::poison);
    looped.spawn();
    looped.io.run();
    CHECK(looped.ended);
    CHECK(looped.world.in_use.model() == looped.world.before);
    CHECK(looped.world.alike(search::MovingWorld::poison).front() == "bad");
}

TEST_CASE("without a move the loop has nothing to do", "[moving]") {
    asio::io_context io{1};
    asio::thread_pool changes{1};
    MovingLoop loop(io.get_executor(), nullptr, changes);
    bool ended = false;
    asio::co_spawn(io, loop.run(), [&](const std::exception_ptr&) { ended = true; });
    io.run();
    CHECK(ended);
    loop.stop();
}

TEST_CASE("a stop ends the loop although a download hangs", "[moving]") {
    Looped looped;
    looped.world.learn("red", search::red);
    std::promise<void> fetching;
    std::promise<void> stopped;
    looped.world.on_fetch = [&] {
        fetching.set_value();
        stopped.get_future().wait();
    };
    looped.world.on_stop = [&] { stopped.set_value(); };
    looped.spawn();
    std::thread network([&] { looped.io.run(); });
    fetching.get_future().wait();
    asio::post(looped.io, [&] { looped.loop.stop(); });
    network.join();
    CHECK(looped.ended);
    CHECK(looped.world.in_use.model() == looped.world.before);
    // What it was at is done next time.
    CHECK(looped.world.move.progress().value()->settled == 0);
    CHECK(looped.world.move.flaws().value().empty());
}

}  // namespace emojiscope::bot
