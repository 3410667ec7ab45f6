// What happens when somebody presses a button of one of our messages: one function each, listed in
// buttons.cpp.
#pragma once

#include "../alert_desk.hpp"

#include "emojiscope/bot/command_registry.hpp"
#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/parts.hpp"

#include <string_view>

namespace emojiscope::bot {

struct ButtonContext {
    const Parts& parts;
    const AlertDesk& desk;
    const CommandContext& commands;
    Language channel_language = Language::english;  ///< of what everybody reads
};

/// Whether only admins may press it: what it does concerns everybody.
[[nodiscard]] bool is_for_admins(std::string_view action_id) noexcept;

/// The message that takes the place of the one with the button, or is shown beside it. Blocking.
/// REQUIRES: whoever pressed it may. Errors: of the catalogue; the press is to be handled again.
[[nodiscard]] Result<Message> press_button(const ButtonPressed& press,
                                           const ButtonContext& context);

}  // namespace emojiscope::bot
