#include "registration.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

namespace emojiscope::image {
namespace {

using Parameters = std::array<double, 4>;  // scale_x, shift_x, scale_y, shift_y

/// Where pixel `i` of the first picture lies in the second, in the pixels' own (centre) numbers.
double source_of(int i, double scale, double shift) {
    return scale * (i + 0.5) + shift - 0.5;
}

/// The two pixels between which a position lies, and how far it is to the second.
struct Between {
    std::size_t low = 0;
    std::size_t high = 0;
    float part = 0;
    bool inside = false;
};

std::vector<Between> positions(int count, int source_size, double scale, double shift) {
    std::vector<Between> all(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        const double at = source_of(i, scale, shift);
        const double held = std::clamp(at, 0.0, static_cast<double>(source_size - 1));
        Between& between = all[static_cast<std::size_t>(i)];
        between.low = static_cast<std::size_t>(held);
        between.high = std::min(between.low + 1, static_cast<std::size_t>(source_size - 1));
        between.part = static_cast<float>(held - static_cast<double>(between.low));
        between.inside = at > -0.75 && at < source_size - 0.25;
    }
    return all;
}

/// The normal equations of one Gauss-Newton step.
struct Normal {
    std::array<std::array<double, 4>, 4> matrix{};
    Parameters vector{};
};

float gradient(std::span<const float> plane, std::size_t before, std::size_t after) {
    return 0.5F * (plane[after] - plane[before]);
}

Normal normal_equations(const Planes& first, const Warped& second, const Placement& placement) {
    Normal normal;
    const auto width = static_cast<std::size_t>(first.width);
    const auto height = static_cast<std::size_t>(first.height);
    for (int c = 0; c < first.channels; ++c) {
        const auto a = first.plane(c);
        const auto b = second.picture.plane(c);
        for (std::size_t y = 1; y + 1 < height; ++y) {
            for (std::size_t x = 1; x + 1 < width; ++x) {
                const std::size_t i = y * width + x;
                if (!second.inside[i]) {
                    continue;
                }
                // The gradient on the first picture's grid, brought to the second's pixels.
                const double gx = gradient(b, i - 1, i + 1) / placement.scale_x;
                const double gy = gradient(b, i - width, i + width) / placement.scale_y;
                const double px = static_cast<double>(x) + 0.5;
                const double py = static_cast<double>(y) + 0.5;
                const Parameters slope{gx * px, gx, gy * py, gy};
                const double error = a[i] - b[i];
                for (std::size_t row = 0; row < 4; ++row) {
                    normal.vector[row] += slope[row] * error;
                    for (std::size_t column = 0; column <= row; ++column) {
                        normal.matrix[row][column] += slope[row] * slope[column];
                    }
                }
            }
        }
    }
    return normal;
}

/// Solves (matrix + damping * its diagonal) x = vector by Cholesky's method; false if singular.
bool solve(const Normal& normal, double damping, Parameters& x) {
    auto m = normal.matrix;
    for (std::size_t i = 0; i < 4; ++i) {
        m[i][i] = m[i][i] * (1 + damping) + 1e-9;
    }
    for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = m[i][j];
            for (std::size_t k = 0; k < j; ++k) {
                sum -= m[i][k] * m[j][k];
            }
            if (i == j) {
                if (sum <= 0) {
                    return false;
                }
                m[i][i] = std::sqrt(sum);
            } else {
                m[i][j] = sum / m[j][j];
            }
        }
    }
    for (std::size_t i = 0; i < 4; ++i) {
        double sum = normal.vector[i];
        for (std::size_t k = 0; k < i; ++k) {
            sum -= m[i][k] * x[k];
        }
        x[i] = sum / m[i][i];
    }
    for (std::size_t i = 4; i-- > 0;) {
        double sum = x[i];
        for (std::size_t k = i + 1; k < 4; ++k) {
            sum -= m[k][i] * x[k];
        }
        x[i] = sum / m[i][i];
    }
    return true;
}

}  // namespace

