// What is taken in, what is not when too much waits, and who is told.
#include "intake.hpp"

#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/wording.hpp"
#include "fakes/memory_work_queue.hpp"
#include "slack/client_fixture.hpp"

namespace emojiscope::bot {
namespace {

using nlohmann::json;
using Lanes = std::vector<std::string>;

slack::Envelope envelope(const std::string& type, json payload) {
    static int number = 0;
    slack::Envelope made;
    made.id = "e" + std::to_string(++number);
    made.type = type;
    made.payload = std::move(payload);
    return made;
}
slack::Envelope command() {
    return envelope("slash_commands", {{"text", "beer"}});
}
slack::Envelope button(const json& more = json::object()) {
    json payload = {{"type", "block_actions"}};
    payload.update(more);
    return envelope("interactive", payload);
}
slack::Envelope event(const json& inner) {
    return envelope("events_api", {{"event", inner}});
}
slack::Envelope emoji_changed() {
    return event({{"type", "emoji_changed"}, {"subtype", "remove"}, {"names", {"x"}}});
}
slack::Envelope message(const std::string& channel, const json& more = json::object()) {
    json inner = {{"type", "message"},
                  {"channel_type", "im"},
                  {"channel", channel},
                  {"user", "U1"},
                  {"text", "beer"}};
    inner.update(more);
    return event(inner);
}

struct Fixture {
    ManualClock clock;
    fakes::MemoryWorkQueue inbox{clock};
    fakes::MemoryWorkQueue outbox{clock};
    // Older than the pools: what runs on them holds on to it until the very end.
    boost::asio::io_context io;
    boost::asio::thread_pool disk{1};
    Postbox postbox{disk, outbox, clock};
    int news = 0;
    int lists = 0;
    BotOptions options = [] {
        BotOptions made;
        made.most_awaited = 2;
        made.most_events = 3;
        return made;
    }();
    LiveSettings live{{}};
    RateLimiter limiter{clock, 10'000};
    Intake intake{inbox,   disk, postbox, clock,      [this] { ++news; }, [this] { ++lists; },
                  options, live, limiter, language_of};

    /// U1 is answered in English, and others in Japanese.
    static Language language_of(const std::string& user_id) {
        return user_id == "U1" ? Language::english : Language::japanese;
    }

    std::vector<bool> accept_all(const std::vector<slack::Envelope>& came) {
        return loopback::run(io, intake.accept(came));
    }
    bool accept(const slack::Envelope& came) { return accept_all({came}).front(); }
    void fill() {
        for (std::size_t i = 0; i < options.most_awaited; ++i) {
            REQUIRE(accept(button()));
        }
        for (std::size_t i = 0; i < options.most_events; ++i) {
            REQUIRE(accept(emoji_changed()));
        }
    }
    [[nodiscard]] std::vector<WorkItem> waiting() const {
        return inbox.due(SystemTime::max(), 100).value();
    }
    [[nodiscard]] std::vector<WorkItem> left() const {
        return outbox.due(SystemTime::max(), 100).value();
    }
};

}  // namespace

TEST_CASE("what belongs together goes in one lane", "[intake]") {
    CHECK(inbox_lane(command()).empty());
    CHECK(inbox_lane(button()).empty());
    CHECK(inbox_lane(button({{"view", {{"id", "V1"}}}})) == "view V1");
    CHECK(inbox_lane(emoji_changed()) == inbox_lane(emoji_changed()));
    CHECK_FALSE(inbox_lane(emoji_changed()).empty());
    CHECK(inbox_lane(message("D1")) == inbox_lane(message("D1")));
    CHECK(inbox_lane(message("D1")) != inbox_lane(message("D2")));
    CHECK(inbox_lane(event({{"type", "app_home_opened"}, {"user", "U1"}})) == "home U1");
    CHECK(inbox_lane(event({{"type", "app_mention"}})).empty());
}

TEST_CASE("what is accepted is stored with its lane, and what is waited for goes ahead",
          "[intake]") {
    Fixture fixture;
    REQUIRE(fixture.accept(emoji_changed()));
    REQUIRE(fixture.accept(command()));
    const auto items = fixture.waiting();
    REQUIRE(items.size() == 2);
    CHECK(items[0].kind == "slash_commands");
    CHECK(items[0].lane.empty());
    CHECK(items[1].lane == "emoji events");
    CHECK(json::parse(items[0].payload).at("payload").at("text") == "beer");
    CHECK(fixture.news == 2);
    CHECK(fixture.lists == 0);
}

TEST_CASE("what comes twice is stored once, and acknowledged twice", "[intake]") {
    Fixture fixture;
    const slack::Envelope same = emoji_changed();
    CHECK(fixture.accept(same));
    CHECK(fixture.accept(same));
    CHECK(fixture.waiting().size() == 1);
    CHECK(fixture.news == 1);
    slack::Envelope repeated = emoji_changed();
    repeated.retry_attempt = 1;
    CHECK(fixture.accept(repeated));
    CHECK(fixture.lists == 1);
}

TEST_CASE("what comes together is stored together, in order, and each by its own rule",
          "[intake]") {
    Fixture fixture;
    const slack::Envelope first = emoji_changed();
    CHECK(fixture.accept_all({first, emoji_changed(), first, button(), button(), button(),
                              emoji_changed(), emoji_changed(), message("D1")}) ==
          std::vector<bool>{true, true, true, true, true, false, true, true, true});
    // Of three buttons two, of four events three: the one that came twice is counted once, later.
    const auto items = fixture.waiting();
    REQUIRE(items.size() == 4);
    CHECK(items[0].kind == "interactive");
    CHECK(items[2].key == deduplication_key(first));
    CHECK(fixture.left().size() == 1);
    CHECK(fixture.news == 1);
}

TEST_CASE("what nobody waits for any more is not taken in", "[intake]") {
    Fixture fixture;
    slack::Envelope late = command();
    late.read_at = std::chrono::steady_clock::now() - std::chrono::seconds(4);
    CHECK_FALSE(fixture.accept(late));
    slack::Envelope event_late = emoji_changed();
    event_late.read_at = late.read_at;
    CHECK(fixture.accept(event_late));
    CHECK(fixture.waiting().size() == 1);
}

TEST_CASE("what cannot be stored is not acknowledged", "[intake]") {
    Fixture fixture;
    fixture.inbox.fail_next_change({ErrorCode::io, "the disk is full"});
    CHECK_FALSE(fixture.accept(emoji_changed()));
    CHECK(fixture.lists == 1);
    CHECK(fixture.accept(emoji_changed()));
}

TEST_CASE("of events that are too many the list tells", "[intake]") {
    Fixture fixture;
    fixture.fill();
    const auto before = fixture.waiting().size();
    CHECK(fixture.accept(emoji_changed()));
    CHECK(fixture.accept(event({{"type", "app_home_opened"}, {"user", "U1"}})));
    CHECK(fixture.waiting().size() == before);
    CHECK(fixture.lists == 2);
    CHECK(fixture.left().empty());
}

TEST_CASE("a command that is too much is told so by its acknowledgement", "[intake]") {
    Fixture fixture;
    CHECK_FALSE(fixture.intake.is_too_much(command()));
    fixture.fill();
    CHECK(fixture.intake.is_too_much(command()));
    CHECK_FALSE(fixture.intake.is_too_much(button()));
    CHECK(fixture.intake.come_again(command()).at("text") == say(Language::english, Phrase::busy));
    // One that was read before it was too much is taken in all the same.
    const auto before = fixture.waiting().size();
    CHECK(fixture.accept(command()));
    CHECK(fixture.waiting().size() == before + 1);
}

TEST_CASE("of a button that is too much Slack shows that nothing came of it", "[intake]") {
    Fixture fixture;
    fixture.fill();
    const auto before = fixture.waiting().size();
    CHECK_FALSE(fixture.accept(button()));
    CHECK(fixture.waiting().size() == before);
}

TEST_CASE("who writes while too many do is told once a minute", "[intake]") {
    Fixture fixture;
    fixture.fill();
    CHECK(fixture.accept(message("D1")));
    CHECK(fixture.accept(message("D1")));
    CHECK(fixture.accept(message("D2", {{"type", "app_mention"}, {"ts", "1.2"}})));
    CHECK(fixture.accept(message("D3", {{"bot_id", "B1"}})));
    const auto left = fixture.left();
    REQUIRE(left.size() == 2);
    CHECK(left[0].lane == "channel D1");
    CHECK(left[0].payload.find(say(Language::english, Phrase::busy)) != std::string::npos);
    CHECK(json::parse(left[1].payload).at("message").at("thread_ts") == "1.2");
    fixture.clock.advance(std::chrono::minutes(1));
    CHECK(fixture.accept(message("D1")));
    CHECK(fixture.left().size() == 3);
    fixture.outbox.fail_next_change({ErrorCode::io, "the disk is full"});
    CHECK_FALSE(fixture.accept(message("D4")));
    CHECK(fixture.accept(message("D4")));
    CHECK(fixture.left().size() == 4);
}

TEST_CASE("what Slack sends again is looked up, however much waits", "[intake]") {
    Fixture fixture;
    slack::Envelope first = message("D1");
    REQUIRE(fixture.accept(first));
    REQUIRE(fixture.accept(button()));
    REQUIRE_FALSE(fixture.accept(button()));
    first.retry_attempt = 1;
    const auto before = fixture.waiting().size();
    CHECK(fixture.accept(first));
    CHECK(fixture.waiting().size() == before);
    CHECK(fixture.left().empty());
}

TEST_CASE("when events were not taken in, the list is compared after those that wait", "[intake]") {
    Fixture fixture;
    fixture.fill();
    REQUIRE(fixture.accept(emoji_changed()));
    CHECK(fixture.lists == 1);
    std::size_t events = 0;
    for (const WorkItem& item : fixture.waiting()) {
        CHECK(fixture.lists == 1);
        events += item.kind == "events_api" ? 1 : 0;
        fixture.intake.went(item);
    }
    CHECK(events == 3);
    CHECK(fixture.lists == 2);
    REQUIRE(fixture.accept(emoji_changed()));
    fixture.intake.went(fixture.waiting().back());
    CHECK(fixture.lists == 2);
}

TEST_CASE("one conversation, or one view, does not take the place of all", "[intake]") {
    Fixture fixture;
    fixture.options.most_awaited = 10;
    fixture.options.most_in_lane = 2;
    Intake intake(
        fixture.inbox, fixture.disk, fixture.postbox, fixture.clock, [] {}, [] {}, fixture.options,
        fixture.live, fixture.limiter, Fixture::language_of);
    const auto accept = [&](const slack::Envelope& came) -> bool {
        return loopback::run(fixture.io, intake.accept(std::span(&came, 1))).front();
    };
    const slack::Envelope press = button({{"view", {{"id", "V1"}}}});
    CHECK(accept(press));
    CHECK(accept(press));  // the same one once more takes no place
    for (const bool taken : {true, false, false}) {
        CHECK(accept(button({{"view", {{"id", "V1"}}}})) == taken);
    }
    CHECK(accept(button({{"view", {{"id", "V2"}}}})));
    for (int i = 0; i < 4; ++i) {
        CHECK(accept(message("D1")));
    }
    CHECK(accept(message("D2")));
    CHECK(fixture.left().size() == 1);  // that there are too many in D1
    CHECK_FALSE(intake.is_too_much(command()));
    const auto items = fixture.waiting();
    REQUIRE(items.size() == 6);
    intake.went(items.front());
    CHECK(accept(button({{"view", {{"id", "V1"}}}})));
}

TEST_CASE("what has ended makes room, and what an earlier run left over takes it", "[intake]") {
    Fixture fixture;
    fixture.fill();
    Intake later(
        fixture.inbox, fixture.disk, fixture.postbox, fixture.clock, [] {}, [] {}, fixture.options,
        fixture.live, fixture.limiter, Fixture::language_of);
    CHECK_FALSE(later.is_too_much(command()));
    bool remembered = false;
    boost::asio::co_spawn(fixture.io, later.remember(),
                          [&](const std::exception_ptr&) { remembered = true; });
    loopback::run_until(fixture.io, [&] { return remembered; });
    for (Intake* intake : {&fixture.intake, &later}) {
        CHECK(intake->is_too_much(command()));
        intake->went(fixture.waiting().front());  // a button
        CHECK_FALSE(intake->is_too_much(command()));
    }
}

namespace {

slack::Envelope command_of(const std::string& user) {
    return envelope("slash_commands", {{"text", "beer"}, {"team_id", "T1"}, {"user_id", user}});
}
slack::Envelope press_of(const std::string& user, const json& more = json::object()) {
    json payload = {{"type", "block_actions"}, {"team", {{"id", "T1"}}}, {"user", {{"id", user}}}};
    payload.update(more);
    return envelope("interactive", payload);
}

/// Room for all; each person may have ten things at once.
struct Limited : Fixture {
    Intake roomy{
        inbox,           disk, postbox, clock,      [this] { ++news; }, [this] { ++lists; },
        roomy_options(), live, limiter, language_of};

