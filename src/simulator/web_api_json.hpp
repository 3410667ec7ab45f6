// What the methods of the Web API have in common.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace emojiscope::simulator {

/// The answer to a call that is refused.
[[nodiscard]] inline nlohmann::json error(const char* word) {
    return {{"ok", false}, {"error", word}};
}

/// Empty if it is missing or no text.
[[nodiscard]] inline std::string string_of(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace emojiscope::simulator
