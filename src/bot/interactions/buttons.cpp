#include "buttons.hpp"

#include "../commands/sub_commands.hpp"

#include "emojiscope/bot/alert_view.hpp"

#include <spdlog/spdlog.h>

#include <array>

namespace emojiscope::bot {
namespace {

/// The message with the button, drawn again as things now stand.
Result<Message> redraw(const ButtonPressed& press, const EmojiPair& pressed,
                       const ButtonContext& context) {
    const std::vector<EmojiPair> pairs = pairs_of(press.message);
    auto alerts = context.desk.look_up(pairs);
    if (!alerts) {
        return alerts.error();
    }
    if (alerts->empty()) {
        return plain_message("These emoji are gone by now.");
    }
    for (DuplicateAlert& alert : *alerts) {
        if (alert.upload.id == pressed.upload && alert.original.id == pressed.original) {
            alert.said_by = press.user_id;
        }
    }
    Message message = alert_message(*alerts, unlisted_in(press.message));
    message.replaces = true;
    return message;
}

Result<Message> refute(const ButtonPressed& press, const ButtonContext& context) {
    const auto pair = decode_pair(press.value);
    if (!pair) {
        return plain_message("Sorry, I do not know that button any more.");
    }
    const auto said = context.parts.verdicts.say_not_duplicates(pair->upload, pair->original,
                                                                press.user_id);
    if (!said && said.error().code != ErrorCode::not_found) {
        return said.error();
    }
    return redraw(press, *pair, context);
}

Result<Message> mute(const ButtonPressed& press, const ButtonContext& context) {
    const auto pair = decode_pair(press.value);
    if (!pair) {
        return plain_message("Sorry, I do not know that button any more.");
    }
    const auto said = context.parts.verdicts.mute(pair->original, press.user_id);
    if (!said && said.error().code != ErrorCode::not_found) {
        return said.error();
    }
    return redraw(press, *pair, context);
}

Result<Message> turn_page(const ButtonPressed& press, const ButtonContext& context) {
    Message message = run_dupes("dupes " + press.value, context.commands);
    message.replaces = true;
    return message;
}

struct Button {
    bool (*matches)(std::string_view action_id);
    Result<Message> (*press)(const ButtonPressed& press, const ButtonContext& context);
};

constexpr std::array<Button, 3> buttons{{
    {[](std::string_view id) { return id == action_not_duplicate; }, refute},
    {[](std::string_view id) { return id == action_mute; }, mute},
    {[](std::string_view id) { return id.starts_with(action_page_prefix); }, turn_page},
}};

}  // namespace

Result<Message> press_button(const ButtonPressed& press, const ButtonContext& context) {
    for (const Button& button : buttons) {
        if (button.matches(press.action_id)) {
            return button.press(press, context);
        }
    }
    spdlog::warn("a button with the unknown action '{}' was pressed", press.action_id);
    return plain_message("Sorry, I do not know that button any more.");
}

}  // namespace emojiscope::bot
