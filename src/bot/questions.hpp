// Questions and their answers.
#pragma once

#include "emojiscope/bot/command_registry.hpp"
#include "emojiscope/bot/question.hpp"

namespace emojiscope::bot {

/// Blocking; never fails, as run_command. An unknown name is looked for as words. An answer goes
/// where it is told to; what is said in place of one (that the search failed, say) goes beside.
[[nodiscard]] Message answer_question(Question question, const CommandContext& context,
                                      Placement placement = Placement::beside);

/// Any emoji; likewise.
[[nodiscard]] Message answer_random(const CommandContext& context,
                                    Placement placement = Placement::beside);

/// What is said where there are no emoji yet.
[[nodiscard]] Message no_emoji(const CommandContext& context);

/// The message for a failed search: logged, and a sentence for the user.
[[nodiscard]] Message search_failed(std::string_view what, const Error& error, Language language);

}  // namespace emojiscope::bot
