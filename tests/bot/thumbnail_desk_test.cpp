// The map's thumbnail: when it is drawn, what Slack is told, and what outlasts a restart.
#include "thumbnail_desk.hpp"

#include "desk_fixture.hpp"
#include "thumbnail_fixture.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <functional>
#include <map>
#include <memory>
#include <new>
#include <thread>

namespace emojiscope::bot {
namespace {

using nlohmann::json;
using search::learn;
using namespace std::chrono_literals;

struct Desk : DeskFixture {
    Desk() {
        learn(world, "crab", search::red);
        learn(world, "lobster", search::pink);
        learn(world, "frog", search::green);
        parts.map = &maker;
        parts.thumbnails = &book;
        answers["files.info"] = R"({"ok":true,"file":{"mimetype":"image/png"}})";
        next_upload("F000000001");
        pace.look_every = pace.ask_first = 1ms;
        pace.asks = 4;
    }
    ~Desk() { end(); }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    void next_upload(const std::string& id) {
        answers["files.getUploadURLExternal"] =
            json{{"ok", true}, {"file_id", id}, {"upload_url", server.url("/upload/" + id)}}.dump();
    }

    /// As the bot starts it.
    void begin() {
        client.io.restart();
        live.set(at_first);
        desk = std::make_unique<ThumbnailDesk>(
            client.io.get_executor(), parts, client.api, disk, [this] { return complete; },
            options.team_id, live, pace);
        desk->on_new([this]() -> boost::asio::awaitable<void> {
            shown.push_back(desk->shown().file_id);
            gone_when_shown = deleted().size();
            co_return;
        });
        running = true;
        const auto life = [](ThumbnailDesk& one) -> boost::asio::awaitable<void> {
            co_await one.remember();
            co_await one.run();
        };
        boost::asio::co_spawn(client.io, life(*desk), [&](const std::exception_ptr& thrown) {
            running = false;
            CHECK_FALSE(thrown);
        });
    }
    void end() {
        if (desk) {
            desk->stop();
            until([&] { return !running; });
            desk.reset();
        }
    }
    void until(const std::function<bool()>& condition) {
        loopback::run_until(client.io, condition);
    }
    /// Time for whatever should not happen.
    void idle() {
        client.io.restart();
        client.io.run_for(20ms);
    }
    template <class Task>
    void wait_for(Task task) {
        bool ended = false;
        boost::asio::co_spawn(client.io, std::move(task),
                              [&](const std::exception_ptr&) { ended = true; });
        until([&] { return ended; });
    }
    [[nodiscard]] MapThumbnail kept() const { return book.load(search::team).value(); }
    std::vector<json> deleted() { return calls("files.delete"); }
    void learn_many(int count) {
        for (int i = 0; i < count; ++i) {
            learn(world, "more" + std::to_string(++learnt),
                  search::plain({static_cast<std::uint8_t>(20 * i), 7, 9}));
        }
    }

    LiveOptions at_first;  ///< what `begin` starts with
    FakeThumbnailMaker maker;
    fakes::MemoryThumbnails book;
    ThumbnailPace pace;
    bool complete = true;
    bool running = false;
    int learnt = 0;
    std::vector<std::string> shown;
    std::size_t gone_when_shown = 0;
    std::unique_ptr<ThumbnailDesk> desk;
};

}  // namespace

TEST_CASE("a thumbnail is drawn when somebody looks, once, and brought to Slack", "[thumbnail]") {
    Desk fixture;
    fixture.begin();
    fixture.idle();
    CHECK(fixture.maker.made == 0);
    fixture.complete = false;
    fixture.desk->want();
    fixture.idle();
    CHECK(fixture.maker.made == 0);  // the first sync has not ended
    fixture.complete = true;
    fixture.until([&] { return !fixture.shown.empty(); });
    CHECK(fixture.desk->shown().file_id == "F000000001");
    CHECK(fixture.desk->shown().emoji == 3);
    CHECK(fixture.maker.niceness > ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())));
    std::map<std::string, std::string> sent;
    for (const loopback::Request& request : fixture.server.requests()) {
        sent[std::string(request.target())] = request.body();
    }
    CHECK(sent.at("/upload/F000000001") == "small PNG");
    const json completed = json::parse(sent.at("/api/files.completeUploadExternal"));
    CHECK(completed.at("files")[0].at("id") == "F000000001");
    CHECK_FALSE(completed.contains("channel_id"));  // nobody is told
    CHECK(fixture.kept().file_id == "F000000001");
    CHECK(fixture.deleted().empty());
    for (int i = 0; i < 5; ++i) {
        fixture.desk->want();
        fixture.idle();
    }
    CHECK(fixture.maker.made == 1);
}

