// Who asked for a message that stands in a conversation, where everybody can press its buttons:
// they may turn its pages or dismiss it, and so may admins; for others it stays as it is.
#pragma once

#include "emojiscope/bot/answer_view.hpp"
#include "emojiscope/bot/wording.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace emojiscope::bot {

/// Notes in a message who asked for it, where its readers do not see it. One without buttons stays
/// as it is.
void note_asker(Message& message, const std::string& user_id);

/// The one who is noted in a message, as Slack hands it back; empty if there is none.
[[nodiscard]] std::string asker_of(const nlohmann::json& message);

/// What somebody gets who pressed a button of a message that is not theirs to change: the same, for
/// their eyes only; in place of its end, a sentence.
[[nodiscard]] Message beside_what_stands(Message message, Language language);

}  // namespace emojiscope::bot
