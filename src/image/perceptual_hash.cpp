#include "emojiscope/image/perceptual_hash.hpp"

#include "emojiscope/image/composite.hpp"
#include "emojiscope/image/resize.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace emojiscope::image {
namespace {

constexpr std::size_t side = 32;
constexpr std::size_t kept = 8;

/// The `kept` lowest coefficients of the DCT-II of `side` values.
std::array<double, kept> low_frequencies(const std::array<double, side>& values) {
    std::array<double, kept> out{};
    for (std::size_t k = 0; k < kept; ++k) {
        for (std::size_t i = 0; i < side; ++i) {
            out[k] += values[i] * std::cos(std::numbers::pi * static_cast<double>(k) *
                                           (static_cast<double>(i) + 0.5) / side);
        }
    }
    return out;
}

}  // namespace

std::uint64_t perceptual_hash(const RgbaImage& image) {
    const RgbImage small = resize(composite(image, {255, 255, 255}), static_cast<int>(side),
                                  static_cast<int>(side), Filter::bilinear);
    std::array<std::array<double, kept>, side> rows{};
    for (std::size_t y = 0; y < side; ++y) {
        std::array<double, side> grey{};
        for (std::size_t x = 0; x < side; ++x) {
            const std::uint8_t* p = small.pixels.data() + 3 * (y * side + x);
            grey[x] = 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];
        }
        rows[y] = low_frequencies(grey);
    }
    std::array<double, kept * kept> coefficients{};
    for (std::size_t x = 0; x < kept; ++x) {
        std::array<double, side> column{};
        for (std::size_t y = 0; y < side; ++y) {
            column[y] = rows[y][x];
        }
        const auto low = low_frequencies(column);
        for (std::size_t y = 0; y < kept; ++y) {
            coefficients[y * kept + x] = low[y];
        }
    }
    auto sorted = coefficients;
    std::sort(sorted.begin(), sorted.end());
    const double median = (sorted[kept * kept / 2 - 1] + sorted[kept * kept / 2]) / 2;
    std::uint64_t hash = 0;
    for (const double coefficient : coefficients) {
        hash = hash << 1U | (coefficient > median ? 1U : 0U);
    }
    return hash;
}

}  // namespace emojiscope::image
