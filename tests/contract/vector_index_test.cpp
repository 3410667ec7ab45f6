// Contract of search::VectorIndex.
#include "emojiscope/index/faiss_index.hpp"
#include "fakes/linear_index.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <thread>

namespace emojiscope::contract {
namespace {

struct FaissFactory {
    static std::unique_ptr<search::VectorIndex> make(int dimension) {
        return index::FaissIndex::create(dimension).value();
    }
};

struct LinearFactory {
    static std::unique_ptr<search::VectorIndex> make(int dimension) {
        return std::make_unique<fakes::LinearIndex>(dimension);
    }
};

using Ids = std::vector<std::int64_t>;

std::vector<float> random_unit(std::mt19937& random, int dimension) {
    std::normal_distribution<float> normal;
    std::vector<float> vector(static_cast<std::size_t>(dimension));
    float squares = 0;
    for (float& value : vector) {
        value = normal(random);
        squares += value * value;
    }
    for (float& value : vector) {
        value /= std::sqrt(squares);
    }
    return vector;
}

/// Vectors with their ids, and what a search among them must find.
struct Sample {
    int dimension;
    Ids ids;
    std::vector<float> values;

    void add(std::int64_t id, const std::vector<float>& vector) {
        ids.push_back(id);
        values.insert(values.end(), vector.begin(), vector.end());
    }

    [[nodiscard]] std::map<std::int64_t, double> cosines(const std::vector<float>& query) const {
        std::map<std::int64_t, double> best;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            double cosine = 0;
            for (std::size_t j = 0; j < query.size(); ++j) {
                cosine += static_cast<double>(query[j]) *
                          static_cast<double>(values[i * query.size() + j]);
            }
            const auto [known, is_new] = best.emplace(ids[i], cosine);
            known->second = std::max(known->second, cosine);
        }
        return best;
    }
};

/// The answer must name the best ids in order, up to the rounding of float sums.
void check_best(const std::vector<search::Neighbour>& found,
                const std::map<std::int64_t, double>& cosines, std::size_t k) {
    std::vector<double> sorted;
    for (const auto& [id, cosine] : cosines) {
        sorted.push_back(cosine);
    }
    std::sort(sorted.rbegin(), sorted.rend());
    REQUIRE(found.size() == std::min(k, sorted.size()));
    Ids ids;
    for (std::size_t i = 0; i < found.size(); ++i) {
        ids.push_back(found[i].id);
        CHECK(static_cast<double>(found[i].cosine) == Approx(cosines.at(found[i].id)).margin(1e-5));
        CHECK(static_cast<double>(found[i].cosine) == Approx(sorted[i]).margin(1e-5));
        if (i > 0) {
            CHECK(found[i - 1].cosine >= found[i].cosine);
        }
    }
    std::sort(ids.begin(), ids.end());
    CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
}

Ids ids_of(const std::vector<search::Neighbour>& found) {
    Ids ids;
    for (const auto& neighbour : found) {
        ids.push_back(neighbour.id);
    }
    return ids;
}

/// `search` for each row, which `search_many` must equal.
std::vector<std::vector<search::Neighbour>> one_by_one(const search::VectorIndex& index,
                                                       std::span<const float> queries,
                                                       std::size_t k) {
    const auto width = static_cast<std::size_t>(index.dimension());
    std::vector<std::vector<search::Neighbour>> all;
    for (std::size_t begin = 0; begin < queries.size(); begin += width) {
        all.push_back(index.search(queries.subspan(begin, width), k).value());
    }
    return all;
}

void check_many(const search::VectorIndex& index, std::span<const float> queries, std::size_t k) {
    CAPTURE(k, queries.size());
    const auto many = index.search_many(queries, k).value();
    const auto single = one_by_one(index, queries, k);
    REQUIRE(many.size() == single.size());
    for (std::size_t row = 0; row < many.size(); ++row) {
        CAPTURE(row);
        REQUIRE(ids_of(many[row]) == ids_of(single[row]));
        for (std::size_t i = 0; i < many[row].size(); ++i) {
            CHECK(static_cast<double>(many[row][i].cosine) ==
                  Approx(static_cast<double>(single[row][i].cosine)).margin(1e-5));
        }
    }
}

}  // namespace

