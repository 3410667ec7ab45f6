// A picture for the bot: what is answered, and what follows.
#include "events/direct_messages.hpp"

#include "asker.hpp"
#include "block_check.hpp"
#include "desk_fixture.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::bot {
namespace {

using nlohmann::json;
using search::learn;

/// Reads the same words in every picture.
class FakeTextReader final : public search::TextReader {
public:
    Result<std::vector<search::ReadText>> read(const RgbaImage&) const override {
        return std::vector<search::ReadText>{{words, 0.9}};
    }
    std::string version() const override { return "1"; }

    std::string words = "Ship It";
};

class FakeEmojiFiles final : public EmojiFiles {
public:
    std::string format_of(std::span<const std::uint8_t>) const override { return "PNG"; }
    Result<ReadyFile> make(std::span<const std::uint8_t>) const override {
        return works ? Result<ReadyFile>(ReadyFile{"READY", "png"})
                     : Result<ReadyFile>(fail(ErrorCode::too_large, "too heavy"));
    }

    bool works = true;
};

const RgbaImage large = fakes::plain_image(200, 100, {0, 0, 255});

struct Desk : DeskFixture {
    Desk() {
        learn(world, "crab", search::red);
        parts.text_reader = &text_reader;
        parts.emoji_files = &emoji_files;
        answers["files.getUploadURLExternal"] =
            json{{"ok", true}, {"file_id", "F9"}, {"upload_url", server.url("/upload/F9")}}.dump();
    }

    /// Sends a picture; what is left to be sent then.
    std::vector<json> send(const RgbaImage& image, const std::string& thread = {}) {
        const search::File bytes = search::file_of(image);
        files["/files/F1"] = std::string(bytes.begin(), bytes.end());
        DirectMessage message{"C1", "U7", "", {}, thread};
        message.files.push_back(
            {"F1", "image.png", "image/png", bytes.size(), server.url("/files/F1")});
        return reply(message);
    }
    std::vector<json> reply(const DirectMessage& message) {
        DirectMessages desk(parts, client.api, postbox, queries, options);
        client.run(desk.reply(message, "m1", context())).value();
        const auto payloads = left();
        for (const json& payload : payloads) {
            CHECK(payload.at("to") == "C1");
            if (payload.at("message").contains("blocks")) {
                CHECK(simulator::check_blocks(payload.at("message").at("blocks")).empty());
            }
        }
        return payloads;
    }
    CommandContext context() {
        return {world.search, world.library, world.catalogue, world.duplicates, search::team};
    }

    FakeTextReader text_reader;
    FakeEmojiFiles emoji_files;
};

}  // namespace

TEST_CASE("a picture that is fit needs no other file, but a name", "[direct]") {
    Desk desk;
    const auto left = desk.send(search::green);
    REQUIRE(left.size() == 1);
    CHECK(says(left[0], "not there yet"));
    CHECK(says(left[0], "fit to be an emoji"));
    CHECK(says(left[0], "`:ship_it:`"));
    CHECK(desk.calls("files.getUploadURLExternal").empty());
}

TEST_CASE("a picture that is not fit is followed by a file that is", "[direct]") {
    Desk desk;
    const auto left = desk.send(large);
    REQUIRE(left.size() == 2);
    CHECK(says(left[0], "200 × 100 is not square"));
    CHECK(says(left[0], "ready to be added follows"));
    CHECK(left[1].at("message").at("file") == "F9");
    bool uploaded = false;
    for (const loopback::Request& request : desk.server.requests()) {
        uploaded = uploaded || (request.target() == "/upload/F9" && request.body() == "READY");
    }
    CHECK(uploaded);
    // Both go to one channel, so in this order.
    const auto items = desk.outbox.due(SystemTime::max(), 10).value();
    CHECK(items[0].lane == items[1].lane);
    CHECK(desk.client.run(deliver(desk.client.api, items[1])).kind == Outcome::Kind::done);
    const json shared = desk.calls("files.completeUploadExternal").at(0);
    CHECK(shared.at("channel_id") == "C1");
    CHECK(shared.at("files")[0].at("id") == "F9");
    CHECK_FALSE(shared.contains("thread_ts"));
}

TEST_CASE("where the bot was called by name it answers in a thread", "[direct]") {
    Desk desk;
    const auto left = desk.send(large, "1.2");
    REQUIRE(left.size() == 2);
    CHECK(left[0].at("message").at("thread_ts") == "1.2");
    const auto items = desk.outbox.due(SystemTime::max(), 10).value();
    desk.client.run(deliver(desk.client.api, items[0]));
    desk.client.run(deliver(desk.client.api, items[1]));
    CHECK(desk.calls("chat.postMessage").at(0).at("thread_ts") == "1.2");
    CHECK(desk.calls("files.completeUploadExternal").at(0).at("thread_ts") == "1.2");
}

TEST_CASE("what stands in a thread for all notes who asked", "[direct]") {
    Desk desk;
    CHECK(asker_of(desk.send(search::red, "1.2").at(0).at("message")) == "U7");
    Desk words;
    const auto left = words.reply({"C1", "U7", "crab", {}, "1.2"});
    CHECK(asker_of(left.at(0).at("message")) == "U7");
    Desk direct;
    CHECK(asker_of(direct.reply({"C1", "U7", "crab", {}, {}}).at(0).at("message")).empty());
}

TEST_CASE("a file that cannot be made or sent is not promised", "[direct]") {
    Desk desk;
    std::string sentence;
    SECTION("made") {
        desk.emoji_files.works = false;
        sentence = "could not make a file";
    }
    SECTION("sent") {
        desk.answers["files.getUploadURLExternal"] = R"({"ok":false,"error":"missing_scope"})";
        sentence = "could not send it";
    }
    const auto left = desk.send(large);
    REQUIRE(left.size() == 1);
    CHECK(says(left[0], sentence));
    CHECK_FALSE(says(left[0], "follows"));
}

TEST_CASE("a picture that is there already needs no advice", "[direct]") {
    Desk desk;
    const auto left = desk.send(search::red);
    REQUIRE(left.size() == 1);
    CHECK(says(left[0], "already there as `:crab:`"));
    CHECK_FALSE(says(left[0], "ship_it"));
}

TEST_CASE("a picture delivered twice is answered once", "[direct]") {
    Desk desk;
    desk.send(large);
    CHECK(desk.send(large).size() == 2);
}

TEST_CASE("who calls the bot and says nothing is helped", "[direct]") {
    Desk desk;
    const auto left = desk.reply({"C1", "U7", "  ", {}, "1.2"});
    REQUIRE(left.size() == 1);
    CHECK(says(left[0], "/emoji help"));
    CHECK(left[0].at("message").at("thread_ts") == "1.2");
    Desk other;
    CHECK(other.reply({"C1", "U7", "", {}, ""}).empty());
}

TEST_CASE("words for the bot are a query", "[direct]") {
    Desk desk;
    CHECK(says(desk.reply({"C1", "U7", " crab", {}, "1.2"}).at(0), "`:crab:`"));
}

}  // namespace emojiscope::bot
