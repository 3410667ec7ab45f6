// What is taken in, what is not when too much waits, and who is told.
#include "intake_fixture.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::bot {

using nlohmann::json;

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
    IntakeFixture fixture;
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
    IntakeFixture fixture;
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
    IntakeFixture fixture;
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
    IntakeFixture fixture;
    slack::Envelope late = command();
    late.read_at = std::chrono::steady_clock::now() - std::chrono::seconds(4);
    CHECK_FALSE(fixture.accept(late));
    slack::Envelope event_late = emoji_changed();
    event_late.read_at = late.read_at;
    CHECK(fixture.accept(event_late));
    CHECK(fixture.waiting().size() == 1);
}

TEST_CASE("what cannot be stored is not acknowledged", "[intake]") {
    IntakeFixture fixture;
    fixture.inbox.fail_next_change({ErrorCode::io, "the disk is full"});
    CHECK_FALSE(fixture.accept(emoji_changed()));
    CHECK(fixture.lists == 1);
    CHECK(fixture.accept(emoji_changed()));
}

TEST_CASE("of events that are too many the list tells", "[intake]") {
    IntakeFixture fixture;
    fixture.fill();
    const auto before = fixture.waiting().size();
    CHECK(fixture.accept(emoji_changed()));
    CHECK(fixture.accept(event({{"type", "app_home_opened"}, {"user", "U1"}})));
    CHECK(fixture.waiting().size() == before);
    CHECK(fixture.lists == 2);
    CHECK(fixture.left().empty());
}

TEST_CASE("a command that is too much is told so by its acknowledgement", "[intake]") {
    IntakeFixture fixture;
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
    IntakeFixture fixture;
    fixture.fill();
    const auto before = fixture.waiting().size();
    CHECK_FALSE(fixture.accept(button()));
    CHECK(fixture.waiting().size() == before);
}

TEST_CASE("who writes while too many do is told once a minute", "[intake]") {
    IntakeFixture fixture;
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
    IntakeFixture fixture;
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
    IntakeFixture fixture;
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
    IntakeFixture fixture;
    fixture.options.most_awaited = 10;
    fixture.options.most_in_lane = 2;
    Intake intake(
        fixture.inbox, fixture.disk, fixture.postbox, fixture.clock, [] {}, [] {}, fixture.options,
        fixture.live, fixture.limiter, IntakeFixture::language_of);
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
    IntakeFixture fixture;
    fixture.fill();
    Intake later(
        fixture.inbox, fixture.disk, fixture.postbox, fixture.clock, [] {}, [] {}, fixture.options,
        fixture.live, fixture.limiter, IntakeFixture::language_of);
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

}  // namespace emojiscope::bot
