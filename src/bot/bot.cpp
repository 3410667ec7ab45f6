#include "emojiscope/bot/bot.hpp"

#include "alert_desk.hpp"
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
#include "reading_loop.hpp"
#include "thumbnail_desk.hpp"

#include "emojiscope/bot/command_registry.hpp"
#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/postbox.hpp"
#include "emojiscope/bot/queue_runner.hpp"
#include "emojiscope/bot/sync_schedule.hpp"
#include "emojiscope/bot/task_group.hpp"
#include "emojiscope/bot/workspace_keeper.hpp"
#include "emojiscope/slack/json_fields.hpp"

#include <spdlog/spdlog.h>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

/// Lanes are emoji events, conversations, views: one may take minutes. What has none waits for
/// Slack for some seconds at most.
constexpr QueueRunner::Slots inbox_slots{16, 12, 13};
/// Lanes are channels, all under one rate limit; what has none is the answer to a command.
constexpr QueueRunner::Slots outbox_slots{12, 8, 9};
/// With retry_delay these last about a day.
constexpr int most_tries = 300;

}  // namespace

class Bot::Impl {
public:
    Impl(asio::any_io_executor executor, std::shared_ptr<slack::Dialer> dialer,
         std::shared_ptr<slack::WebApi> api, const Parts& parts, const Memory& memory,
         const BotOptions& options, const slack::SocketModeOptions& socket, OnReady on_ready)
        : executor_(executor),
          api_(api),
          parts_(parts),
          memory_(memory),
          options_(options),
          on_ready_(std::move(on_ready)),
          people_(api, parts.clock, options.language),
          keeper_(parts, api, background_, options),
          postbox_(disk_, memory.outbox, parts.clock),
          alerts_(executor, parts, memory.alerts, memory.unannounced, postbox_, background_, disk_,
                  options),
          emoji_events_(keeper_, alerts_),
          direct_messages_(parts, api, postbox_, queries_, options),
          maps_(parts, api, postbox_, queries_, options),
          thumbnail_(executor, parts, api, disk_, [this] { return schedule_.first_done(); },
                     options, {}),
          home_(
              executor, parts, api, disk_, thumbnail_,
              [this](std::string user_id) { return person(std::move(user_id)); },
              [this](const std::stop_token& stop) {
                  return gather_home_facts(parts_, options_.team_id, stop);
              },
              options, {}),
          picker_(
              parts, api, postbox_, queries_,
              [this](const Suggestion& asked) { return suggest_emoji(asked, parts_); }, options),
          reactions_(parts, api, postbox_, queries_, options),
          schedule_(executor, keeper_, memory, parts.clock, disk_, options,
                    [this] { return alerts_.consider_unannounced(); }),
          intake_(
              memory.inbox, arrivals_, postbox_, parts.clock, [this] { inbox_.wake(); },
              [this] { schedule_.ask(); }, options),
          reading_(executor, parts.text_reading),
          moving_(executor, parts.move, background_),
          inbox_(
              executor, disk_, memory.inbox, parts.clock,
              [this](WorkItem item) { return handle(std::move(item)); }, inbox_slots),
          outbox_(
              executor, disk_, memory.outbox, parts.clock,
              [this](WorkItem item) {
                  return item.kind == map_kind ? maps_.deliver(std::move(item))
                                               : deliver(api_, std::move(item));
              },
              outbox_slots),
          socket_(
              std::move(dialer), std::move(api),
              [this](std::span<const slack::Envelope> envelopes) {
                  return intake_.accept(envelopes);
              },
              [this](bool first) { greeted(first); }, socket,
              {[this](const slack::Envelope& asked) {
                   return is_suggestion(asked) || intake_.is_too_much(asked);
               },
               [this](slack::Envelope asked) { return answer_at_once(std::move(asked)); }}),
          housekeeping_(executor, memory, parts.clock, disk_) {
        postbox_.on_mail([this] { outbox_.wake(); });
        thumbnail_.on_new([this] { return home_.show_to_all(); });
    }

    asio::awaitable<Result<void>> run() {
        co_await intake_.remember();
        // Uploads that an earlier run left in the inbox may raise alerts.
        co_await schedule_.remember();
        co_await maps_.remember();
        co_await thumbnail_.remember();
        TaskGroup tasks(executor_);
        tasks.spawn(inbox_.run());
        tasks.spawn(outbox_.run());
        tasks.spawn(alerts_.run());
        tasks.spawn(sync());
        tasks.spawn(reading_.run());
        tasks.spawn(moving_.run());
        tasks.spawn(home_.run());
        tasks.spawn(thumbnail_.run());
        tasks.spawn(housekeeping_.run());
        auto ended = co_await socket_.run();
        stop();
        co_await tasks.join();
        co_return ended;
    }