TEST_CASE("a restart uploads nothing anew", "[thumbnail]") {
    Desk fixture;
    fixture.begin();
    fixture.desk->want();
    fixture.until([&] { return !fixture.shown.empty(); });
    fixture.wait_for(fixture.desk->accepted("F000000001"));
    fixture.end();
    fixture.begin();
    fixture.until([&] { return !fixture.desk->shown().file_id.empty(); });
    fixture.desk->want();
    fixture.idle();
    CHECK(fixture.maker.made == 1);
    CHECK(fixture.calls("files.completeUploadExternal").size() == 1);
}

TEST_CASE("after many changes another one takes its place, and the old file goes", "[thumbnail]") {
    Desk fixture;
    fixture.begin();
    fixture.desk->want();
    fixture.until([&] { return !fixture.shown.empty(); });
    fixture.wait_for(fixture.desk->accepted("F000000001"));
    fixture.next_upload("F000000002");
    fixture.learn_many(10);
    fixture.desk->want();
    fixture.idle();
    CHECK(fixture.maker.made == 1);
    fixture.world.clock.advance(1h);
    fixture.idle();
    CHECK(fixture.maker.made == 1);  // nobody looks any more
    fixture.desk->want();
    fixture.until([&] { return !fixture.deleted().empty(); });
    CHECK(fixture.shown == std::vector<std::string>{"F000000001", "F000000002"});
    CHECK(fixture.gone_when_shown == 0);  // not before the new one is there
    CHECK(fixture.deleted().front().at("file") == "F000000001");
    fixture.until([&] { return fixture.kept().old_file_id.empty(); });
    CHECK(fixture.kept().file_id == "F000000002");
    CHECK(fixture.kept().emoji == 13);
}

TEST_CASE("that the old one is shown says nothing of the next", "[thumbnail]") {
    Desk fixture;
    fixture.begin();
    fixture.desk->want();
    fixture.until([&] { return !fixture.shown.empty(); });
    fixture.wait_for(fixture.desk->accepted("F000000001"));
    CHECK(fixture.kept().failures == 0);
    fixture.learn_many(10);
    fixture.world.clock.advance(1h);
    fixture.maker.failure = Error{ErrorCode::internal, "cairo"};
    fixture.desk->want();
    fixture.until([&] { return fixture.maker.made == 2; });
    fixture.wait_for(fixture.desk->accepted("F000000001"));
    CHECK(fixture.kept().failures == 1);
}

TEST_CASE("if Slack refuses the next one, the one before is shown again", "[thumbnail]") {
    Desk fixture;
    fixture.begin();
    fixture.desk->want();
    fixture.until([&] { return !fixture.shown.empty(); });
    fixture.next_upload("F000000002");
    fixture.learn_many(10);
    fixture.world.clock.advance(1h);
    fixture.desk->on_new(
        [&]() -> boost::asio::awaitable<void> { co_await fixture.desk->refused("F000000002"); });
    fixture.desk->want();
    fixture.until([&] { return !fixture.deleted().empty(); });
    CHECK(fixture.deleted().front().at("file") == "F000000002");
    CHECK(fixture.desk->shown().file_id == "F000000001");
    CHECK(fixture.kept().failures > 0);
}

TEST_CASE("a file that a crash has left half-way is deleted by the next run", "[thumbnail]") {
    Desk fixture;
    std::string noted;
    fixture.decide = [&](const std::string& method, const std::string&) -> std::string {
        if (method == "files.completeUploadExternal") {
            noted = fixture.kept().old_file_id;
        }
        return "";
    };
    fixture.begin();
    fixture.desk->want();
    fixture.until([&] { return !fixture.shown.empty(); });
    CHECK(noted == "F000000001");
    CHECK(fixture.kept().old_file_id.empty());
    CHECK(fixture.deleted().empty());
}

