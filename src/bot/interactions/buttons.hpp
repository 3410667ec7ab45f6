// What happens when somebody presses a button of one of our messages: one function each, listed in
// buttons.cpp.
#pragma once

#include "../alert_desk.hpp"

#include "emojiscope/bot/command_registry.hpp"
#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/parts.hpp"

namespace emojiscope::bot {

struct ButtonContext {
    const Parts& parts;
    const AlertDesk& desk;
    const CommandContext& commands;
    Language channel_language = Language::english;  ///< of what everybody reads
};

/// The message that takes the place of the one with the button, or is shown beside it. Blocking.
/// Errors: of the catalogue; the press is to be handled again.
[[nodiscard]] Result<Message> press_button(const ButtonPressed& press,
                                           const ButtonContext& context);

}  // namespace emojiscope::bot