    Limited() { limiter.set_rate(30); }
    static BotOptions roomy_options() {
        BotOptions made;
        made.most_awaited = made.most_in_lane = 1'000;
        return made;
    }
    bool take(const slack::Envelope& came) {
        return loopback::run(io, roomy.accept(std::span(&came, 1))).front();
    }
    void use_up(const std::string& user) {
        for (int i = 0; i < 10; ++i) {
            REQUIRE_FALSE(roomy.is_too_much(command_of(user)));
        }
    }
};

}  // namespace

TEST_CASE("who sent an envelope is read from wherever its kind has it", "[intake]") {
    for (const slack::Envelope& came :
         {command_of("U7"), press_of("U7"),
          envelope("events_api", {{"team_id", "T1"}, {"event", {{"user", "U7"}}}})}) {
        CHECK(sender_of(came).team_id == "T1");
        CHECK(sender_of(came).user_id == "U7");
    }
    CHECK(sender_of(envelope("interactive", {{"team", nullptr}, {"user", 7}})).user_id.empty());
}

TEST_CASE("who types more commands than a person may is told so in their language", "[intake]") {
    Limited fixture;
    fixture.use_up("U1");
    fixture.use_up("U2");
    for (int i = 0; i < 3; ++i) {  // each is told, which costs nothing
        const slack::Envelope one_more = command_of("U1");
        REQUIRE(fixture.roomy.is_too_much(one_more));
        const json told = fixture.roomy.come_again(one_more);
        CHECK(told.at("text") == say(Language::english, Phrase::too_fast, {"2"}));
        CHECK(told.at("response_type") == "ephemeral");
    }
    const slack::Envelope japanese = command_of("U2");
    REQUIRE(fixture.roomy.is_too_much(japanese));
    CHECK(fixture.roomy.come_again(japanese).at("text") ==
          say(Language::japanese, Phrase::too_fast, {"2"}));
    CHECK_FALSE(fixture.roomy.is_too_much(command_of("U3")));
    fixture.clock.advance(std::chrono::seconds(2));
    CHECK_FALSE(fixture.roomy.is_too_much(command_of("U1")));
    CHECK(fixture.roomy.is_too_much(command_of("U1")));
    CHECK(fixture.left().empty());
}

TEST_CASE("a command that Slack brings twice counts once", "[intake]") {
    Limited fixture;
    const slack::Envelope same = command_of("U1");
    for (int i = 0; i < 30; ++i) {
        CHECK_FALSE(fixture.roomy.is_too_much(same));
        CHECK(fixture.take(same));
    }
    CHECK(fixture.waiting().size() == 1);
    for (int i = 0; i < 9; ++i) {
        CHECK_FALSE(fixture.roomy.is_too_much(command_of("U1")));
    }
    CHECK(fixture.roomy.is_too_much(command_of("U1")));
}

TEST_CASE("who presses too many buttons is told once, and Slack shows the rest", "[intake]") {
    Limited fixture;
    fixture.use_up("U1");
    const json url = {{"response_url", "https://slack.example/response/1"}};
    CHECK(fixture.take(press_of("U1", url)));
    for (int i = 0; i < 5; ++i) {
        CHECK_FALSE(fixture.take(press_of("U1", url)));
    }
    CHECK(fixture.take(press_of("U2", url)));
    CHECK(fixture.waiting().size() == 1);  // that of U2
    const auto left = fixture.left();
    REQUIRE(left.size() == 1);
    CHECK(left[0].kind == "respond");
    CHECK(left[0].lane.empty());
    const json told = json::parse(left[0].payload);
    CHECK(told.at("to") == url.at("response_url"));
    CHECK(told.at("message").at("text") == say(Language::english, Phrase::too_fast, {"2"}));
    CHECK(told.at("message").at("response_type") == "ephemeral");
    CHECK(told.at("message").at("replace_original") == false);
}

TEST_CASE("what is pressed in a view counts as well, and is not acknowledged beyond the limit",
          "[intake]") {
    Limited fixture;
    for (int i = 0; i < 10; ++i) {
        CHECK(fixture.take(press_of("U1", {{"view", {{"id", "V1"}}}})));
    }
    CHECK_FALSE(fixture.take(press_of("U1", {{"view", {{"id", "V1"}}}})));
    CHECK(fixture.left().empty());
}

TEST_CASE("who writes too much is told once a minute, and the rest is let go", "[intake]") {
    Limited fixture;
    for (int i = 0; i < 10; ++i) {
        REQUIRE(fixture.take(message("D1")));
    }
    const slack::Envelope first = message("D1");
    CHECK(fixture.take(first));
    for (int i = 0; i < 10; ++i) {
        CHECK(fixture.take(message("D1")));
    }
    CHECK(fixture.waiting().size() == 10);
    CHECK(fixture.left().size() == 1);
    CHECK(fixture.left().front().lane == "channel D1");
    // Not heard by Slack, it comes again: that is no second word.
    slack::Envelope again = first;
    again.retry_attempt = 1;
    CHECK(fixture.take(again));
    CHECK(fixture.left().size() == 1);
    fixture.clock.advance(std::chrono::minutes(1));
    for (int i = 0; i < 20; ++i) {
        CHECK(fixture.take(message("D1")));
    }
    CHECK(fixture.waiting().size() == 20);
    CHECK(fixture.left().size() == 2);
    // The bot's own words are nobody's.
    CHECK(fixture.take(message("D1", {{"bot_id", "B1"}})));
    CHECK(fixture.waiting().size() == 21);
}

TEST_CASE("emoji events are nobody's asking", "[intake]") {
    Limited fixture;
    for (int i = 0; i < 3; ++i) {
        CHECK(fixture.take(event({{"type", "emoji_changed"}, {"user", "U1"}})));
    }
    fixture.use_up("U1");
    CHECK_FALSE(fixture.take(press_of("U1", {{"view", {{"id", "V1"}}}})));
}

TEST_CASE("who types into a menu has room for it, and not without end", "[intake]") {
    Limited fixture;
    fixture.use_up("U1");
    int searched = 0;
    for (int i = 0; i < 150; ++i) {
        searched += fixture.roomy.may_type(press_of("U1", {{"type", "block_suggestion"}})) ? 1 : 0;
    }
    CHECK(searched == 100);
    CHECK(fixture.roomy.may_type(press_of("U2", {{"type", "block_suggestion"}})));
}

}  // namespace emojiscope::bot
