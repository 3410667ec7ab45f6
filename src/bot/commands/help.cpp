#include "sub_commands.hpp"

namespace emojiscope::bot {

bool is_help(std::string_view text) {
    return text.empty() || text == "help";
}

Message run_help(std::string_view /*text*/, const CommandContext& /*context*/) {
    return help_message();
}

}  // namespace emojiscope::bot
