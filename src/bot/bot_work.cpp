#include "bot_impl.hpp"

#include "emojiscope/slack/json_fields.hpp"

#include <spdlog/spdlog.h>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

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

asio::awaitable<Outcome> Bot::Impl::carry_out(WorkItem item) {
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
        spdlog::error("{}: {}; it is tried again", item.key, done.error().message);
        co_return Outcome::try_again(retry_delay(item.attempts), done.error().message);
    }
    co_return Outcome::finished();
}

asio::awaitable<Person> Bot::Impl::person(std::string user_id, std::chrono::milliseconds patience) {
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
            co_return co_await picker_.open(std::move(command.trigger_id), std::move(state),
                                            std::move(key));
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
    if (is_for_admins(press.action_id)) {
        const Right right = co_await admins_.right_of(press.user_id);
        if (right != Right::granted) {
            Message refused = plain_message(who.language, refusal(right));
            co_return co_await postbox_.respond("answer " + key, std::move(press.response_url),
                                                std::move(refused));
        }
    }
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

CommandContext Bot::Impl::context(const Person& who, bool postable) const {
    return {parts_.search,     parts_.library,   parts_.catalogue,
            parts_.duplicates, options_.team_id, who.results,
            postable,          who.language,     !schedule_.first_done()};
}

}  // namespace emojiscope::bot
