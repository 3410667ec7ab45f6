#include "pair_measurement.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numeric>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace emojiscope::image {
namespace {

/// Luma and the two chromas of ITU-R BT.601, each in steps as large as those of RGB.
Planes to_luma_chroma(const Planes& rgb) {
    Planes out(rgb.width, rgb.height, 3);
    const auto red = rgb.plane(0);
    const auto green = rgb.plane(1);
    const auto blue = rgb.plane(2);
    for (std::size_t i = 0; i < rgb.area(); ++i) {
        const float luma = 0.299F * red[i] + 0.587F * green[i] + 0.114F * blue[i];
        out.plane(0)[i] = luma;
        out.plane(1)[i] = 0.564F * (blue[i] - luma);
        out.plane(2)[i] = 0.713F * (red[i] - luma);
    }
    return out;
}

/// to[i] = combine(to[i], from[i + by]) for every i for which both are there; the loop that the
/// compiler can do for many pixels at once.
template <class Combine>
void combine_shifted(std::span<float> to, std::span<const float> from, std::size_t by,
                     Combine combine) {
    const std::size_t count = to.size() > by ? to.size() - by : 0;
    float* const first = to.data();
    const float* const second = from.data();
    for (std::size_t i = 0; i < count; ++i) {
        first[i] = combine(first[i], second[i + by]);
    }
    for (std::size_t i = count; i-- > 0;) {
        first[i + by] = combine(first[i + by], second[i]);
    }
}

/// For each pixel `combine` over the square of 2 * radius + 1 pixels around it, by two passes.
template <class Combine>
std::vector<float> square_filter(std::span<const float> plane, int width, int height, int radius,
                                 Combine combine) {
    const auto stride = static_cast<std::size_t>(width);
    std::vector<float> rows(plane.begin(), plane.end());
    for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
        for (std::size_t by = 1; by <= static_cast<std::size_t>(radius); ++by) {
            combine_shifted(std::span(rows).subspan(y * stride, stride),
                            plane.subspan(y * stride, stride), by, combine);
        }
    }
    std::vector<float> out = rows;
    for (std::size_t by = 1; by <= static_cast<std::size_t>(radius); ++by) {
        combine_shifted(std::span(out), std::span<const float>(rows), by * stride, combine);
    }
    return out;
}

std::vector<float> box_sums(std::span<const float> plane, int width, int height, int radius) {
    return square_filter(plane, width, height, radius, [](float a, float b) { return a + b; });
}

/// How far each value lies outside of what the other picture shows around it.
void add_unexplained(std::span<const float> a, std::span<const float> b, int width, int height,
                     int radius, std::span<float> distance) {
    const auto low = square_filter(b, width, height, radius,
                                   [](float x, float y) { return std::min(x, y); });
    const auto high = square_filter(b, width, height, radius,
                                    [](float x, float y) { return std::max(x, y); });
    for (std::size_t i = 0; i < a.size(); ++i) {
        distance[i] = std::max({distance[i], low[i] - a[i], a[i] - high[i]});
    }
}

void raise(double& worst, double value) {
    worst = std::max(worst, value);
}

/// Measures two aligned RGB pictures; `counted` is 1 where both are, else 0.
class Measurement {
public:
    Measurement(const Planes& a, const Planes& b, const std::vector<float>& counted)
        : width_(a.width), height_(a.height), a_(to_luma_chroma(a)), b_(to_luma_chroma(b)),
          counted_(counted) {}

    /// Raises `worst` to what these two differ by, the cheap differences first; false as soon as
    /// its probability is below the least.
    [[nodiscard]] bool add_to(Differences& worst, Marks marks, double least_probability) const {
        const auto possible = [&] { return same_image_probability(worst) >= least_probability; };
        raise(worst.rms, rms());
        if (!possible()) {
            return false;
        }
        const auto [luma, mean] = unexplained(0, 1, 1);
        raise(worst.unexplained_luma, luma);
        raise(worst.mean_unexplained, mean);
        if (!possible()) {
            return false;
        }
        for (int c = 0; c < 3; ++c) {
            raise(worst.block_colour, largest_block_means(difference(c)));
        }
        if (!possible()) {
            return false;
        }
        raise(worst.unexplained_chroma, unexplained(1, 2, 3).first);
        raise(worst.unexplained_chroma, unexplained(2, 2, 3).first);
        if (!possible()) {
            return false;
        }
        raise(worst.window_structure, window_structure());
        if (!possible()) {
            return false;
        }
        if (marks == Marks::count) {
            raise(worst.spot, spot());
        }
        return possible();
    }

private:
    std::vector<float> difference(int channel) const {
        const auto a = a_.plane(channel);
        const auto b = b_.plane(channel);
        std::vector<float> error(a.size());
        for (std::size_t i = 0; i < a.size(); ++i) {
            error[i] = (a[i] - b[i]) * counted_[i];
        }
        return error;
    }

