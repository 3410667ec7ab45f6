#include "checks.hpp"

#include <sys/stat.h>

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

}  // namespace emojiscope::app::doctor
