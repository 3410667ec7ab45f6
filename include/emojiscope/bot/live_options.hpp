// What may change while the bot runs, and its one owner.
#pragma once

#include "emojiscope/bot/wording.hpp"
#include "emojiscope/search/fingerprint.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <utility>

namespace emojiscope::bot {

struct LiveOptions {
    std::string alert_channel;  ///< empty: no alerts
    std::set<search::DuplicateKind> alert_kinds{search::DuplicateKind::identical,
                                                search::DuplicateKind::same_image};
    std::string map_url;      ///< where a map lies already; empty: it is drawn and sent
    std::size_t results = 8;  ///< emoji in an answer
    /// Of what everybody in a channel reads, and of people whose own is not known.
    Language language = Language::english;
    std::chrono::milliseconds resync_every{3'600'000};
    /// Ids of who may do what concerns everybody, beside the workspace's own admins and owners.
    std::set<std::string> admins;
    int commands_per_minute = 30;  ///< of one person
    bool log_queries = false;      ///< what people look for stands in the lines about events

    friend bool operator==(const LiveOptions&, const LiveOptions&) = default;

    [[nodiscard]] bool alerts_wanted() const {
        return !alert_channel.empty() && !alert_kinds.empty();
    }
    /// Whether a duplicate of this kind is told at all.
    [[nodiscard]] bool alerts_about(search::DuplicateKind kind) const {
        return !alert_channel.empty() && alert_kinds.contains(kind);
    }
};

/// For the network thread. Whoever needs several values for one piece of work, or one of them on a
/// pool, takes `now()` once and keeps it: what was taken never changes.
class LiveSettings {
public:
    explicit LiveSettings(LiveOptions first)
        : now_(std::make_shared<const LiveOptions>(std::move(first))) {}
    LiveSettings(const LiveSettings&) = delete;
    LiveSettings& operator=(const LiveSettings&) = delete;

    [[nodiscard]] std::shared_ptr<const LiveOptions> now() const { return now_; }
    void set(LiveOptions next) { now_ = std::make_shared<const LiveOptions>(std::move(next)); }

private:
    std::shared_ptr<const LiveOptions> now_;
};

}  // namespace emojiscope::bot
