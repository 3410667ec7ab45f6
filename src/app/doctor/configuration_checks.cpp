#include "checks.hpp"

#include "token_files.hpp"

#include <sys/stat.h>

#include <array>

namespace emojiscope::app::doctor {

Check check_configuration(const ConfigReading& reading, const Config& config) {
    const std::string name = "configuration";
    if (!reading.problem.empty()) {
        return failed(name, reading.problem,
                      "mend that line (config.example.yaml has every key); what follows goes by "
                      "the defaults");
    }
    if (reading.file.empty()) {
        return ok(name, "no file: the defaults, and the environment");
    }
    const std::string file = reading.file.string();
    struct stat mode {};
    if (::stat(file.c_str(), &mode) != 0) {
        return ok(name, file);
    }
    if ((mode.st_mode & S_IWOTH) != 0) {
        return warning(name, file + " may be changed by anybody on this machine",
                       "chmod o-w " + file);
    }
    const bool has_password =
        config.slack.proxy && config.slack.proxy->find('@') != std::string::npos;
    if (has_password && (mode.st_mode & S_IROTH) != 0) {
        return warning(name, file + " holds the proxy's password, and anybody may read it",
                       "chmod o-r " + file);
    }
    return ok(name, file);
}

Check check_token_files(const SlackConfig& slack) {
    const std::string name = "token_files";
    if (slack.bot_token_file.empty() && slack.app_token_file.empty()) {
        return ok(name, "none is named");
    }
    std::string finding;
    std::string remedy;
    for (const std::string& file : std::array{slack.bot_token_file, slack.app_token_file}) {
        if (const auto mode = open_to_others(file)) {
            finding +=
                (finding.empty() ? "open to others: " : ", ") + file + " (mode " + *mode + ")";
            remedy += (remedy.empty() ? "chmod 600 " : " ") + file;
        }
    }
    if (!finding.empty()) {
        return warning(name, std::move(finding), std::move(remedy));
    }
    return ok(name, "none is open to others");
}

}  // namespace emojiscope::app::doctor
