#include "bot_impl.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;

/// Lanes are emoji events, conversations, views: one may take minutes. What has none waits for
/// Slack for some seconds at most.
constexpr QueueRunner::Slots inbox_slots{16, 12, 13};
/// Lanes are channels, all under one rate limit; what has none is the answer to a command.
constexpr QueueRunner::Slots outbox_slots{12, 8, 9};

// Longer than these nothing takes that goes on at all, also on a small machine that swaps: a short
// write; a comparison of all emoji with each other, a map; a batch of pictures through a large
// model.
constexpr std::chrono::minutes quick_work{2};
constexpr std::chrono::minutes long_work{15};
constexpr std::chrono::minutes longest_work{30};
/// Its threads run when no other wants to, so on a busy machine it takes any time.
constexpr std::chrono::hours work_that_comes_last{6};
}  // namespace

Bot::Impl::Impl(asio::any_io_executor executor, std::shared_ptr<slack::Dialer> dialer,
                std::shared_ptr<slack::WebApi> api, const Parts& parts, const Memory& memory,
                const BotOptions& options, const LiveOptions& live,
                const slack::SocketModeOptions& socket, OnReady on_ready)
    : executor_(executor),
      api_(api),
      parts_(parts),
      memory_(memory),
      options_(options),
      live_(live),
      on_ready_(std::move(on_ready)),
      people_(api, parts.clock, live.language, options.team_id),
      admins_(people_, live.admins),
      limiter_(parts.clock, live.commands_per_minute),
      keeper_(parts, api, background_, options),
      postbox_(disk_, memory.outbox, parts.clock),
      alerts_(executor, parts, memory.alerts, memory.unannounced, postbox_, background_, disk_,
              options.team_id, live_, options.observer),
      emoji_events_(keeper_, alerts_),
      direct_messages_(parts, api, postbox_, queries_, options),
      maps_(parts, api, postbox_, queries_, live_),
      thumbnail_(executor, parts, api, disk_, [this] { return schedule_.first_done(); },
                 options.team_id, live_, {}),
      home_(
          executor, parts, api, disk_, thumbnail_,
          [this](std::string user_id) { return person(std::move(user_id)); },
          [this](const std::stop_token& stop) {
              return gather_home_facts(parts_, options_.team_id, stop);
          },
          options.team_id, live_, {}),
      picker_(
          parts, api, postbox_, queries_,
          [this](const Suggestion& asked) { return suggest_emoji(asked, parts_); }, live_),
      reactions_(parts, api, postbox_, queries_, options),
      schedule_(executor, keeper_, memory, parts.clock, disk_, options, live_,
                [this](SyncReport report) { return compared(std::move(report)); }),
      resync_(parts, schedule_, postbox_, queries_),
      intake_(
          memory.inbox, arrivals_, postbox_, parts.clock, [this] { inbox_.wake(); },
          [this] { schedule_.ask(); }, options, live_, limiter_,
          [this](const std::string& user_id) { return people_.known_language(user_id); }),
      reading_(executor, parts.text_reading),
      moving_(executor, parts.move, background_),
      inbox_(
          executor, disk_, memory.inbox, parts.clock,
          [this](WorkItem item) { return handle(std::move(item)); }, inbox_slots),
      outbox_(
          executor, disk_, memory.outbox, parts.clock,
          [this](WorkItem item) { return send_off(std::move(item)); }, outbox_slots),
      socket_(
          std::move(dialer), std::move(api),
          [this](std::span<const slack::Envelope> envelopes) { return intake_.accept(envelopes); },
          [this](bool first) { greeted(first); }, socket,
          {[this](const slack::Envelope& asked) {
               return is_suggestion(asked) || intake_.is_too_much(asked);
           },
           [this](slack::Envelope asked) { return answer_at_once(std::move(asked)); }}),
      housekeeping_(executor, memory, parts.clock, disk_),
      answer_times_(options.observer, parts.clock) {
    if (options.observer != nullptr) {
        self_watch_.emplace(executor, watched_pools(), memory, parts.clock, disk_,
                            *options.observer);
    }
    postbox_.on_mail([this] { outbox_.wake(); });
    thumbnail_.on_new([this] { return home_.show_to_all(); });
}

