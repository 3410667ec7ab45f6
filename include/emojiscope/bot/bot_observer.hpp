// What may be seen of the bot's work, for whoever counts it. Nothing here holds an id, or what
// people write.
#pragma once

#include "emojiscope/bot/queue_runner.hpp"
#include "emojiscope/bot/workspace_keeper.hpp"
#include "emojiscope/core/error.hpp"
#include "emojiscope/core/work_queue.hpp"
#include "emojiscope/search/fingerprint.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string_view>

namespace emojiscope::bot {

enum class QueueName { inbox, outbox, alerts, unannounced };
inline constexpr std::array all_queues{QueueName::inbox, QueueName::outbox, QueueName::alerts,
                                       QueueName::unannounced};

/// Called in the midst of things, on the network thread unless it says otherwise: it must not
/// block, nor call back. What is not overridden is not observed.
class BotObserver {
public:
    using Duration = std::chrono::steady_clock::duration;

    virtual ~BotObserver() = default;

    /// A try of an item of the inbox or the outbox has ended. `kind` as it stands in the queue:
    /// anything.
    virtual void tried(QueueName /*queue*/, std::string_view /*kind*/, Outcome::Kind /*outcome*/) {}
    /// A try of an item of the inbox failed.
    virtual void failed(ErrorCode /*why*/) {}
    /// The first answer to a command was sent (of `map`: that it is being drawn), or its modal was
    /// opened, so long after the command had come. `name`: one of `sub_command_names`.
    virtual void answered(std::string_view /*name*/, std::chrono::milliseconds /*after*/) {}

    virtual void synced(const SyncReport& /*report*/, Duration /*took*/) {}
    virtual void sync_failed(ErrorCode /*why*/) {}

    /// An upload was looked at; what was found, if it raises an alert. On a pool's thread.
    virtual void checked_for_duplicates(const std::optional<search::DuplicateKind>& /*found*/) {}
    /// An alert was left to be sent.
    virtual void alerted(search::DuplicateKind /*kind*/) {}

    /// Every few seconds, on a pool's thread: how much waits, and how long the oldest of it does.
    virtual void waiting(QueueName /*queue*/, const WorkBacklog& /*backlog*/, SystemTime /*now*/) {}
    /// Likewise, for what else is to be looked at now and then; here it may block for a moment.
    virtual void look_around() {}
};

}  // namespace emojiscope::bot
