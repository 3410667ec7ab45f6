#include "guard.hpp"

#include "emojiscope/core/text.hpp"
#include "emojiscope/image/decode.hpp"

#include <string>

namespace emojiscope::image {
namespace {

// Browsers agree on both numbers: some old encoders wrote 0 for "the usual speed".
constexpr std::chrono::milliseconds shortest_believed{10};
constexpr std::chrono::milliseconds usual_duration{100};

std::string size_text(ImageFormat format, std::uint32_t width, std::uint32_t height) {
    return std::string(format_name(format)) + " " + std::to_string(width) + "x" +
           std::to_string(height);
}

}  // namespace

Result<void> check_canvas(ImageFormat format, std::uint32_t width, std::uint32_t height,
                          const DecodeLimits& limits) {
    if (width == 0 || height == 0) {
        return fail(ErrorCode::corrupt, size_text(format, width, height) + " has no pixels");
    }
    if (width > limits.max_side || height > limits.max_side) {
        return fail(ErrorCode::too_large, size_text(format, width, height) +
                                              " is over the limit of " +
                                              std::to_string(limits.max_side) + " a side");
    }
    if (pixel_count(width, height) > limits.max_pixels) {
        return fail(ErrorCode::too_large, size_text(format, width, height) +
                                              " is over the limit of " +
                                              std::to_string(limits.max_pixels) + " pixels");
    }
    return {};
}

Result<void> check_animation(ImageFormat format, std::size_t frames, std::uint64_t total_pixels,
                             const DecodeLimits& limits) {
    if (frames > limits.max_frames) {
        return fail(ErrorCode::too_large, std::string(format_name(format)) +
                                              " has more than the limit of " +
                                              std::to_string(limits.max_frames) + " frames");
    }
    if (total_pixels > limits.max_total_pixels) {
        return fail(ErrorCode::too_large,
                    std::string(format_name(format)) + " has more than the limit of " +
                        std::to_string(limits.max_total_pixels) + " pixels over all frames");
    }
    return {};
}

Error damaged(ImageFormat format, std::string_view detail) {
    return fail(ErrorCode::corrupt,
                std::string(format_name(format)) + " is damaged: " + one_line(detail));
}

std::uint64_t pixel_count(std::uint32_t width, std::uint32_t height) noexcept {
    return std::uint64_t{width} * height;
}

RgbaImage blank_canvas(std::uint32_t width, std::uint32_t height) {
    return RgbaImage{static_cast<int>(width), static_cast<int>(height),
                     std::vector<std::uint8_t>(pixel_count(width, height) * 4)};
}

std::chrono::milliseconds shown_duration(std::chrono::milliseconds claimed) noexcept {
    return claimed <= shortest_believed ? usual_duration : claimed;
}

}  // namespace emojiscope::image