TEMPLATE_TEST_CASE("many queries find what each of them finds alone", "[index]", FaissFactory,
                   LinearFactory) {
    std::mt19937 random(5);
    const int dimension = GENERATE(1, 3, 64);
    const auto index = TestType::make(dimension);
    std::vector<float> queries;
    for (int i = 0; i < 40; ++i) {
        const auto query = random_unit(random, dimension);
        queries.insert(queries.end(), query.begin(), query.end());
    }
    check_many(*index, queries, 5);  // nothing is in it yet

    Sample sample{dimension, {}, {}};
    for (std::int64_t i = 0; i < 500; ++i) {
        sample.add(i % 3 == 0 ? i % 30 : 1000 - i, random_unit(random, dimension));
    }
    index->add(sample.ids, sample.values).value();
    for (const std::size_t k : {0U, 1U, 8U, 100U, 5000U}) {
        check_many(*index, queries, k);
    }
    check_many(*index, std::span(queries).first(static_cast<std::size_t>(dimension)), 8);
    CHECK(index->search_many({}, 8).value().empty());
}

TEMPLATE_TEST_CASE("ties and crowds come out of many queries as of one", "[index]", FaissFactory,
                   LinearFactory) {
    const auto index = TestType::make(3);
    Sample sample{3, {}, {}};
    for (std::int64_t id = 300; id > 0; --id) {
        sample.add(id, {0.0F, 1.0F, 0.0F});
    }
    for (int i = 0; i < 400; ++i) {
        sample.add(5000, {1.0F, 0.0F, 0.0F});
    }
    index->add(sample.ids, sample.values).value();
    const std::vector<float> queries{0.8F, 0.6F, 0.0F, 0.0F, 1.0F, 0.0F, 0.0F, 0.0F, 1.0F};
    const auto found = index->search_many(queries, 3).value();
    REQUIRE(found.size() == 3);
    CHECK(ids_of(found[0]) == Ids{5000, 1, 2});
    CHECK(ids_of(found[1]) == Ids{1, 2, 3});
    CHECK(ids_of(found[2]) == Ids{1, 2, 3});
}

TEMPLATE_TEST_CASE("many queries of which one is wrong are refused", "[index]", FaissFactory,
                   LinearFactory) {
    const auto index = TestType::make(2);
    const Ids id{1};
    const std::array<float, 2> vector{1.0F, 0.0F};
    index->add(id, vector).value();
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const std::vector<std::vector<float>> wrong{
        {1.0F}, {1.0F, 0.0F, 1.0F}, {nan, 0.0F}, {1.0F, 0.0F, nan, 0.0F}};
    for (const auto& queries : wrong) {
        CAPTURE(queries.size());
        const auto found = index->search_many(queries, 1);
        REQUIRE(found.has_error());
        CHECK(found.error().code == ErrorCode::invalid_argument);
    }
}

TEMPLATE_TEST_CASE("random vectors are found as by comparing them all", "[index]", FaissFactory,
                   LinearFactory) {
    std::mt19937 random(7);
    const int dimension = GENERATE(1, 3, 64, 257);
    Sample sample{dimension, {}, {}};
    for (std::int64_t i = 0; i < 600; ++i) {
        // Every third id has several vectors.
        const std::int64_t id = i % 3 == 0 ? i % 30 : 1000 - i;
        sample.add(id, random_unit(random, dimension));
    }
    const auto index = TestType::make(dimension);
    CHECK(index->dimension() == dimension);
    index->add(sample.ids, sample.values).value();
    CHECK(index->size() == 600);
    for (const std::size_t k : {1U, 2U, 10U, 100U, 250U, 410U, 5000U}) {
        const auto query = random_unit(random, dimension);
        check_best(index->search(query, k).value(), sample.cosines(query), k);
    }
}

