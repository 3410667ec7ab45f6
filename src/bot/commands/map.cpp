#include "sub_commands.hpp"

namespace emojiscope::bot {

bool is_map(std::string_view text) {
    return text == "map";
}

}  // namespace emojiscope::bot
