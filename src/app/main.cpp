// The program. Everything it can do is listed in cli.cpp.
#include "cli.hpp"

#include "commands/commands.hpp"

#include <exception>

int main(int argc, char** argv) {
    try {
        return emojiscope::app::run_command_line(argc, argv);
    } catch (const std::exception& problem) {
        return emojiscope::app::report(std::string("internal error: ") + problem.what());
    }
}
