#include "buttons.hpp"

#include "../commands/sub_commands.hpp"
#include "../questions.hpp"

#include "emojiscope/bot/alert_view.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <charconv>

namespace emojiscope::bot {
namespace {

Message unknown_button(const ButtonContext& context) {
    return plain_message(context.commands.language, Phrase::unknown_button);
}

/// The message with the button, drawn again as things now stand.
Result<Message> redraw(const ButtonPressed& press, const EmojiPair& pressed,
                       const ButtonContext& context) {
    const std::vector<EmojiPair> pairs = pairs_of(press.message);
    auto alerts = context.desk.look_up(pairs);
    if (!alerts) {
        return alerts.error();
    }
    if (alerts->empty()) {
        return plain_message(context.commands.language, Phrase::these_gone);
    }
    for (DuplicateAlert& alert : *alerts) {
        if (alert.upload.id == pressed.upload && alert.original.id == pressed.original) {
            alert.said_by = press.user_id;
        }
    }
    Message message = alert_message(*alerts, context.channel_language, unlisted_in(press.message));
    message.placement = Placement::replaces;
    return message;
}

Result<Message> refute(const ButtonPressed& press, const ButtonContext& context) {
    const auto pair = decode_pair(press.value);
    if (!pair) {
        return unknown_button(context);
    }
    const auto said =
        context.parts.verdicts.say_not_duplicates(pair->upload, pair->original, press.user_id);
    if (!said && said.error().code != ErrorCode::not_found) {
        return said.error();
    }
    return redraw(press, *pair, context);
}

Result<Message> mute(const ButtonPressed& press, const ButtonContext& context) {
    const auto pair = decode_pair(press.value);
    if (!pair) {
        return unknown_button(context);
    }
    const auto said = context.parts.verdicts.mute(pair->original, press.user_id);
    if (!said && said.error().code != ErrorCode::not_found) {
        return said.error();
    }
    return redraw(press, *pair, context);
}

Result<Message> turn_page(const ButtonPressed& press, const ButtonContext& context) {
    Message message = run_dupes("dupes " + press.value, context.commands);
    message.placement = Placement::replaces;
    return message;
}

Result<Message> ask(const ButtonPressed& press, const ButtonContext& context) {
    const auto question = decode_question(press.value);
    if (!question) {
        return unknown_button(context);
    }
    return answer_question(*question, context.commands, Placement::replaces);
}

Result<Message> post(const ButtonPressed& press, const ButtonContext& context) {
    EmojiId id = 0;
    const char* const end = press.value.data() + press.value.size();
    const auto [stop, problem] = std::from_chars(press.value.data(), end, id);
    if (problem != std::errc{} || stop != end) {
        return unknown_button(context);
    }
    const auto emoji = context.commands.library.entry(id);
    if (!emoji) {
        return plain_message(context.commands.language, Phrase::emoji_gone);
    }
    return posted_message(emoji->name, press.user_id, context.channel_language);
}

Result<Message> another(const ButtonPressed& press, const ButtonContext& context) {
    CommandContext commands = context.commands;
    commands.postable = press.value == "post";
    return answer_random(commands, Placement::replaces);
}

Result<Message> dismiss(const ButtonPressed& /*press*/, const ButtonContext& /*context*/) {
    return Message{"", {}, Placement::removes};
}

struct Button {
    bool (*matches)(std::string_view action_id);
    Result<Message> (*press)(const ButtonPressed& press, const ButtonContext& context);
};

constexpr std::array<Button, 9> buttons{{
    {[](std::string_view id) { return id == action_not_duplicate; }, refute},
    {[](std::string_view id) { return id == action_mute; }, mute},
    {[](std::string_view id) { return id.starts_with(action_page_prefix); }, turn_page},
    {[](std::string_view id) { return id == action_like; }, ask},
    {[](std::string_view id) { return id == action_more; }, ask},
    {[](std::string_view id) { return id == action_search; }, ask},
    {[](std::string_view id) { return id == action_post; }, post},
    {[](std::string_view id) { return id == action_another; }, another},
    {[](std::string_view id) { return id == action_dismiss; }, dismiss},
}};

}  // namespace

bool is_for_admins(std::string_view action_id) noexcept {
    return action_id == action_not_duplicate || action_id == action_mute;
}

Result<Message> press_button(const ButtonPressed& press, const ButtonContext& context) {
    for (const Button& button : buttons) {
        if (button.matches(press.action_id)) {
            return button.press(press, context);
        }
    }
    spdlog::warn("a button with the unknown action '{}' was pressed", press.action_id);
    return unknown_button(context);
}

}  // namespace emojiscope::bot
