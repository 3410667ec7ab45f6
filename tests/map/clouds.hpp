// Points in families, which a layout must keep together; what the tests of this room share.
#pragma once

#include "emojiscope/map/tsne.hpp"

#include <cmath>
#include <cstddef>
#include <random>
#include <span>
#include <vector>

namespace emojiscope::map {

inline constexpr std::size_t cloud_dimension = 24;

/// Unit vectors; point i belongs to family i % families.
inline std::vector<float> clouds(std::size_t points, std::size_t families, unsigned seed = 1) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> centres(families * cloud_dimension);
    for (float& value : centres) {
        value = normal(random);
    }
    std::vector<float> values;
    for (std::size_t i = 0; i < points; ++i) {
        double squares = 0;
        for (std::size_t d = 0; d < cloud_dimension; ++d) {
            values.push_back(centres[i % families * cloud_dimension + d] + 0.25F * normal(random));
            squares += static_cast<double>(values.back()) * static_cast<double>(values.back());
        }
        for (float& value : std::span(values).last(cloud_dimension)) {
            value = static_cast<float>(static_cast<double>(value) / std::sqrt(squares));
        }
    }
    return values;
}

inline PointsView view_of(const std::vector<float>& values) {
    return {cloud_dimension, values};
}

inline double squared_distance(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t d = 0; d < a.size(); ++d) {
        const double away = static_cast<double>(a[d]) - static_cast<double>(b[d]);
        sum += away * away;
    }
    return sum;
}

}  // namespace emojiscope::map
