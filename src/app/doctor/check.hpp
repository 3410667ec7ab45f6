// What `emojiscope doctor` finds: one line about each part of an installation, and how to mend it.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace emojiscope::app::doctor {

enum class Outcome {
    ok,
    warning,  ///< it works, but not as well, or not for long
    failed,   ///< the bot would not run, or not do what it is for
    skipped,  ///< it could not be looked at, or there is nothing to look at
};

[[nodiscard]] constexpr const char* to_string(Outcome outcome) noexcept {
    switch (outcome) {
        case Outcome::ok: return "ok";
        case Outcome::warning: return "warning";
        case Outcome::failed: return "failed";
        case Outcome::skipped: break;
    }
    return "skipped";
}

struct Check {
    std::string name;  ///< stable: scripts ask for it
    Outcome outcome = Outcome::ok;
    std::string finding;  ///< one line
    std::string remedy;   ///< one line; empty where there is nothing to mend

    friend bool operator==(const Check&, const Check&) = default;
};

[[nodiscard]] inline Check ok(std::string name, std::string finding) {
    return {std::move(name), Outcome::ok, std::move(finding), {}};
}
[[nodiscard]] inline Check warning(std::string name, std::string finding, std::string remedy) {
    return {std::move(name), Outcome::warning, std::move(finding), std::move(remedy)};
}
[[nodiscard]] inline Check failed(std::string name, std::string finding, std::string remedy) {
    return {std::move(name), Outcome::failed, std::move(finding), std::move(remedy)};
}
[[nodiscard]] inline Check skipped(std::string name, std::string finding, std::string remedy = {}) {
    return {std::move(name), Outcome::skipped, std::move(finding), std::move(remedy)};
}

using Checks = std::vector<Check>;

}  // namespace emojiscope::app::doctor
