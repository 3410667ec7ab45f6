// `/emoji resync`: the list is compared at once, and who wished it is told when that is done.
#include "resync_desk.hpp"

#include "desk_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <future>

namespace emojiscope::bot {
namespace {

using nlohmann::json;

struct Resync : DeskFixture {
    fakes::MemoryWorkQueue inbox{world.clock};
    fakes::MemoryWorkQueue alerts{world.clock};
    fakes::MemoryWorkQueue unannounced{world.clock};
    boost::asio::thread_pool background{1};
    BotOptions quick = [this] {
        BotOptions made = options;
        made.resync_delay = std::chrono::milliseconds(1);
        return made;
    }();
    WorkspaceKeeper keeper{parts, client.api, background, quick};
    Memory memory{inbox,
                  outbox,
                  alerts,
                  unannounced,
                  []() -> Result<bool> { return true; },
                  []() -> Result<void> { return {}; }};
    LiveSettings live{{}};
    SyncSchedule schedule{client.io.get_executor(),
                          keeper,
                          memory,
                          world.clock,
                          disk,
                          quick,
                          live,
                          [this](SyncReport report) { return compared(std::move(report)); }};
    ResyncDesk desk{parts, schedule, postbox, queries};
    std::size_t comparisons = 0;

    Resync() { answers["emoji.list"] = R"({"ok":true,"emoji":{"crab":"alias:other"}})"; }
    ~Resync() { background.join(); }

    boost::asio::awaitable<void> compared(SyncReport report) {
        co_await desk.compared(std::move(report));
        ++comparisons;
    }
    void ask(const std::string& key, Language language = Language::english) {
        SlashCommand command{"resync", "https://slack.example/" + key, "U1", "t"};
        const auto asked = client.run(desk.ask(command, key, language));
        REQUIRE(asked.has_value());
    }
    /// Runs the schedule until so many comparisons have ended.
    void compare(std::size_t count) {
        bool ended = false;
        boost::asio::co_spawn(client.io, schedule.run(),
                              [&](const std::exception_ptr&) { ended = true; });
        loopback::run_until(client.io, [&] { return comparisons >= count; });
        schedule.stop();
        loopback::run_until(client.io, [&] { return ended; });
    }
};

}  // namespace

TEST_CASE("who has the list compared is told at once, and when it is done", "[resync]") {
    Resync resync;
    resync.ask("one");
    resync.ask("two", Language::japanese);
    auto left = resync.left();
    REQUIRE(left.size() == 2);
    CHECK(left[0].at("to") == "https://slack.example/one");
    CHECK(left[0].at("message").at("text") == say(Language::english, Phrase::resync_begun, {"0"}));
    CHECK(left[0].at("message").at("response_type") == "ephemeral");
    CHECK(left[1].at("message").at("text") == say(Language::japanese, Phrase::resync_begun, {"0"}));
    resync.compare(1);
    left = resync.left();
    REQUIRE(left.size() == 4);
    CHECK(left[2].at("to") == "https://slack.example/one");
    CHECK(left[2].at("message").at("text") ==
          say(Language::english, Phrase::resync_done, {"1", "0", "0", "0"}));
    CHECK(left[3].at("to") == "https://slack.example/two");
}

TEST_CASE("a comparison that was under way already is not the one that was wished", "[resync]") {
    Resync resync;
    // As if it had begun before: nothing is told at its end.
    resync.ask("one");
    bool ended = false;
    SyncReport report;
    boost::asio::co_spawn(resync.client.io, resync.desk.compared(report),
                          [&](const std::exception_ptr&) { ended = true; });
    loopback::run_until(resync.client.io, [&] { return ended; });
    CHECK(resync.left().size() == 1);
    resync.compare(1);
    CHECK(resync.left().size() == 2);
}

TEST_CASE("however long the first answer takes, the end is told, and after it", "[resync]") {
    Resync resync;
    std::promise<void> let_go;
    boost::asio::post(resync.queries, [held = let_go.get_future().share()] { held.wait(); });
    bool asked = false;
    bool ended = false;
    SlashCommand command{"resync", "https://slack.example/one", "U1", "t"};
    boost::asio::co_spawn(resync.client.io,
                          resync.desk.ask(std::move(command), "one", Language::english),
                          [&](const std::exception_ptr& thrown, const Result<void>& left) {
                              asked = thrown == nullptr && left.has_value();
                          });
    boost::asio::co_spawn(resync.client.io, resync.schedule.run(),
                          [&](const std::exception_ptr&) { ended = true; });
    // Somebody else has it compared meanwhile.
    resync.schedule.ask();
    loopback::run_until(resync.client.io, [&] { return resync.comparisons == 1; });
    CHECK(resync.left().empty());
    let_go.set_value();
    loopback::run_until(resync.client.io, [&] { return asked && resync.comparisons == 2; });
    resync.schedule.stop();
    loopback::run_until(resync.client.io, [&] { return ended; });
    const auto left = resync.left();
    REQUIRE(left.size() == 2);
    CHECK(left[0].at("message").at("text") == say(Language::english, Phrase::resync_begun, {"0"}));
    CHECK(left[1].at("message").at("text") ==
          say(Language::english, Phrase::resync_done, {"1", "0", "0", "0"}));
}

TEST_CASE("what cannot be answered is not begun", "[resync]") {
    Resync resync;
    resync.outbox.fail_next_change({ErrorCode::io, "the disk is full"});
    SlashCommand command{"resync", "https://slack.example/one", "U1", "t"};
    const auto failed = resync.client.run(resync.desk.ask(command, "one", Language::english));
    CHECK_FALSE(failed.has_value());
    resync.ask("one");  // again, as the inbox has it
    resync.compare(1);
    CHECK(resync.left().size() == 2);
}

TEST_CASE("who wished it too long ago is not told any more", "[resync]") {
    Resync resync;
    resync.ask("one");
    resync.world.clock.advance(std::chrono::minutes(31));
    resync.compare(1);
    CHECK(resync.left().size() == 1);
}

}  // namespace emojiscope::bot
