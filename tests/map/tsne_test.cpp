#include "emojiscope/map/tsne.hpp"

#include "bench/map_quality.hpp"
#include "clouds.hpp"

#include "emojiscope/index/faiss_index.hpp"
#include "fakes/linear_index.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace emojiscope;
using namespace emojiscope::map;

namespace {

Layout lay_out(const std::vector<float>& values, const TsneOptions& options = {}) {
    fakes::LinearIndex index(static_cast<int>(cloud_dimension));
    return tsne(view_of(values), index, options).value();
}

ErrorCode refused(const std::vector<float>& values, const TsneOptions& options,
                  std::size_t dimension = cloud_dimension) {
    fakes::LinearIndex index(static_cast<int>(cloud_dimension));
    const auto layout = tsne({dimension, values}, index, options);
    REQUIRE(layout.has_error());
    return layout.error().code;
}

bool all_finite(const Layout& layout) {
    return std::all_of(layout.positions.begin(), layout.positions.end(),
                       [](float x) { return std::isfinite(x); });
}

std::span<const float> place(const Layout& layout, std::size_t i) {
    const auto dims = static_cast<std::size_t>(layout.dims);
    return std::span(layout.positions).subspan(i * dims, dims);
}

/// Of the nearest other point on the map.
std::size_t nearest_on(const Layout& layout, std::size_t i) {
    std::size_t best = i;
    double least = HUGE_VAL;
    for (std::size_t j = 0; j < layout.size(); ++j) {
        const double away = squared_distance(place(layout, i), place(layout, j));
        if (j != i && away < least) {
            least = away;
            best = j;
        }
    }
    return best;
}

}  // namespace

TEST_CASE("families of points stay together", "[map]") {
    const auto values = clouds(300, 6);
    for (const int dims : {2, 3}) {
        TsneOptions options;
        options.dims = dims;
        const Layout layout = lay_out(values, options);
        REQUIRE(layout.size() == 300);
        REQUIRE(layout.positions.size() == 300U * static_cast<std::size_t>(dims));
        CHECK(all_finite(layout));
        std::size_t kept = 0;
        for (std::size_t i = 0; i < 300; ++i) {
            kept += nearest_on(layout, i) % 6 == i % 6 ? 1U : 0U;
        }
        CHECK(kept >= 298);
        const bench::LayoutView judged{static_cast<std::size_t>(dims), layout.positions};
        const auto quality = bench::judge(values, cloud_dimension, std::span(&judged, 1), 30, 12);
        CHECK(quality.front().trustworthiness > 0.9);
        // The sparse affinities leave out next to nothing.
        CHECK(layout.divergence == Approx(quality.front().divergence).epsilon(0.05));
    }
}

TEST_CASE("the same points and seed give the same map, whatever the threads", "[map]") {
    const auto values = clouds(220, 4);
    TsneOptions options;
    options.iterations = 300;
    options.threads = 1;
    const Layout one = lay_out(values, options);
    CHECK(lay_out(values, options).positions == one.positions);
    options.threads = 3;
    CHECK(lay_out(values, options).positions == one.positions);
    options.seed = 2;
    CHECK(lay_out(values, options).positions != one.positions);
}

TEST_CASE("Faiss's neighbours make as good a map", "[map]") {
    const auto values = clouds(200, 4);
    auto index = index::FaissIndex::create(static_cast<int>(cloud_dimension)).value();
    const Layout by_faiss = tsne(view_of(values), *index, {}).value();
    CHECK(index->size() == 200);
    CHECK(by_faiss.divergence == Approx(lay_out(values).divergence).epsilon(0.05));
}

TEST_CASE("a handful of points, or none, is a map too", "[map]") {
    for (const std::size_t points : {0U, 1U, 2U, 3U, 4U, 5U, 9U, 17U}) {
        for (const int dims : {2, 3}) {
            TsneOptions options;
            options.dims = dims;
            const Layout layout = lay_out(clouds(points, 2), options);
            INFO(points << " points in " << dims << " dimensions");
            CHECK(layout.size() == points);
            CHECK(all_finite(layout));
            for (std::size_t i = 1; i < points; ++i) {
                CHECK(squared_distance(place(layout, i - 1), place(layout, i)) > 0);
            }
            if (points < 2) {
                CHECK(layout.positions ==
                      std::vector<float>(points * static_cast<std::size_t>(dims)));
            }
        }
    }
}

