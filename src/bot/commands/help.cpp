#include "sub_commands.hpp"

namespace emojiscope::bot {

bool is_help(std::string_view text) {
    return text.empty() || text == "help";
}

Message run_help(std::string_view /*text*/, const CommandContext& context) {
    return with_search(plain_message(context.language, Phrase::help), "help", context.postable,
                       context.language);
}

}  // namespace emojiscope::bot
