// Whose language is known, and what happens while it is not.
#include "people.hpp"

#include "admins.hpp"

#include "slack/client_fixture.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <future>
#include <mutex>

namespace emojiscope::bot {
namespace {

using loopback::answer;
using loopback::Client;
using loopback::LoopbackServer;
using loopback::Request;

/// A Slack that answers users.info with this body, and counts.
struct Asked {
    std::atomic<int> calls{0};
    std::string target;
    std::mutex target_mutex;
    LoopbackServer server;
    Client client{server.url("/api/")};
    ManualClock clock;
    People people;

    explicit Asked(const std::string& body, Language otherwise = Language::english)
        : server([this, body](const Request& request) {
              ++calls;
              const std::lock_guard lock(target_mutex);
              target = std::string(request.target());
              return answer(200, body);
          }),
          people(client.api, clock, otherwise) {}

    /// What is known is answered at once, and asked for anew behind.
    void wait_for_calls(int count) {
        const auto until = std::chrono::steady_clock::now() + loopback::test_deadline;
        while (calls < count && std::chrono::steady_clock::now() < until) {
            client.io.restart();
            client.io.run_for(std::chrono::milliseconds(10));
        }
        CHECK(calls == count);
    }

    Language language_of(const std::string& user) { return client.run(people.language_of(user)); }
};

const std::string japanese = R"({"ok":true,"user":{"id":"U1","locale":"ja-JP"}})";

}  // namespace

TEST_CASE("somebody new is asked about once an hour", "[people]") {
    Asked asked(japanese);
    CHECK(asked.language_of("U1") == Language::japanese);
    CHECK(asked.target == "/api/users.info?include_locale=true&user=U1");
    CHECK(asked.language_of("U1") == Language::japanese);
    CHECK(asked.calls == 1);
    CHECK(asked.language_of("U2") == Language::japanese);
    CHECK(asked.calls == 2);
    asked.clock.advance(std::chrono::minutes(59));
    CHECK(asked.language_of("U1") == Language::japanese);
    CHECK(asked.calls == 2);
    asked.clock.advance(std::chrono::minutes(2));
    CHECK(asked.language_of("U1") == Language::japanese);
    asked.wait_for_calls(3);
}

TEST_CASE("whom Slack does not tell of is answered in the workspace's language", "[people]") {
    Asked asked(R"({"ok":false,"error":"missing_scope"})", Language::japanese);
    CHECK(asked.language_of("U1") == Language::japanese);
    CHECK(asked.language_of("U1") == Language::japanese);
    CHECK(asked.calls == 1);
    // Once the scope is granted it takes some minutes at most.
    asked.clock.advance(std::chrono::minutes(11));
    CHECK(asked.language_of("U1") == Language::japanese);
    asked.wait_for_calls(2);
}

TEST_CASE("who has no locale is answered in the workspace's language", "[people]") {
    Asked asked(R"({"ok":true,"user":{"id":"U1"}})", Language::japanese);
    CHECK(asked.language_of("U1") == Language::japanese);
}

TEST_CASE("whoever has no locale follows the workspace's language when that changes", "[people]") {
    Asked without(R"({"ok":true,"user":{"id":"U1"}})", Language::japanese);
    Asked refused(R"({"ok":false,"error":"missing_scope"})", Language::japanese);
    Asked with(japanese, Language::japanese);
    for (Asked* asked : {&without, &refused, &with}) {
        CHECK(asked->language_of("U1") == Language::japanese);
        asked->people.speak_otherwise(Language::english);
    }
    CHECK(without.language_of("U1") == Language::english);
    CHECK(refused.language_of("U1") == Language::english);
    CHECK(with.language_of("U1") == Language::japanese);
    CHECK(with.calls == 1);
}

TEST_CASE("an outage does not make anybody forget a language", "[people]") {
    std::atomic<bool> down{false};
    std::atomic<int> calls{0};
    LoopbackServer server([&](const Request&) {
        ++calls;
        return down ? answer(500, "") : answer(200, japanese);
    });
    Client client(server.url("/api/"));
    ManualClock clock;
    People people(client.api, clock, Language::english);
    CHECK(client.run(people.language_of("U1")) == Language::japanese);
    down = true;
    clock.advance(std::chrono::hours(25));
    CHECK(client.run(people.language_of("U1")) == Language::japanese);  // at once, as it was
    const auto until = std::chrono::steady_clock::now() + loopback::test_deadline;
    while (calls < 2 && std::chrono::steady_clock::now() < until) {
        client.io.run_for(std::chrono::milliseconds(10));
        client.io.restart();
    }
    CHECK(calls >= 2);  // it was asked for, and may have been asked for again
    client.io.run_for(std::chrono::milliseconds(200));
    client.io.restart();
    CHECK(client.run(people.language_of("U1")) == Language::japanese);
}

TEST_CASE("nobody in particular is not asked about", "[people]") {
    Asked asked(japanese);
    CHECK(asked.language_of("") == Language::english);
    CHECK(asked.language_of("../x?y") == Language::english);
    CHECK(asked.calls == 0);
}

TEST_CASE("several who ask at once make one call", "[people]") {
    Asked asked(japanese);
    int answered = 0;
    for (int i = 0; i < 5; ++i) {
        boost::asio::co_spawn(asked.client.io, asked.people.language_of("U1"),
                              [&](const std::exception_ptr&, Language language) {
                                  CHECK(language == Language::japanese);
                                  ++answered;
                              });
    }
    loopback::run_until(asked.client.io, [&] { return answered == 5; });
    CHECK(asked.calls == 1);
}

namespace {

/// People of a Slack that answers no question before `let_go`.
struct Held {
    std::promise<void> let_go;
    LoopbackServer server{[gate = let_go.get_future().share()](const Request&) {
        gate.wait();
        return answer(200, japanese);
    }};
    Client client{server.url("/api/")};
    ManualClock clock;
    People people{client.api, clock, Language::english};
};

}  // namespace

TEST_CASE("a Slack that does not answer holds nobody up for long", "[people]") {
    Held held;
    CHECK(held.client.run(held.people.language_of("U1")) == Language::english);
    held.let_go.set_value();
    // What comes late is remembered all the same.
    const auto until = std::chrono::steady_clock::now() + loopback::test_deadline;
    Language language = Language::english;
    while (language == Language::english && std::chrono::steady_clock::now() < until) {
        language = held.client.run(held.people.language_of("U1"));
    }
    CHECK(language == Language::japanese);
}

TEST_CASE("whoever opens a modal does not wait as long as others for a language", "[people]") {
    Held held;
    std::vector<std::string> ended;
    const auto ask = [&](const std::string& who, std::chrono::milliseconds patience) {
        boost::asio::co_spawn(held.client.io, held.people.language_of("U1", patience),
                              [&ended, who](const std::exception_ptr&, Language language) {
                                  CHECK(language == Language::english);
                                  ended.push_back(who);
                              });
    };
    ask("words", people_patience);
    ask("modal", modal_patience);
    loopback::run_until(held.client.io, [&] { return ended.size() == 2; });
    CHECK(ended == std::vector<std::string>{"modal", "words"});
    held.let_go.set_value();
}

namespace {

/// One user, of whom Slack says this.
std::string user_with(const std::string& fields) {
    return R"({"ok":true,"user":{"id":"U1","locale":"ja-JP",)" + fields + "}}";
}

struct Judged {
    std::atomic<int> calls{0};
    LoopbackServer server;
    Client client{server.url("/api/")};
    ManualClock clock;
    People people{client.api, clock, Language::english, "T1"};
    Admins admins{people, {"W7"}};

