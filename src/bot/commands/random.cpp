#include "../questions.hpp"
#include "sub_commands.hpp"

namespace emojiscope::bot {

bool is_random(std::string_view text) {
    return text == "random";
}

Message run_random(std::string_view /*text*/, const CommandContext& context) {
    return answer_random(context);
}

}  // namespace emojiscope::bot
