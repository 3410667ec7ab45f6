// Duplicate alerts: found duplicates wait in a queue of their own, and are told one by one or,
// when many come together, in one digest.
#pragma once

#include "emojiscope/bot/alert_view.hpp"
#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/postbox.hpp"
#include "emojiscope/bot/workspace_keeper.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace emojiscope::bot {

/// For the network thread; what blocks runs on the pools.
class AlertDesk {
public:
    AlertDesk(boost::asio::any_io_executor executor, const Parts& parts, WorkQueue& queue,
              WorkQueue& unannounced, Postbox& postbox, boost::asio::thread_pool& background,
              boost::asio::thread_pool& disk, std::string team_id, const LiveSettings& live,
              BotObserver* observer = nullptr);

    /// Whether alerts are wanted at all.
    [[nodiscard]] bool open() const;

    /// Looks for the upload among the others and, if it is there already, leaves an alert. The
    /// same two pictures (emoji and URL) are told once, however often this is called, and for
    /// whichever of the two. One that was known before repeats none that came after it.
    [[nodiscard]] boost::asio::awaitable<Result<void>> consider(Upload upload);

    /// The same for an upload whose picture is not learnt yet: once it is.
    [[nodiscard]] boost::asio::awaitable<Result<void>> consider_later(std::string name,
                                                                      std::string url);

    /// Considers the uploads that wait in the queue of unannounced ones, as far as their pictures
    /// are learnt; for the end of a comparison, when the names are gone that the workspace no
    /// longer has: an emoji that only changed its name is then no duplicate of itself. Of two that
    /// wait, the one that was named later repeats the other, and not both each other.
    [[nodiscard]] boost::asio::awaitable<void> consider_unannounced();

    /// Until `stop`. What is not told then is told by the next run. What waits is told in the
    /// channel, and of the kinds, that are wanted by then.
    [[nodiscard]] boost::asio::awaitable<void> run();

    void stop();

    /// The alerts of these pairs as they now stand; those of which an emoji went are left out.
    /// Blocking: for a pool.
    [[nodiscard]] Result<std::vector<DuplicateAlert>> look_up(
        std::span<const EmojiPair> pairs) const;

private:
    /// An upload that waits in the queue of unannounced ones, as the catalogue has it.
    struct Unannounced {
        WorkItem item;
        EmojiRecord record;
    };

    /// Tells the observer.
    void checked(const std::optional<search::DuplicateKind>& found) const;

    /// `came_later`: whether an emoji is none that the upload can repeat.
    [[nodiscard]] Result<void> note_duplicate(const EmojiRecord& upload, const LiveOptions& wanted,
                                              const std::function<bool(EmojiId)>& came_later);
    /// Those whose pictures are learnt, by id. Others wait on, or are dropped if they are gone.
    [[nodiscard]] Result<std::vector<Unannounced>> learnt_unannounced();
    [[nodiscard]] boost::asio::awaitable<Result<void>> tell(std::vector<WorkItem> items);
    [[nodiscard]] boost::asio::awaitable<void> sleep_until(std::optional<SystemTime> time);
    [[nodiscard]] SystemTime time_for(std::span<const WorkItem> items);

    Parts parts_;
    WorkQueue& queue_;
    WorkQueue& unannounced_;
    Postbox& postbox_;
    boost::asio::thread_pool& background_;
    boost::asio::thread_pool& disk_;
    std::string team_id_;
    const LiveSettings& live_;
    BotObserver* observer_;  ///< null: nobody looks
    boost::asio::steady_timer timer_;
    std::deque<SystemTime> told_;  ///< when messages were posted in the last minute
    bool woken_ = false;
    bool stopping_ = false;
};

}  // namespace emojiscope::bot
