// From an upload to the message about it: which duplicates are told, once, and what the buttons of
// that message do.
#include "alert_desk.hpp"
#include "interactions/buttons.hpp"

#include "emojiscope/bot/bot_observer.hpp"
#include "emojiscope/bot/unannounced.hpp"

#include "fakes/memory_work_queue.hpp"
#include "search/world.hpp"
#include "slack/client_fixture.hpp"

namespace emojiscope::bot {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using search::DuplicateKind;
using search::learn;
using search::World;

const RgbaImage red_again = search::plain({253, 0, 0});  // the same picture, says the fake
const RgbaImage red_once_more = search::plain({250, 0, 0});
const RgbaImage dark_red = search::plain({225, 0, 0});  // near to it

/// A desk over a workspace on fakes, and the messages that it left to be sent.
class Desk {
public:
    explicit Desk(LiveOptions wanted = alerts_in("C1"), BotObserver* watching = nullptr)
        : observer(watching), live(std::move(wanted)) {}
    ~Desk() {
        background.join();
        disk.join();
    }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    static LiveOptions alerts_in(const std::string& channel) {
        LiveOptions options;
        options.alert_channel = channel;
        return options;
    }

    /// What the bot does with an upload that was learnt.
    void consider(const EmojiRecord& upload, bool known = false) {
        loopback::run(io, desk.consider({upload, known})).value();
    }
    EmojiRecord upload(const std::string& name, const RgbaImage& image) {
        const EmojiRecord record = learn(world, name, image);
        consider(record);
        return record;
    }

    /// An upload that no event told of: a comparison comes upon it, and learns its picture or not.
    void come_upon(const std::string& name, const std::optional<RgbaImage>& image) {
        const search::SourceEmoji source{name, search::url_of(name), ""};
        note_unannounced(unannounced, std::span(&source, 1), world.clock.now()).value();
        if (image) {
            learn(world, name, *image);
        } else {
            world.workspace.put(std::span(&source, 1)).value();
        }
    }
    void end_comparison() {
        bool considered = false;
        boost::asio::co_spawn(io, desk.consider_unannounced(),
                              [&](const std::exception_ptr&) { considered = true; });
        loopback::run_until(io, [&] { return considered; });
    }

    /// All that waits is told: nobody uploads anything for ten minutes.
    void tell() {
        world.clock.advance(std::chrono::minutes(10));
        bool ended = false;
        boost::asio::co_spawn(io, desk.run(), [&](const std::exception_ptr&) { ended = true; });
        loopback::run_until(io, [&] { return alerts.counts().value().waiting == 0; });
        desk.stop();
        loopback::run_until(io, [&] { return ended; });
    }

    [[nodiscard]] std::vector<std::string> told_in() const {
        std::vector<std::string> channels;
        for (const WorkItem& item : outbox.due(SystemTime::max(), 100).value()) {
            channels.push_back(json::parse(item.payload).at("to"));
        }
        return channels;
    }
    [[nodiscard]] std::vector<std::string> told() const {
        std::vector<std::string> texts;
        for (const WorkItem& item : outbox.due(SystemTime::max(), 100).value()) {
            texts.push_back(json::parse(item.payload).at("message").at("text"));
        }
        return texts;
    }

    World world;
    BotObserver* observer;
    LiveSettings live;
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
    AlertDesk desk{io.get_executor(), parts, alerts,       unannounced, postbox,
                   background,        disk,  search::team, live,        observer};
};

/// A button of the alert about these two, pressed by somebody.
Message press(const Desk& desk, std::string_view action, const EmojiRecord& upload,
              const EmojiRecord& original) {
    const EmojiPair pair{upload.id, original.id, DuplicateKind::same_image};
    const DuplicateAlert alert{upload, original, pair.kind, AlertState::open, {}};
    const CommandContext commands{desk.world.search, desk.world.library, desk.world.catalogue,
                                  desk.parts.duplicates, search::team};
    const ButtonPressed pressed{
        std::string(action), encode_pair(pair), "U7", "",
        json{{"blocks", alert_message(std::span(&alert, 1), Language::english).blocks}}};
    return press_button(pressed, {desk.parts, desk.desk, commands}).value();
}

/// Told on the pool of the desk, and read when that has nothing to do.
struct Counting final : BotObserver {
    void checked_for_duplicates(const std::optional<DuplicateKind>& found) override {
        ++(found ? duplicates : originals);
    }
    void alerted(DuplicateKind kind) override { told.push_back(kind); }

    int originals = 0;
    int duplicates = 0;
    std::vector<DuplicateKind> told;
};

}  // namespace

TEST_CASE("what is compared and told is observed", "[alert]") {
    Counting observer;
    Desk desk(Desk::alerts_in("C1"), &observer);
    desk.upload("crab", search::red);
    desk.upload("frog", search::green);
    desk.upload("krab", red_again);
    CHECK(observer.originals == 2);
    CHECK(observer.duplicates == 1);
    CHECK(observer.told.empty());
    desk.tell();
    CHECK(observer.told == std::vector{DuplicateKind::same_image});
}

