// One line of the log for each try of what came in, in a form that people read and programs take
// apart: `event key=Ev012 kind=events_api what=emoji_added emoji=beer outcome=done attempts=1
// waited_ms=2 worked_ms=41`. Pairs are parted by one space; a value that holds a space, a quotation
// mark, an equals sign or a control character stands in quotation marks, with `\"`, `\\` and \n as
// in JSON.
#pragma once

#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/queue_runner.hpp"
#include "emojiscope/core/work_queue.hpp"

#include <chrono>
#include <string>

namespace emojiscope::bot {

/// What an item of the inbox was.
struct EventFacts {
    std::string what{};    ///< one word of a small set: query, map, emoji_added, message, …
    std::string action{};  ///< of a button, a shortcut or a view: which one
    std::string emoji{};   ///< the name it is about
    std::string before{};  ///< its name before a rename, the target of an alias
    std::string user{};    ///< the id of who did it
    std::string query{};   ///< what somebody typed: only for a log that is to have it
};

[[nodiscard]] EventFacts facts_of(const Incoming& incoming);

struct EventTimes {
    std::chrono::milliseconds waited{0};  ///< in the inbox, since it came
    std::chrono::milliseconds worked{0};  ///< in this try
};

/// Empty facts are left out, and the query unless `with_query`. No payload of `item` is looked at.
[[nodiscard]] std::string event_line(const WorkItem& item, const EventFacts& facts,
                                     Outcome::Kind outcome, const EventTimes& times,
                                     bool with_query);

}  // namespace emojiscope::bot