/// All of the bot's threads.
std::vector<SelfWatch::Pool> Bot::Impl::watched_pools() {
    return {{"the thread that stores what comes in", &arrivals_, quick_work},
            {"the thread of the queues", &disk_, quick_work},
            {"the threads that search", &queries_, long_work},
            {"the thread that learns emoji", &background_, longest_work},
            {"the thread that decodes emoji", &keeper_.pool(), longest_work},
            {"the thread for pictures in messages", &direct_messages_.pool(), long_work},
            {"the thread for what is typed into menus", &picker_.pool(), long_work},
            {"the thread that reads words in pictures", &reading_.pool(), longest_work},
            {"the thread of the Home tab", &home_.pool(), work_that_comes_last},
            {"the thread that draws maps", &maps_.pool(), work_that_comes_last},
            {"the thread of the map's thumbnail", &thumbnail_.pool(), work_that_comes_last},
            {"the thread that moves to another model", &moving_.pool(), work_that_comes_last}};
}

asio::awaitable<Result<void>> Bot::Impl::run() {
    co_await intake_.remember();
    // Uploads that an earlier run left in the inbox may raise alerts.
    co_await schedule_.remember();
    co_await maps_.remember();
    co_await thumbnail_.remember();
    TaskGroup tasks(executor_, [this](const std::string& name, const std::string& what) {
        ended_by_error(name, what);
    });
    tasks.spawn("the work on the inbox", inbox_.run());
    tasks.spawn("the sending of the outbox", outbox_.run());
    tasks.spawn("the telling of duplicates", alerts_.run());
    tasks.spawn("the comparison of the list", sync());
    tasks.spawn("the reading of words in pictures", reading_.run());
    tasks.spawn("the move to another model", moving_.run());
    tasks.spawn("the Home tab", home_.run());
    tasks.spawn("the map's thumbnail", thumbnail_.run());
    tasks.spawn("the housekeeping", housekeeping_.run());
    if (self_watch_) {
        tasks.spawn("the look after itself", self_watch_->run());
    }
    auto ended = co_await socket_.run();
    stop();
    co_await tasks.join();
    if (!broken_.empty()) {
        co_return fail(ErrorCode::internal, broken_);
    }
    co_return ended;
}

/// Without one of its loops it would go on and not do what it is for: it rather ends.
void Bot::Impl::ended_by_error(const std::string& name, const std::string& what) {
    spdlog::error("{} ended by an error: {}; the bot ends, to be started anew", name, what);
    if (!broken_.empty()) {
        return;
    }
    broken_ = name + " ended by an error: " + what;
    stop();
    if (on_broken_) {
        on_broken_();
    }
}

void Bot::Impl::stop() {
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
    if (self_watch_) {
        self_watch_->stop();
    }
}

BotState Bot::Impl::state() const {
    BotState state;
    state.open_sockets = socket_.open_sockets();
    state.first_sync_done = schedule_.first_done();
    state.broken = broken_;
    if (self_watch_) {
        state.standing_still = self_watch_->standing_still();
    }
    return state;
}

void Bot::Impl::reload(const LiveOptions& options) {
    const bool other_interval = options.resync_every != live_.now()->resync_every;
    live_.set(options);
    people_.speak_otherwise(options.language);
    admins_.set_configured(options.admins);
    limiter_.set_rate(options.commands_per_minute);
    if (other_interval) {
        schedule_.interval_changed();
    }
    home_.changed();
}

void Bot::Impl::greeted(bool first) {
    schedule_.ask();
    if (first && on_ready_) {
        on_ready_();
    }
}

asio::awaitable<void> Bot::Impl::sync() {
    // What was left over from the last run comes first: the list is newer than those events.
    co_await inbox_.caught_up(std::chrono::steady_clock::now() + std::chrono::seconds(30));
    co_await schedule_.run();
}

asio::awaitable<void> Bot::Impl::compared(SyncReport report) {
    co_await resync_.compared(std::move(report));
    co_await alerts_.consider_unannounced();
}

Bot::Bot(asio::any_io_executor executor, std::shared_ptr<slack::Dialer> dialer,
         std::shared_ptr<slack::WebApi> api, const Parts& parts, const Memory& memory,
         const BotOptions& options, const LiveOptions& live, const slack::SocketModeOptions& socket,
         OnReady on_ready)
    : impl_(std::make_unique<Impl>(std::move(executor), std::move(dialer), std::move(api), parts,
                                   memory, options, live, socket, std::move(on_ready))) {}

Bot::~Bot() = default;

asio::awaitable<Result<void>> Bot::run() {
    return impl_->run();
}

void Bot::reload(const LiveOptions& options) {
    impl_->reload(options);
}

void Bot::on_broken(OnBroken on_broken) {
    impl_->on_broken(std::move(on_broken));
}

void Bot::stop() {
    impl_->stop();
}

BotState Bot::state() const {
    return impl_->state();
}

}  // namespace emojiscope::bot