TEST_CASE("a stop at any moment ends the telling", "[alert]") {
    // Once nothing is left to do a step ends by its time, and the stop meets a desk that sleeps.
    for (int steps = 0; steps < 8; ++steps) {
        CAPTURE(steps);
        Desk desk(Desk::alerts_in("C1"));
        bool ended = false;
        boost::asio::co_spawn(desk.io, desk.desk.run(),
                              [&](const std::exception_ptr&) { ended = true; });
        for (int i = 0; i < steps; ++i) {
            desk.io.restart();
            desk.io.run_one_for(std::chrono::milliseconds(50));
        }
        desk.io.restart();
        desk.desk.stop();
        loopback::run_until(desk.io, [&] { return ended; });
    }
}

TEST_CASE("a duplicate is told once, however often its event comes", "[alert]") {
    Desk desk;
    desk.upload("crab", search::red);
    const EmojiRecord krab = desk.upload("krab", red_again);
    desk.consider(krab);
    desk.consider(krab);
    desk.upload("frog", search::green);
    desk.tell();
    REQUIRE(desk.told().size() == 1);
    CHECK_THAT(desk.told().front(),
               Catch::Contains("`:krab:` is an altered copy of :crab: `:crab:`"));
}

TEST_CASE("an upload that no event told of is told once a comparison has ended", "[alert]") {
    Desk desk;
    desk.upload("crab", search::red);
    desk.come_upon("krab", red_again);
    CHECK(desk.alerts.counts().value().waiting == 0);
    desk.end_comparison();
    desk.end_comparison();
    // Slack sends the event after all.
    desk.consider(desk.world.catalogue.find(search::team, "krab").value());
    desk.tell();
    REQUIRE(desk.told().size() == 1);
    CHECK_THAT(desk.told().front(), Catch::Contains("`:krab:` is an altered copy of :crab:"));
    CHECK(desk.unannounced.counts().value().waiting == 0);
}

TEST_CASE("of two new uploads that no event told of, the later one repeats the other", "[alert]") {
    Desk desk;
    desk.come_upon("crab", search::red);
    desk.come_upon("krab", red_again);
    desk.end_comparison();
    desk.tell();
    REQUIRE(desk.told().size() == 1);
    CHECK_THAT(desk.told().front(), Catch::Contains("`:krab:` is an altered copy of :crab:"));
}

TEST_CASE("an emoji that changed its name while nobody looked is no duplicate of itself",
          "[alert]") {
    Desk desk;
    desk.upload("crab", search::red);
    desk.come_upon("krab", search::red);
    desk.world.workspace.remove("crab").value();  // the last step of a comparison
    desk.end_comparison();
    CHECK(desk.alerts.counts().value().waiting == 0);
}

TEST_CASE("an unannounced upload waits for its picture, and no longer than a day", "[alert]") {
    Desk desk;
    desk.upload("crab", search::red);
    desk.come_upon("krab", std::nullopt);
    desk.come_upon("gone", std::nullopt);
    desk.world.workspace.remove("gone").value();
    desk.end_comparison();
    CHECK(desk.unannounced.counts().value().waiting == 1);
    SECTION("it is learnt") {
        learn(desk.world, "krab", red_again);
        desk.world.clock.advance(std::chrono::hours(1));
        desk.end_comparison();
        desk.tell();
        CHECK(desk.told().size() == 1);
    }
    SECTION("it never is") {
        // As long where the list is compared at every moment as where it is every hour.
        const std::chrono::minutes every = GENERATE(60min, 2min);
        for (auto waited = 0min; waited < 30h; waited += every) {
            desk.world.clock.advance(every);
            desk.end_comparison();
            if (waited < 20h) {
                CHECK(desk.unannounced.counts().value().waiting == 1);
            }
        }
    }
    CHECK(desk.unannounced.counts().value().waiting == 0);
}

TEST_CASE("an event that comes after that of a copy makes no alert the other way round",
          "[alert]") {
    Desk desk;
    const EmojiRecord crab = learn(desk.world, "crab", search::red);
    SECTION("which was told of") {
        desk.upload("krab", red_again);
        desk.consider(crab);
    }
    SECTION("which is told of later") {
        const EmojiRecord krab = learn(desk.world, "krab", red_again);
        desk.consider(crab, true);
        desk.consider(krab, true);
    }
    desk.tell();
    REQUIRE(desk.told().size() == 1);
    CHECK_THAT(desk.told().front(), Catch::Contains("`:krab:` is an altered copy of :crab:"));
}

TEST_CASE("without a channel, or of kinds that were not asked for, nothing is told", "[alert]") {
    LiveOptions options = Desk::alerts_in("C1");
    SECTION("no channel") {
        options.alert_channel.clear();
    }
    SECTION("no kinds") {
        options.alert_kinds.clear();
    }
    SECTION("identical ones only") {
        options.alert_kinds = {DuplicateKind::identical};
    }
    Desk desk(options);
    CHECK(desk.desk.open() == (!options.alert_channel.empty() && !options.alert_kinds.empty()));
    desk.upload("crab", search::red);
    desk.upload("krab", red_again);
    CHECK(desk.alerts.counts().value().waiting == 0);
}

