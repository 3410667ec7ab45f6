#include "descent.hpp"

#include "clouds.hpp"

#include "fakes/linear_index.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace emojiscope;
using namespace emojiscope::map;

namespace {

Affinities affinities_of(const std::vector<float>& values, double perplexity) {
    fakes::LinearIndex index(static_cast<int>(cloud_dimension));
    WorkTeam team(1);
    const auto table =
        nearest_neighbours(view_of(values), index, static_cast<std::size_t>(3 * perplexity), {},
                           [](std::size_t) {})
            .value();
    return make_affinities(table, perplexity, team);
}

template <int Dims>
typename Descent<Dims>::Coordinates places(std::size_t points, float spread) {
    std::mt19937 random(2);
    std::normal_distribution<float> normal(0, spread);
    typename Descent<Dims>::Coordinates at;
    for (auto& along : at) {
        for (std::size_t i = 0; i < points; ++i) {
            along.push_back(normal(random));
        }
    }
    return at;
}

/// KL(P || Q) by the definition, in double, over all pairs.
template <int Dims>
double divergence_of(const Affinities& p, const typename Descent<Dims>::Coordinates& at) {
    const std::size_t points = p.points();
    const auto kernel = [&](std::size_t i, std::size_t j) {
        double squared = 0;
        for (const auto& along : at) {
            squared += std::pow(static_cast<double>(along[i]) - static_cast<double>(along[j]), 2);
        }
        return 1 / (1 + squared);
    };
    double all = 0;
    for (std::size_t i = 0; i < points; ++i) {
        for (std::size_t j = 0; j < points; ++j) {
            all += i == j ? 0 : kernel(i, j);
        }
    }
    double sum = 0;
    for (std::size_t i = 0; i < points; ++i) {
        for (std::size_t e = p.begin[i]; e < p.begin[i + 1]; ++e) {
            const double value = static_cast<double>(p.value[e]);
            sum += value > 0 ? value * std::log(value * all / kernel(i, p.column[e])) : 0;
        }
    }
    return sum;
}

template <int Dims>
void check_gradient() {
    const Affinities p = affinities_of(clouds(120, 4), 8);
    WorkTeam team(2);
    for (const float spread : {0.1F, 3.0F}) {
        const auto at = places<Dims>(120, spread);
        Descent<Dims> descent(p, at, 0, team);
        const auto gradient = descent.gradient(1);
        CHECK(descent.divergence() == Approx(divergence_of<Dims>(p, at)).epsilon(1e-4));
        double largest = 0;
        for (const auto& along : gradient) {
            for (const float slope : along) {
                largest = std::max(largest, std::abs(static_cast<double>(slope)));
            }
        }
        for (std::size_t i = 0; i < 120; i += 17) {
            for (std::size_t d = 0; d < Dims; ++d) {
                const float step = 1e-2F;
                auto moved = at;
                moved[d][i] = at[d][i] + step;
                const double above = divergence_of<Dims>(p, moved);
                const double up = static_cast<double>(moved[d][i]);
                moved[d][i] = at[d][i] - step;
                const double below = divergence_of<Dims>(p, moved);
                const double numerical = (above - below) / (up - static_cast<double>(moved[d][i]));
                CHECK(static_cast<double>(gradient[d][i]) ==
                      Approx(numerical).epsilon(0.01).margin(0.005 * largest));
            }
        }
    }
}

}  // namespace

TEST_CASE("the gradient is the slope of the divergence", "[map]") {
    check_gradient<2>();
    check_gradient<3>();
}

namespace {

double longest(const std::vector<float>& along) {
    double most = 0;
    for (const float slope : along) {
        most = std::max(most, std::abs(static_cast<double>(slope)));
    }
    return most;
}

}  // namespace

TEST_CASE("exaggeration strengthens the attraction alone", "[map]") {
    const Affinities p = affinities_of(clouds(60, 3), 6);
    WorkTeam team(1);
    Descent<2> descent(p, places<2>(60, 1), 0, team);
    const auto none = descent.gradient(0);
    const auto once = descent.gradient(1);
    const auto twice = descent.gradient(2);
    const auto thrice = descent.gradient(3);
    for (std::size_t i = 0; i < 60; ++i) {
        CHECK(thrice[0][i] - twice[0][i] ==
              Approx(static_cast<double>(twice[0][i] - once[0][i])).margin(1e-6));
        CHECK(once[0][i] - none[0][i] ==
              Approx(static_cast<double>(twice[0][i] - once[0][i])).margin(1e-6));
    }
    CHECK(longest(twice[0]) > 1e-3);
    CHECK(longest(none[0]) > 1e-3);  // what pushes them apart is there at any rate
}

TEST_CASE("each step goes downhill", "[map]") {
    const Affinities p = affinities_of(clouds(90, 3), 8);
    WorkTeam team(1);
    Descent<2> descent(p, places<2>(90, 1), 0.5, team);
    double last = HUGE_VAL;
    for (int step = 0; step < 40; ++step) {
        const auto gradient = descent.gradient(1);
        CHECK(descent.divergence() < last);
        CHECK(descent.gradient_norm() > 0);
        last = descent.divergence();
        descent.step(5, 0);
    }
}
