#include "emojiscope/map/clusters.hpp"

#include "emojiscope/index/faiss_clusterer.hpp"
#include "fakes/lloyd_clusterer.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <set>

using namespace emojiscope;
using namespace emojiscope::map;

namespace {

/// Cloud c has 10 * (c + 1) points around (30 c mod 90, 40 (c / 3)).
std::vector<float> unequal_clouds(std::size_t number) {
    std::mt19937 random(6);
    std::normal_distribution<float> normal;
    std::vector<float> points;
    for (std::size_t c = 0; c < number; ++c) {
        for (std::size_t i = 0; i < 10 * (c + 1); ++i) {
            points.push_back(normal(random) + 30.0F * static_cast<float>(c % 3));
            points.push_back(normal(random) + 40.0F * static_cast<float>(c / 3));
        }
    }
    return points;
}

}  // namespace

TEST_CASE("the number of clusters that fits best is found", "[map]") {
    const index::FaissClusterer clusterer;
    for (const std::size_t number : {5U, 7U, 9U}) {
        const auto points = unequal_clouds(number);
        const Clusters found = find_clusters(points, 2, 0, clusterer, {}).value();
        CHECK(found.sizes.size() == number);
        CHECK(found.silhouette > 0.8);
        // The largest one first, and each with as many as it has.
        CHECK(std::is_sorted(found.sizes.rbegin(), found.sizes.rend()));
        CHECK(found.sizes.front() == 10 * number);
        std::vector<std::size_t> counted(number);
        for (const std::uint32_t cluster : found.cluster_of) {
            ++counted.at(cluster);
        }
        CHECK(counted == found.sizes);
        for (std::size_t c = 0; c < number; ++c) {
            CHECK(found.cluster_of[found.middles[c]] == c);
        }
    }
}

TEST_CASE("the number of clusters can be given", "[map]") {
    const fakes::LloydClusterer clusterer;
    const auto points = unequal_clouds(4);
    for (const std::size_t wanted : {1U, 3U, 20U}) {
        const Clusters found = find_clusters(points, 2, wanted, clusterer, {}).value();
        CHECK(found.sizes.size() == wanted);
        CHECK(found.silhouette == 0);
    }
    CHECK(find_clusters(points, 2, most_clusters + 1, clusterer, {}).error().code ==
          ErrorCode::invalid_argument);
}

TEST_CASE("few points have few clusters", "[map]") {
    const index::FaissClusterer clusterer;
    CHECK(find_clusters({}, 2, 0, clusterer, {}).value().sizes.empty());
    CHECK(find_clusters({}, 2, 7, clusterer, {}).value().sizes.empty());
    const std::vector<float> three{0, 0, 1, 1, 9, 9};
    CHECK(find_clusters(three, 2, 0, clusterer, {}).value().sizes == std::vector<std::size_t>{3});
    CHECK(find_clusters(three, 2, 7, clusterer, {}).value().sizes ==
          std::vector<std::size_t>{1, 1, 1});
    const std::vector<float> equal(40, 0.5F);
    CHECK(find_clusters(equal, 2, 0, clusterer, {}).value().sizes == std::vector<std::size_t>{20});
}

TEST_CASE("the choice of clusters tells how far it is, and stops when told", "[map]") {
    const fakes::LloydClusterer clusterer;
    const auto points = unequal_clouds(5);
    std::vector<std::size_t> told;
    ClusterOptions options;
    options.progress = [&](std::size_t done, std::size_t all) {
        CHECK(all == 13);  // from 5 on, since there are 150 points
        told.push_back(done);
    };
    REQUIRE(find_clusters(points, 2, 0, clusterer, options).has_value());
    CHECK(told.size() == 13);
    CHECK(told.back() == 13);

    std::stop_source stop;
    options.stop = stop.get_token();
    options.progress = [&](std::size_t done, std::size_t) {
        told.push_back(done);
        stop.request_stop();
    };
    told.clear();
    CHECK(find_clusters(points, 2, 0, clusterer, options).error().code == ErrorCode::cancelled);
    CHECK(told == std::vector<std::size_t>{1});
}

TEST_CASE("silhouettes are those of the definition", "[map]") {
    // On a line: 0 and 1 against 4 and 6. Of 0: inside 1, outside 5; of 1: 1 and 4; of 4: 2
    // and 3.5; of 6: 2 and 5.5.
    const std::vector<float> points{0, 1, 4, 6};
    const std::vector<std::uint32_t> two{0, 0, 1, 1};
    const double expected = (4.0 / 5 + 3.0 / 4 + 1.5 / 3.5 + 3.5 / 5.5) / 4;
    CHECK(mean_silhouette(points, 1, two) == Approx(expected));
    const std::vector<std::uint32_t> alone{0, 0, 0, 1};
    // The last one is alone and counts 0. Of 0: inside 2.5, outside 6; of 1: 2 and 5; of 4: 3.5, 2.
    CHECK(mean_silhouette(points, 1, alone) == Approx((3.5 / 6 + 3.0 / 5 - 1.5 / 3.5) / 4));
    const std::vector<std::uint32_t> one{0, 0, 0, 0};
    CHECK(mean_silhouette(points, 1, one) == 0);
}
