#include "picture_fuzzing.hpp"

#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/hash.hpp"
#include "emojiscope/image/picture_reader.hpp"
#include "emojiscope/image/sketch.hpp"
#include "emojiscope/image/sketch_descriptors.hpp"

#include <cmath>

namespace emojiscope::fuzz {
namespace {

/// Smaller than those of the program, so that a large picture costs little time; each limit is
/// reached as easily.
constexpr image::DecodeLimits limits{.max_bytes = 64 * 1024,
                                     .max_side = 1024,
                                     .max_pixels = 256 * 1024,
                                     .max_frames = 64,
                                     .max_total_pixels = 1024 * 1024};
/// Up to this size of all frames the picture is read as an emoji is, too.
constexpr std::uint64_t most_pixels_read = 64 * 1024;

void require_sound(const Picture& picture, ImageFormat format) {
    require(picture.format == format, "the format is the one that the bytes announce");
    require(!picture.frames.empty() && picture.frames.size() <= limits.max_frames,
            "1 to max_frames frames");
    const auto width = static_cast<std::uint64_t>(picture.width());
    const auto height = static_cast<std::uint64_t>(picture.height());
    require(picture.width() >= 1 && picture.height() >= 1, "there are pixels");
    require(width <= limits.max_side && height <= limits.max_side &&
                width * height <= limits.max_pixels &&
                width * height * picture.frames.size() <= limits.max_total_pixels,
            "within the limits");
    for (const Frame& frame : picture.frames) {
        require(frame.image.width == picture.width() && frame.image.height == picture.height(),
                "all frames of one size");
        require(frame.image.pixels.size() == width * height * 4, "four bytes for each pixel");
        require(frame.duration.count() >= 0, "no frame ends before it begins");
        require((frame.duration.count() == 0) == (picture.frames.size() == 1),
                "frames of animations, and no others, take time");
    }
}

void require_readable(std::span<const std::uint8_t> bytes, const Picture& picture) {
    const auto read = image::PictureReader(limits).read(bytes);
    require(read.has_value(), "what can be decoded can be read");
    require(read->pixel_hash == image::pixel_hash(picture), "and looks the same each time");
    require(read->width == picture.width() && read->height == picture.height() &&
                read->frame_count == static_cast<int>(picture.frames.size()),
            "its facts are those of its frames");
    require(!read->frames.empty() && read->frames.size() <= 4, "1 to 4 frames stand for it");
    const auto sketch = image::decode_sketch(read->fingerprint.sketch);
    require(sketch.has_value(), "a sketch can be read back");
    require(image::encode_sketch(*sketch).value() == read->fingerprint.sketch, "as it was");
    const auto& descriptors = read->fingerprint.descriptors;
    require(descriptors.size() % image::descriptor_dimension == 0, "whole descriptors");
    for (const float value : descriptors) {
        require(std::isfinite(value) && std::abs(value) <= 1.001F, "of unit length");
    }
}

}  // namespace

void check_picture(std::span<const std::uint8_t> bytes, ImageFormat format) {
    if (image::sniff(bytes) != format) {
        return;
    }
    const auto picture = image::decode(bytes, limits);
    if (!picture) {
        require_one_line(picture.error().message);
        const ErrorCode code = picture.error().code;
        require(code == ErrorCode::corrupt || code == ErrorCode::too_large,
                "the picture is at fault");
        return;
    }
    require_sound(*picture, format);
    const auto pixels = picture->frames.size() * picture->frames.front().image.pixels.size() / 4;
    if (pixels <= most_pixels_read) {
        require_readable(bytes, *picture);
    }
}

}  // namespace emojiscope::fuzz
