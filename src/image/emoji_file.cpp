#include "emojiscope/image/emoji_file.hpp"

#include "encode_gif.hpp"

#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/encode.hpp"
#include "emojiscope/image/fit.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace emojiscope::image {
namespace {

/// What an animation is given up for, one after another: pixels a side, and frames.
struct Size {
    int side = 0;
    std::size_t frames = 0;
};
constexpr std::array<Size, 7> sizes{{{emoji_pixels, max_emoji_frames},
                                     {96, max_emoji_frames},
                                     {96, 25},
                                     {64, 25},
                                     {64, 12},
                                     {48, 12},
                                     {32, 8}}};

int side_for(const Picture& picture, int most) {
    return std::min(most, std::max(picture.width(), picture.height()));
}

/// At most `most` frames, evenly chosen, of the same length together.
std::vector<Frame> thinned(const Picture& picture, std::size_t most, int side) {
    const std::size_t count = picture.frames.size();
    const std::size_t kept = std::min(count, most);
    std::vector<Frame> frames;
    for (std::size_t k = 0; k < kept; ++k) {
        const std::size_t from = k * count / kept;
        const std::size_t to = (k + 1) * count / kept;
        Frame frame{fit_tile(picture.frames[from].image, side), {}};
        for (std::size_t i = from; i < to; ++i) {
            frame.duration += picture.frames[i].duration;
        }
        frames.push_back(std::move(frame));
    }
    return frames;
}

Result<EmojiFile> still_file(const Picture& picture) {
    const int side = side_for(picture, emoji_pixels);
    auto bytes = encode_png(fit_tile(picture.frames.front().image, side));
    if (!bytes) {
        return bytes.error();
    }
    return EmojiFile{std::move(*bytes), "png", side};
}

Result<EmojiFile> animated_file(const Picture& picture) {
    for (const Size& size : sizes) {
        const int side = side_for(picture, size.side);
        auto bytes = encode_gif(thinned(picture, size.frames, side));
        if (!bytes) {
            return bytes.error();
        }
        if (bytes->size() <= max_emoji_file_bytes) {
            return EmojiFile{std::move(*bytes), "gif", side};
        }
    }
    return fail(ErrorCode::too_large, "an animation that no size makes light enough");
}

}  // namespace

Result<EmojiFile> make_emoji_file(std::span<const std::uint8_t> bytes) {
    const auto picture = decode(bytes);
    if (!picture) {
        return picture.error();
    }
    auto file = picture->animated() ? animated_file(*picture) : still_file(*picture);
    if (file && file->bytes.size() > max_emoji_file_bytes) {
        return fail(ErrorCode::too_large, "a picture that no size makes light enough");
    }
    return file;
}

}  // namespace emojiscope::image
