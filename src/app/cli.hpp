// The command line: what was typed, into the call of one command.
#pragma once

namespace emojiscope::app {

struct TokenSources;

/// `tokens`: for the commands that speak to Slack; the other ones read none. Returns the exit
/// status: 0 done, 1 failed, 2 wrong usage.
int run_command_line(int argc, char** argv, const TokenSources& tokens);

}  // namespace emojiscope::app
