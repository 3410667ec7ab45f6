// `/emoji resync`: the list of the workspace is compared at once, and who wished it is told when
// that is done.
#pragma once

#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/postbox.hpp"
#include "emojiscope/bot/sync_schedule.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <map>
#include <string>

namespace emojiscope::bot {

/// For the network thread. Who waits for the end is not kept through a restart, after which the
/// list is compared in any case.
class ResyncDesk {
public:
    ResyncDesk(const Parts& parts, SyncSchedule& schedule, Postbox& postbox,
               boost::asio::thread_pool& queries)
        : parts_(parts), schedule_(schedule), postbox_(postbox), queries_(queries) {}

    /// Of somebody who may. Error: of the queue; the command is to be handled again.
    [[nodiscard]] boost::asio::awaitable<Result<void>> ask(SlashCommand command, std::string key,
                                                           Language language);

    /// A comparison has come to its end: those are told who asked before it began.
    [[nodiscard]] boost::asio::awaitable<void> compared(SyncReport report);

private:
    struct Waiting {
        std::string response_url;
        Language language = Language::english;
        std::size_t begun_before = 0;  ///< comparisons, when it was asked for
        SystemTime asked{};
    };

    Parts parts_;
    SyncSchedule& schedule_;
    Postbox& postbox_;
    boost::asio::thread_pool& queries_;
    std::map<std::string, Waiting> waiting_;  ///< by the command's key
};

}  // namespace emojiscope::bot
