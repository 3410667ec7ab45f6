// What is counted under which name, and what the pages say.
#include "metrics_observers.hpp"
#include "status.hpp"

#include "fakes/fake_embedder.hpp"
#include "fakes/fake_picture_reader.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <limits>
#include <string>

namespace emojiscope::app {
namespace {

using namespace std::chrono_literals;
using bot::Outcome;
using bot::QueueName;
using search::DuplicateKind;

struct Fixture {
    telemetry::Metrics metrics;
    MetricsObservers observers{metrics, "1.2.3"};

    /// Of a line of the page as it stands there; not a number if there is none.
    [[nodiscard]] double value(const std::string& series) const {
        const std::string page = "\n" + metrics.text();
        const auto found = page.find("\n" + series + " ");
        return found == std::string::npos ? std::numeric_limits<double>::quiet_NaN()
                                          : std::stod(page.substr(found + series.size() + 2));
    }
    [[nodiscard]] bool shows(const std::string& text) const {
        return metrics.text().find(text) != std::string::npos;
    }
};

class Reader final : public search::TextReader {
public:
    [[nodiscard]] Result<std::vector<search::ReadText>> read(const RgbaImage&) const override {
        if (fails) {
            return fail(ErrorCode::internal, "out of order");
        }
        return std::vector<search::ReadText>{};
    }
    [[nodiscard]] std::string version() const override { return "reader 1"; }
    bool fails = false;
};

}  // namespace

TEST_CASE("everything stands on the page from the start", "[metrics_observers]") {
    const Fixture f;
    for (const char* series :
         {R"(emojiscope_reconnects_total{reason="lost"})", "emojiscope_connected",
          R"(emojiscope_envelopes_received_total{type="slash_commands"})",
          "emojiscope_acknowledgement_seconds_count",
          R"(emojiscope_items_total{kind="events_api",outcome="given_up",queue="inbox"})",
          R"(emojiscope_command_seconds_count{command="map"})",
          R"(emojiscope_slack_calls_total{method="emoji.list",result="ok"})",
          R"(emojiscope_errors_total{during="work",kind="internal"})",
          R"(emojiscope_alerts_total{kind="identical"})"}) {
        CAPTURE(series);
        CHECK(f.value(series) == 0);
    }
    CHECK(f.value(R"(emojiscope_build_info{version="1.2.3"})") == 1);
}

TEST_CASE("the traffic with Slack is counted", "[metrics_observers]") {
    Fixture f;
    f.observers.envelope_came("slash_commands");
    f.observers.acknowledged(2ms);
    f.observers.acknowledged(4s);
    f.observers.not_acknowledged(slack::Unacknowledged::unsent, 3);
    f.observers.reconnecting(slack::SocketEnd::refresh);
    f.observers.dial_failed(ErrorCode::network);
    f.observers.sockets(2);
    CHECK(f.value(R"(emojiscope_envelopes_received_total{type="slash_commands"})") == 1);
    CHECK(f.value(R"(emojiscope_acknowledgement_seconds_bucket{le="0.0025"})") == 1);
    CHECK(f.value(R"(emojiscope_acknowledgement_seconds_bucket{le="3"})") == 1);
    CHECK(f.value("emojiscope_acknowledgement_seconds_count") == 2);
    CHECK(f.value(R"(emojiscope_unacknowledged_total{reason="unsent"})") == 3);
    CHECK(f.value(R"(emojiscope_reconnects_total{reason="refresh"})") == 1);
    CHECK(f.value(R"(emojiscope_errors_total{during="dial",kind="network"})") == 1);
    CHECK(f.value("emojiscope_connected") == 1);
    CHECK(f.value("emojiscope_sockets_open") == 2);
    f.observers.sockets(0);
    CHECK(f.value("emojiscope_connected") == 0);

    f.observers.exchanged("emoji.list", 20ms, false);
    f.observers.exchanged("emoji.list", 20ms, true);
    f.observers.called("emoji.list", {});
    f.observers.called("emoji.list", ErrorCode::rate_limited);
    CHECK(f.value(R"(emojiscope_slack_request_seconds_count{method="emoji.list"})") == 2);
    CHECK(f.value(R"(emojiscope_slack_rate_limited_total{method="emoji.list"})") == 1);
    CHECK(f.value(R"(emojiscope_slack_calls_total{method="emoji.list",result="ok"})") == 1);
    CHECK(f.value(R"(emojiscope_slack_calls_total{method="emoji.list",result="rate_limited"})") ==
          1);
    CHECK(f.value(R"(emojiscope_errors_total{during="call",kind="rate_limited"})") == 1);
    f.observers.called(slack::call_download, ErrorCode::not_found);
    f.observers.called(slack::call_download, {});
    f.observers.downloaded(1'000);
    CHECK(f.value(R"(emojiscope_downloads_total{result="not_found"})") == 1);
    CHECK(f.value(R"(emojiscope_downloads_total{result="ok"})") == 1);
    CHECK(f.value("emojiscope_downloaded_bytes_total") == 1'000);
}

TEST_CASE("the bot's work is counted", "[metrics_observers]") {
    Fixture f;
    f.observers.tried(QueueName::inbox, "slash_commands", Outcome::Kind::done);
    f.observers.tried(QueueName::outbox, "post", Outcome::Kind::dead);
    f.observers.failed(ErrorCode::io);
    f.observers.answered("find", 70ms);
    f.observers.checked_for_duplicates({});
    f.observers.checked_for_duplicates(DuplicateKind::same_image);
    f.observers.alerted(DuplicateKind::same_image);
    CHECK(
        f.value(R"(emojiscope_items_total{kind="slash_commands",outcome="done",queue="inbox"})") ==
        1);
    CHECK(f.value(R"(emojiscope_items_total{kind="post",outcome="given_up",queue="outbox"})") == 1);
    CHECK(f.value(R"(emojiscope_errors_total{during="work",kind="input_output"})") == 1);
    CHECK(f.value(R"(emojiscope_command_seconds_sum{command="find"})") == Approx(0.07));
    CHECK(f.value(R"(emojiscope_duplicate_checks_total{found="none"})") == 1);
    CHECK(f.value(R"(emojiscope_duplicate_checks_total{found="same_image"})") == 1);
    CHECK(f.value(R"(emojiscope_alerts_total{kind="same_image"})") == 1);

    bot::SyncReport report;
    report.learnt = 5;
    report.unsaved = 1;
    f.observers.synced(report, 3s);
    CHECK(f.value("emojiscope_last_sync_timestamp_seconds") == 0);
    report.unsaved = 0;
    f.observers.synced(report, 3s);
    CHECK(f.value("emojiscope_last_sync_timestamp_seconds") > 1e9);
    f.observers.comparing_every(24h);
    CHECK(f.value("emojiscope_sync_interval_seconds") == 86'400);
    f.observers.comparing_every(5min);
    CHECK(f.value("emojiscope_sync_interval_seconds") == 300);
    CHECK(f.value(R"(emojiscope_sync_emoji_total{result="learnt"})") == 10);
    CHECK(f.value("emojiscope_sync_seconds_count") == 2);
}

TEST_CASE("what waits is shown with its age", "[metrics_observers]") {
    Fixture f;
    const ManualClock clock;
    f.observers.waiting(QueueName::inbox, {7, clock.now() - 90s}, clock.now());
    CHECK(f.value(R"(emojiscope_queue_items{queue="inbox"})") == 7);
    CHECK(f.value(R"(emojiscope_queue_oldest_seconds{queue="inbox"})") == 90);
    // After the wall clock went back.
    f.observers.waiting(QueueName::inbox, {7, clock.now() + 90s}, clock.now());
    CHECK(f.value(R"(emojiscope_queue_oldest_seconds{queue="inbox"})") == 0);
    f.observers.waiting(QueueName::inbox, {}, clock.now());
    CHECK(f.value(R"(emojiscope_queue_items{queue="inbox"})") == 0);
    CHECK(f.value(R"(emojiscope_queue_oldest_seconds{queue="inbox"})") == 0);
}

TEST_CASE("whatever else Slack sends is 'other'", "[metrics_observers]") {
    Fixture f;
    for (int i = 0; i < 50; ++i) {
        f.observers.envelope_came("U0SECRET" + std::to_string(i));
        f.observers.tried(QueueName::inbox, "xoxb-" + std::to_string(i), Outcome::Kind::done);
    }
    CHECK_FALSE(f.shows("SECRET"));
    CHECK_FALSE(f.shows("xoxb"));
    CHECK(f.value(R"(emojiscope_envelopes_received_total{type="other"})") == 50);
    CHECK(f.value(R"(emojiscope_items_total{kind="other",outcome="done",queue="inbox"})") == 50);
}

TEST_CASE("costly calls are measured, and answer as before", "[metrics_observers]") {
    Fixture f;
    const auto embedder = measured(std::make_unique<fakes::FakeEmbedder>(), &f.observers);
    fakes::FakeEmbedder plain;
    CHECK(embedder->model() == plain.model());
    const RgbaImage red = fakes::plain_image(8, 8, {255, 0, 0});
    const std::array<const RgbaImage*, 2> images{&red, &red};
    CHECK(embedder->embed_images(images).value().values ==
          plain.embed_images(images).value().values);
    const std::array<std::string, 1> texts{"beer"};
    CHECK(embedder->embed_texts(texts).value().values == plain.embed_texts(texts).value().values);
    CHECK(f.value("emojiscope_embedded_pictures_total") == 2);
    CHECK(f.value(R"(emojiscope_embedding_seconds_count{what="images"})") == 1);
    CHECK(f.value(R"(emojiscope_embedding_seconds_count{what="texts"})") == 1);
    CHECK(f.value(R"(emojiscope_embedding_failures_total{what="images"})") == 0);

    auto own = std::make_unique<Reader>();
    Reader& handle = *own;
    const auto reader = measured(std::unique_ptr<search::TextReader>(std::move(own)), &f.observers);
    CHECK(reader->version() == "reader 1");
    CHECK(reader->read(red).has_value());
    handle.fails = true;
    CHECK_FALSE(reader->read(red).has_value());
    CHECK(f.value("emojiscope_text_reading_seconds_count") == 2);
    CHECK(f.value("emojiscope_text_reading_failures_total") == 1);
}

TEST_CASE("without a meter nothing stands in between", "[metrics_observers]") {
    auto embedder = std::make_unique<fakes::FakeEmbedder>();
    const search::Embedder* const before = embedder.get();
    CHECK(measured(std::unique_ptr<search::Embedder>(std::move(embedder)), nullptr).get() ==
          before);
}

TEST_CASE("the pages name what is wrong", "[status_pages]") {
    CHECK(alive(nullptr).good);
    CHECK_FALSE(ready(nullptr).good);
    CHECK(ready(nullptr).why.find("starting") != std::string::npos);
    bot::BotState state;
    CHECK(alive(&state).good);
    CHECK(ready(&state).why == "not connected to Slack");
    state.open_sockets = 1;
    CHECK(ready(&state).why.find("for the first time") != std::string::npos);
    state.first_sync_done = true;
    CHECK(ready(&state).good);
    state.standing_still = {"the thread of the queues", "the threads that search"};
    CHECK_FALSE(alive(&state).good);
    CHECK(alive(&state).why == "standing still: the thread of the queues; the threads that search");
    state.broken = "the comparison of the list ended by an error: no memory";
    CHECK_FALSE(alive(&state).good);
    CHECK(alive(&state).why == state.broken);
}

}  // namespace emojiscope::app
