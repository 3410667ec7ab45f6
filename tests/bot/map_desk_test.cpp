// `/emoji map`: what is answered at once, and what is sent later.
#include "map_desk.hpp"

#include "fakes/memory_work_queue.hpp"
#include "search/world.hpp"
#include "slack/client_fixture.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <functional>
#include <future>
#include <new>

namespace emojiscope::bot {
namespace {

using loopback::answer;
using loopback::Client;
using loopback::LoopbackServer;
using loopback::Request;
using loopback::Response;
using nlohmann::json;

class FakeMaker final : public MapMaker {
public:
    Result<std::shared_ptr<const MapFiles>> make(const std::stop_token& stop) override {
        ++made;
        niceness = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
        noted = on_make();
        if (throws) {
            throw std::bad_alloc();
        }
        if (stop.stop_requested()) {
            return fail(ErrorCode::cancelled, "stopped");
        }
        if (failure) {
            return *failure;
        }
        auto files = std::make_shared<MapFiles>();
        files->emoji = 3;
        files->clusters = {"frog <3>", "crab"};
        files->picture = "PNG";
        files->page = page;
        return std::shared_ptr<const MapFiles>(std::move(files));
    }
    Result<std::shared_ptr<const std::string>> make_thumbnail(const std::stop_token&) override {
        return fail(ErrorCode::unsupported, "none of this desk's");
    }
    bool is_ready() override { return ready; }

    std::string page = "<html>";
    int made = 0;
    bool ready = false;
    bool throws = false;
    int niceness = 0;
    int noted = 0;  ///< attempts of the item while it is drawn
    std::function<int()> on_make = [] { return 0; };
    std::optional<Error> failure;
};

/// The desk over a queue in memory, a small workspace and a server that plays Slack.
struct Desk {
    std::map<std::string, std::string> answers;  ///< by method, where not the usual one
    LoopbackServer server{[this](const Request& request) -> Response {
        const std::string method(request.target().substr(request.target().rfind('/') + 1));
        if (const auto own = answers.find(method); own != answers.end()) {
            return answer(200, own->second);
        }
        if (method == "files.getUploadURLExternal") {
            const std::string id = request.body().find("png") != std::string::npos ? "F1" : "F2";
            return answer(
                200,
                json{{"ok", true}, {"file_id", id}, {"upload_url", server.url("/upload/" + id)}}
                    .dump());
        }
        return answer(200, R"({"ok":true,"channel":{"id":"D7"}})");
    }};
    Client client{server.url("/api/"), {}, std::chrono::milliseconds(100)};
    search::World world;
    fakes::MemoryWorkQueue outbox{world.clock};
    boost::asio::thread_pool disk{1};
    boost::asio::thread_pool queries{1};
    Postbox postbox{disk, outbox, world.clock};
    FakeMaker maker;
    LiveSettings live{{}};
    Parts parts{world.catalogue,  world.library,  world.search,   world.ingestor,
                world.duplicates, world.verdicts, world.embedder, world.reader,
                world.clock,      nullptr,        nullptr,        &maker};

    Desk() { search::learn(world, "frog", search::green); }

