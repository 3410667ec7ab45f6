#include "checks.hpp"

#include <sys/stat.h>

#include <utility>

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

Check check_token_files(const SlackConfig& slack, bool configured) {
    const std::string name = "token_files";
    if (!configured) {
        return skipped(name, "unknown, for the configuration could not be read");
    }
    if (slack.token_problem) {
        return skipped(name, "the tokens could not be taken (see bot_token)");
    }
    if (slack.open_token_files.empty()) {
        return ok(name, slack.bot_token.empty() && slack.app_token.empty()
                            ? "there are none"
                            : "none that was read is open to others");
    }
    std::string finding = "open to others:";
    std::string remedy = "chmod 600";
    for (const auto& [file, mode] : slack.open_token_files) {
        finding += " " + file + " (mode " + mode + ")";
        remedy += " " + file;
    }
    return warning(name, std::move(finding), std::move(remedy));
}

}  // namespace emojiscope::app::doctor
