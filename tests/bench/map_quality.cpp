#include "map_quality.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>

namespace emojiscope::bench {
namespace {

template <class Work>
void on_all_cores(std::size_t count, const Work& work) {
    const std::size_t parts = std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::jthread> threads;
    for (std::size_t part = 0; part < parts; ++part) {
        threads.emplace_back([&work, part, parts, count] {
            for (std::size_t i = part; i < count; i += parts) {
                work(i);
            }
        });
    }
}

/// Squared Euclidean distances of point i to all, in double.
void distances_from(std::span<const float> values, std::size_t dimension, std::size_t i,
                    std::vector<double>& out) {
    const std::size_t points = values.size() / dimension;
    out.resize(points);
    const float* own = values.data() + i * dimension;
    for (std::size_t j = 0; j < points; ++j) {
        const float* other = values.data() + j * dimension;
        // Eight sums side by side, for speed.
        double sums[8] = {};
        std::size_t d = 0;
        for (; d + 8 <= dimension; d += 8) {
            for (std::size_t lane = 0; lane < 8; ++lane) {
                const double away =
                    static_cast<double>(own[d + lane]) - static_cast<double>(other[d + lane]);
                sums[lane] += away * away;
            }
        }
        double sum = std::accumulate(std::begin(sums), std::end(sums), 0.0);
        for (; d < dimension; ++d) {
            const double away = static_cast<double>(own[d]) - static_cast<double>(other[d]);
            sum += away * away;
        }
        out[j] = sum;
    }
}

/// p_j|i = exp(-beta (d_ij - nearest)) / sum
struct Conditional {
    double beta = 1;
    double nearest = 0;
    double sum = 1;

    [[nodiscard]] double operator()(double squared) const {
        return std::exp(-beta * (squared - nearest)) / sum;
    }
};

Conditional condition(const std::vector<double>& squared, std::size_t i, double perplexity) {
    Conditional out;
    out.nearest = HUGE_VAL;
    for (std::size_t j = 0; j < squared.size(); ++j) {
        if (j != i) {
            out.nearest = std::min(out.nearest, squared[j]);
        }
    }
    double low = 0;
    double high = HUGE_VAL;
    for (int step = 0; step < 200; ++step) {
        double sum = 0;
        double first = 0;
        for (std::size_t j = 0; j < squared.size(); ++j) {
            if (j == i) {
                continue;
            }
            const double away = squared[j] - out.nearest;
            const double p = std::exp(-out.beta * away);
            sum += p;
            first += p * away;
        }
        out.sum = sum;
        const double entropy = std::log(sum) + out.beta * first / sum;
        const double over = entropy - std::log(perplexity);
        if (std::abs(over) < 1e-6) {
            break;
        }
        (over > 0 ? low : high) = out.beta;
        out.beta = std::isinf(high) ? out.beta * 2 : (low + high) / 2;
    }
    return out;
}

struct RowSums {
    double p_log_p = 0;
    double p_log_kernel = 0;
    double kernel = 0;
    double penalty = 0;
};

/// The ranks, from 1, that a layout's k nearest have among the points, beyond k.
double penalty_of(const std::vector<double>& in_points, const std::vector<double>& in_layout,
                  std::size_t i, std::size_t k) {
    std::vector<std::size_t> order;
    for (std::size_t j = 0; j < in_layout.size(); ++j) {
        if (j != i) {
            order.push_back(j);
        }
    }
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(k), order.end(),
                      [&](std::size_t a, std::size_t b) {
                          return in_layout[a] != in_layout[b] ? in_layout[a] < in_layout[b] : a < b;
                      });
    double penalty = 0;
    for (std::size_t n = 0; n < k; ++n) {
        const std::size_t j = order[n];
        std::size_t rank = 1;
        for (std::size_t other = 0; other < in_points.size(); ++other) {
            rank += other != i && in_points[other] < in_points[j] ? 1U : 0U;
        }
        penalty += rank > k ? static_cast<double>(rank - k) : 0.0;
    }
    return penalty;
}

}  // namespace

std::vector<MapQuality> judge(std::span<const float> points, std::size_t dimension,
                              std::span<const LayoutView> layouts, double perplexity,
                              std::size_t k) {
    const std::size_t count = points.size() / dimension;
    const auto n = static_cast<double>(count);
    std::vector<Conditional> conditionals(count);
    on_all_cores(count, [&](std::size_t i) {
        std::vector<double> squared;
        distances_from(points, dimension, i, squared);
        conditionals[i] = condition(squared, i, perplexity);
    });
    std::vector<std::vector<RowSums>> sums(layouts.size(), std::vector<RowSums>(count));
    on_all_cores(count, [&](std::size_t i) {
        std::vector<double> squared;
        std::vector<double> in_layout;
        distances_from(points, dimension, i, squared);
        for (std::size_t l = 0; l < layouts.size(); ++l) {
            distances_from(layouts[l].positions, layouts[l].dims, i, in_layout);
            RowSums& row = sums[l][i];
            for (std::size_t j = 0; j < count; ++j) {
                if (j == i) {
                    continue;
                }
                const double p =
                    (conditionals[i](squared[j]) + conditionals[j](squared[j])) / (2 * n);
                row.p_log_p += p > 0 ? p * std::log(p) : 0.0;
                row.p_log_kernel -= p * std::log1p(in_layout[j]);
                row.kernel += 1 / (1 + in_layout[j]);
            }
            row.penalty = penalty_of(squared, in_layout, i, k);
        }
    });
    std::vector<MapQuality> all;
    for (const auto& rows : sums) {
        RowSums total;
        for (const RowSums& row : rows) {
            total.p_log_p += row.p_log_p;
            total.p_log_kernel += row.p_log_kernel;
            total.kernel += row.kernel;
            total.penalty += row.penalty;
        }
        const auto neighbours = static_cast<double>(k);
        all.push_back({total.p_log_p - total.p_log_kernel + std::log(total.kernel),
                       1 - 2 / (n * neighbours * (2 * n - 3 * neighbours - 1)) * total.penalty});
    }
    return all;
}

}  // namespace emojiscope::bench
