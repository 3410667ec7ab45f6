#include "../questions.hpp"
#include "sub_commands.hpp"

#include <random>

namespace emojiscope::bot {

bool is_random(std::string_view text) {
    return text == "random";
}

Message run_random(std::string_view /*text*/, const CommandContext& context) {
    const search::LibraryEntries entries = context.library.entries();
    if (entries->empty()) {
        return no_emoji(context);
    }
    thread_local std::mt19937 chance{std::random_device{}()};
    std::uniform_int_distribution<std::size_t> any(0, entries->size() - 1);
    return random_message(*(*entries)[any(chance)], context.postable, context.language);
}

}  // namespace emojiscope::bot