TEMPLATE_TEST_CASE("all cosines come by id, each once and its best", "[index]", FaissFactory,
                   LinearFactory) {
    std::mt19937 random(8);
    const int dimension = GENERATE(1, 3, 64);
    const auto index = TestType::make(dimension);
    const auto query = random_unit(random, dimension);
    CHECK(index->cosines(query).value().empty());
    Sample sample{dimension, {}, {}};
    for (std::int64_t i = 0; i < 300; ++i) {
        // Ids that fall, frames beside one another, and frames far apart.
        sample.add(i < 100 ? 1000 - i : i < 200 ? i / 4 : i % 7, random_unit(random, dimension));
    }
    index->add(sample.ids, sample.values).value();
    const auto found = index->cosines(query).value();
    const auto expected = sample.cosines(query);
    REQUIRE(found.size() == expected.size());
    auto at = expected.begin();
    for (const search::Neighbour& neighbour : found) {
        CHECK(neighbour.id == at->first);
        CHECK(static_cast<double>(neighbour.cosine) == Approx(at->second).margin(1e-5));
        ++at;
    }
}

TEMPLATE_TEST_CASE("an id with very many vectors does not crowd out the others", "[index]",
                   FaissFactory, LinearFactory) {
    const auto index = TestType::make(2);
    Sample sample{2, {}, {}};
    for (int i = 0; i < 3000; ++i) {
        const float angle = static_cast<float>(i) * 1e-4F;
        sample.add(1, {std::cos(angle), std::sin(angle)});
    }
    sample.add(2, {0.0F, 1.0F});
    sample.add(3, {-1.0F, 0.0F});
    index->add(sample.ids, sample.values).value();
    const std::array<float, 2> query{1.0F, 0.0F};
    CHECK(ids_of(index->search(query, 2).value()) == Ids{1, 2});
    CHECK(ids_of(index->search(query, 3).value()) == Ids{1, 2, 3});
    CHECK(ids_of(index->search(query, 9).value()) == Ids{1, 2, 3});
}

TEMPLATE_TEST_CASE("ties go to the smaller id, however many there are", "[index]", FaissFactory,
                   LinearFactory) {
    const auto index = TestType::make(3);
    Sample sample{3, {}, {}};
    for (std::int64_t id = 2000; id > 0; --id) {
        sample.add(id, {0.0F, 1.0F, 0.0F});
    }
    sample.add(5000, {1.0F, 0.0F, 0.0F});
    index->add(sample.ids, sample.values).value();
    const std::array<float, 3> query{0.8F, 0.6F, 0.0F};
    CHECK(ids_of(index->search(query, 4).value()) == Ids{5000, 1, 2, 3});
}

TEMPLATE_TEST_CASE("removed ids are found no more", "[index]", FaissFactory, LinearFactory) {
    std::mt19937 random(11);
    const int dimension = 16;
    const auto index = TestType::make(dimension);
    Sample kept{dimension, {}, {}};
    Sample all{dimension, {}, {}};
    for (std::int64_t i = 0; i < 300; ++i) {
        const std::int64_t id = i / 3;
        const auto vector = random_unit(random, dimension);
        all.add(id, vector);
        if (id % 2 == 1) {
            kept.add(id, vector);
        }
    }
    index->add(all.ids, all.values).value();
    Ids even{123456, 0};  // one that is unknown, one twice
    for (std::int64_t id = 0; id < 100; id += 2) {
        even.push_back(id);
    }
    CHECK(index->remove(even).value() == 150);
    CHECK(index->remove(even).value() == 0);
    CHECK(index->remove({}).value() == 0);
    CHECK(index->size() == 150);
    const auto query = random_unit(random, dimension);
    check_best(index->search(query, 100).value(), kept.cosines(query), 100);

    // What comes back is found again, beside the rest.
    const auto again = random_unit(random, dimension);
    const Ids back{0};
    index->add(back, again).value();
    CHECK(ids_of(index->search(again, 1).value()) == Ids{0});
    CHECK(index->size() == 151);
}