TEST_CASE("an old file that cannot be deleted now is deleted by the next run", "[thumbnail]") {
    Desk fixture;
    MapThumbnail kept = thumbnail_of("F000000002");
    kept.old_file_id = "F000000001";
    fixture.book.save(search::team, kept).value();
    const char* answer = GENERATE(R"({"ok":true})", R"({"ok":false,"error":"file_deleted"})",
                                  R"({"ok":false,"error":"cant_delete_file"})");
    fixture.answers["files.delete"] = answer;
    fixture.begin();
    fixture.desk->want();
    fixture.until([&] { return fixture.kept().old_file_id.empty(); });
    CHECK(fixture.deleted().front().at("file") == "F000000001");
}

TEST_CASE("a thumbnail is not shown before Slack has looked at it", "[thumbnail]") {
    Desk fixture;
    fixture.answers["files.info"] = R"({"ok":true,"file":{"mimetype":""}})";
    SECTION("it has, after a while") {
        int asked = 0;
        fixture.decide = [&](const std::string& method, const std::string&) -> std::string {
            const bool ready = method == "files.info" && ++asked == 3;
            return ready ? R"({"ok":true,"file":{"mimetype":"image/png"}})" : "";
        };
        fixture.begin();
        fixture.desk->want();
        fixture.until([&] { return !fixture.shown.empty(); });
        CHECK(asked == 3);
    }
    SECTION("it never does") {
        fixture.begin();
        fixture.desk->want();
        fixture.until([&] { return !fixture.deleted().empty(); });
        CHECK(fixture.deleted().front().at("file") == "F000000001");
        CHECK(fixture.desk->shown().file_id.empty());
        fixture.idle();
        CHECK(fixture.maker.made == 1);
        fixture.world.clock.advance(10min);
        fixture.desk->want();
        fixture.until([&] { return fixture.maker.made == 2; });
    }
}

TEST_CASE("a thumbnail that Slack refuses to show is made anew, later and later", "[thumbnail]") {
    Desk fixture;
    fixture.begin();
    for (int i = 1; i <= 3; ++i) {
        const std::string id = "F00000000" + std::to_string(i);
        fixture.next_upload(id);
        fixture.desk->want();
        fixture.until([&] { return fixture.desk->shown().file_id == id; });
        fixture.wait_for(fixture.desk->refused("F000000099"));  // of another time
        CHECK(fixture.desk->shown().file_id == id);
        fixture.wait_for(fixture.desk->refused(id));
        CHECK(fixture.desk->shown().file_id.empty());
        fixture.until([&] { return fixture.deleted().size() == static_cast<std::size_t>(i); });
        CHECK(fixture.deleted().back().at("file") == id);
        fixture.world.clock.advance(10min * (1 << (i - 1)) - 1ms);
        fixture.desk->want();
        fixture.idle();
        CHECK(fixture.maker.made == i);
        fixture.world.clock.advance(1ms);
    }
    fixture.desk->want();
    fixture.until([&] { return fixture.shown.size() == 4; });
    CHECK(fixture.kept().failures == 4);
    fixture.wait_for(fixture.desk->accepted(fixture.shown.back()));
    CHECK(fixture.kept().failures == 0);
}

TEST_CASE("a try is noted before it begins, and one that fails is not repeated at once",
          "[thumbnail]") {
    Desk fixture;
    int noted = 0;
    fixture.maker.on_make = [&](const std::stop_token&) { noted = fixture.kept().failures; };
    fixture.maker.failure = Error{ErrorCode::internal, "cairo"};
    SECTION("it fails") {}
    SECTION("it throws") {
        fixture.maker.on_make = [&](const std::stop_token&) {
            noted = fixture.kept().failures;
            throw std::bad_alloc();
        };
    }
    fixture.begin();
    fixture.desk->want();
    fixture.until([&] { return fixture.maker.made == 1; });
    fixture.idle();
    CHECK(noted == 1);
    CHECK(fixture.maker.made == 1);
    CHECK(fixture.calls("files.completeUploadExternal").empty());
    // Nor by the next run.
    fixture.end();
    fixture.begin();
    fixture.desk->want();
    fixture.idle();
    CHECK(fixture.maker.made == 1);
}

