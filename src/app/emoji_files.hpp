// The maker of emoji files, as the room image has it.
#pragma once

#include "emojiscope/bot/emoji_files.hpp"

namespace emojiscope::app {

class ImageEmojiFiles final : public bot::EmojiFiles {
public:
    [[nodiscard]] std::string format_of(std::span<const std::uint8_t> bytes) const override;
    [[nodiscard]] Result<bot::ReadyFile> make(std::span<const std::uint8_t> bytes) const override;
};

}  // namespace emojiscope::app