TEMPLATE_TEST_CASE("an empty index and k = 0 find nothing", "[index]", FaissFactory,
                   LinearFactory) {
    const auto index = TestType::make(2);
    const std::array<float, 2> query{1.0F, 0.0F};
    CHECK(index->size() == 0);
    CHECK(index->search(query, 5).value().empty());
    index->add({}, {}).value();
    CHECK(index->size() == 0);
    const Ids id{1};
    index->add(id, query).value();
    CHECK(index->search(query, 0).value().empty());
    CHECK(index->remove(id).value() == 1);
    CHECK(index->search(query, 5).value().empty());
}

TEMPLATE_TEST_CASE("wrong shapes and vectors without a direction are refused", "[index]",
                   FaissFactory, LinearFactory) {
    const auto index = TestType::make(2);
    const Ids one{1};
    const Ids two{1, 2};
    const auto add = [&](const Ids& ids, const std::vector<float>& values) {
        const auto added = index->add(ids, values);
        return added.has_error() ? added.error().code : ErrorCode::internal;
    };
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    CHECK(add(two, {1.0F, 0.0F}) == ErrorCode::invalid_argument);
    CHECK(add(one, {1.0F}) == ErrorCode::invalid_argument);
    CHECK(add({}, {1.0F}) == ErrorCode::invalid_argument);
    CHECK(add(one, {nan, 0.0F}) == ErrorCode::invalid_argument);
    CHECK(add(one, {infinity, 0.0F}) == ErrorCode::invalid_argument);
    CHECK(add(one, {0.0F, 0.0F}) == ErrorCode::invalid_argument);
    CHECK(add(two, {1.0F, 0.0F, 1.0F, 1.0F}) == ErrorCode::invalid_argument);
    CHECK(index->size() == 0);
    const std::vector<std::vector<float>> queries{{1.0F}, {1.0F, 0.0F, 0.0F}, {nan, 0.0F}, {}};
    for (const auto& query : queries) {
        CHECK(index->search(query, 1).error().code == ErrorCode::invalid_argument);
        CHECK(index->cosines(query).error().code == ErrorCode::invalid_argument);
    }
}

TEMPLATE_TEST_CASE("searches beside changes see whole states", "[index]", FaissFactory,
                   LinearFactory) {
    const auto index = TestType::make(2);
    const Ids ids{1, 2};
    const std::array<float, 4> vectors{1.0F, 0.0F, 0.0F, 1.0F};
    const std::array<float, 2> query{0.8F, 0.6F};
    std::atomic<bool> stop{false};
    std::atomic<int> torn{0};
    std::vector<std::thread> searchers;
    for (int i = 0; i < 3; ++i) {
        searchers.emplace_back([&] {
            while (!stop) {
                const auto found = ids_of(index->search(query, 9).value());
                torn += !found.empty() && found != Ids{1, 2} ? 1 : 0;
            }
        });
    }
    for (int i = 0; i < 300; ++i) {
        index->add(ids, vectors).value();
        index->remove(ids).value();
    }
    stop = true;
    for (std::thread& searcher : searchers) {
        searcher.join();
    }
    CHECK(torn == 0);
}

TEST_CASE("a Faiss index needs a sensible dimension", "[index]") {
    CHECK(index::FaissIndex::create(0).error().code == ErrorCode::invalid_argument);
    CHECK(index::FaissIndex::create(-1).error().code == ErrorCode::invalid_argument);
    CHECK(index::FaissIndex::create(1'000'000).error().code == ErrorCode::invalid_argument);
}

}  // namespace emojiscope::contract
