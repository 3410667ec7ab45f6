// Everything that is counted, under its name: what slack, bot and the engine let be seen, as
// metrics. deploy/grafana and deploy/prometheus ask for these; tests/telemetry/check_dashboards.py
// sees to it that they are there.
#pragma once

#include "measured_ports.hpp"

#include "emojiscope/bot/bot_observer.hpp"
#include "emojiscope/search/embedder.hpp"
#include "emojiscope/search/emoji_library.hpp"
#include "emojiscope/slack/slack_observer.hpp"
#include "emojiscope/telemetry/metrics.hpp"

#include <string>
#include <vector>

namespace emojiscope::app {

/// Labels have values of small sets only: whatever else Slack sends is "other". Safe from any
/// thread, but for `watch`.
class MetricsObservers final : public slack::SlackObserver,
                               public bot::BotObserver,
                               public CallMeter {
public:
    using Duration = std::chrono::steady_clock::duration;

    /// `version`: of the program. `metrics` must outlive this.
    MetricsObservers(telemetry::Metrics& metrics, const std::string& version);

    /// What is looked at now and then from here on; both outlive whoever calls `look_around`.
    void watch(const search::EmojiLibrary& library, const search::Embedder& embedder);

    /// How often the list is to be compared.
    void comparing_every(std::chrono::milliseconds interval) const;

    /// How many sockets to Slack are open.
    void sockets(std::size_t open) const;

    void reconnecting(slack::SocketEnd why) override;
    void dial_failed(ErrorCode why) override;
    void envelope_came(std::string_view type) override;
    void acknowledged(Duration after) override;
    void not_acknowledged(slack::Unacknowledged why, std::size_t count) override;
    void exchanged(std::string_view what, Duration took, bool rate_limited) override;
    void called(std::string_view what, const std::optional<ErrorCode>& error) override;
    void downloaded(std::size_t bytes) override;

    void tried(bot::QueueName queue, std::string_view kind, bot::Outcome::Kind outcome) override;
    void failed(ErrorCode why) override;
    void answered(std::string_view name, std::chrono::milliseconds after) override;
    void synced(const bot::SyncReport& report, Duration took) override;
    void sync_failed(ErrorCode why) override;
    void checked_for_duplicates(const std::optional<search::DuplicateKind>& found) override;
    void alerted(search::DuplicateKind kind) override;
    void waiting(bot::QueueName queue, const WorkBacklog& backlog, SystemTime now) override;
    void look_around() override;

    void embedded_images(std::size_t pictures, Duration took, bool good) override;
    void embedded_texts(Duration took, bool good) override;
    void read_text(Duration took, bool good) override;

private:
    void show_all(const std::string& version) const;
    void show_work() const;

    const search::EmojiLibrary* library_ = nullptr;
    const search::Embedder* embedder_ = nullptr;

    telemetry::Gauge build_;
    telemetry::Gauge model_;
    telemetry::Gauge connected_;
    telemetry::Gauge sockets_;
    telemetry::Counter reconnects_;
    telemetry::Counter envelopes_;
    telemetry::Histogram acknowledged_;
    telemetry::Counter unacknowledged_;
    telemetry::Gauge queue_items_;
    telemetry::Gauge queue_oldest_;
    telemetry::Counter items_;
    telemetry::Histogram commands_;
    telemetry::Counter calls_;
    telemetry::Histogram requests_;
    telemetry::Counter rate_limited_;
    telemetry::Counter downloads_;
    telemetry::Counter downloaded_bytes_;
    telemetry::Counter embedded_;
    telemetry::Histogram embedding_;
    telemetry::Counter embedding_failures_;
    telemetry::Histogram text_reading_;
    telemetry::Counter text_reading_failures_;
    telemetry::Counter duplicate_checks_;
    telemetry::Counter alerts_;
    telemetry::Gauge emoji_;
    telemetry::Gauge vectors_;
    telemetry::Histogram sync_;
    telemetry::Counter sync_emoji_;
    telemetry::Gauge last_sync_;
    telemetry::Gauge sync_interval_;
    telemetry::Counter errors_;
};

}  // namespace emojiscope::app
