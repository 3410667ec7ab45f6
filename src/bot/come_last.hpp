// Threads for work that nobody waits for.
#pragma once

#include <string_view>

namespace emojiscope::bot {

/// The calling thread, and those that it starts from now on, come after all others of the program.
/// `what` is done on it, for the log if the system refuses.
void come_last(std::string_view what);

}  // namespace emojiscope::bot