Warped warp(const Planes& second, int width, int height, const Placement& placement) {
    Warped out{Planes(width, height, second.channels), {}};
    const auto columns = positions(width, second.width, placement.scale_x, placement.shift_x);
    const auto rows = positions(height, second.height, placement.scale_y, placement.shift_y);
    const auto stride = static_cast<std::size_t>(second.width);
    out.inside.reserve(out.picture.area());
    for (const Between& row : rows) {
        for (const Between& column : columns) {
            out.inside.push_back(row.inside && column.inside);
        }
    }
    for (int c = 0; c < second.channels; ++c) {
        const auto from = second.plane(c);
        const auto to = out.picture.plane(c);
        std::size_t i = 0;
        for (const Between& row : rows) {
            const float* low = from.data() + row.low * stride;
            const float* high = from.data() + row.high * stride;
            for (const Between& column : columns) {
                const float top = low[column.low] + column.part * (low[column.high] - low[column.low]);
                const float bottom =
                    high[column.low] + column.part * (high[column.high] - high[column.low]);
                to[i++] = top + row.part * (bottom - top);
            }
        }
    }
    return out;
}

double mean_squared_difference(const Planes& first, const Warped& second) {
    const auto shared = static_cast<std::size_t>(
        std::count(second.inside.begin(), second.inside.end(), true));
    if (shared * 2 < first.area()) {
        return std::numeric_limits<double>::infinity();
    }
    double sum = 0;
    for (int c = 0; c < first.channels; ++c) {
        const auto a = first.plane(c);
        const auto b = second.picture.plane(c);
        for (std::size_t i = 0; i < a.size(); ++i) {
            const float difference = second.inside[i] ? a[i] - b[i] : 0.0F;
            sum += static_cast<double>(difference * difference);
        }
    }
    return sum / static_cast<double>(shared) / first.channels;
}

Placement refine(const Planes& first, const Planes& second, const Placement& start,
                 int max_steps) {
    assert(first.channels == second.channels);
    Placement best = start;
    Warped warped = warp(second, first.width, first.height, best);
    double error = mean_squared_difference(first, warped);
    double damping = 1e-3;
    for (int step = 0; step < max_steps && std::isfinite(error); ++step) {
        Parameters change{};
        if (!solve(normal_equations(first, warped, best), damping, change)) {
            break;
        }
        const Placement next{best.scale_x + change[0], best.scale_y + change[2],
                             best.shift_x + change[1], best.shift_y + change[3]};
        if (next.scale_x <= 0 || next.scale_y <= 0) {
            break;
        }
        Warped tried = warp(second, first.width, first.height, next);
        const double tried_error = mean_squared_difference(first, tried);
        if (tried_error >= error) {
            damping *= 10;
            continue;
        }
        const bool converged = error - tried_error < 1e-3 * error;
        best = next;
        warped = std::move(tried);
        error = tried_error;
        damping *= 0.3;
        if (converged) {
            break;
        }
    }
    return best;
}

Planes halved(const Planes& planes) {
    Planes out((planes.width + 1) / 2, (planes.height + 1) / 2, planes.channels);
    for (int c = 0; c < planes.channels; ++c) {
        const auto from = planes.plane(c);
        const auto to = out.plane(c);
        std::size_t i = 0;
        for (int y = 0; y < planes.height; y += 2) {
            for (int x = 0; x < planes.width; x += 2) {
                const int x1 = std::min(x + 1, planes.width - 1);
                const int y1 = std::min(y + 1, planes.height - 1);
                const auto at = [&](int px, int py) {
                    return from[static_cast<std::size_t>(py) *
                                    static_cast<std::size_t>(planes.width) +
                                static_cast<std::size_t>(px)];
                };
                to[i++] = 0.25F * (at(x, y) + at(x1, y) + at(x, y1) + at(x1, y1));
            }
        }
    }
    return out;
}

}  // namespace emojiscope::image
