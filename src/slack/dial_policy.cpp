#include "emojiscope/slack/dial_policy.hpp"

#include <charconv>

namespace emojiscope::slack {
namespace {

constexpr std::chrono::seconds longest_retry_after{3600};

}  // namespace

std::chrono::seconds parse_retry_after(std::string_view header, std::chrono::seconds otherwise) {
    long long seconds = 0;
    const char* const end = header.data() + header.size();
    const auto [stopped, error] = std::from_chars(header.data(), end, seconds);
    if (error != std::errc{} || stopped != end || seconds < 0) {
        return otherwise;
    }
    return std::clamp(std::chrono::seconds(seconds), std::chrono::seconds(1), longest_retry_after);
}

}  // namespace emojiscope::slack
