// Self-signed certificates, made when a test needs one.
#pragma once

#include <string>

namespace emojiscope::loopback {

struct Certificate {
    std::string certificate;  ///< PEM
    std::string key;          ///< PEM
};

/// Valid for an hour around now, for one address ("127.0.0.1") or one name ("localhost"). Throws
/// if OpenSSL refuses.
[[nodiscard]] Certificate make_certificate(const std::string& host);

}  // namespace emojiscope::loopback
