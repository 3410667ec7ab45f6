// The line about each event.
#include "event_log.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::bot {
namespace {

using std::chrono::milliseconds;

WorkItem item(const std::string& key, const std::string& kind, int failed_tries = 0) {
    WorkItem made;
    made.key = key;
    made.kind = kind;
    made.payload = "never shown";
    made.attempts = failed_tries;
    return made;
}

std::string line(const Incoming& incoming, bool with_query = false,
                 Outcome::Kind outcome = Outcome::Kind::done) {
    return event_line(item("Ev1", "events_api"), facts_of(incoming), outcome,
                      {milliseconds(3), milliseconds(41)}, with_query);
}

/// What stands between the kind and the outcome.
std::string told(const Incoming& incoming, bool with_query = false) {
    const std::string all = line(incoming, with_query);
    const std::string head = "event key=Ev1 kind=events_api ";
    const auto end = all.rfind(" outcome=");
    REQUIRE(all.starts_with(head));
    REQUIRE(end != std::string::npos);
    return all.substr(head.size(), end - head.size());
}

SlashCommand command(const std::string& text) {
    return {text, "https://hooks/secret", "U1", "trigger"};
}

}  // namespace

TEST_CASE("a line tells what an event was and what became of it", "[event_log]") {
    CHECK(line(EmojiAdded{"beer", "https://e/beer.png"}) ==
          "event key=Ev1 kind=events_api what=emoji_added emoji=beer outcome=done attempts=1 "
          "waited_ms=3 worked_ms=41");
    CHECK(event_line(item("e-2", "interactive", 4), {}, Outcome::Kind::retry,
                     {milliseconds(0), milliseconds(0)}, false) ==
          "event key=e-2 kind=interactive outcome=retry attempts=5 waited_ms=0 worked_ms=0");
    CHECK(line(EmojiListChanged{}, false, Outcome::Kind::dead).find(" outcome=given_up ") !=
          std::string::npos);
}

TEST_CASE("each kind of event has a word", "[event_log]") {
    CHECK(told(EmojiAliased{"ale", "beer"}) == "what=emoji_aliased emoji=ale before=beer");
    CHECK(told(EmojiRenamed{"bier", "beer", ""}) == "what=emoji_renamed emoji=beer before=bier");
    CHECK(told(EmojiRemoved{{"a", "b"}}) == "what=emoji_removed emoji=a,b");
    CHECK(told(EmojiRemoved{{"a", "b", "c", "d", "e", "f", "g"}}) ==
          R"(what=emoji_removed emoji="a,b,c,d,e,and 2 more")");
    CHECK(told(ButtonPressed{"emoji.post", "beer", "U1", "https://r", nullptr}) ==
          "what=button action=emoji.post user=U1");
    CHECK(told(GlobalShortcut{"pick_emoji", "U1", "t"}) ==
          "what=shortcut action=pick_emoji user=U1");
    CHECK(told(HomeOpened{"U1"}) == "what=home_opened user=U1");
    CHECK(told(Ignored{"whatever"}) == "what=ignored");
    CHECK(told(ViewAction{"picker.emoji", "beer", "U1", {}}) ==
          "what=view_action action=picker.emoji user=U1");
}

TEST_CASE("what people type is told only where that is wished", "[event_log]") {
    CHECK(told(command("my secret wish")) == "what=query user=U1");
    CHECK(told(command("my secret wish"), true) == R"(what=query user=U1 query="my secret wish")");
    CHECK(told(command("map")) == "what=map user=U1");
    const DirectMessage message{"D1", "U1", "private words", {}, ""};
    CHECK(told(message) == "what=message user=U1");
    CHECK(told(message, true) == R"(what=message user=U1 query="private words")");
    // Neither the address for answers nor the payload is told in any case.
    for (const bool with_query : {false, true}) {
        const std::string all = line(command("beer"), with_query);
        CHECK(all.find("hooks") == std::string::npos);
        CHECK(all.find("never shown") == std::string::npos);
        CHECK(all.find("trigger") == std::string::npos);
    }
}

TEST_CASE("a value cannot break the line, or look like another one", "[event_log]") {
    CHECK(told(command("a\nevent key=x outcome=done"), true) ==
          R"(what=query user=U1 query="a\nevent key=x outcome=done")");
    CHECK(told(command("say \"hi\" \\ \x1b[31m"), true) ==
          R"(what=query user=U1 query="say \"hi\" \\ \u001b[31m")");
    CHECK(told(command("a=b"), true) == R"(what=query user=U1 query="a=b")");
    CHECK(told(command("乾杯"), true) == "what=query user=U1 query=乾杯");
    const std::string broken = told(command("x\xff"), true);
    CHECK(broken == "what=query user=U1 query=x\xef\xbf\xbd");
    CHECK(told(command(std::string(5'000, 'x')), true).size() < 400);
}

}  // namespace emojiscope::bot
