#include "environment.hpp"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

using namespace emojiscope::app;

TEST_CASE("a secret is taken out of the environment, and its bytes overwritten", "[environment]") {
    // As the kernel lays it: memory of ours, a name that stands there twice, and a similar one.
    std::vector<std::string> block{"FAKE_TOKEN=first-secret", "FAKE_TOKEN_FILE=/a/file",
                                   "FAKE_TOKEN=second-secret", "OTHER=kept"};
    std::vector<char*> entries;
    for (std::string& entry : block) {
        entries.push_back(entry.data());
    }
    entries.push_back(nullptr);
    char** const before = environ;
    environ = entries.data();
    const std::string secret = take_secret("FAKE_TOKEN");
    const char* const after = std::getenv("FAKE_TOKEN");
    const std::string similar = std::getenv("FAKE_TOKEN_FILE");
    const std::string other = std::getenv("OTHER");
    environ = before;

    CHECK(secret == "first-secret");
    CHECK(after == nullptr);
    CHECK(similar == "/a/file");
    CHECK(other == "kept");
    CHECK(block[0] == "FAKE_TOKEN=" + std::string(12, '*'));
    CHECK(block[2] == "FAKE_TOKEN=" + std::string(13, '*'));
}

TEST_CASE("a secret that is not there is empty", "[environment]") {
    ::unsetenv("FAKE_TOKEN");
    CHECK(take_secret("FAKE_TOKEN").empty());
    ::setenv("FAKE_TOKEN", "", 1);
    CHECK(take_secret("FAKE_TOKEN").empty());
    CHECK(std::getenv("FAKE_TOKEN") == nullptr);
}