    std::unique_ptr<MapDesk> desk() {
        return std::make_unique<MapDesk>(parts, client.api, postbox, queries, live);
    }
    Result<void> ask(MapDesk& desk, const std::string& key = "c1", const std::string& user = "U7") {
        return client.run(
            desk.ask({"map", "https://hooks.example/1", user, ""}, key, Language::english));
    }
    std::vector<WorkItem> items(const std::string& kind) {
        auto all = outbox.due(SystemTime::max(), 100).value();
        std::erase_if(all, [&](const WorkItem& item) { return item.kind != kind; });
        return all;
    }
    /// The text of the only answer.
    std::string answered() {
        const auto responses = items("respond");
        REQUIRE(responses.size() == 1);
        return json::parse(responses.front().payload).at("message").at("text");
    }
};

}  // namespace

TEST_CASE("a wish is answered at once and kept", "[map_desk]") {
    Desk fixture;
    const auto desk = fixture.desk();
    REQUIRE(fixture.ask(*desk));
    CHECK_THAT(fixture.answered(), Catch::Contains("being drawn"));
    REQUIRE(fixture.items(map_kind).size() == 1);
    CHECK(fixture.maker.made == 0);
    // What Slack delivers twice is done once.
    REQUIRE(fixture.ask(*desk));
    CHECK(fixture.items(map_kind).size() == 1);
}

TEST_CASE("a map that is there already is not announced as being drawn", "[map_desk]") {
    Desk fixture;
    fixture.maker.ready = true;
    const auto desk = fixture.desk();
    REQUIRE(fixture.ask(*desk));
    CHECK_THAT(fixture.answered(), !Catch::Contains("being drawn"));
    CHECK(fixture.items(map_kind).size() == 1);
}

TEST_CASE("picture and page go to the one who asked", "[map_desk]") {
    Desk fixture;
    const auto desk = fixture.desk();
    REQUIRE(fixture.ask(*desk));
    const auto outcome = fixture.client.run(desk->deliver(fixture.items(map_kind).front()));
    CHECK(outcome.kind == Outcome::Kind::done);
    std::map<std::string, std::string> sent;
    for (const Request& request : fixture.server.requests()) {
        sent[std::string(request.target())] = request.body();
    }
    CHECK(json::parse(sent.at("/api/conversations.open")) == json{{"users", "U7"}});
    CHECK(sent.at("/upload/F1") == "PNG");
    CHECK(sent.at("/upload/F2") == "<html>");
    const json shared = json::parse(sent.at("/api/files.completeUploadExternal"));
    CHECK(shared.at("channel_id") == "D7");
    CHECK(shared.at("files")[0].at("id") == "F1");
    CHECK(shared.at("files")[1].at("id") == "F2");
    const std::string comment = shared.at("initial_comment");
    CHECK_THAT(comment, Catch::Contains("3 emoji") && Catch::Contains("`frog &lt;3&gt;`"));
}

TEST_CASE("nobody waits for two maps, and not everybody at once", "[map_desk]") {
    Desk fixture;
    const auto desk = fixture.desk();
    REQUIRE(fixture.ask(*desk, "first"));
    REQUIRE(fixture.ask(*desk, "second"));
    REQUIRE(fixture.items(map_kind).size() == 1);
    CHECK_THAT(fixture.items("respond").back().payload, Catch::Contains("on its way"));
    CHECK(fixture.client.run(desk->deliver(fixture.items(map_kind).front())).kind ==
          Outcome::Kind::done);
    REQUIRE(fixture.ask(*desk, "third"));
    CHECK(fixture.items(map_kind).size() == 2);
    for (int i = 0; i < 30; ++i) {
        REQUIRE(fixture.ask(*desk, "of " + std::to_string(i), "U" + std::to_string(100 + i)));
    }
    CHECK(fixture.items(map_kind).size() == 1 + 20);
}

TEST_CASE("a program that makes no pages sends the picture alone", "[map_desk]") {
    Desk fixture;
    fixture.maker.page.clear();
    const auto desk = fixture.desk();
    REQUIRE(fixture.ask(*desk));
    CHECK(fixture.client.run(desk->deliver(fixture.items(map_kind).front())).kind ==
          Outcome::Kind::done);
    const auto last = fixture.server.requests().back();
    CHECK(json::parse(last.body()).at("files").size() == 1);
}

TEST_CASE("a failing network is tried again, a refusal is told", "[map_desk]") {
    Desk fixture;
    const auto desk = fixture.desk();
    REQUIRE(fixture.ask(*desk));
    WorkItem wish = fixture.items(map_kind).front();
    fixture.answers["files.completeUploadExternal"] = R"({"ok":false,"error":"internal_error"})";
    CHECK(fixture.client.run(desk->deliver(wish)).kind == Outcome::Kind::retry);
    // Slack may be away for some minutes.
    std::chrono::milliseconds waited{0};
    Outcome outcome;
    for (wish.attempts = 0; wish.attempts < 30; wish.attempts = *outcome.attempts) {
        outcome = fixture.client.run(desk->deliver(wish));
        if (outcome.kind != Outcome::Kind::retry) {
            break;
        }
        REQUIRE(outcome.attempts == wish.attempts + 1);
        waited += outcome.after;
    }
    CHECK(outcome.kind == Outcome::Kind::dead);
    CHECK(waited >= std::chrono::minutes(5));
    CHECK(waited <= std::chrono::minutes(20));
    REQUIRE(fixture.items("respond").size() == 2);

    Desk refused;
    const auto other = refused.desk();
    REQUIRE(refused.ask(*other));
    refused.answers["files.getUploadURLExternal"] = R"({"ok":false,"error":"missing_scope"})";
    CHECK(refused.client.run(other->deliver(refused.items(map_kind).front())).kind ==
          Outcome::Kind::dead);
    const auto told = refused.items("respond");
    REQUIRE(told.size() == 2);
    CHECK_THAT(told.back().payload, Catch::Contains("files:write"));
}

TEST_CASE("a map that cannot be made is told, one that was stopped is made again", "[map_desk]") {
    Desk fixture;
    const auto desk = fixture.desk();
    REQUIRE(fixture.ask(*desk));
    const WorkItem wish = fixture.items(map_kind).front();
    fixture.maker.failure = fail(ErrorCode::internal, "cairo");
    CHECK(fixture.client.run(desk->deliver(wish)).kind == Outcome::Kind::dead);
    CHECK_THAT(fixture.items("respond").back().payload, Catch::Contains("could not be drawn"));
}

TEST_CASE("being stopped counts as no try", "[map_desk]") {
    Desk fixture;
    const auto desk = fixture.desk();
    REQUIRE(fixture.ask(*desk));
    WorkItem wish = fixture.items(map_kind).front();
    wish.attempts = 9;
    desk->stop();
    const Outcome outcome = fixture.client.run(desk->deliver(wish));
    CHECK(outcome.kind == Outcome::Kind::retry);
    CHECK(outcome.attempts == 9);
}

TEST_CASE("what is thrown while a map is drawn is not tried for ever", "[map_desk]") {
    Desk fixture;
    fixture.maker.throws = true;
    const auto desk = fixture.desk();
    REQUIRE(fixture.ask(*desk));
    WorkItem wish = fixture.items(map_kind).front();
    const Outcome outcome = fixture.client.run(desk->deliver(wish));
    CHECK(outcome.kind == Outcome::Kind::retry);
    CHECK(outcome.attempts == 1);
    wish.attempts = 9;
    CHECK(fixture.client.run(desk->deliver(wish)).kind == Outcome::Kind::dead);
    CHECK_THAT(fixture.items("respond").back().payload, Catch::Contains("could not be drawn"));
    fixture.maker.throws = false;
    REQUIRE(fixture.ask(*desk, "c2"));  // nobody waits in vain
    CHECK_THAT(fixture.items("respond").back().payload, Catch::Contains("being drawn"));
}

TEST_CASE("a drawing that ends the program is not begun for ever", "[map_desk]") {
    Desk fixture;
    const auto desk = fixture.desk();
    REQUIRE(fixture.ask(*desk));
    fixture.maker.on_make = [&] { return fixture.items(map_kind).front().attempts; };
    for (int crashes = 0; crashes < 3; ++crashes) {
        static_cast<void>(fixture.client.run(desk->deliver(fixture.items(map_kind).front())));
        CHECK(fixture.maker.noted > crashes);  // before it was drawn
    }
    CHECK(fixture.maker.made == 3);
    CHECK(fixture.client.run(desk->deliver(fixture.items(map_kind).front())).kind ==
          Outcome::Kind::dead);
    CHECK(fixture.maker.made == 3);
}

TEST_CASE("drawing comes after all other work", "[map_desk]") {
    Desk fixture;
    const auto desk = fixture.desk();
    REQUIRE(fixture.ask(*desk));
    static_cast<void>(fixture.client.run(desk->deliver(fixture.items(map_kind).front())));
    CHECK(fixture.maker.niceness > ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())));
}