TEST_CASE("what is merely near is told if that was asked for", "[alert]") {
    const bool asked = GENERATE(false, true);
    LiveOptions options = Desk::alerts_in("C1");
    if (asked) {
        options.alert_kinds.insert(DuplicateKind::near);
    }
    Desk desk(options);
    desk.upload("crab", search::red);
    desk.upload("lobster", dark_red);
    desk.tell();
    CHECK(desk.told().size() == (asked ? 1 : 0));
}

TEST_CASE("an alert that waits is told where, and in the words that, are wanted by then",
          "[alert]") {
    Desk desk;
    desk.upload("crab", search::red);
    desk.upload("krab", red_again);
    LiveOptions other = *desk.live.now();
    other.alert_channel = "C2";
    other.language = Language::japanese;
    desk.live.set(other);
    desk.tell();
    CHECK(desk.told_in() == std::vector<std::string>{"C2"});
    CHECK_THAT(desk.told().front(), !Catch::Contains("altered copy"));
}

TEST_CASE("an alert that waits is dropped if alerts like it are no longer wanted", "[alert]") {
    Desk desk;
    desk.upload("crab", search::red);
    desk.upload("krab", red_again);
    LiveOptions other = *desk.live.now();
    SECTION("alerts are off") {
        other.alert_channel.clear();
    }
    SECTION("of another kind only") {
        other.alert_kinds = {DuplicateKind::identical};
    }
    desk.live.set(other);
    desk.tell();
    CHECK(desk.told().empty());
    // Those that come later are not affected by what came before.
    desk.live.set(Desk::alerts_in("C3"));
    CHECK(desk.desk.open());
}

TEST_CASE("alerts that were off can be switched on", "[alert]") {
    Desk desk(Desk::alerts_in(""));
    desk.upload("crab", search::red);
    desk.live.set(Desk::alerts_in("C1"));
    desk.upload("krab", red_again);
    desk.tell();
    CHECK(desk.told_in() == std::vector<std::string>{"C1"});
}

TEST_CASE("many that come together are one message", "[alert]") {
    Desk desk;
    desk.upload("crab", search::red);
    for (int i = 0; i < 20; ++i) {
        desk.upload("copy" + std::to_string(i), red_again);
    }
    desk.tell();
    REQUIRE(desk.told().size() == 1);
    CHECK_THAT(desk.told().front(), Catch::StartsWith("20 of the emoji just uploaded"));
}

TEST_CASE("an alert that was answered while it waited is not told", "[alert]") {
    Desk desk;
    const EmojiRecord crab = desk.upload("crab", search::red);
    const EmojiRecord krab = desk.upload("krab", red_again);
    SECTION("no duplicates") {
        desk.world.verdicts.say_not_duplicates(crab.id, krab.id, "U1").value();
    }
    SECTION("the original was muted") {
        desk.world.verdicts.mute(crab.id, "U1").value();
    }
    SECTION("the upload is gone") {
        desk.world.workspace.remove("krab").value();
    }
    desk.tell();
    CHECK(desk.told().empty());
}

TEST_CASE("'not a duplicate' holds for the two pictures from then on", "[alert]") {
    Desk desk;
    const EmojiRecord crab = desk.upload("crab", search::red);
    const EmojiRecord krab = desk.upload("krab", red_again);
    const Message answer = press(desk, action_not_duplicate, krab, crab);
    CHECK(answer.placement == Placement::replaces);
    CHECK_THAT(answer.blocks.dump(), Catch::Contains("<@U7> said: no duplicates"));
    CHECK_THAT(answer.blocks.dump(), !Catch::Contains(std::string(action_mute)));
    desk.tell();
    CHECK(desk.told().empty());
    CHECK(desk.world.duplicates.check(krab).value().empty());
}

TEST_CASE("a muted emoji raises no more alerts, another one does", "[alert]") {
    Desk desk;
    const EmojiRecord crab = desk.upload("crab", search::red);
    const EmojiRecord krab = desk.upload("krab", red_again);
    CHECK_THAT(press(desk, action_mute, krab, crab).blocks.dump(),
               Catch::Contains("<@U7> said: no more alerts about copies of `:crab:`"));
    desk.upload("crabby", red_once_more);
    desk.upload("frog", search::green);
    desk.upload("toad", search::plain({0, 253, 0}));
    desk.tell();
    REQUIRE(desk.told().size() == 1);
    CHECK_THAT(desk.told().front(), Catch::Contains(":toad:"));
}

TEST_CASE("buttons of emoji that are gone, and unknown ones, are answered", "[alert]") {
    Desk desk;
    const EmojiRecord crab = desk.upload("crab", search::red);
    const EmojiRecord krab = desk.upload("krab", red_again);
    CHECK_THAT(press(desk, "duplicate.unheard_of", krab, crab).text,
               Catch::Contains("do not know that button"));
    desk.world.workspace.remove("krab").value();
    CHECK_THAT(press(desk, action_not_duplicate, krab, crab).text, Catch::Contains("gone by now"));
}

}  // namespace emojiscope::bot
