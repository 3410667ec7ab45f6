// emoji_changed: the catalogue follows, and a new upload that is already there raises an alert.
#pragma once

#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/postbox.hpp"
#include "emojiscope/bot/workspace_keeper.hpp"

namespace emojiscope::bot {

/// For the network thread; events one after another.
class EmojiEvents {
public:
    EmojiEvents(const Parts& parts, WorkspaceKeeper& keeper, Postbox& postbox,
                boost::asio::thread_pool& pool, const BotOptions& options)
        : parts_(parts), keeper_(keeper), postbox_(postbox), pool_(pool), options_(options) {}

    /// True: the list of emoji must be read. `key` names the event; with `may_alert` false (during
    /// the first sync) no duplicate is reported. Error: of the catalogue or the queue; the event is
    /// to be handled again.
    [[nodiscard]] boost::asio::awaitable<Result<bool>> handle(Incoming incoming, std::string key,
                                                              bool may_alert);

private:
    [[nodiscard]] boost::asio::awaitable<Result<bool>> added(EmojiAdded event, std::string key,
                                                             bool may_alert);
    [[nodiscard]] boost::asio::awaitable<Result<void>> alert(EmojiRecord upload, std::string key);

    Parts parts_;
    WorkspaceKeeper& keeper_;
    Postbox& postbox_;
    boost::asio::thread_pool& pool_;
    BotOptions options_;
};

}  // namespace emojiscope::bot
