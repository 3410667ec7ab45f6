#include "point_tree.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <random>
#include <type_traits>

using namespace emojiscope::map;

namespace {

template <int Dims>
using Coordinates = std::array<std::vector<float>, Dims>;

template <int Dims>
Coordinates<Dims> scattered(std::size_t points, float spread, unsigned seed = 3) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    Coordinates<Dims> all;
    for (auto& along : all) {
        for (std::size_t i = 0; i < points; ++i) {
            // A third of them in a knot, as clusters have it.
            along.push_back(spread * normal(random) * (i % 3 == 0 ? 0.02F : 1.0F));
        }
    }
    return all;
}

template <int Dims>
struct Forces {
    Coordinates<Dims> force;
    double weights = 0;
};

/// All pairs, in double.
template <int Dims>
Forces<Dims> exact(const Coordinates<Dims>& at) {
    const std::size_t points = at[0].size();
    Forces<Dims> out;
    for (auto& along : out.force) {
        along.resize(points);
    }
    for (std::size_t i = 0; i < points; ++i) {
        std::array<double, Dims> sum{};
        for (std::size_t j = 0; j < points; ++j) {
            if (j == i) {
                continue;
            }
            double squared = 0;
            std::array<double, Dims> away{};
            for (std::size_t d = 0; d < Dims; ++d) {
                away[d] = static_cast<double>(at[d][i]) - static_cast<double>(at[d][j]);
                squared += away[d] * away[d];
            }
            const double q = 1 / (1 + squared);
            out.weights += q;
            for (std::size_t d = 0; d < Dims; ++d) {
                sum[d] += q * q * away[d];
            }
        }
        for (std::size_t d = 0; d < Dims; ++d) {
            out.force[d][i] = static_cast<float>(sum[d]);
        }
    }
    return out;
}

template <int Dims>
Forces<Dims> by_tree(PointTree<Dims>& tree, const std::type_identity_t<Coordinates<Dims>>& at,
                     unsigned threads = 1) {
    WorkTeam team(threads);
    Forces<Dims> out;
    for (auto& along : out.force) {
        along.resize(at[0].size());
    }
    tree.follow(at, team);
    out.weights = tree.repulse(out.force, team);
    return out;
}

/// The length of the error as a share of the length of all forces.
template <int Dims>
double relative_error(const Forces<Dims>& got, const Forces<Dims>& wanted) {
    double error = 0;
    double all = 0;
    for (std::size_t d = 0; d < Dims; ++d) {
        for (std::size_t i = 0; i < wanted.force[d].size(); ++i) {
            const double right = static_cast<double>(wanted.force[d][i]);
            error += std::pow(static_cast<double>(got.force[d][i]) - right, 2);
            all += right * right;
        }
    }
    return std::sqrt(error / all);
}

template <int Dims>
void check_forces() {
    for (const std::size_t points : {2U, 7U, 8U, 9U, 63U, 500U, 1501U}) {
        for (const float spread : {1e-4F, 1.0F, 30.0F}) {
            const auto at = scattered<Dims>(points, spread);
            const auto wanted = exact<Dims>(at);
            INFO(points << " points, spread " << spread);
            PointTree<Dims> whole(points, 0);
            const auto all_pairs = by_tree(whole, at);
            CHECK(relative_error<Dims>(all_pairs, wanted) < 2e-5);
            CHECK(all_pairs.weights == Approx(wanted.weights).epsilon(1e-4).margin(1e-5));
            PointTree<Dims> tree(points, 0.5);
            const auto approximate = by_tree(tree, at);
            CHECK(relative_error<Dims>(approximate, wanted) < 0.02);
            CHECK(approximate.weights == Approx(wanted.weights).epsilon(0.01).margin(1e-5));
        }
    }
}

}  // namespace

TEST_CASE("the tree gives the forces between all pairs, nearly with theta and exactly without",
          "[map]") {
    check_forces<2>();
    check_forces<3>();
}

TEST_CASE("a smaller theta is more exact", "[map]") {
    const auto at = scattered<2>(2000, 20);
    const auto wanted = exact<2>(at);
    double last = 1;
    for (const double theta : {0.7, 0.5, 0.25}) {
        PointTree<2> tree(2000, theta);
        const double error = relative_error<2>(by_tree(tree, at), wanted);
        CHECK(error < last);
        last = error;
    }
}

TEST_CASE("the tree follows points that move", "[map]") {
    auto at = scattered<2>(700, 10);
    PointTree<2> tree(700, 0.5);
    std::mt19937 random(9);
    std::normal_distribution<float> normal;
    for (int step = 0; step < 25; ++step) {
        for (auto& along : at) {
            for (float& value : along) {
                value += 0.5F * normal(random);
            }
        }
        CHECK(relative_error<2>(by_tree(tree, at), exact<2>(at)) < 0.02);
    }
}

TEST_CASE("the number of threads changes nothing", "[map]") {
    const auto at = scattered<3>(1003, 10);
    PointTree<3> one(1003, 0.5);
    PointTree<3> many(1003, 0.5);
    const auto first = by_tree(one, at, 1);
    const auto second = by_tree(many, at, 4);
    CHECK(first.force == second.force);
    CHECK(first.weights == second.weights);
}

TEST_CASE("points in one place do not push one another", "[map]") {
    Coordinates<2> at;
    at[0].assign(100, 3.0F);
    at[1].assign(100, -2.0F);
    PointTree<2> tree(100, 0.5);
    const auto got = by_tree(tree, at);
    CHECK(got.force == Coordinates<2>{std::vector<float>(100), std::vector<float>(100)});
    CHECK(got.weights == Approx(100.0 * 99));
}
