// What the buttons under an answer do.
#include "alert_desk.hpp"
#include "interactions/buttons.hpp"

#include "fakes/memory_work_queue.hpp"
#include "search/world.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/io_context.hpp>

namespace emojiscope::bot {
namespace {

using nlohmann::json;
using search::learn;
using search::World;

/// A workspace, and whoever presses buttons there.
class Desk {
public:
    Desk() {
        learn(world, "crab", search::red);
        learn(world, "lobster", search::pink);
        learn(world, "frog", search::green);
    }
    ~Desk() {
        background.join();
        disk.join();
    }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    [[nodiscard]] CommandContext context() {
        CommandContext context{world.search, world.library, world.catalogue, world.duplicates,
                               search::team};
        context.results = 1;
        return context;
    }
    Message press(std::string_view action, const std::string& value) {
        return press_button({std::string(action), value, "U7", "https://e/r", nullptr},
                            {parts, desk, context()})
            .value();
    }
    /// The value of the first button with this action.
    static std::string value_in(const Message& message, std::string_view action) {
        for (const json& block : message.blocks) {
            for (const json& element : block.value("elements", json::array())) {
                if (element.value("action_id", "") == action) {
                    return element.at("value").get<std::string>();
                }
            }
        }
        return "no such button";
    }

    World world;
    fakes::MemoryWorkQueue alerts{world.clock};
    fakes::MemoryWorkQueue outbox{world.clock};
    // Older than the pools: what runs on them holds on to it until the very end.
    boost::asio::io_context io;
    boost::asio::thread_pool background{1};
    boost::asio::thread_pool disk{1};
    Postbox postbox{disk, outbox, world.clock};
    Parts parts{world.catalogue, world.library,  world.search, world.ingestor, world.duplicates,
                world.verdicts,  world.embedder, world.reader, world.clock};
    fakes::MemoryWorkQueue unannounced{world.clock};
    LiveSettings live{{}};
    AlertDesk desk{io.get_executor(), parts, alerts,       unannounced, postbox,
                   background,        disk,  search::team, live};
};

bool says(const Message& message, const std::string& text) {
    return message.blocks.dump().find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("an emoji is posted for everybody, in the name of who pressed", "[buttons]") {
    Desk desk;
    CommandContext asked = desk.context();
    asked.postable = true;
    const Message answer = run_command("crab", asked);
    const Message posted = desk.press(action_post, Desk::value_in(answer, action_post));
    CHECK(posted.placement == Placement::to_channel);
    CHECK(posted.text == "<@U7> :crab:");
    CHECK(says(posted, "from <@U7>"));
    // Renamed since, it is posted by its new name; gone, it is not.
    desk.world.workspace.rename("crab", "krab").value();
    CHECK(desk.press(action_post, Desk::value_in(answer, action_post)).text == "<@U7> :krab:");
    desk.world.workspace.remove("krab").value();
    const Message gone = desk.press(action_post, Desk::value_in(answer, action_post));
    CHECK(says(gone, "gone by now"));
    CHECK(gone.placement == Placement::beside);
}

TEST_CASE("what concerns everybody is for admins, and nothing else is", "[buttons]") {
    CHECK(is_for_admins("duplicate.refute"));
    CHECK(is_for_admins("duplicate.mute"));
    for (const std::string_view action : {action_like, action_more, action_search, action_post,
                                          action_another, action_dismiss, action_page_prefix}) {
        CHECK_FALSE(is_for_admins(action));
    }
}

TEST_CASE("what looks like an emoji takes the place of the answer", "[buttons]") {
    Desk desk;
    const Message answer = run_command("crab", desk.context());
    const Message alike = desk.press(action_like, Desk::value_in(answer, action_like));
    CHECK(alike.placement == Placement::replaces);
    CHECK(says(alike, "look like :crab:"));
    CHECK(says(alike, "`:lobster:`"));
    // And it goes on.
    const Message more = desk.press(action_more, Desk::value_in(alike, action_more));
    CHECK(more.placement == Placement::replaces);
    CHECK(says(more, "More emoji that look like"));
    CHECK(says(more, "`:frog:`"));
    CHECK(Desk::value_in(more, action_more) == "no such button");
    // Its name is a query once it is gone.
    desk.world.workspace.remove("crab").value();
    CHECK_FALSE(desk.press(action_like, Desk::value_in(answer, action_like)).text.empty());
}

TEST_CASE("what fails does not take away what was found", "[buttons]") {
    Desk desk;
    const std::string crab = encode_question({Question::Kind::words, "red thing", 0, false});
    desk.world.embedder.fail_next({ErrorCode::internal, "out of order"});
    const Message failed = desk.press(action_search, crab);
    CHECK(says(failed, "search failed"));
    CHECK(failed.placement == Placement::beside);
    const Message beyond =
        desk.press(action_more, encode_question({Question::Kind::look_alikes, "crab", 100, false}));
    CHECK(says(beyond, "Nothing more looks like :crab:"));
    CHECK(beyond.placement == Placement::beside);
}

TEST_CASE("the word of a sub-command is searched on request", "[buttons]") {
    Desk desk;
    learn(desk.world, "new_year", search::blue);
    const Message newest = run_command("new", desk.context());
    const Message found = desk.press(action_search, Desk::value_in(newest, action_search));
    CHECK(found.placement == Placement::replaces);
    CHECK(says(found, "`new`"));
    CHECK(says(found, "`:new_year:`"));
}

TEST_CASE("another one takes the place of a random one", "[buttons]") {
    Desk desk;
    CommandContext asked = desk.context();
    for (const bool postable : {true, false}) {
        asked.postable = postable;
        const Message one = run_command("random", asked);
        const Message other = desk.press(action_another, Desk::value_in(one, action_another));
        CHECK(other.placement == Placement::replaces);
        CHECK((Desk::value_in(other, action_post) != "no such button") == postable);
    }
}

TEST_CASE("a dismissed answer goes", "[buttons]") {
    Desk desk;
    const Message answer = run_command("crab", desk.context());
    CHECK(desk.press(action_dismiss, Desk::value_in(answer, action_dismiss)).placement ==
          Placement::removes);
}

TEST_CASE("a button with a value that is none of ours is told so", "[buttons]") {
    Desk desk;
    for (const std::string value : {"", "x", "-1x", "99999999999999999999", "{}"}) {
        CAPTURE(value);
        for (const auto action : {action_post, action_like, action_more, action_search}) {
            CHECK(says(desk.press(action, value), "do not know that button"));
        }
    }
    CHECK(says(desk.press(action_post, "12345"), "gone by now"));
}

}  // namespace emojiscope::bot
