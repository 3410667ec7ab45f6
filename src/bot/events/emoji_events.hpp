// emoji_changed: the catalogue follows, and a new upload that is already there raises an alert.
#pragma once

#include "../alert_desk.hpp"

#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/workspace_keeper.hpp"

namespace emojiscope::bot {

/// For the network thread; events one after another.
class EmojiEvents {
public:
    EmojiEvents(WorkspaceKeeper& keeper, AlertDesk& alerts) : keeper_(keeper), alerts_(alerts) {}

    /// True: the list of emoji must be read. With `may_alert` false (during the first sync) no
    /// duplicate is reported. Error: of the catalogue or the queue; the event is to be handled
    /// again. `heard`: when the event came.
    [[nodiscard]] boost::asio::awaitable<Result<bool>> handle(Incoming incoming, bool may_alert,
                                                              SystemTime heard);

private:
    [[nodiscard]] boost::asio::awaitable<Result<bool>> added(EmojiAdded event, bool may_alert,
                                                             SystemTime heard);

    WorkspaceKeeper& keeper_;
    AlertDesk& alerts_;
};

}  // namespace emojiscope::bot
