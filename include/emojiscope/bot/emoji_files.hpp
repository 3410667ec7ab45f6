// Port: files that Slack takes as emoji.
#pragma once

#include "emojiscope/core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace emojiscope::bot {

struct ReadyFile {
    std::string bytes;
    std::string extension;  ///< png, gif
};

/// Blocking; safe from any thread.
class EmojiFiles {
public:
    virtual ~EmojiFiles() = default;

    /// "PNG", "JPEG", "GIF", "WebP"; empty for others.
    [[nodiscard]] virtual std::string format_of(std::span<const std::uint8_t> bytes) const = 0;

    /// The picture within Slack's limits for emoji. Errors: as of reading a picture; too_large if
    /// it cannot be made light enough.
    [[nodiscard]] virtual Result<ReadyFile> make(std::span<const std::uint8_t> bytes) const = 0;
};

}  // namespace emojiscope::bot
