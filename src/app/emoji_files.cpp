#include "emoji_files.hpp"

#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/emoji_file.hpp"

namespace emojiscope::app {

std::string ImageEmojiFiles::format_of(std::span<const std::uint8_t> bytes) const {
    const auto format = image::sniff(bytes);
    return format ? image::format_name(*format) : "";
}

Result<bot::ReadyFile> ImageEmojiFiles::make(std::span<const std::uint8_t> bytes) const {
    auto file = image::make_emoji_file(bytes);
    if (!file) {
        return file.error();
    }
    return bot::ReadyFile{{file->bytes.begin(), file->bytes.end()}, file->extension};
}

}  // namespace emojiscope::app