TEST_CASE("a stop ends the drawing, and counts for nothing", "[thumbnail]") {
    Desk fixture;
    fixture.maker.on_make = [&](const std::stop_token& stop) {
        boost::asio::post(fixture.client.io, [&] { fixture.desk->stop(); });
        while (!stop.stop_requested()) {
            std::this_thread::yield();
        }
    };
    fixture.begin();
    fixture.desk->want();
    fixture.until([&] { return !fixture.running; });
    CHECK(fixture.maker.made == 1);
    CHECK(fixture.kept().failures == 0);
    fixture.end();
    fixture.maker.on_make = [](const std::stop_token&) {};
    fixture.begin();
    fixture.desk->want();
    fixture.until([&] { return !fixture.shown.empty(); });
}

TEST_CASE("the thread that draws thumbnails is the one that is watched", "[thumbnail]") {
    Desk fixture;
    std::thread::id drawing;
    fixture.maker.on_make = [&](const std::stop_token&) { drawing = std::this_thread::get_id(); };
    fixture.begin();
    fixture.desk->want();
    fixture.until([&] { return !fixture.shown.empty(); });
    CHECK(drawing == thread_of(fixture.desk->pool()));
}

TEST_CASE("a drawing that takes too long is given up for now", "[thumbnail]") {
    Desk fixture;
    fixture.pace.longest_drawing = 5ms;
    fixture.maker.on_make = [](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            std::this_thread::yield();
        }
    };
    fixture.begin();
    fixture.desk->want();
    fixture.until([&] { return fixture.maker.made == 1; });
    fixture.idle();
    CHECK(fixture.maker.made == 1);
    CHECK(fixture.kept().failures == 1);
}

TEST_CASE("what cannot be remembered is not left at Slack", "[thumbnail]") {
    Desk fixture;
    fixture.maker.on_make = [&](const std::stop_token&) {
        fixture.book.failure = Error{ErrorCode::io, "the disk is full"};
    };
    fixture.begin();
    fixture.desk->want();
    fixture.until([&] { return !fixture.deleted().empty(); });
    CHECK(fixture.deleted().front().at("file") == "F000000001");
    CHECK(fixture.desk->shown().file_id.empty());
    CHECK(fixture.shown.empty());
}

TEST_CASE("a thumbnail that an earlier run left unread is not drawn over", "[thumbnail]") {
    Desk fixture;
    fixture.book.save(search::team, thumbnail_of("F000000001")).value();
    fixture.book.failure = Error{ErrorCode::io, "the disk is away"};
    fixture.begin();
    fixture.desk->want();
    fixture.idle();
    CHECK(fixture.maker.made == 0);
    fixture.end();
}

TEST_CASE("where no maps are drawn there is no thumbnail", "[thumbnail]") {
    Desk fixture;
    fixture.book.save(search::team, thumbnail_of("F000000001")).value();
    SECTION("nobody draws any") {
        fixture.parts.map = nullptr;
    }
    SECTION("nobody remembers any") {
        fixture.parts.thumbnails = nullptr;
    }
    fixture.begin();
    fixture.desk->want();
    fixture.until([&] { return !fixture.running; });
    CHECK(fixture.maker.made == 0);
    CHECK(fixture.desk->shown().file_id.empty());
}

TEST_CASE("while a map lies elsewhere there is no thumbnail", "[thumbnail]") {
    Desk fixture;
    fixture.at_first.map_url = "https://e/map.html";
    fixture.begin();
    fixture.desk->want();
    fixture.idle();
    CHECK(fixture.maker.made == 0);
    LiveOptions here = *fixture.live.now();
    here.map_url.clear();
    fixture.live.set(here);
    fixture.until([&] { return fixture.desk->shown().file_id == "F000000001"; });
    here.map_url = "https://e/map.html";
    fixture.live.set(here);
    CHECK(fixture.desk->shown().file_id.empty());
    fixture.end();
}

}  // namespace emojiscope::bot
