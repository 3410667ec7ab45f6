#include "process_hardening.hpp"

#include <catch2/catch.hpp>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

using namespace emojiscope::app;

namespace {

/// Bits of what held in a process of its own after `harden_process`.
constexpr int hardened = 1;
constexpr int no_limit_left = 2;
constexpr int not_dumpable = 4;
constexpr int no_new_privileges = 8;
constexpr int knows_itself = 16;

int look_after(bool allow_core_dumps) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int found = harden_process(allow_core_dumps) ? hardened : 0;
        rlimit limit{};
        ::getrlimit(RLIMIT_CORE, &limit);
        found |= limit.rlim_cur == 0 && limit.rlim_max == 0 ? no_limit_left : 0;
        found |= ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? not_dumpable : 0;
        found |= ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? no_new_privileges : 0;
        // The program finds its model from where it lies.
        std::error_code error;
        const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
        found |= !error && !self.empty() ? knows_itself : 0;
        ::_exit(found);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("a process gives up core dumps and new privileges", "[hardening]") {
    CHECK(look_after(false) ==
          (hardened | no_limit_left | not_dumpable | no_new_privileges | knows_itself));
}

TEST_CASE("core dumps may be asked for", "[hardening]") {
    const int found = look_after(true);
    CHECK((found & not_dumpable) == 0);
    CHECK((found & (hardened | no_new_privileges | knows_itself)) ==
          (hardened | no_new_privileges | knows_itself));
    ::unsetenv(allow_core_dumps_variable);
    CHECK_FALSE(core_dumps_are_allowed());
    for (const char* no : {"", "0"}) {
        ::setenv(allow_core_dumps_variable, no, 1);
        CHECK_FALSE(core_dumps_are_allowed());
    }
    ::setenv(allow_core_dumps_variable, "1", 1);
    CHECK(core_dumps_are_allowed());
    ::unsetenv(allow_core_dumps_variable);
}