    double rms() const {
        double squares = 0;
        for (int c = 0; c < 3; ++c) {
            for (const float e : difference(c)) {
                squares += static_cast<double>(e * e);
            }
        }
        const double count = std::accumulate(counted_.begin(), counted_.end(), 0.0);
        return std::sqrt(squares / std::max(count, 1.0));
    }

    /// The largest mean of a square of 2 * `spot` + 1 pixels, and the mean over all.
    std::pair<double, double> unexplained(int channel, int radius, int spot) const {
        std::vector<float> distance(a_.area());
        add_unexplained(a_.plane(channel), b_.plane(channel), width_, height_, radius, distance);
        add_unexplained(b_.plane(channel), a_.plane(channel), width_, height_, radius, distance);
        double sum = 0;
        for (std::size_t i = 0; i < distance.size(); ++i) {
            distance[i] *= counted_[i];
            sum += static_cast<double>(distance[i]);
        }
        const auto sums = box_sums(distance, width_, height_, spot);
        const double most = static_cast<double>(*std::max_element(sums.begin(), sums.end()));
        const int area = (2 * spot + 1) * (2 * spot + 1);
        return {most / area, sum / static_cast<double>(distance.size())};
    }

    double spot() const {
        constexpr int radius = 2;
        constexpr float most = 25;  // pixels of a square
        const auto counts = box_sums(counted_, width_, height_, radius);
        const auto means = [&](const Planes& planes) {
            std::vector<float> values(planes.area());
            const auto luma = planes.plane(0);
            for (std::size_t i = 0; i < values.size(); ++i) {
                values[i] = luma[i] * counted_[i];
            }
            return box_sums(values, width_, height_, radius);
        };
        const auto a = means(a_);
        const auto b = means(b_);
        std::vector<float> distance(a.size());
        add_unexplained(a, b, width_, height_, 1, distance);
        add_unexplained(b, a, width_, height_, 1, distance);
        float largest = 0;
        for (std::size_t i = 0; i < distance.size(); ++i) {
            largest = counts[i] >= most ? std::max(largest, distance[i]) : largest;
        }
        return static_cast<double>(largest / most);
    }

    double largest_block_means(const std::vector<float>& error) const {
        constexpr int radius = 4;
        const auto sums = box_sums(error, width_, height_, radius);
        const auto counts = box_sums(counted_, width_, height_, radius);
        std::vector<float> means;
        for (std::size_t i = 0; i < sums.size(); ++i) {
            if (counts[i] > 40) {
                means.push_back(std::abs(sums[i] / counts[i]));
            }
        }
        if (means.empty()) {
            return 0;
        }
        constexpr std::size_t part = 20;  // the largest twentieth
        const auto count = static_cast<std::ptrdiff_t>(means.size() / part + 1);
        std::partial_sort(means.begin(), means.begin() + count, means.end(), std::greater<>());
        return std::accumulate(means.begin(), means.begin() + count, 0.0) /
               static_cast<double>(count);
    }

    double window_structure() const {
        constexpr int radius = 3;
        constexpr float noise = 0.05F;  // what a re-encoding may do to a flat window, rms
        const std::vector<float> error = difference(0);
        std::vector<float> error_squared(error.size());
        std::transform(error.begin(), error.end(), error_squared.begin(),
                       [](float e) { return e * e; });
        const auto errors = box_sums(error_squared, width_, height_, radius);
        const auto variances_a = variance_sums(a_.plane(0), radius);
        const auto variances_b = variance_sums(b_.plane(0), radius);
        const auto counts = box_sums(counted_, width_, height_, radius);
        float most = 0;
        for (std::size_t i = 0; i < errors.size(); ++i) {
            if (counts[i] > 24) {
                const float ground = 0.5F * (variances_a[i] + variances_b[i]) +
                                     counts[i] * noise * noise;
                most = std::max(most, errors[i] / ground);
            }
        }
        return static_cast<double>(most);
    }

    std::vector<float> variance_sums(std::span<const float> plane, int radius) const {
        std::vector<float> values(plane.size());
        std::vector<float> squares(plane.size());
        for (std::size_t i = 0; i < plane.size(); ++i) {
            values[i] = plane[i] * counted_[i];
            squares[i] = plane[i] * values[i];
        }
        const auto sums = box_sums(values, width_, height_, radius);
        auto out = box_sums(squares, width_, height_, radius);
        const auto counts = box_sums(counted_, width_, height_, radius);
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = std::max(0.0F, out[i] - sums[i] * sums[i] / std::max(counts[i], 1.0F));
        }
        return out;
    }

    int width_;
    int height_;
    Planes a_;
    Planes b_;
    const std::vector<float>& counted_;
};
/// The share of `ink` that the placement leaves outside of a canvas of width * height.
double ink_outside(const Planes& ink, const Placement& placement, double width, double height) {
    double outside = 0;
    double all = 0;
    std::size_t i = 0;
    for (int y = 0; y < ink.height; ++y) {
        const double at_y = placement.scale_y * (y + 0.5) + placement.shift_y;
        for (int x = 0; x < ink.width; ++x, ++i) {
            const double at_x = placement.scale_x * (x + 0.5) + placement.shift_x;
            const auto value = static_cast<double>(ink.values[i]);
            all += value;
            if (at_x < -0.5 || at_y < -0.5 || at_x > width + 0.5 || at_y > height + 0.5) {
                outside += value;
            }
        }
    }
    return all > 0 ? outside / all : 0;
}

