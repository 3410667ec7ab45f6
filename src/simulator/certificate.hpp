// A certificate for loopback, made when it is needed.
#pragma once

#include "emojiscope/core/error.hpp"

#include <string>

namespace emojiscope::simulator {

struct Certificate {
    std::string certificate_pem;
    std::string key_pem;
};

/// Self-signed, EC P-256, valid for a week, for localhost, 127.0.0.1 and ::1. Error: internal.
[[nodiscard]] Result<Certificate> make_loopback_certificate();

}  // namespace emojiscope::simulator
