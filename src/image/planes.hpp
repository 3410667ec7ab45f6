// Pictures as planes of floats, for arithmetic.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace emojiscope::image {

/// `channels` planes of width * height values, row-major, one plane after another.
struct Planes {
    Planes() = default;
    Planes(int w, int h, int c)
        : width(w),
          height(h),
          channels(c),
          values(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) *
                 static_cast<std::size_t>(c)) {}

    [[nodiscard]] std::size_t area() const {
        return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    }
    [[nodiscard]] std::span<float> plane(int channel) {
        return {values.data() + area() * static_cast<std::size_t>(channel), area()};
    }
    [[nodiscard]] std::span<const float> plane(int channel) const {
        return {values.data() + area() * static_cast<std::size_t>(channel), area()};
    }

    int width = 0;
    int height = 0;
    int channels = 0;
    std::vector<float> values;
};

}  // namespace emojiscope::image
