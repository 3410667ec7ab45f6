// How long people wait for the answer to a command: from its arrival until the answer was sent,
// which is an item of the outbox.
#pragma once

#include "emojiscope/bot/bot_observer.hpp"
#include "emojiscope/core/work_queue.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace emojiscope::bot {

/// Remembers at most `most` commands, and forgets all with the program. For the network thread.
class AnswerTimes {
public:
    static constexpr std::size_t most = 1'000;

    /// `observer` null: nothing is done.
    AnswerTimes(BotObserver* observer, const Clock& clock) : observer_(observer), clock_(clock) {}

    /// `key`: of its item in the inbox; `came`: when that was put there. Told once more for the
    /// same command it keeps to the first time.
    void asked(const std::string& key, std::string_view sub_command, SystemTime came);

    /// Its answer is there already, without an item of the outbox (a modal, say).
    void answered(const std::string& key);

    /// A try of an item of the outbox has ended.
    void sent(const WorkItem& item, Outcome::Kind outcome);

private:
    struct Asked {
        std::string_view sub_command;  ///< from the registry, which stays
        SystemTime came;
    };
    BotObserver* observer_;
    const Clock& clock_;
    std::map<std::string, Asked> waiting_;
};

/// The key of the outbox item that answers an item of the inbox.
inline constexpr std::string_view answer_prefix = "answer ";

}  // namespace emojiscope::bot
