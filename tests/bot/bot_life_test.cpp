// How a bot ends of which one part has ended by an error.
#include "emojiscope/bot/bot.hpp"
#include "emojiscope/bot/bot_observer.hpp"

#include "desk_fixture.hpp"

#include <stdexcept>

namespace emojiscope::bot {
namespace {

/// What it holds can be asked for, until it is told to throw.
class FaultyQueue final : public WorkQueue {
public:
    explicit FaultyQueue(const Clock& clock) : sound_(clock) {}

    [[nodiscard]] Result<std::vector<bool>> push_all(std::span<const NewWork> items) override {
        return sound_.push_all(items);
    }
    using WorkQueue::due;
    [[nodiscard]] Result<std::vector<WorkItem>> due(SystemTime now, std::size_t limit,
                                                    const ClosedLanes& closed) const override {
        return sound_.due(now, limit, closed);
    }
    [[nodiscard]] Result<std::optional<SystemTime>> next_due() const override {
        if (faulty) {
            throw std::runtime_error("a fault\nof the program");
        }
        return sound_.next_due();
    }
    [[nodiscard]] Result<void> done(std::int64_t id) override { return sound_.done(id); }
    [[nodiscard]] Result<void> done_all(std::span<const std::int64_t> ids) override {
        return sound_.done_all(ids);
    }
    [[nodiscard]] Result<void> retry(std::int64_t id, SystemTime due,
                                     std::string_view why) override {
        return sound_.retry(id, due, why);
    }
    [[nodiscard]] Result<void> put_back(std::int64_t id, SystemTime due, int attempts,
                                        std::string_view why) override {
        return sound_.put_back(id, due, attempts, why);
    }
    [[nodiscard]] Result<std::size_t> hasten(SystemTime farthest, SystemTime now) override {
        return sound_.hasten(farthest, now);
    }
    [[nodiscard]] Result<void> dead(std::int64_t id, std::string_view why) override {
        return sound_.dead(id, why);
    }
    [[nodiscard]] Result<std::size_t> forget_before(WorkEnd end, SystemTime time,
                                                    std::size_t most) override {
        return sound_.forget_before(end, time, most);
    }
    [[nodiscard]] Result<WorkCounts> counts() const override { return sound_.counts(); }
    [[nodiscard]] Result<WorkBacklog> backlog() const override { return sound_.backlog(); }

    std::atomic<bool> faulty{false};

private:
    fakes::MemoryWorkQueue sound_;
};

struct Life : DeskFixture {
    FaultyQueue inbox{world.clock};
    fakes::MemoryWorkQueue alerts{world.clock};
    fakes::MemoryWorkQueue unannounced{world.clock};
    BotObserver observer;  // so that it looks after itself
    std::unique_ptr<Bot> bot;
    int told_as_broken = 0;
    std::optional<Result<void>> ended;

    Life() {
        // It waits for its socket, for Slack does not give it an address.
        answers["apps.connections.open"] = R"({"ok":false,"error":"internal_error"})";
        options.observer = &observer;
        const Memory memory{inbox,
                            outbox,
                            alerts,
                            unannounced,
                            []() -> Result<bool> { return true; },
                            []() -> Result<void> { return {}; }};
        bot = std::make_unique<Bot>(client.io.get_executor(), client.dialer, client.api, parts,
                                    memory, options, LiveOptions{}, slack::SocketModeOptions{},
                                    [] {});
        bot->on_broken([this] {
            ++told_as_broken;
            CHECK_FALSE(ended.has_value());
            CHECK_THAT(bot->state().broken, Catch::Contains("the work on the inbox"));
        });
        boost::asio::co_spawn(client.io, bot->run(),
                              [this](const std::exception_ptr& thrown, Result<void> result) {
                                  CHECK_FALSE(thrown);
                                  ended = std::move(result);
                              });
    }
    ~Life() { bot.reset(); }
    Life(const Life&) = delete;
    Life& operator=(const Life&) = delete;

    void until_it_ends() {
        loopback::run_until(client.io, [this] { return ended.has_value(); });
    }
};

}  // namespace

TEST_CASE("a bot of which a loop ends by an error ends, and says which and why", "[bot]") {
    Life life;
    life.inbox.faulty = true;
    life.until_it_ends();
    REQUIRE(life.ended->has_error());
    CHECK(life.ended->error().code == ErrorCode::internal);
    CHECK(life.ended->error().message ==
          "the work on the inbox ended by an error: a fault of the program");
    CHECK(life.told_as_broken == 1);
}

TEST_CASE("a bot that is stopped ends well", "[bot]") {
    Life life;
    boost::asio::post(life.client.io, [&] { life.bot->stop(); });
    life.until_it_ends();
    CHECK(life.ended->has_value());
    CHECK(life.bot->state().broken.empty());
    CHECK(life.bot->state().standing_still.empty());
    CHECK(life.told_as_broken == 0);
}

}  // namespace emojiscope::bot