TEST_CASE("a command that comes again after its map was sent holds up nobody", "[map_desk]") {
    Desk fixture;
    const auto desk = fixture.desk();
    REQUIRE(fixture.ask(*desk));
    const WorkItem wish = fixture.items(map_kind).front();
    REQUIRE(fixture.client.run(desk->deliver(wish)).kind == Outcome::Kind::done);
    fixture.outbox.done(wish.id).value();
    REQUIRE(fixture.ask(*desk));  // the same one: as after a crash before it was marked as done
    REQUIRE(fixture.ask(*desk, "c2"));
    CHECK(fixture.items(map_kind).size() == 1);
}

TEST_CASE("who asks many times at once waits for one map", "[map_desk]") {
    Desk fixture;
    const auto desk = fixture.desk();
    int answered = 0;
    const auto ask = [&](const std::string& key, const std::string& user) {
        boost::asio::co_spawn(
            fixture.client.io,
            desk->ask({"map", "https://hooks.example/1", user, ""}, key, Language::english),
            [&](const std::exception_ptr& thrown, const Result<void>& done) {
                CHECK((!thrown && done));
                ++answered;
            });
    };
    for (int i = 0; i < 16; ++i) {
        ask("same " + std::to_string(i), "U1");
    }
    loopback::run_until(fixture.client.io, [&] { return answered == 16; });
    CHECK(fixture.items(map_kind).size() == 1);
    for (int i = 0; i < 40; ++i) {
        ask("of " + std::to_string(i), "V" + std::to_string(i));
    }
    loopback::run_until(fixture.client.io, [&] { return answered == 56; });
    CHECK(fixture.items(map_kind).size() == 20);
}

