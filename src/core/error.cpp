#include "emojiscope/core/error.hpp"

namespace emojiscope {

const char* to_string(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::invalid_argument: return "invalid argument";
        case ErrorCode::not_found: return "not found";
        case ErrorCode::io: return "input/output";
        case ErrorCode::corrupt: return "corrupt";
        case ErrorCode::unsupported: return "unsupported";
        case ErrorCode::too_large: return "too large";
        case ErrorCode::network: return "network";
        case ErrorCode::timeout: return "timeout";
        case ErrorCode::auth: return "authentication";
        case ErrorCode::rate_limited: return "rate limited";
        case ErrorCode::conflict: return "conflict";
        case ErrorCode::cancelled: return "cancelled";
        case ErrorCode::internal: return "internal";
    }
    return "unknown";
}

}  // namespace emojiscope
