#include "sub_commands.hpp"

namespace emojiscope::bot {

bool is_help(std::string_view text) {
    return text.empty() || text == "help";
}

Message run_help(std::string_view /*text*/, const CommandContext& context) {
    return plain_message(context.language, Phrase::help);
}

}  // namespace emojiscope::bot
