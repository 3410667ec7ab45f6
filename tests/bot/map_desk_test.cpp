// `/emoji map`: what is answered at once, and what is sent later.
#include "map_desk.hpp"

#include "fakes/memory_work_queue.hpp"
#include "search/world.hpp"
#include "slack/client_fixture.hpp"

#include <mutex>

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
    bool is_ready() override { return ready; }

    std::string page = "<html>";
    int made = 0;
    bool ready = false;
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
    BotOptions options;
    Parts parts{world.catalogue,  world.library,  world.search,   world.ingestor,
                world.duplicates, world.verdicts, world.embedder, world.reader,
                world.clock,      nullptr,        &maker};

    Desk() { search::learn(world, "frog", search::green); }

    std::unique_ptr<MapDesk> desk() {
        return std::make_unique<MapDesk>(parts, client.api, postbox, queries, options);
    }
    Result<void> ask(MapDesk& desk, const std::string& key = "c1", const std::string& user = "U7") {
        return client.run(desk.ask({"map", "https://hooks.example/1", user}, key));
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

TEST_CASE("only the word alone asks for a map", "[map_desk]") {
    CHECK(is_map("map"));
    CHECK(is_map("  map "));
    CHECK_FALSE(is_map("maps"));
    CHECK_FALSE(is_map("map of japan"));
    CHECK_FALSE(is_map(""));
}

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
    CHECK_THAT(comment, Catch::Contains("3 emoji") && Catch::Contains("frog &lt;3&gt;"));
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
    wish.attempts = 6;
    CHECK(fixture.client.run(desk->deliver(wish)).kind == Outcome::Kind::dead);
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
    desk->stop();
    CHECK(fixture.client.run(desk->deliver(wish)).kind == Outcome::Kind::retry);
}

TEST_CASE("a configured link is all that is needed", "[map_desk]") {
    Desk fixture;
    fixture.options.map_url = "https://intranet.example/map.html";
    const auto desk = fixture.desk();
    REQUIRE(fixture.ask(*desk));
    CHECK_THAT(fixture.answered(), Catch::Contains("<https://intranet.example/map.html>"));
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
