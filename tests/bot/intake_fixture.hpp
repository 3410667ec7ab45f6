// What the tests of the intake share: envelopes, and an intake with queues in memory.
#pragma once

#include "intake.hpp"

#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/wording.hpp"
#include "fakes/memory_work_queue.hpp"
#include "slack/client_fixture.hpp"

#include <string>
#include <utility>
#include <vector>

namespace emojiscope::bot {

inline slack::Envelope envelope(const std::string& type, nlohmann::json payload) {
    static int number = 0;
    slack::Envelope made;
    made.id = "e" + std::to_string(++number);
    made.type = type;
    made.payload = std::move(payload);
    return made;
}
inline slack::Envelope command() {
    return envelope("slash_commands", {{"text", "beer"}});
}
inline slack::Envelope button(const nlohmann::json& more = nlohmann::json::object()) {
    nlohmann::json payload = {{"type", "block_actions"}};
    payload.update(more);
    return envelope("interactive", payload);
}
inline slack::Envelope event(const nlohmann::json& inner) {
    return envelope("events_api", {{"event", inner}});
}
inline slack::Envelope emoji_changed() {
    return event({{"type", "emoji_changed"}, {"subtype", "remove"}, {"names", {"x"}}});
}
inline slack::Envelope message(const std::string& channel,
                               const nlohmann::json& more = nlohmann::json::object()) {
    nlohmann::json inner = {{"type", "message"},
                            {"channel_type", "im"},
                            {"channel", channel},
                            {"user", "U1"},
                            {"text", "beer"}};
    inner.update(more);
    return event(inner);
}

/// Room for little.
struct IntakeFixture {
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

}  // namespace emojiscope::bot
