// The names of Slack's standard emoji, all of them: an emoji may have several.
#pragma once

#include <string_view>

namespace emojiscope::bot {

/// Pure; from models/concepts/short_names.txt, which is built in.
[[nodiscard]] bool is_standard_name(std::string_view name);

}  // namespace emojiscope::bot