Placement inverse(const Placement& p) {
    return {1 / p.scale_x, 1 / p.scale_y, -p.shift_x / p.scale_x, -p.shift_y / p.scale_y};
}

/// Every pixel the mean of its neighbourhood by the weights 1 2 1, along both axes.
Planes blurred(const Planes& planes) {
    Planes out = planes;
    const int width = planes.width;
    const int height = planes.height;
    const auto pass = [](std::span<const float> from, std::span<float> to, int lines, int length,
                         int line_step, int step) {
        for (int line = 0; line < lines; ++line) {
            for (int i = 0; i < length; ++i) {
                const auto at = [&](int k) {
                    return from[static_cast<std::size_t>(line * line_step +
                                                         std::clamp(k, 0, length - 1) * step)];
                };
                to[static_cast<std::size_t>(line * line_step + i * step)] =
                    0.25F * (at(i - 1) + at(i + 1)) + 0.5F * at(i);
            }
        }
    };
    std::vector<float> rows(planes.area());
    for (int c = 0; c < planes.channels; ++c) {
        pass(planes.plane(c), rows, height, width, width, 1);
        pass(rows, out.plane(c), width, height, 1, width);
    }
    return out;
}

/// One of the two may have been scaled and lost its sharpness: blurs the other one, once or twice,
/// if that brings them nearer to each other.
void match_sharpness(Planes& original, Warped& copy) {
    constexpr int most_blurs = 2;
    constexpr double worthwhile = 0.9;
    double error = mean_squared_difference(original, copy);
    for (int blurs = 0; blurs < most_blurs; ++blurs) {
        Planes softer = blurred(original);
        const double tried = mean_squared_difference(softer, copy);
        if (tried > worthwhile * error) {
            break;
        }
        original = std::move(softer);
        error = tried;
    }
    for (int blurs = 0; blurs < most_blurs; ++blurs) {
        Warped softer = copy;
        softer.picture = blurred(copy.picture);
        const double tried = mean_squared_difference(original, softer);
        if (tried > worthwhile * error) {
            break;
        }
        copy = std::move(softer);
        error = tried;
    }
}

/// Of how they lie.
Differences placement_differences(const PicturePair& pair, const Placement& placement) {
    Differences out;
    out.lost_ink =
        std::max(ink_outside(pair.original_ink, placement, pair.copy.width, pair.copy.height),
                 ink_outside(pair.copy_ink, inverse(placement), pair.original.width,
                             pair.original.height));
    const double along_x = std::log(placement.scale_x * pair.canvas_ratio_x);
    const double along_y = std::log(placement.scale_y * pair.canvas_ratio_y);
    out.stretch = std::abs(std::log(placement.scale_x / placement.scale_y));
    out.rescale = std::abs(along_x + along_y) / 2;
    return out;
}

}  // namespace

std::optional<Differences> measure(const PicturePair& pair, const Placement& placement,
                                   Marks marks, double least_probability) {
    Differences out = placement_differences(pair, placement);
    if (same_image_probability(out) < least_probability) {
        return std::nullopt;
    }
    Planes original = pair.original;
    Warped copy = warp(pair.copy, original.width, original.height, placement);
    match_sharpness(original, copy);
    std::vector<float> counted(original.area());
    for (int y = copy.top; y < copy.bottom; ++y) {
        const auto row = counted.begin() + std::ptrdiff_t{y} * original.width;
        std::fill(row + copy.left, row + copy.right, 1.0F);
    }
    const auto add = [&](const Planes& a, const Planes& b) {
        return Measurement(a, b, counted).add_to(out, marks, least_probability);
    };
    // What is see-through must be the same on any paper.
    const bool possible =
        original.channels == 4
            ? add(laid_on(original, {0, 0, 0}), laid_on(copy.picture, {0, 0, 0})) &&
                  add(laid_on(original, {1, 1, 1}), laid_on(copy.picture, {1, 1, 1}))
            : add(original, copy.picture);
    return possible ? std::optional(out) : std::nullopt;
}

}  // namespace emojiscope::image
