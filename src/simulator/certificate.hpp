// Certificates, made when they are needed.
#pragma once

#include "emojiscope/core/error.hpp"

#include <string>

namespace emojiscope::simulator {

struct Certificate {
    std::string certificate_pem;
    std::string key_pem;
};

inline constexpr const char* loopback_names = "DNS:localhost,IP:127.0.0.1,IP:::1";

/// Self-signed, EC P-256, valid for a week, for these names. Error: internal.
[[nodiscard]] Result<Certificate> make_certificate(const char* names);

}  // namespace emojiscope::simulator
