#include "environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace emojiscope::app {

std::string take_secret(const char* name) {
    std::string secret;
    if (const char* const value = std::getenv(name)) {
        secret = value;
    }
    // A name may stand there more than once, and getenv knows the first one only.
    const std::string head = std::string(name) + "=";
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        if (std::string_view(*entry).starts_with(head)) {
            char* const value = *entry + head.size();
            std::fill_n(value, std::strlen(value), '*');
        }
    }
    ::unsetenv(name);  // all of that name
    return secret;
}

}  // namespace emojiscope::app
