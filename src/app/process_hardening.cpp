#include "process_hardening.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>

namespace emojiscope::app {
namespace {

Error refused(const std::string& what) {
    return fail(ErrorCode::io, what + ": " + std::generic_category().message(errno) + " (" +
                                   allow_core_dumps_variable + "=1 goes on without)");
}

}  // namespace

Result<void> harden_process(bool allow_core_dumps) {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 && !allow_core_dumps) {
        return refused("new privileges cannot be given up");
    }
    if (allow_core_dumps) {
        return {};
    }
    const rlimit none{0, 0};
    rlimit now{};
    // A sandbox may forbid the change where there is nothing left to change.
    const bool already = ::getrlimit(RLIMIT_CORE, &now) == 0 && now.rlim_max == 0;
    if (!already && ::setrlimit(RLIMIT_CORE, &none) != 0) {
        return refused("core dumps cannot be switched off");
    }
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return refused("core dumps cannot be switched off");
    }
    return {};
}

bool core_dumps_are_allowed() {
    const char* const text = std::getenv(allow_core_dumps_variable);
    return text != nullptr && *text != '\0' && std::string_view(text) != "0";
}

}  // namespace emojiscope::app
