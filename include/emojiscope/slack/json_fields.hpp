// Fields of JSON that somebody else wrote: absent, null or of another type reads as empty.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace emojiscope::slack {

[[nodiscard]] inline std::string string_field(const nlohmann::json& object, const char* key) {
    if (!object.is_object()) {
        return {};
    }
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

/// Slack sends some booleans as the strings "true" and "false".
[[nodiscard]] inline bool bool_field(const nlohmann::json& object, const char* key) {
    if (!object.is_object()) {
        return false;
    }
    const auto found = object.find(key);
    if (found == object.end()) {
        return false;
    }
    return found->is_boolean() ? found->get<bool>() : string_field(object, key) == "true";
}

[[nodiscard]] inline std::uint64_t unsigned_field(const nlohmann::json& object, const char* key) {
    if (!object.is_object()) {
        return 0;
    }
    const auto found = object.find(key);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

/// Null if absent or not an object.
[[nodiscard]] inline const nlohmann::json& object_field(const nlohmann::json& object,
                                                        const char* key) {
    static const nlohmann::json nothing;
    if (!object.is_object()) {
        return nothing;
    }
    const auto found = object.find(key);
    return found != object.end() && found->is_object() ? *found : nothing;
}

}  // namespace emojiscope::slack
