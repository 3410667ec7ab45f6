// All of the bot's parts, wired: bot.cpp has its life, bot_work.cpp what it does with an item.
#pragma once

#include "admins.hpp"
#include "alert_desk.hpp"
#include "answer_times.hpp"
#include "event_log.hpp"
#include "events/direct_messages.hpp"
#include "events/emoji_events.hpp"
#include "home_desk.hpp"
#include "housekeeping.hpp"
#include "intake.hpp"
#include "interactions/buttons.hpp"
#include "interactions/picker_desk.hpp"
#include "interactions/reaction_desk.hpp"
#include "map_desk.hpp"
#include "moving_loop.hpp"
#include "people.hpp"
#include "rate_limiter.hpp"
#include "reading_loop.hpp"
#include "resync_desk.hpp"
#include "self_watch.hpp"
#include "thumbnail_desk.hpp"

#include "emojiscope/bot/bot.hpp"
#include "emojiscope/bot/command_registry.hpp"
#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/postbox.hpp"
#include "emojiscope/bot/queue_runner.hpp"
#include "emojiscope/bot/sync_schedule.hpp"
#include "emojiscope/bot/task_group.hpp"
#include "emojiscope/bot/workspace_keeper.hpp"

#include <boost/asio/thread_pool.hpp>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace emojiscope::bot {

/// For the thread of the executor.
class Bot::Impl {
public:
    Impl(boost::asio::any_io_executor executor, std::shared_ptr<slack::Dialer> dialer,
         std::shared_ptr<slack::WebApi> api, const Parts& parts, const Memory& memory,
         const BotOptions& options, const LiveOptions& live, const slack::SocketModeOptions& socket,
         OnReady on_ready);

    boost::asio::awaitable<Result<void>> run();
    void reload(const LiveOptions& options);
    void on_broken(OnBroken on_broken) { on_broken_ = std::move(on_broken); }
    void stop();
    [[nodiscard]] BotState state() const;

private:
    boost::asio::awaitable<nlohmann::json> answer_at_once(slack::Envelope asked);
    void greeted(bool first);
    boost::asio::awaitable<Outcome> handle(WorkItem item);
    boost::asio::awaitable<Outcome> carry_out(WorkItem item, EventFacts& facts);
    boost::asio::awaitable<Outcome> send_off(WorkItem item);
    void note_end(const WorkItem& item, const EventFacts& facts, const Outcome& outcome,
                  const EventTimes& times);
    /// What they chose goes before what Slack and the workspace say.
    boost::asio::awaitable<Person> person(std::string user_id,
                                          std::chrono::milliseconds patience = people_patience);
    boost::asio::awaitable<Result<void>> act(ViewAction action);
    boost::asio::awaitable<Result<void>> answer(SlashCommand command, std::string key);
    boost::asio::awaitable<Result<void>> respond(ButtonPressed press, std::string key);
    [[nodiscard]] CommandContext context(const Person& who, bool postable) const;
    [[nodiscard]] std::vector<SelfWatch::Pool> watched_pools();
    void ended_by_error(const std::string& name, const std::string& what);
    boost::asio::awaitable<void> sync();
    boost::asio::awaitable<void> compared(SyncReport report);

    boost::asio::any_io_executor executor_;
    std::shared_ptr<slack::WebApi> api_;
    Parts parts_;
    Memory memory_;
    BotOptions options_;
    LiveSettings live_;  ///< before whatever reads it
    OnReady on_ready_;
    OnBroken on_broken_;
    std::string broken_;  ///< which loop ended by an error, and by which; empty: none
    People people_;
    Admins admins_;
    RateLimiter limiter_;
    WorkspaceKeeper keeper_;
    Postbox postbox_;
    AlertDesk alerts_;
    EmojiEvents emoji_events_;
    DirectMessages direct_messages_;
    MapDesk maps_;
    ThumbnailDesk thumbnail_;
    HomeDesk home_;
    PickerDesk picker_;
    ReactionDesk reactions_;
    SyncSchedule schedule_;
    ResyncDesk resync_;
    Intake intake_;
    ReadingLoop reading_;
    MovingLoop moving_;
    QueueRunner inbox_;
    QueueRunner outbox_;
    slack::SocketModeClient socket_;
    Housekeeping housekeeping_;
    AnswerTimes answer_times_;
    std::optional<SelfWatch> self_watch_;  ///< nothing without an observer
    // Last, so that they are joined before anything that runs on them goes.
    boost::asio::thread_pool arrivals_{
        1};  ///< what comes in is stored: acknowledgements wait for nothing else
    boost::asio::thread_pool disk_{1};  ///< the queues: short calls
    boost::asio::thread_pool queries_{2};
    boost::asio::thread_pool background_{1};  ///< decoding, embedding, changes of the catalogue
};

}  // namespace emojiscope::bot