    void stop() {
        socket_.stop();
        schedule_.stop();
        inbox_.stop();
        outbox_.stop();
        alerts_.stop();
        reading_.stop();
        moving_.stop();
        maps_.stop();
        thumbnail_.stop();
        home_.stop();
        housekeeping_.stop();
    }

private:
    asio::awaitable<json> answer_at_once(slack::Envelope asked) {
        if (is_suggestion(asked)) {
            co_return co_await picker_.suggest(parse_suggestion(asked.payload));
        }
        co_return intake_.come_again();
    }

    void greeted(bool first) {
        schedule_.ask();
        if (first && on_ready_) {
            on_ready_();
        }
    }

    asio::awaitable<Outcome> handle(WorkItem item) {
        const WorkItem about{item.id, item.key, item.kind, {}, item.attempts, item.due, item.lane};
        Outcome outcome;
        try {
            outcome = co_await carry_out(std::move(item));
        } catch (const std::exception& problem) {
            spdlog::error("{}: {}; it is tried again", about.key, problem.what());
            outcome = Outcome::try_again(retry_delay(about.attempts), problem.what());
        }
        if (outcome.kind == Outcome::Kind::retry && about.attempts >= most_tries) {
            spdlog::error("{} is given up: {}", about.key, outcome.why);
            outcome = Outcome::given_up(outcome.why);
        }
        if (outcome.kind != Outcome::Kind::retry) {
            intake_.went(about);
        }
        co_return outcome;
    }

    asio::awaitable<Outcome> carry_out(WorkItem item) {
        const json kept = json::parse(item.payload, nullptr, false);
        Incoming incoming =
            parse_incoming(item.kind, slack::object_field(kept, "payload"), options_.bot_user_id);
        if (const auto* nothing = std::get_if<Ignored>(&incoming)) {
            spdlog::debug("ignored: {}", nothing->why);
            co_return Outcome::finished();
        }
        Result<void> done{};
        if (auto* command = std::get_if<SlashCommand>(&incoming)) {
            done = co_await answer(std::move(*command), item.key);
        } else if (auto* press = std::get_if<ButtonPressed>(&incoming)) {
            done = co_await respond(std::move(*press), item.key);
        } else if (auto* global = std::get_if<GlobalShortcut>(&incoming)) {
            const Person who = co_await person(global->user_id, modal_patience);
            // Not within the co_await: g++ 12 would destroy it twice.
            PickerState state{who.language, {}};
            done = co_await picker_.open(std::move(global->trigger_id), std::move(state), item.key);
        } else if (auto* on_message = std::get_if<MessageShortcut>(&incoming)) {
            const Person who = co_await person(on_message->user_id, modal_patience);
            done = co_await reactions_.open(std::move(*on_message), who.language, item.key);
        } else if (auto* action = std::get_if<ViewAction>(&incoming)) {
            done = co_await act(std::move(*action));
        } else if (auto* submitted = std::get_if<ViewSubmitted>(&incoming)) {
            if (submitted->view.callback_id == callback_picker) {
                done = co_await picker_.insert(std::move(*submitted), item.key);
            }
        } else if (auto* message = std::get_if<DirectMessage>(&incoming)) {
            const Person who = co_await person(message->user_id);
            done =
                co_await direct_messages_.reply(std::move(*message), item.key, context(who, false));
        } else if (auto* home = std::get_if<HomeOpened>(&incoming)) {
            done = co_await home_.opened(std::move(*home));
        } else {
            auto must_sync = co_await emoji_events_.handle(std::move(incoming),
                                                           schedule_.first_done(), item.due);
            if (!must_sync) {
                done = must_sync.error();
            } else if (*must_sync) {
                schedule_.ask();
            }
        }
        if (!done) {
            spdlog::error("{}: {}; it is tried again", item.key, done.error().message);
            co_return Outcome::try_again(retry_delay(item.attempts), done.error().message);
        }
        co_return Outcome::finished();
    }

