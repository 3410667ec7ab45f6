// How long people wait for answers.
#include "answer_times.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace emojiscope::bot {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Fixture {
    struct Observer final : BotObserver {
        void answered(std::string_view name, milliseconds after) override {
            seen.emplace_back(std::string(name), after.count());
        }
        std::vector<std::pair<std::string, std::int64_t>> seen;
    };
    using Seen = std::vector<std::pair<std::string, std::int64_t>>;

    ManualClock clock;
    Observer observer;
    AnswerTimes times{&observer, clock};

    void sent(const std::string& key, Outcome::Kind outcome = Outcome::Kind::done) {
        WorkItem item;
        item.key = key;
        times.sent(item, outcome);
    }
};

}  // namespace

TEST_CASE("an answer's time is that from the command's arrival until it was sent",
          "[answer_times]") {
    Fixture f;
    f.times.asked("e1", "find", f.clock.now() - milliseconds(20));
    f.clock.advance(milliseconds(100));
    f.sent("answer e2");  // of another one
    f.sent("alert e1");
    CHECK(f.observer.seen.empty());
    f.sent("answer e1");
    CHECK(f.observer.seen == Fixture::Seen{{"find", 120}});
    f.sent("answer e1");
    CHECK(f.observer.seen.size() == 1);
}

TEST_CASE("an answer that is tried again waits on, one that is given up is none",
          "[answer_times]") {
    Fixture f;
    f.times.asked("e1", "find", f.clock.now());
    f.times.asked("e2", "map", f.clock.now());
    f.sent("answer e1", Outcome::Kind::retry);
    f.sent("answer e2", Outcome::Kind::dead);
    f.clock.advance(seconds(2));
    // The command itself is tried again: people wait since its first time.
    f.times.asked("e1", "find", f.clock.now());
    f.sent("answer e1");
    f.sent("answer e2");
    CHECK(f.observer.seen == Fixture::Seen{{"find", 2'000}});
}

TEST_CASE("an answer that needs no message is there at once", "[answer_times]") {
    Fixture f;
    f.times.asked("e1", "picker", f.clock.now());
    f.clock.advance(milliseconds(5));
    f.times.answered("e1");
    f.times.answered("unknown");
    CHECK(f.observer.seen == Fixture::Seen{{"picker", 5}});
}

TEST_CASE("a clock that goes back makes no negative times", "[answer_times]") {
    Fixture f;
    f.times.asked("e1", "find", f.clock.now() + seconds(10));
    f.sent("answer e1");
    CHECK(f.observer.seen == Fixture::Seen{{"find", 0}});
}

TEST_CASE("of too many commands the oldest are forgotten", "[answer_times]") {
    Fixture f;
    for (std::size_t i = 0; i <= AnswerTimes::most; ++i) {
        f.times.asked("e" + std::to_string(i), "find", f.clock.now());
        f.clock.advance(milliseconds(1));
    }
    f.sent("answer e0");
    CHECK(f.observer.seen.empty());
    f.sent("answer e1");
    CHECK(f.observer.seen.size() == 1);
}

TEST_CASE("without an observer nothing is kept", "[answer_times]") {
    ManualClock clock;
    AnswerTimes times{nullptr, clock};
    times.asked("e1", "find", clock.now());
    WorkItem item;
    item.key = "answer e1";
    times.sent(item, Outcome::Kind::done);
    times.answered("e1");
}

}  // namespace emojiscope::bot