TEST_CASE("equal points end near one another, and apart from others", "[map]") {
    auto values = clouds(90, 3);
    const auto first = std::vector<float>(values.begin(), values.begin() + cloud_dimension);
    for (std::size_t i = 30; i < 34; ++i) {
        std::copy(first.begin(), first.end(),
                  values.begin() + static_cast<std::ptrdiff_t>(i * cloud_dimension));
    }
    const Layout layout = lay_out(values);
    CHECK(all_finite(layout));
    double widest = 0;
    for (std::size_t i = 0; i < 90; ++i) {
        widest = std::max(widest, squared_distance(place(layout, 0), place(layout, i)));
    }
    for (std::size_t i = 30; i < 34; ++i) {
        const double away = squared_distance(place(layout, 0), place(layout, i));
        CHECK(away < 0.02 * widest);
        CHECK(away > 0);
    }
}

TEST_CASE("points that are all equal make a finite map", "[map]") {
    std::vector<float> values(40 * cloud_dimension);
    for (std::size_t i = 0; i < 40; ++i) {
        values[i * cloud_dimension + 1] = 1;
    }
    CHECK(all_finite(lay_out(values)));
}

TEST_CASE("a layout tells how far it is, and stops when told", "[map]") {
    const auto values = clouds(100, 2);
    std::vector<std::size_t> told;
    TsneOptions options;
    options.iterations = 120;
    options.progress = [&](std::size_t done, std::size_t all) {
        CHECK(all == 170);
        told.push_back(done);
    };
    CHECK(lay_out(values, options).iterations == 120);
    CHECK(std::is_sorted(told.begin(), told.end()));
    CHECK(told.back() == 170);

    std::stop_source stop;
    std::size_t steps = 0;
    options.stop = stop.get_token();
    options.progress = [&](std::size_t done, std::size_t) {
        steps = done;
        if (done > 90) {
            stop.request_stop();
        }
    };
    CHECK(refused(values, options) == ErrorCode::cancelled);
    CHECK(steps == 91);
}

TEST_CASE("perplexity is a third of the points at most, unless it is given", "[map]") {
    CHECK(default_perplexity(5000) == 30);
    CHECK(default_perplexity(91) == 30);
    CHECK(default_perplexity(31) == 10);
    CHECK(default_perplexity(3) == 1);
    CHECK(default_perplexity(0) == 1);
    const auto values = clouds(60, 3);
    TsneOptions options;
    options.perplexity = 59;
    CHECK(all_finite(lay_out(values, options)));
    options.perplexity = 60;
    CHECK(refused(values, options) == ErrorCode::invalid_argument);
}

TEST_CASE("what cannot be laid out is refused", "[map]") {
    const auto values = clouds(20, 2);
    TsneOptions options;
    options.dims = 4;
    CHECK(refused(values, options) == ErrorCode::invalid_argument);
    options = {};
    options.theta = 2;
    CHECK(refused(values, options) == ErrorCode::invalid_argument);
    options = {};
    options.theta = 0.72;  // a box might be distant from a point inside it
    CHECK(refused(values, options) == ErrorCode::invalid_argument);
    options.theta = 0.7;
    CHECK(all_finite(lay_out(values, options)));
    options.dims = 3;
    CHECK(refused(values, options) == ErrorCode::invalid_argument);
    options = {};
    options.exaggeration = HUGE_VAL;
    CHECK(refused(values, options) == ErrorCode::invalid_argument);
    options = {};
    options.iterations = 0;
    CHECK(refused(values, options) == ErrorCode::invalid_argument);
    options = {};
    options.perplexity = 0.5;
    CHECK(refused(values, options) == ErrorCode::invalid_argument);
    CHECK(refused(values, {}, cloud_dimension + 1) == ErrorCode::invalid_argument);
    std::vector<float> too_long = values;
    too_long[3] = 9;
    CHECK(refused(too_long, {}) == ErrorCode::invalid_argument);
}