    /// What they chose goes before what Slack and the workspace say.
    asio::awaitable<Person> person(std::string user_id,
                                   std::chrono::milliseconds patience = people_patience) {
        Person who;
        if (parts_.settings != nullptr && !user_id.empty()) {
            const auto chosen = co_await run_on(
                disk_, [&] { return parts_.settings->load(options_.team_id, user_id); });
            if (chosen) {
                who.settings = *chosen;
            } else {
                spdlog::warn("what somebody chose cannot be read: {}", chosen.error().message);
            }
        }
        who.results = who.settings.results == 0 ? options_.results : who.settings.results;
        const auto language = parse_language(who.settings.language);
        if (language) {
            who.language = *language;
        } else {
            who.language = co_await people_.language_of(std::move(user_id), patience);
        }
        co_return who;
    }

    asio::awaitable<Result<void>> act(ViewAction action) {
        if (action.action_id == action_pick) {
            co_return co_await picker_.preview(std::move(action));
        }
        if (action.action_id.starts_with(action_react_prefix)) {
            co_return co_await reactions_.add(std::move(action));
        }
        if (action.action_id.starts_with(action_home_prefix)) {
            co_return co_await home_.choose(std::move(action));
        }
        spdlog::debug("ignored: '{}' of a view", action.action_id);
        co_return Result<void>{};
    }

    asio::awaitable<Result<void>> answer(SlashCommand command, std::string key) {
        const Deferred deferred = deferred_command(command.text);
        const Person who = co_await person(
            command.user_id, deferred == Deferred::picker ? modal_patience : people_patience);
        const Language language = who.language;
        switch (deferred) {
            case Deferred::no: break;
            case Deferred::map:
                co_return co_await maps_.ask(std::move(command), std::move(key), language);
            case Deferred::picker: {
                PickerState state{language, std::move(command.response_url)};
                co_return co_await picker_.open(std::move(command.trigger_id), std::move(state),
                                                std::move(key));
            }
        }
        const CommandContext what = context(who, true);
        Message message =
            co_await run_on(queries_, [&] { return run_command(command.text, what); });
        co_return co_await postbox_.respond("answer " + key, std::move(command.response_url),
                                            std::move(message));
    }

    asio::awaitable<Result<void>> respond(ButtonPressed press, std::string key) {
        const Person who = co_await person(press.user_id);
        const CommandContext commands = context(who, false);
        auto message = co_await run_on(queries_, [&] {
            return press_button(press, {parts_, alerts_, commands, options_.language});
        });
        if (!message) {
            co_return message.error();
        }
        co_return co_await postbox_.respond("answer " + key, std::move(press.response_url),
                                            std::move(*message));
    }

    [[nodiscard]] CommandContext context(const Person& who, bool postable) const {
        return {parts_.search,     parts_.library,   parts_.catalogue,
                parts_.duplicates, options_.team_id, who.results,
                postable,          who.language,     !schedule_.first_done()};
    }

    asio::awaitable<void> sync() {
        // What was left over from the last run comes first: the list is newer than those events.
        co_await inbox_.caught_up(std::chrono::steady_clock::now() + std::chrono::seconds(30));
        co_await schedule_.run();
    }

    asio::any_io_executor executor_;
    std::shared_ptr<slack::WebApi> api_;
    Parts parts_;
    Memory memory_;
    BotOptions options_;
    OnReady on_ready_;
    People people_;
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
    Intake intake_;
    ReadingLoop reading_;
    MovingLoop moving_;
    QueueRunner inbox_;
    QueueRunner outbox_;
    slack::SocketModeClient socket_;
    Housekeeping housekeeping_;
    // Last, so that they are joined before anything that runs on them goes.
    asio::thread_pool arrivals_{
        1};  ///< what comes in is stored: acknowledgements wait for nothing else
    asio::thread_pool disk_{1};  ///< the queues: short calls
    asio::thread_pool queries_{2};
    asio::thread_pool background_{1};  ///< decoding, embedding, changes of the catalogue
};

Bot::Bot(asio::any_io_executor executor, std::shared_ptr<slack::Dialer> dialer,
         std::shared_ptr<slack::WebApi> api, const Parts& parts, const Memory& memory,
         const BotOptions& options, const slack::SocketModeOptions& socket, OnReady on_ready)
    : impl_(std::make_unique<Impl>(std::move(executor), std::move(dialer), std::move(api), parts,
                                   memory, options, socket, std::move(on_ready))) {}

Bot::~Bot() = default;

asio::awaitable<Result<void>> Bot::run() {
    return impl_->run();
}

void Bot::stop() {
    impl_->stop();
}

}  // namespace emojiscope::bot
