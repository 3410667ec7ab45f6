// The program. Everything it can do is listed in cli.cpp.
#include "cli.hpp"

#include "commands/commands.hpp"
#include "process_hardening.hpp"
#include "token_files.hpp"

#include <exception>

int main(int argc, char** argv) {
    try {
        using namespace emojiscope::app;
        if (const auto hardened = harden_process(core_dumps_are_allowed()); !hardened) {
            return report(hardened.error().message);
        }
        return run_command_line(argc, argv, take_token_sources());
    } catch (const std::exception& problem) {
        return emojiscope::app::report(std::string("internal error: ") + problem.what());
    }
}
