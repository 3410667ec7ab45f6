// The bot moves its catalogue to another model while it answers, and goes on with that.
#include "bot_world.hpp"

#include "emojiscope/store/store.hpp"
#include "fakes/model_package.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace emojiscope;
using e2e::BotWorld;
using nlohmann::json;

namespace {

constexpr int many = 150;
constexpr int dimension = 24;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A workspace of many emoji that the bot has learnt with an old model; then it is stopped.
struct MovingBot : BotWorld {
    const std::filesystem::path old_model = folder() / "old_model";
    const std::filesystem::path next_model = folder() / "next_model";
    const std::string before = "model: " + old_model.string() + "\n";
    const std::string moving = before + "next_model: " + next_model.string() + "\n";
    std::map<std::string, std::string> uploads;  ///< file by name

    MovingBot() {
        fakes::write_model_package(old_model, "old", "1", 16, 3);
        fakes::write_model_package(next_model, "next", "2", dimension, 7);
        for (int i = 0; i < many; ++i) {
            upload("many" + std::to_string(i), picture_number(i));
        }
        configure(before);
        start();
        stop();
    }

    static std::string picture_number(int i) {
        const auto shade = [i](int step) { return static_cast<std::uint8_t>(i * step % 256); };
        return picture({shade(7), shade(101), shade(53)}, {shade(29), shade(3), 77}, 4 + i % 24);
    }
    void upload(const std::string& name, const std::string& file) {
        call("/sim/emoji?name=" + name, file);
        uploads[name] = file;
    }
    void stop() {
        bot().signal(SIGTERM);
        REQUIRE(bot().wait() == 0);
    }

    /// Every upload finds itself in the catalogue, by the vectors of the new model.
    void check_catalogue() {
        const SystemClock clock;
        const auto data = folder() / "data";
        const auto store = store::Store::open(data, {.write = false}, clock).value();
        REQUIRE(store->catalogue().model().value()->name == "next");
        CHECK(store->model_move().progress().value() == std::nullopt);
        std::size_t ready = 0;
        for (const EmojiRecord& record : store->catalogue().list("").value()) {
            CAPTURE(record.name, record.last_error);
            CHECK(record.state == EmojiState::ready);
            const auto vectors = store->catalogue().facts(record.id).value().vectors;
            CHECK(vectors.dimension == dimension);
            ++ready;
        }
        CHECK(ready == uploads.size() + 12);
        std::string files;
        for (const auto& [name, file] : uploads) {
            const auto path = folder() / (name + ".png");
            app::write_text(path, file);
            files += path.string() + "\n";
        }
        app::write_text(folder() / "files", files);
        const app::Run found = app::run({"--config", (folder() / "config.yaml").string(), "--model",
                                         next_model.string(), "search", "--images",
                                         (folder() / "files").string(), "-k", "1", "--json"});
        INFO(found.err);
        REQUIRE(found.status == 0);
        const auto lines = app::lines_of(found.out);
        REQUIRE(lines.size() == uploads.size());
        for (const std::string& line : lines) {
            const json best = json::parse(line).at("results").at(0);
            CAPTURE(line);
            CHECK(best.at("signals").at("image") >= 0.9999);
            CHECK(contains(line, "/" + best.at("name").get<std::string>() + ".png"));
        }
    }
};

}  // namespace

TEST_CASE("the bot switches to another model, and answers all the while", "[e2e]") {
    MovingBot world;
    world.configure(world.moving);
    world.start_only();
    world.await_log("begun to move to the model next 2");
    int asked = 0;
    bool late = false;
    // Uploads and questions before, during and after the exchange.
    for (int i = 0; !late; ++i) {
        late = contains(world.bot().err(), "switched to the model next 2");
        const std::string name = "late" + std::to_string(i);
        world.upload(name, MovingBot::picture_number(many + i));
        CHECK(world.names_for("red_disc").front() == "red_disc");
        CHECK(world.names_for(":blue_disc:").size() > 1);
        asked += 2;
        REQUIRE(i < 10'000);
    }
    CAPTURE(asked);
    const std::string last = "late" + std::to_string(world.uploads.size() - many - 1);
    CHECK(world.becomes_first(last, last));
    // A picture is known by the new model, too.
    world.call("/sim/dm?filename=a.png", world.uploads.at("many7"));
    const std::string known = world.await_message(world.direct(), 0);
    CHECK(contains(known, "already there"));
    CHECK(BotWorld::names_in(known).front() == "many7");
    CHECK(world.call("/sim/state").at("violations").empty());
    world.stop();
    const std::string log = world.bot().err();
    CHECK_FALSE(contains(log, "[error]"));
    CHECK_FALSE(contains(log, " error "));
    world.check_catalogue();

    // The same configuration simply runs with the new model.
    world.start();
    CHECK(contains(world.bot().err(), "`model` of the configuration can be set to"));
    CHECK(contains(world.bot().err(), "(0 embedded)"));
    CHECK(world.names_for(":many7:").size() > 1);
    CHECK_FALSE(contains(world.bot().err(), "to move to the model"));
}

TEST_CASE("a bot killed while it moves goes on with that", "[e2e]") {
    MovingBot world;
    world.configure(world.moving);
    world.start_only();
    world.await_log("begun to move to the model next 2");
    world.kill_bot();
    world.start_only();
    world.await_log(" ready ");
    // It may have ended just before it was killed.
    while (!contains(world.bot().err(), "switched to the model next 2") &&
           !contains(world.bot().err(), "the catalogue is of model next 2 by now")) {
        CHECK(world.names_for("red_disc").front() == "red_disc");
    }
    world.stop();
    world.check_catalogue();
}

TEST_CASE("a next model that is none ends the start with one line", "[e2e]") {
    BotWorld world;
    world.start();
    world.bot().signal(SIGTERM);
    REQUIRE(world.bot().wait() == 0);
    world.configure("next_model: " + (world.folder() / "nowhere").string() + "\n");
    const app::Run refused = app::run(world.arguments());
    CHECK(refused.status == 1);
    CHECK(contains(refused.err, "emojiscope: next_model: no model package"));
}
