#include "bot_impl.hpp"

#include "asker.hpp"

#include "emojiscope/slack/bounded_json.hpp"
#include "emojiscope/slack/json_fields.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using std::chrono::milliseconds;

/// With retry_delay these last about a day.
constexpr int most_tries = 300;

}  // namespace

asio::awaitable<json> Bot::Impl::answer_at_once(slack::Envelope asked) {
    if (is_suggestion(asked)) {
        if (!intake_.may_type(asked)) {
            co_return json{{"options", json::array()}};
        }
        co_return co_await picker_.suggest(parse_suggestion(asked.payload));
    }
    co_return intake_.come_again(asked);
}

asio::awaitable<Outcome> Bot::Impl::handle(WorkItem item) {
    const WorkItem about{item.id,       item.key, item.kind, {},
                         item.attempts, item.due, item.lane, item.added};
    const auto began = std::chrono::steady_clock::now();
    // The wall clock may have been set back meanwhile.
    const auto waited = std::max(parts_.clock.now() - item.added, milliseconds{0});
    EventFacts facts;
    Outcome outcome;
    try {
        outcome = co_await carry_out(std::move(item), facts);
    } catch (const std::exception& problem) {
        spdlog::error("{}: {}; it is tried again", about.key, problem.what());
        if (options_.observer != nullptr) {
            options_.observer->failed(ErrorCode::internal);
        }
        outcome = Outcome::try_again(retry_delay(about.attempts), problem.what());
    }
    if (outcome.kind == Outcome::Kind::retry && about.attempts >= most_tries) {
        spdlog::error("{} is given up: {}", about.key, outcome.why);
        outcome = Outcome::given_up(outcome.why);
    }
    if (outcome.kind != Outcome::Kind::retry) {
        intake_.went(about);
    }
    const auto worked = std::chrono::steady_clock::now() - began;
    note_end(about, facts, outcome, {waited, std::chrono::duration_cast<milliseconds>(worked)});
    co_return outcome;
}

void Bot::Impl::note_end(const WorkItem& item, const EventFacts& facts, const Outcome& outcome,
                         const EventTimes& times) {
    spdlog::info("{}", event_line(item, facts, outcome.kind, times, live_.now()->log_queries));
    if (options_.observer != nullptr) {
        options_.observer->tried(QueueName::inbox, item.kind, outcome.kind);
    }
}

/// One item of the outbox.
asio::awaitable<Outcome> Bot::Impl::send_off(WorkItem item) {
    WorkItem about;
    about.key = item.key;
    about.kind = item.kind;
    Outcome outcome;
    if (item.kind == map_kind) {
        outcome = co_await maps_.deliver(std::move(item));
    } else {
        outcome = co_await deliver(api_, std::move(item));
    }
    answer_times_.sent(about, outcome.kind);
    if (options_.observer != nullptr) {
        options_.observer->tried(QueueName::outbox, about.kind, outcome.kind);
    }
    co_return outcome;
}

asio::awaitable<Outcome> Bot::Impl::carry_out(WorkItem item, EventFacts& facts) {
    const auto kept = slack::parse_json(item.payload, slack::kept_bounds);
    if (!kept) {
        const std::string why = "what was kept of it cannot be read: " + kept.error().message;
        spdlog::error("{} is given up: {}", item.key, why);
        co_return Outcome::given_up(why);
    }
    Incoming incoming =
        parse_incoming(item.kind, slack::object_field(*kept, "payload"), options_.bot_user_id);
    facts = facts_of(incoming);
    if (const auto* nothing = std::get_if<Ignored>(&incoming)) {
        spdlog::debug("ignored: {}", nothing->why);
        co_return Outcome::finished();
    }
    Result<void> done{};
    if (auto* command = std::get_if<SlashCommand>(&incoming)) {
        answer_times_.asked(item.key, sub_command_name(command->text), item.added);
        done = co_await answer(std::move(*command), item.key);
    } else if (auto* press = std::get_if<ButtonPressed>(&incoming)) {
        done = co_await respond(std::move(*press), item.key);
    } else if (auto* global = std::get_if<GlobalShortcut>(&incoming)) {
        const Person who = co_await person(global->user_id, modal_patience);
        // Not within the co_await: g++ 12 would destroy it twice.
        PickerState state{who.language, {}};
        const auto opened =
            co_await picker_.open(std::move(global->trigger_id), std::move(state), item.key);
        if (!opened) {
            done = opened.error();
        }
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
        done = co_await direct_messages_.reply(std::move(*message), item.key, context(who, false));
    } else if (auto* home = std::get_if<HomeOpened>(&incoming)) {
        done = co_await home_.opened(std::move(*home));
    } else {
        auto must_sync =
            co_await emoji_events_.handle(std::move(incoming), schedule_.first_done(), item.due);
        if (!must_sync) {
            done = must_sync.error();
        } else if (*must_sync) {
            schedule_.ask();
        }
    }
    if (!done) {
        spdlog::warn("{}: {}; it is tried again", item.key, done.error().message);
        if (options_.observer != nullptr) {
            options_.observer->failed(done.error().code);
        }
        co_return Outcome::try_again(retry_delay(item.attempts), done.error().message);
    }
    co_return Outcome::finished();
}

