#include "principal_axes.hpp"

#include "lanes.hpp"
#include "seeded.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace emojiscope::map {
namespace {

/// More axes than are wanted, which lets the wanted ones settle sooner (N. Halko et al., 2011).
constexpr std::size_t further_axes = 6;
constexpr int rounds = 10;
/// Rows that are summed up together; the sum of the sums does not depend on the threads.
constexpr std::size_t block_rows = 256;
/// An axis shorter than this, of unit vectors, is rounding.
constexpr float shortest = 1e-6F;

using Axes = std::vector<std::vector<float>>;

/// Modified Gram-Schmidt; what depends on earlier axes becomes zero.
void make_orthonormal(Axes& axes) {
    const LaneKernels& lanes = lane_kernels();
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const std::size_t size = axes[i].size();
        for (int twice = 0; twice < 2; ++twice) {  // once leaves rounding behind
            for (std::size_t j = 0; j < i; ++j) {
                const float along = lanes.product(axes[i].data(), axes[j].data(), size);
                lanes.add_scaled(axes[i].data(), axes[j].data(), -along, size);
            }
        }
        const float length = std::sqrt(lanes.product(axes[i].data(), axes[i].data(), size));
        for (float& value : axes[i]) {
            value = length > shortest ? value / length : 0.0F;
        }
    }
}

std::vector<float> mean_of(const PointsView& points) {
    std::vector<double> sum(points.dimension);
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto row = points.row(i);
        for (std::size_t d = 0; d < row.size(); ++d) {
            sum[d] += static_cast<double>(row[d]);
        }
    }
    std::vector<float> mean(points.dimension);
    std::transform(sum.begin(), sum.end(), mean.begin(), [&](double value) {
        return static_cast<float>(value / static_cast<double>(points.size()));
    });
    return mean;
}

/// A row's coordinate along each axis, with the mean at 0.
void project(std::span<const float> row, const Axes& axes, std::span<const float> offsets,
             std::span<float> out) {
    const LaneKernels& lanes = lane_kernels();
    for (std::size_t a = 0; a < axes.size(); ++a) {
        out[a] = lanes.product(row.data(), axes[a].data(), row.size()) - offsets[a];
    }
}

std::vector<float> offsets_of(const Axes& axes, const std::vector<float>& mean) {
    std::vector<float> offsets;
    for (const auto& axis : axes) {
        offsets.push_back(lane_kernels().product(axis.data(), mean.data(), mean.size()));
    }
    return offsets;
}

/// The covariance (but for its scale) times each axis.
Axes times_covariance(const PointsView& points, const std::vector<float>& mean, const Axes& axes,
                      WorkTeam& team) {
    const std::vector<float> offsets = offsets_of(axes, mean);
    const std::size_t blocks = (points.size() + block_rows - 1) / block_rows;
    const Axes none(axes.size(), std::vector<float>(points.dimension));
    std::vector<Axes> sums(blocks, none);
    team.run(blocks, [&](std::size_t first, std::size_t last) {
        std::vector<float> along(axes.size());
        for (std::size_t block = first; block < last; ++block) {
            const std::size_t end = std::min((block + 1) * block_rows, points.size());
            for (std::size_t i = block * block_rows; i < end; ++i) {
                const auto row = points.row(i);
                project(row, axes, offsets, along);
                for (std::size_t a = 0; a < axes.size(); ++a) {
                    lane_kernels().add_scaled(sums[block][a].data(), row.data(), along[a],
                                              row.size());
                }
            }
        }
    });
    Axes total = none;
    for (const Axes& sum : sums) {
        for (std::size_t a = 0; a < total.size(); ++a) {
            lane_kernels().add_scaled(total[a].data(), sum[a].data(), 1.0F, points.dimension);
        }
    }
    // The coordinates sum up to 0, so that the mean need not be taken off the rows as well.
    return total;
}

}  // namespace

std::vector<float> along_principal_axes(const PointsView& points, int dims, std::uint64_t seed,
                                        WorkTeam& team) {
    const auto wanted = static_cast<std::size_t>(dims);
    std::vector<float> out(points.size() * wanted);
    const std::vector<float> mean = mean_of(points);
    SeededNormal random(seed);
    Axes axes(std::min(wanted + further_axes, points.dimension),
              std::vector<float>(points.dimension));
    for (auto& axis : axes) {
        std::generate(axis.begin(), axis.end(), [&] { return static_cast<float>(random()); });
    }
    make_orthonormal(axes);
    for (int round = 0; round < rounds; ++round) {
        axes = times_covariance(points, mean, axes, team);
        make_orthonormal(axes);
    }
    axes.resize(std::min(wanted, axes.size()));
    const std::vector<float> offsets = offsets_of(axes, mean);
    team.run(points.size(), [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
            project(points.row(i), axes, offsets, std::span(out).subspan(i * wanted, axes.size()));
        }
    });
    return out;
}

}  // namespace emojiscope::map
