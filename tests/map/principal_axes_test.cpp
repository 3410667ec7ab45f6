#include "principal_axes.hpp"

#include "clouds.hpp"

#include <catch2/catch.hpp>

using namespace emojiscope::map;

namespace {

/// Points whose variance lies along three known directions, the first two far more than the third.
std::vector<float> stretched(std::size_t points) {
    std::mt19937 random(4);
    std::normal_distribution<float> normal;
    std::vector<float> values(points * cloud_dimension);
    for (std::size_t i = 0; i < points; ++i) {
        float* row = values.data() + i * cloud_dimension;
        const float first = 9 * normal(random);
        const float second = 3 * normal(random);
        for (std::size_t d = 0; d < cloud_dimension; ++d) {
            row[d] = 0.05F * normal(random) + 7.0F;  // all far from the origin
        }
        row[2] += first;
        row[5] += 0.6F * second;
        row[6] += 0.8F * second;
    }
    return values;
}

double correlation(const std::vector<float>& values, std::size_t from,
                   const std::vector<float>& axes, std::size_t axis) {
    double both = 0;
    double one = 0;
    double other = 0;
    for (std::size_t i = 0; i * 2 < axes.size(); ++i) {
        const double a = static_cast<double>(values[i * cloud_dimension + from]) - 7;
        const double b = static_cast<double>(axes[2 * i + axis]);
        both += a * b;
        one += a * a;
        other += b * b;
    }
    return std::abs(both) / std::sqrt(one * other);
}

}  // namespace

TEST_CASE("points come out along the directions in which they differ most", "[map]") {
    const auto values = stretched(400);
    WorkTeam team(2);
    const auto axes = along_principal_axes(view_of(values), 2, 1, team);
    REQUIRE(axes.size() == 800);
    CHECK(correlation(values, 2, axes, 0) > 0.99);
    CHECK(correlation(values, 6, axes, 1) > 0.95);
    double sum = 0;
    for (const float value : axes) {
        sum += static_cast<double>(value);
    }
    CHECK(sum / 800 == Approx(0).margin(0.01));  // centred
}

TEST_CASE("points without any difference lie at the origin", "[map]") {
    const std::vector<float> values(30 * cloud_dimension, 0.2F);
    WorkTeam team(1);
    for (const float value : along_principal_axes(view_of(values), 3, 1, team)) {
        CHECK(std::abs(value) < 1e-4F);
    }
}

TEST_CASE("fewer dimensions than are wanted leave zeros", "[map]") {
    const std::vector<float> values{1, -1, 1, -1};
    WorkTeam team(1);
    const auto axes = along_principal_axes({1, values}, 2, 1, team);
    CHECK(std::abs(axes[0]) == Approx(1));
    CHECK(axes[1] == 0.0F);
    CHECK(axes[2] == Approx(static_cast<double>(-axes[0])));
}