asio::awaitable<Person> Bot::Impl::person(std::string user_id, std::chrono::milliseconds patience) {
    Person who;
    const std::size_t results = live_.now()->results;
    if (parts_.settings != nullptr && !user_id.empty()) {
        const auto chosen = co_await run_on(
            disk_, [&] { return parts_.settings->load(options_.team_id, user_id); });
        if (chosen) {
            who.settings = *chosen;
        } else {
            spdlog::warn("what somebody chose cannot be read: {}; answered as the workspace is",
                         chosen.error().message);
        }
    }
    who.results = who.settings.results == 0 ? results : who.settings.results;
    const auto language = parse_language(who.settings.language);
    if (language) {
        who.language = *language;
    } else {
        who.language = co_await people_.language_of(std::move(user_id), patience);
    }
    co_return who;
}

asio::awaitable<Result<void>> Bot::Impl::act(ViewAction action) {
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

asio::awaitable<Result<void>> Bot::Impl::answer(SlashCommand command, std::string key) {
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
            const auto opened =
                co_await picker_.open(std::move(command.trigger_id), std::move(state), key);
            if (!opened) {
                co_return opened.error();
            }
            if (*opened) {
                answer_times_.answered(key);  // otherwise a message says why not
            }
            co_return Result<void>{};
        }
        case Deferred::resync: {
            const Right right = co_await admins_.right_of(command.user_id);
            if (right == Right::granted) {
                co_return co_await resync_.ask(std::move(command), std::move(key), language);
            }
            Message refused = plain_message(language, refusal(right));
            co_return co_await postbox_.respond("answer " + key, std::move(command.response_url),
                                                std::move(refused));
        }
    }
    const CommandContext what = context(who, true);
    Message message = co_await run_on(queries_, [&] { return run_command(command.text, what); });
    co_return co_await postbox_.respond("answer " + key, std::move(command.response_url),
                                        std::move(message));
}

asio::awaitable<Result<void>> Bot::Impl::respond(ButtonPressed press, std::string key) {
    const Person who = co_await person(press.user_id);
    const bool for_admins = is_for_admins(press.action_id);
    const std::string asker = asker_of(press.message);
    Right right = Right::granted;
    if (for_admins || (press.seen_by_all && asker != press.user_id)) {
        right = co_await admins_.right_of(press.user_id);
    }
    if (for_admins && right != Right::granted) {
        Message refused = plain_message(who.language, refusal(right));
        co_return co_await postbox_.respond("answer " + key, std::move(press.response_url),
                                            std::move(refused));
    }
    const CommandContext commands = context(who, false);
    const Language everybodys = live_.now()->language;
    auto message = co_await run_on(queries_, [&] {
        return press_button(press, {parts_, alerts_, commands, everybodys});
    });
    if (!message) {
        co_return message.error();
    }
    if (right != Right::granted) {
        *message = beside_what_stands(std::move(*message), who.language);
    } else if (press.seen_by_all && !for_admins) {
        note_asker(*message, asker);
    }
    co_return co_await postbox_.respond("answer " + key, std::move(press.response_url),
                                        std::move(*message));
}

CommandContext Bot::Impl::context(const Person& who, bool postable) const {
    return {parts_.search,     parts_.library,   parts_.catalogue,
            parts_.duplicates, options_.team_id, who.results,
            postable,          who.language,     !schedule_.first_done()};
}

}  // namespace emojiscope::bot
