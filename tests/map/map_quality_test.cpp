// The judge of the benchmark, on layouts of which the figures are known.
#include "bench/map_quality.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <numeric>

using namespace emojiscope::bench;

namespace {

/// Points on a line, at 0, 1, 2, …
std::vector<float> line(std::size_t points) {
    std::vector<float> values(points);
    std::iota(values.begin(), values.end(), 0.0F);
    return values;
}

MapQuality judge_one(const std::vector<float>& points, const std::vector<float>& layout,
                     double perplexity, std::size_t k) {
    const LayoutView view{1, layout};
    return judge(points, 1, std::span(&view, 1), perplexity, k).front();
}

}  // namespace

TEST_CASE("a layout with the points' own neighbours is wholly trustworthy", "[map]") {
    const auto points = line(40);
    auto layout = points;
    for (float& value : layout) {
        value = 3 - 2 * value;
    }
    CHECK(judge_one(points, layout, 5, 4).trustworthiness == Approx(1));
}

TEST_CASE("a false neighbour costs its rank", "[map]") {
    // Of 10 points the last one is drawn beside the first one: it is nearest to 0 there (rank 9
    // among the points), and 0 to it (rank 9); with k = 1 each costs 8.
    const auto points = line(10);
    auto layout = points;
    layout[9] = -0.5F;
    const double expected = 1 - 2.0 / (10 * 1 * (2 * 10 - 3 - 1)) * (8 + 8);
    CHECK(judge_one(points, layout, 3, 1).trustworthiness == Approx(expected));
}

TEST_CASE("the divergence is that of the definition", "[map]") {
    // Three points at equal distances of one another have p_ij = 1/6, whatever the width.
    const std::vector<float> points{1, 0, 0, 0, 1, 0, 0, 0, 1};
    const std::vector<float> layout{0, 0, 1, 0, 0, 2};
    const LayoutView view{2, layout};
    const double a = 1 / (1 + 1.0);
    const double b = 1 / (1 + 4.0);
    const double c = 1 / (1 + 5.0);
    double expected = 0;
    for (const double kernel : {a, a, b, b, c, c}) {
        expected += std::log(2 * (a + b + c) / kernel / 6) / 6;
    }
    CHECK(judge(points, 3, std::span(&view, 1), 2, 1).front().divergence == Approx(expected));
}
