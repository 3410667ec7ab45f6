#include "sub_commands.hpp"

namespace emojiscope::bot {

bool is_picker(std::string_view text) {
    return text.empty();
}

}  // namespace emojiscope::bot