TEST_CASE("who waits since before a restart is remembered", "[map_desk]") {
    Desk fixture;
    REQUIRE(fixture.ask(*fixture.desk()));
    const auto next = fixture.desk();
    bool remembered = false;
    boost::asio::co_spawn(fixture.client.io, next->remember(),
                          [&](const std::exception_ptr&) { remembered = true; });
    loopback::run_until(fixture.client.io, [&] { return remembered; });
    REQUIRE(fixture.ask(*next, "c2"));
    CHECK(fixture.items(map_kind).size() == 1);
    CHECK_THAT(fixture.items("respond").back().payload, Catch::Contains("on its way"));
}

TEST_CASE("a wish that cannot be kept holds no place", "[map_desk]") {
    Desk fixture;
    const auto desk = fixture.desk();
    fixture.outbox.fail_next_change(fail(ErrorCode::io, "the disk is full"));
    CHECK_FALSE(fixture.ask(*desk));
    REQUIRE(fixture.ask(*desk, "c2"));
    CHECK(fixture.items(map_kind).size() == 1);
}

TEST_CASE("the network's thread never waits for whoever changes the library", "[map_desk]") {
    Desk fixture;
    fixture.world.workspace.remove("frog").value();
    const auto desk = fixture.desk();
    // Whether it is empty is asked on the queries' thread: while that is held up, nothing is known.
    std::promise<void> go_on;
    boost::asio::post(fixture.queries, [held = go_on.get_future().share()] { held.wait(); });
    bool asked = false;
    boost::asio::co_spawn(
        fixture.client.io,
        desk->ask({"map", "https://hooks.example/1", "U7", ""}, "c1", Language::english),
        [&](const std::exception_ptr&, const Result<void>&) { asked = true; });
    fixture.client.io.restart();
    fixture.client.io.poll();
    std::promise<void> written;
    boost::asio::post(fixture.disk, [&] { written.set_value(); });
    written.get_future().wait();
    CHECK_FALSE(asked);
    CHECK(fixture.items("respond").empty());
    go_on.set_value();
    loopback::run_until(fixture.client.io, [&] { return asked; });
    CHECK(fixture.items("respond").size() == 1);
}

TEST_CASE("a configured link is all that is needed", "[map_desk]") {
    Desk fixture;
    const auto desk = fixture.desk();
    LiveOptions options;
    options.map_url = "https://intranet.example/map.html?a&b";
    fixture.live.set(options);
    REQUIRE(fixture.ask(*desk));
    CHECK_THAT(fixture.answered(), Catch::Contains("<https://intranet.example/map.html?a&amp;b>"));
    CHECK(fixture.items(map_kind).empty());
}

TEST_CASE("without emoji, or without anybody to draw, nothing is promised", "[map_desk]") {
    Desk fixture;
    fixture.parts.map = nullptr;
    const auto desk = fixture.desk();
    REQUIRE(fixture.ask(*desk));
    CHECK(fixture.items(map_kind).empty());
    CHECK_THAT(fixture.answered(), Catch::Contains("no map"));

    Desk empty;
    empty.world.workspace.remove("frog").value();
    const auto bare = empty.desk();
    REQUIRE(empty.ask(*bare));
    CHECK(empty.items(map_kind).empty());
    CHECK_THAT(empty.answered(), Catch::Contains("no emoji"));
}

}  // namespace emojiscope::bot
