#include "registration.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

namespace emojiscope::image {
namespace {

/// A mean squared difference that no placement need make smaller.
constexpr double nothing = 1e-6;

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

/// First and last (exclusive) that are inside; they lie side by side.
std::pair<int, int> inside_range(const std::vector<Between>& positions) {
    const auto is_inside = [](const Between& between) { return between.inside; };
    const auto first = std::find_if(positions.begin(), positions.end(), is_inside);
    const auto last = std::find_if_not(first, positions.end(), is_inside);
    return {static_cast<int>(first - positions.begin()), static_cast<int>(last - positions.begin())};
}

/// The normal equations of one Gauss-Newton step.
struct Normal {
    std::array<std::array<double, 4>, 4> matrix{};
    Parameters vector{};
};

/// Floats added up side by side, so that the compiler can do many of them at once.
constexpr std::size_t lanes = 8;
using Lanes = std::array<float, lanes>;

double total(const Lanes& sums) {
    double sum = 0;
    for (const float value : sums) {
        sum += static_cast<double>(value);
    }
    return sum;
}

/// What the pixels of a row, whose y is the same, add to the normal equations. `x` counts from the
/// row's first pixel.
struct RowSums {
    Lanes xx_px2{}, xx_px{}, xx{}, yy{}, xy_px{}, xy{}, ex_px{}, ex{}, ey{};

    void add(std::size_t lane, float gx, float gy, float error, float px) {
        const float gx2 = gx * gx;
        const float gxy = gx * gy;
        const float egx = error * gx;
        xx_px2[lane] += gx2 * px * px;
        xx_px[lane] += gx2 * px;
        xx[lane] += gx2;
        yy[lane] += gy * gy;
        xy_px[lane] += gxy * px;
        xy[lane] += gxy;
        ex_px[lane] += egx * px;
        ex[lane] += egx;
        ey[lane] += error * gy;
    }
};

void add_row(Normal& normal, const RowSums& row, double py) {
    auto& m = normal.matrix;
    m[0][0] += total(row.xx_px2);
    m[1][0] += total(row.xx_px);
    m[1][1] += total(row.xx);
    m[2][0] += total(row.xy_px) * py;
    m[2][1] += total(row.xy) * py;
    m[2][2] += total(row.yy) * py * py;
    m[3][0] += total(row.xy_px);
    m[3][1] += total(row.xy);
    m[3][2] += total(row.yy) * py;
    m[3][3] += total(row.yy);
    normal.vector[0] += total(row.ex_px);
    normal.vector[1] += total(row.ex);
    normal.vector[2] += total(row.ey) * py;
    normal.vector[3] += total(row.ey);
}

Normal normal_equations(const Planes& first, const Warped& second, const Placement& placement) {
    Normal normal;
    const auto width = static_cast<std::size_t>(first.width);
    const auto left = static_cast<std::size_t>(std::max(second.left, 1));
    const auto right = static_cast<std::size_t>(std::max(0, std::min(second.right, first.width - 1)));
    const int bottom = std::min(second.bottom, first.height - 1);
    // The gradient on the first picture's grid, brought to the second's pixels.
    const auto per_x = static_cast<float>(0.5 / placement.scale_x);
    const auto per_y = static_cast<float>(0.5 / placement.scale_y);
    for (int c = 0; c < first.channels; ++c) {
        for (int y = std::max(second.top, 1); y < bottom; ++y) {
            const std::size_t begin = static_cast<std::size_t>(y) * width;
            const float* const a = first.plane(c).data() + begin;
            const float* const b = second.picture.plane(c).data() + begin;
            RowSums row;
            std::size_t x = left;
            const auto add = [&](std::size_t lane, std::size_t at) {
                row.add(lane, per_x * (b[at + 1] - b[at - 1]), per_y * (b[at + width] - *(b + at - width)),
                        a[at] - b[at], static_cast<float>(at) + 0.5F);
            };
            for (; x + lanes <= right; x += lanes) {
                for (std::size_t lane = 0; lane < lanes; ++lane) {
                    add(lane, x + lane);
                }
            }
            for (; x < right; ++x) {
                add(0, x);
            }
            add_row(normal, row, y + 0.5);
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
    std::tie(out.left, out.right) = inside_range(columns);
    std::tie(out.top, out.bottom) = inside_range(rows);
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
    if (second.shared() * 2 < first.area()) {
        return std::numeric_limits<double>::infinity();
    }
    double sum = 0;
    const auto count = static_cast<std::size_t>(second.right - second.left);
    for (int c = 0; c < first.channels; ++c) {
        for (int y = second.top; y < second.bottom; ++y) {
            const std::size_t begin =
                static_cast<std::size_t>(y) * static_cast<std::size_t>(first.width) +
                static_cast<std::size_t>(second.left);
            const float* const a = first.plane(c).data() + begin;
            const float* const b = second.picture.plane(c).data() + begin;
            Lanes sums{};
            std::size_t x = 0;
            for (; x + lanes <= count; x += lanes) {
                for (std::size_t lane = 0; lane < lanes; ++lane) {
                    const float difference = a[x + lane] - b[x + lane];
                    sums[lane] += difference * difference;
                }
            }
            for (; x < count; ++x) {
                sums[0] += (a[x] - b[x]) * (a[x] - b[x]);
            }
            sum += total(sums);
        }
    }
    return sum / static_cast<double>(second.shared()) / first.channels;
}

Placement refine(const Planes& first, const Planes& second, const Placement& start,
                 int max_steps) {
    assert(first.channels == second.channels);
    Placement best = start;
    Warped warped = warp(second, first.width, first.height, best);
    double error = mean_squared_difference(first, warped);
    double damping = 1e-3;
    for (int step = 0; step < max_steps && std::isfinite(error) && error > nothing; ++step) {
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