    explicit Judged(const std::string& body)
        : server([this, body](const Request&) {
              ++calls;
              return answer(200, body);
          }) {}
    Right right_of(const std::string& user) { return client.run(admins.right_of(user)); }
};

}  // namespace

TEST_CASE("admins and owners of this workspace have the right, and others do not", "[admins]") {
    for (const char* fields :
         {R"("is_admin":true,"team_id":"T1")", R"("is_owner":true,"team_id":"T1")",
          R"("is_primary_owner":true,"team_id":"T1")",
          // Of an organisation, whose people are in several workspaces.
          R"("is_admin":true,"team_id":"E1","enterprise_user":{"teams":["T1"]})",
          R"("is_admin":true,"enterprise_user":{"teams":["T1"]})",
          R"("is_admin":true,"team_id":"T2","enterprise_user":{"teams":["T2","T1"]})"}) {
        CAPTURE(fields);
        CHECK(Judged(user_with(fields)).right_of("U1") == Right::granted);
    }
    for (const char* fields :
         {R"("team_id":"T1","is_admin":false)", R"("team_id":"T1","is_admin":null)",
          R"("team_id":"T1","is_admin":"yes")", R"("team_id":"T1","is_admin":1)",
          R"("team_id":"T1","is_restricted":true)",
          R"("team_id":"T1","is_admin":true,"deleted":true)",
          R"("team_id":"T1","is_admin":true,"is_stranger":true)",
          // Met in a shared channel.
          R"("is_admin":true,"team_id":"T2")",
          R"("is_admin":true,"team_id":"T2","enterprise_user":{"teams":["T2",1]})",
          R"("is_owner":true,"team_id":"E9","enterprise_user":{"teams":["T9"]})",
          R"("is_admin":true,"team_id":"E9")", R"("is_admin":true,"team_id":"")",
          R"("is_admin":true,"team_id":"E9","enterprise_user":{"teams":"T1"})",
          // Slack does not say of where.
          R"("is_admin":true)", R"("is_owner":true,"enterprise_user":{})"}) {
        CAPTURE(fields);
        CHECK(Judged(user_with(fields)).right_of("U1") == Right::refused);
    }
}

TEST_CASE("whom the configuration names is not asked about", "[admins]") {
    Judged judged(R"({"ok":false,"error":"missing_scope"})");
    CHECK(judged.right_of("W7") == Right::granted);
    CHECK(judged.calls == 0);
    CHECK(judged.right_of("U1") == Right::unknown);
    judged.admins.set_configured({"U1"});
    CHECK(judged.right_of("U1") == Right::granted);
    CHECK(judged.right_of("W7") == Right::unknown);
}

TEST_CASE("while Slack does not say who somebody is, they have no right", "[admins]") {
    CHECK(Judged(R"({"ok":false,"error":"user_not_found"})").right_of("U1") == Right::unknown);
    CHECK(Judged(R"({"ok":true})").right_of("U1") == Right::refused);
    CHECK(Judged("no JSON").right_of("U1") == Right::unknown);
    Judged judged(user_with(R"("is_admin":true,"team_id":"T1")"));
    CHECK(judged.right_of("") == Right::unknown);
    CHECK(judged.right_of("../x") == Right::unknown);
    CHECK(judged.calls == 0);
    CHECK(refusal(Right::refused) == Phrase::admins_only);
    CHECK(refusal(Right::unknown) == Phrase::rights_unknown);
}

TEST_CASE("one call tells the language and the right, and the right is asked anew after minutes",
          "[admins]") {
    Judged judged(user_with(R"("is_admin":true,"team_id":"T1")"));
    CHECK(judged.client.run(judged.people.language_of("U1")) == Language::japanese);
    CHECK(judged.people.known_language("U1") == Language::japanese);
    CHECK(judged.people.known_language("U2") == Language::english);
    CHECK(judged.right_of("U1") == Right::granted);
    CHECK(judged.calls == 1);
    judged.clock.advance(std::chrono::minutes(4));
    CHECK(judged.right_of("U1") == Right::granted);
    CHECK(judged.calls == 1);
    judged.clock.advance(std::chrono::minutes(2));
    CHECK(judged.right_of("U1") == Right::granted);
    CHECK(judged.calls == 2);
}

TEST_CASE("a right that is old counts for nothing once Slack cannot be asked", "[admins]") {
    std::atomic<bool> down{false};
    LoopbackServer server([&](const Request&) {
        return down ? answer(200, R"({"ok":false,"error":"missing_scope"})")
                    : answer(200, user_with(R"("is_admin":true,"team_id":"T1")"));
    });
    Client client(server.url("/api/"));
    ManualClock clock;
    People people(client.api, clock, Language::english, "T1");
    Admins admins(people, {});
    CHECK(client.run(admins.right_of("U1")) == Right::granted);
    down = true;
    clock.advance(std::chrono::minutes(6));
    CHECK(client.run(admins.right_of("U1")) == Right::unknown);
    CHECK(client.run(people.language_of("U1")) == Language::japanese);  // as it was
}

TEST_CASE("a bot that does not know its own workspace grants nobody a right", "[admins]") {
    LoopbackServer server(
        [](const Request&) { return answer(200, user_with(R"("is_admin":true,"team_id":"")")); });
    Client client(server.url("/api/"));
    ManualClock clock;
    People people(client.api, clock, Language::english);
    Admins admins(people, {});
    CHECK(client.run(admins.right_of("U1")) == Right::refused);
}

}  // namespace emojiscope::bot
