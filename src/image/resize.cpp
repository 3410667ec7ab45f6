#include "emojiscope/image/resize.hpp"

#include "resample.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

namespace emojiscope::image {
namespace {

// Pillow's precision: 32 bits less 8 for the sample and 2 for the sign and the overshoot of the
// cubic kernel.
constexpr int precision_bits = 32 - 8 - 2;

/// The weights of one output pixel begin at `offset` in Kernel::weights.
struct Tap {
    int first = 0;  ///< first input pixel
    int count = 0;
    std::size_t offset = 0;
};

struct Kernel {
    std::vector<Tap> taps;  // one for each output pixel
    std::vector<int> weights;
};

double support_of(Filter filter) {
    switch (filter) {
        case Filter::box: return 0.5;
        case Filter::bilinear: return 1.0;
        case Filter::bicubic: return 2.0;
    }
    return 0.5;
}

double weight_at(Filter filter, double x) {
    if (filter == Filter::box) {
        return x > -0.5 && x <= 0.5 ? 1.0 : 0.0;
    }
    const double d = std::abs(x);
    if (filter == Filter::bilinear) {
        return d < 1.0 ? 1.0 - d : 0.0;
    }
    // R. Keys, "Cubic convolution interpolation for digital image processing", 1981; Horner's
    // form in the order in which Pillow evaluates it.
    constexpr double a = -0.5;
    if (d < 1.0) {
        return ((a + 2.0) * d - (a + 3.0)) * d * d + 1.0;
    }
    return d < 2.0 ? (((d - 5.0) * d + 8.0) * d - 4.0) * a : 0.0;
}

int to_fixed_point(double weight) {
    const double scaled = weight * (1 << precision_bits);
    return static_cast<int>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

Kernel make_kernel(int in_size, Span out, Filter filter) {
    const double scale = static_cast<double>(in_size) / out.full;
    const double stretch = std::max(scale, 1.0);
    const double support = support_of(filter) * stretch;
    const double shrink = 1.0 / stretch;
    Kernel kernel;
    kernel.taps.reserve(static_cast<std::size_t>(out.count));
    std::vector<double> weights;
    for (int i = out.first; i < out.first + out.count; ++i) {
        const double centre = (i + 0.5) * scale;
        const int first = std::max(static_cast<int>(centre - support + 0.5), 0);
        const int end = std::min(static_cast<int>(centre + support + 0.5), in_size);
        weights.clear();
        double sum = 0.0;
        for (int x = first; x < end; ++x) {
            weights.push_back(weight_at(filter, (x - centre + 0.5) * shrink));
            sum += weights.back();
        }
        kernel.taps.push_back({first, end - first, kernel.weights.size()});
        for (const double weight : weights) {
            kernel.weights.push_back(to_fixed_point(sum != 0.0 ? weight / sum : weight));
        }
    }
    return kernel;
}

std::uint8_t to_byte(int sum) {
    return static_cast<std::uint8_t>(std::clamp(sum >> precision_bits, 0, 255));
}

constexpr int half = 1 << (precision_bits - 1);

/// Rows [first_row, first_row + rows) of `image`, each convolved to kernel.taps.size() pixels.
RgbImage horizontal_pass(const RgbImage& image, const Kernel& kernel, int first_row, int rows) {
    RgbImage out{static_cast<int>(kernel.taps.size()), rows, {}};
    out.pixels.resize(kernel.taps.size() * static_cast<std::size_t>(rows) * 3);
    std::uint8_t* to = out.pixels.data();
    const std::size_t stride = static_cast<std::size_t>(image.width) * 3;
    for (int y = 0; y < rows; ++y) {
        const std::uint8_t* row =
            image.pixels.data() + static_cast<std::size_t>(first_row + y) * stride;
        for (const Tap& tap : kernel.taps) {
            const std::uint8_t* from = row + static_cast<std::size_t>(tap.first) * 3;
            const int* weight = kernel.weights.data() + tap.offset;
            int sums[3] = {half, half, half};
            for (int k = 0; k < tap.count; ++k, from += 3, ++weight) {
                sums[0] += from[0] * *weight;
                sums[1] += from[1] * *weight;
                sums[2] += from[2] * *weight;
            }
            for (const int sum : sums) {
                *to++ = to_byte(sum);
            }
        }
    }
    return out;
}

/// `first_row` is the row of the whole picture that `image` begins with.
RgbImage vertical_pass(const RgbImage& image, const Kernel& kernel, int first_row) {
    const std::size_t stride = static_cast<std::size_t>(image.width) * 3;
    RgbImage out{image.width, static_cast<int>(kernel.taps.size()), {}};
    out.pixels.resize(stride * kernel.taps.size());
    std::uint8_t* to = out.pixels.data();
    std::vector<int> sums(stride);
    for (const Tap& tap : kernel.taps) {
        std::fill(sums.begin(), sums.end(), half);
        for (int k = 0; k < tap.count; ++k) {
            const int weight = kernel.weights[tap.offset + static_cast<std::size_t>(k)];
            const std::uint8_t* row =
                image.pixels.data() + static_cast<std::size_t>(tap.first + k - first_row) * stride;
            for (std::size_t x = 0; x < stride; ++x) {
                sums[x] += row[x] * weight;
            }
        }
        to = std::transform(sums.begin(), sums.end(), to, to_byte);
    }
    return out;
}

/// Without convolution: the part of `image` that the spans name.
RgbImage crop(const RgbImage& image, Span horizontal, Span vertical) {
    if (horizontal.count == image.width && vertical.count == image.height) {
        return image;
    }
    const std::size_t row_bytes = static_cast<std::size_t>(horizontal.count) * 3;
    RgbImage out{horizontal.count, vertical.count, {}};
    out.pixels.resize(row_bytes * static_cast<std::size_t>(vertical.count));
    for (int y = 0; y < vertical.count; ++y) {
        const std::size_t from = static_cast<std::size_t>(vertical.first + y) *
                                     static_cast<std::size_t>(image.width) +
                                 static_cast<std::size_t>(horizontal.first);
        std::memcpy(out.pixels.data() + static_cast<std::size_t>(y) * row_bytes,
                    image.pixels.data() + from * 3, row_bytes);
    }
    return out;
}

[[maybe_unused]] bool is_valid(const RgbImage& image) {
    return image.width >= 1 && image.height >= 1 &&
           image.pixels.size() == static_cast<std::size_t>(image.width) *
                                      static_cast<std::size_t>(image.height) * 3;
}

[[maybe_unused]] bool is_valid(Span span) {
    return span.full >= 1 && span.first >= 0 && span.count >= 1 &&
           span.count <= span.full - span.first;
}

}  // namespace

RgbImage resample(const RgbImage& image, Span horizontal, Span vertical, Filter filter) {
    assert(is_valid(image) && is_valid(horizontal) && is_valid(vertical));
    const bool keeps_width = horizontal.full == image.width;
    const bool keeps_height = vertical.full == image.height;
    if (keeps_height) {
        const RgbImage rows = crop(image, {image.width, 0, image.width}, vertical);
        if (keeps_width) {
            return crop(rows, horizontal, {rows.height, 0, rows.height});
        }
        return horizontal_pass(rows, make_kernel(image.width, horizontal, filter), 0, rows.height);
    }
    const Kernel down = make_kernel(image.height, vertical, filter);
    // Only the rows that the vertical pass will read.
    const int first_row = down.taps.front().first;
    const int rows = down.taps.back().first + down.taps.back().count - first_row;
    const RgbImage across =
        keeps_width ? crop(image, horizontal, {image.height, first_row, rows})
                    : horizontal_pass(image, make_kernel(image.width, horizontal, filter),
                                      first_row, rows);
    return vertical_pass(across, down, first_row);
}

RgbImage resize(const RgbImage& image, int width, int height, Filter filter) {
    return resample(image, {width, 0, width}, {height, 0, height}, filter);
}

RgbImage resize_bicubic(const RgbImage& image, int width, int height) {
    return resize(image, width, height, Filter::bicubic);
}

}  // namespace emojiscope::image
