#include "affinities.hpp"

#include "clouds.hpp"

#include "fakes/linear_index.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <numeric>

using namespace emojiscope;
using namespace emojiscope::map;

namespace {

NeighbourTable neighbours_of(const std::vector<float>& values, std::size_t each) {
    fakes::LinearIndex index(static_cast<int>(cloud_dimension));
    return nearest_neighbours(view_of(values), index, each, {}, [](std::size_t) {}).value();
}

/// The entries of one row, without those that fill it up.
std::map<std::uint32_t, float> row_of(const Affinities& all, std::size_t i) {
    std::map<std::uint32_t, float> row;
    for (std::size_t e = all.begin[i]; e < all.begin[i + 1]; ++e) {
        if (all.value[e] != 0.0F) {
            CHECK(row.emplace(all.column[e], all.value[e]).second);
        }
    }
    return row;
}

/// As Shannon has it: 2 to the power of the entropy in bits.
double perplexity_of(std::span<const double> p) {
    double entropy = 0;
    for (const double value : p) {
        entropy -= value > 0 ? value * std::log(value) : 0;
    }
    return std::exp(entropy);
}

}  // namespace

TEST_CASE("neighbours are the nearest other points, nearest first", "[map]") {
    const auto values = clouds(60, 4);
    const NeighbourTable table = neighbours_of(values, 7);
    REQUIRE(table.ids.size() == 60 * 7);
    for (std::size_t i = 0; i < 60; ++i) {
        std::vector<std::pair<double, std::uint32_t>> all;
        for (std::uint32_t j = 0; j < 60; ++j) {
            if (j != i) {
                all.emplace_back(squared_distance(view_of(values).row(i), view_of(values).row(j)),
                                 j);
            }
        }
        std::sort(all.begin(), all.end());
        for (std::size_t k = 0; k < 7; ++k) {
            CHECK(table.ids[7 * i + k] == all[k].second);
            CHECK(table.squared[7 * i + k] == Approx(all[k].first).margin(1e-5));
        }
    }
}

TEST_CASE("of equal points each has the others as neighbours, never itself", "[map]") {
    std::vector<float> values(10 * cloud_dimension);
    for (std::size_t i = 0; i < 10; ++i) {
        values[i * cloud_dimension] = 1;
    }
    const NeighbourTable table = neighbours_of(values, 4);
    for (std::size_t i = 0; i < 10; ++i) {
        for (std::size_t k = 0; k < 4; ++k) {
            CHECK(table.ids[4 * i + k] != i);
            CHECK(table.squared[4 * i + k] == 0.0F);
        }
    }
}

TEST_CASE("affinities are symmetric, positive and sum up to one", "[map]") {
    const auto values = clouds(150, 5);
    WorkTeam team(2);
    const Affinities all = make_affinities(neighbours_of(values, 30), 10, team);
    REQUIRE(all.points() == 150);
    double sum = 0;
    for (std::size_t i = 0; i < all.points(); ++i) {
        CHECK((all.begin[i + 1] - all.begin[i]) % 8 == 0);
        for (const auto& [j, value] : row_of(all, i)) {
            CHECK(value > 0);
            CHECK(j != i);
            const auto back = row_of(all, j);
            REQUIRE(back.contains(static_cast<std::uint32_t>(i)));
            CHECK(back.at(static_cast<std::uint32_t>(i)) == value);
            sum += static_cast<double>(value);
        }
    }
    CHECK(sum == Approx(1).epsilon(1e-5));
}

TEST_CASE("every point has the wanted perplexity", "[map]") {
    // Two families of very different density: the same number of neighbours must count in both.
    auto values = clouds(80, 1);
    for (std::size_t i = 0; i < 40; ++i) {  // the first half drawn together
        auto row = std::span(values).subspan(i * cloud_dimension, cloud_dimension);
        double squares = 0;
        for (std::size_t d = 0; d < cloud_dimension; ++d) {
            row[d] = 0.05F * row[d] + (d == 3 ? 1.0F : 0.0F);
            squares += static_cast<double>(row[d]) * static_cast<double>(row[d]);
        }
        for (float& value : row) {
            value = static_cast<float>(static_cast<double>(value) / std::sqrt(squares));
        }
    }
    const NeighbourTable table = neighbours_of(values, 60);
    WorkTeam team(1);
    const Affinities all = make_affinities(table, 12, team);
    // p_ij + p_ji cannot be parted again, so the conditionals are made here, by another way: the
    // width of each Gaussian found by a plain scan.
    const auto conditional = [&](std::size_t i, double beta) {
        std::vector<double> p;
        for (std::size_t k = 0; k < table.each; ++k) {
            p.push_back(std::exp(-beta * (table.squared[i * 60 + k] - table.squared[i * 60])));
        }
        const double sum = std::accumulate(p.begin(), p.end(), 0.0);
        std::transform(p.begin(), p.end(), p.begin(), [&](double x) { return x / sum; });
        return p;
    };
    std::map<std::pair<std::size_t, std::uint32_t>, double> expected;
    for (std::size_t i = 0; i < 80; ++i) {
        double beta = 1e-3;
        while (perplexity_of(conditional(i, beta)) > 12) {
            beta *= 1.0005;
        }
        const auto p = conditional(i, beta);
        for (std::size_t k = 0; k < table.each; ++k) {
            const std::uint32_t j = table.ids[i * 60 + k];
            expected[{i, j}] += p[k] / 160;
            expected[{j, static_cast<std::uint32_t>(i)}] += p[k] / 160;
        }
    }
    for (std::size_t i = 0; i < 80; ++i) {
        for (const auto& [j, value] : row_of(all, i)) {
            CHECK(value == Approx(expected.at({i, j})).epsilon(0.02).margin(1e-9));
        }
    }
}

TEST_CASE("equal points share their affinities evenly", "[map]") {
    NeighbourTable table{3, {1, 2, 3, 0, 2, 3, 0, 1, 3, 0, 1, 2}, std::vector<float>(12)};
    WorkTeam team(1);
    const Affinities all = make_affinities(table, 2, team);
    for (std::size_t i = 0; i < 4; ++i) {
        for (const auto& [j, value] : row_of(all, i)) {
            CHECK(value == Approx(1.0 / 12));
        }
    }
}
