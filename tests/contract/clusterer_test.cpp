// Contract of search::Clusterer.
#include "emojiscope/index/faiss_clusterer.hpp"
#include "fakes/lloyd_clusterer.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <set>

namespace emojiscope::contract {
namespace {

constexpr std::size_t dimension = 5;
constexpr std::size_t clouds = 4;
constexpr std::size_t cloud_size = 60;

/// Point i belongs to cloud i % clouds, and the clouds lie far apart.
std::vector<float> cloud_points() {
    std::mt19937 random(3);
    std::normal_distribution<float> normal;
    std::vector<float> points;
    for (std::size_t i = 0; i < clouds * cloud_size; ++i) {
        for (std::size_t d = 0; d < dimension; ++d) {
            points.push_back(normal(random) + (d == i % clouds ? 40.0F : 0.0F));
        }
    }
    return points;
}

double spread_of(const std::vector<float>& points, const search::Clustering& found) {
    double sum = 0;
    for (std::size_t i = 0; i < found.cluster_of.size(); ++i) {
        for (std::size_t d = 0; d < dimension; ++d) {
            const double away =
                static_cast<double>(points[i * dimension + d]) -
                static_cast<double>(found.centres[found.cluster_of[i] * dimension + d]);
            sum += away * away;
        }
    }
    return sum;
}

}  // namespace

TEMPLATE_TEST_CASE("clouds that lie apart are told apart", "[clusterer]", index::FaissClusterer,
                   fakes::LloydClusterer) {
    const auto points = cloud_points();
    const auto found = TestType().cluster(points, dimension, clouds, 1).value();
    REQUIRE(found.cluster_of.size() == clouds * cloud_size);
    REQUIRE(found.centres.size() == clouds * dimension);
    std::set<std::uint32_t> used(found.cluster_of.begin(), found.cluster_of.end());
    CHECK(used.size() == clouds);
    CHECK(*used.rbegin() < clouds);
    for (std::size_t i = 0; i < found.cluster_of.size(); ++i) {
        REQUIRE(found.cluster_of[i] == found.cluster_of[i % clouds]);
    }
    CHECK(found.spread == Approx(spread_of(points, found)).epsilon(1e-3));
}

TEMPLATE_TEST_CASE("every point is with its nearest centre", "[clusterer]", index::FaissClusterer,
                   fakes::LloydClusterer) {
    const auto points = cloud_points();
    auto found = TestType().cluster(points, dimension, 11, 2).value();
    const double spread = spread_of(points, found);
    for (std::size_t i = 0; i < found.cluster_of.size(); i += 7) {
        const std::uint32_t own = found.cluster_of[i];
        for (std::uint32_t other = 0; other < 11; ++other) {
            found.cluster_of[i] = other;
            REQUIRE(spread_of(points, found) >= spread * (1 - 1e-5));
        }
        found.cluster_of[i] = own;
    }
}

TEMPLATE_TEST_CASE("one cluster is centred on the mean, and as many as points hold one each",
                   "[clusterer]", index::FaissClusterer, fakes::LloydClusterer) {
    const std::vector<float> points{0, 0, 4, 0, 0, 8};
    const auto one = TestType().cluster(points, 2, 1, 1).value();
    CHECK(one.centres[0] == Approx(4.0 / 3));
    CHECK(one.centres[1] == Approx(8.0 / 3));
    const auto all = TestType().cluster(points, 2, 3, 1).value();
    CHECK(std::set<std::uint32_t>(all.cluster_of.begin(), all.cluster_of.end()).size() == 3);
    CHECK(all.spread == Approx(0).margin(1e-6));
}

TEMPLATE_TEST_CASE("the same seed gives the same clusters", "[clusterer]", index::FaissClusterer,
                   fakes::LloydClusterer) {
    const auto points = cloud_points();
    const auto first = TestType().cluster(points, dimension, 9, 7).value();
    const auto again = TestType().cluster(points, dimension, 9, 7).value();
    CHECK(first.cluster_of == again.cluster_of);
    CHECK(first.centres == again.centres);
}

TEMPLATE_TEST_CASE("points that are all the same are clustered too", "[clusterer]",
                   index::FaissClusterer, fakes::LloydClusterer) {
    const std::vector<float> points(20 * dimension, 0.5F);
    const auto found = TestType().cluster(points, dimension, 6, 1).value();
    CHECK(found.cluster_of.size() == 20);
    CHECK(found.spread == Approx(0).margin(1e-6));
}

TEMPLATE_TEST_CASE("what cannot be clustered is refused", "[clusterer]", index::FaissClusterer,
                   fakes::LloydClusterer) {
    const std::vector<float> points{1, 2, 3, 4};
    const auto code = [&](std::span<const float> given, std::size_t width, std::size_t clusters) {
        return TestType().cluster(given, width, clusters, 1).error().code;
    };
    CHECK(code(points, 2, 0) == ErrorCode::invalid_argument);
    CHECK(code(points, 2, 3) == ErrorCode::invalid_argument);
    CHECK(code(points, 3, 1) == ErrorCode::invalid_argument);
    CHECK(code(points, 0, 1) == ErrorCode::invalid_argument);
    CHECK(code({}, 2, 1) == ErrorCode::invalid_argument);
    const std::vector<float> unbounded{1, std::numeric_limits<float>::infinity()};
    CHECK(code(unbounded, 2, 1) == ErrorCode::invalid_argument);
}

TEST_CASE("restarts find what a single start misses", "[clusterer]") {
    // Many small clouds: a start that puts two centres into one of them stays so.
    std::mt19937 random(11);
    std::normal_distribution<float> normal;
    std::vector<float> points;
    for (int i = 0; i < 600; ++i) {
        points.push_back(normal(random) + 20.0F * static_cast<float>(i % 6));
        points.push_back(normal(random) + 20.0F * static_cast<float>(i / 6 % 5));
    }
    double one = 0;
    double many = 0;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        one += index::FaissClusterer(1).cluster(points, 2, 30, seed).value().spread;
        many += index::FaissClusterer(10).cluster(points, 2, 30, seed).value().spread;
    }
    CHECK(many < one);
}

}  // namespace emojiscope::contract
