#include "commands.hpp"

#include "doctor/doctor.hpp"
#include "doctor/report.hpp"

#include "emojiscope/app/json_output.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace emojiscope::app {
namespace {

/// The part of http://user:password@host that nobody else should read.
std::string password_of(const Config& config) {
    const std::string proxy = config.slack.proxy.value_or(std::string());
    const auto at = proxy.rfind('@');
    const auto begin = proxy.find("://");
    return at == std::string::npos || begin == std::string::npos || begin + 3 > at
               ? std::string()
               : proxy.substr(begin + 3, at - begin - 3);
}

bool shows_colours() {
    const char* const refused = std::getenv("NO_COLOR");
    return ::isatty(STDOUT_FILENO) == 1 && (refused == nullptr || *refused == '\0');
}

}  // namespace

int doctor_command(const ConfigReading& reading, const Config& config, bool json) {
    doctor::Diagnosis diagnosis = doctor::go_through(doctor::steps(reading, config));
    doctor::hide(diagnosis.checks,
                 {config.slack.bot_token, config.slack.app_token, password_of(config)});
    if (json) {
        std::cout << to_line(doctor::for_scripts(diagnosis.checks)) << '\n';
    } else {
        std::cout << doctor::for_people(diagnosis.checks, shows_colours());
    }
    std::cout.flush();
    const int status = doctor::all_well(diagnosis.checks) ? exit_done : exit_failed;
    if (diagnosis.overdue) {
        // What still runs hangs in something, and must not find its surroundings destroyed.
        std::fflush(nullptr);
        std::_Exit(status);
    }
    return status;
}

}  // namespace emojiscope::app
