#include "sub_commands.hpp"

namespace emojiscope::bot {

bool is_resync(std::string_view text) {
    return text == "resync";
}

}  // namespace emojiscope::bot
