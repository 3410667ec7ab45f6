#include "fakes/linear_index.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numeric>

namespace emojiscope::fakes {
namespace {

bool is_unit(std::span<const float> vector) {
    const float squares = std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0F);
    return std::abs(std::sqrt(squares) - 1.0F) <= 1e-3F;
}

}  // namespace

std::size_t LinearIndex::size() const {
    const std::shared_lock lock(mutex_);
    return rows_.size();
}

Result<void> LinearIndex::add(std::span<const std::int64_t> ids, std::span<const float> vectors) {
    const auto width = static_cast<std::size_t>(dimension_);
    if (vectors.size() != ids.size() * width) {
        return fail(ErrorCode::invalid_argument, "the vectors do not fit the ids");
    }
    std::vector<Row> rows;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto vector = vectors.subspan(i * width, width);
        if (!is_unit(vector)) {
            return fail(ErrorCode::invalid_argument, "a vector is not of unit length");
        }
        rows.push_back({ids[i], {vector.begin(), vector.end()}});
    }
    const std::unique_lock lock(mutex_);
    rows_.insert(rows_.end(), rows.begin(), rows.end());
    return {};
}

Result<std::size_t> LinearIndex::remove(std::span<const std::int64_t> ids) {
    const std::unique_lock lock(mutex_);
    return std::erase_if(rows_, [&](const Row& row) {
        return std::find(ids.begin(), ids.end(), row.id) != ids.end();
    });
}

Result<std::vector<search::Neighbour>> LinearIndex::search(std::span<const float> query,
                                                           std::size_t k) const {
    if (query.size() != static_cast<std::size_t>(dimension_) || !is_unit(query)) {
        return fail(ErrorCode::invalid_argument, "the query is not a vector of unit length");
    }
    const std::shared_lock lock(mutex_);
    std::map<std::int64_t, float> best;
    for (const Row& row : rows_) {
        const float cosine =
            std::inner_product(query.begin(), query.end(), row.vector.begin(), 0.0F);
        const auto [known, is_new] = best.emplace(row.id, cosine);
        known->second = std::max(known->second, cosine);
    }
    std::vector<search::Neighbour> found;
    for (const auto& [id, cosine] : best) {
        found.push_back({id, cosine});
    }
    std::stable_sort(
        found.begin(), found.end(),
        [](const search::Neighbour& a, const search::Neighbour& b) { return a.cosine > b.cosine; });
    found.resize(std::min(k, found.size()));
    return found;
}

Result<std::vector<search::Neighbour>> LinearIndex::cosines(std::span<const float> query) const {
    auto found = search(query, size());
    if (found) {
        std::sort(found->begin(), found->end(),
                  [](const auto& a, const auto& b) { return a.id < b.id; });
    }
    return found;
}

Result<std::vector<std::vector<search::Neighbour>>> LinearIndex::search_many(
    std::span<const float> queries, std::size_t k) const {
    const auto width = static_cast<std::size_t>(dimension_);
    if (queries.size() % width != 0) {
        return fail(ErrorCode::invalid_argument, "the queries are no whole vectors");
    }
    std::vector<std::vector<search::Neighbour>> all;
    for (std::size_t begin = 0; begin < queries.size(); begin += width) {
        auto found = search(queries.subspan(begin, width), k);
        if (!found) {
            return found.error();
        }
        all.push_back(std::move(*found));
    }
    return all;
}

}  // namespace emojiscope::fakes
