#include "come_last.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <spdlog/spdlog.h>

namespace emojiscope::bot {
namespace {

/// Of 19: a thread of ordinary niceness gets three times its share of a core. Not less, since such
/// threads use the catalogue too, and whoever wants to write to it then waits for them.
constexpr int niceness = 5;

}  // namespace

void come_last(std::string_view what) {
    const auto thread = static_cast<id_t>(::gettid());
    if (::setpriority(PRIO_PROCESS, thread, niceness) != 0) {
        spdlog::warn("{} cannot be given a low priority", what);
    }
}

}  // namespace emojiscope::bot
