// How much one person may ask for, and what they are told beyond that.
#include "intake_fixture.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::bot {
namespace {

using nlohmann::json;

slack::Envelope command_of(const std::string& user) {
    return envelope("slash_commands", {{"text", "beer"}, {"team_id", "T1"}, {"user_id", user}});
}
slack::Envelope press_of(const std::string& user, const json& more = json::object()) {
    json payload = {{"type", "block_actions"}, {"team", {{"id", "T1"}}}, {"user", {{"id", user}}}};
    payload.update(more);
    return envelope("interactive", payload);
}

/// Room for all; each person may have ten things at once.
struct Limited : IntakeFixture {
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
