#include "emojiscope/index/faiss_index.hpp"

#include "emojiscope/core/one_thread.hpp"

#include <faiss/IndexFlat.h>
#include <faiss/impl/FaissException.h>
#include <faiss/impl/IDSelector.h>
#include <faiss/utils/distances.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_set>

namespace emojiscope::index {
namespace {

constexpr int max_dimension = 65536;
/// Rounding leaves a float32 vector of a thousand elements well within this.
constexpr double unit_tolerance = 1e-3;
/// Rows fetched at first for each wanted id, and at least: most emoji have one vector.
constexpr std::size_t rows_per_id = 2;
constexpr std::size_t fewest_rows = 64;
constexpr std::size_t growth = 4;
/// From so many queries at once on more than one thread is worth its while.
constexpr std::size_t many_queries = 256;

bool is_unit(std::span<const float> vector) {
    double squares = 0;
    for (const float value : vector) {
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    // False for NaN and infinity as well.
    return std::abs(std::sqrt(squares) - 1.0) <= unit_tolerance;
}

Error refused(const faiss::FaissException& exception) {
    return fail(ErrorCode::internal, std::string("the vector index failed: ") + exception.what());
}

/// The rows to go, by the ids that they bear.
struct RowsOfIds final : faiss::IDSelector {
    RowsOfIds(const std::vector<std::int64_t>& all, std::span<const std::int64_t> wanted)
        : ids_of_rows(all), ids(wanted.begin(), wanted.end()) {}
    bool is_member(idx_t row) const override {
        return ids.contains(ids_of_rows[static_cast<std::size_t>(row)]);
    }
    const std::vector<std::int64_t>& ids_of_rows;
    std::unordered_set<std::int64_t> ids;
};

}  // namespace

struct FaissIndex::Parts {
    explicit Parts(int dimension) : flat(dimension) {}

    /// The `count` best rows of each query, one query after another, best first.
    struct Rows {
        std::vector<float> cosines;
        std::vector<faiss::Index::idx_t> rows;
    };
    Rows best_rows(std::span<const float> queries, std::size_t count) const {
        const std::size_t number = queries.size() / static_cast<std::size_t>(flat.d);
        Rows found{std::vector<float>(number * count),
                   std::vector<faiss::Index::idx_t>(number * count)};
        std::optional<OneThread> few;
        if (number < many_queries) {
            few.emplace();
        }
        flat.search(static_cast<faiss::Index::idx_t>(number), queries.data(),
                    static_cast<faiss::Index::idx_t>(count), found.cosines.data(),
                    found.rows.data());
        return found;
    }

    /// The rows as neighbours, an id once, best first; rows of equal cosine by id. `worst` is the
    /// cosine of the last row.
    std::vector<search::Neighbour> neighbours(std::span<const float> cosines,
                                              std::span<const faiss::Index::idx_t> rows,
                                              float& worst) const {
        std::vector<search::Neighbour> found;
        found.reserve(rows.size());
        for (std::size_t i = 0; i < rows.size() && rows[i] >= 0; ++i) {
            found.push_back({row_ids[static_cast<std::size_t>(rows[i])], cosines[i]});
        }
        worst = found.empty() ? 0.0F : found.back().cosine;
        std::sort(found.begin(), found.end(),
                  [](const search::Neighbour& a, const search::Neighbour& b) {
                      return a.cosine != b.cosine ? a.cosine > b.cosine : a.id < b.id;
                  });
        std::unordered_set<std::int64_t> seen;
        std::erase_if(found, [&](const search::Neighbour& neighbour) {
            return !seen.insert(neighbour.id).second;
        });
        return found;
    }

    /// The best `k` ids. REQUIRES: k and the index not 0.
    std::vector<search::Neighbour> best(std::span<const float> query, std::size_t k) const {
        const std::size_t all = row_ids.size();
        // Rows that share an id, and rows that tie with the last one wanted, call for more rows.
        std::size_t count = k >= all / rows_per_id ? all : std::max(k * rows_per_id, fewest_rows);
        for (;; count *= growth) {
            count = std::min(count, all);
            float worst = 0;
            const Rows rows = best_rows(query, count);
            auto found = neighbours(rows.cosines, rows.rows, worst);
            if (count < all && (found.size() < k || found[k - 1].cosine <= worst)) {
                continue;
            }
            found.resize(std::min(k, found.size()));
            return found;
        }
    }

    mutable std::shared_mutex mutex;
    faiss::IndexFlatIP flat;
    std::vector<std::int64_t> row_ids;  ///< the id of each of Faiss's rows
};

FaissIndex::FaissIndex(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
FaissIndex::~FaissIndex() = default;

Result<std::unique_ptr<FaissIndex>> FaissIndex::create(int dimension) {
    if (dimension < 1 || dimension > max_dimension) {
        return fail(ErrorCode::invalid_argument,
                    "an index cannot have the dimension " + std::to_string(dimension));
    }
    try {
        return std::unique_ptr<FaissIndex>(new FaissIndex(std::make_unique<Parts>(dimension)));
    } catch (const faiss::FaissException& exception) {
        return refused(exception);
    }
}

int FaissIndex::dimension() const noexcept {
    return parts_->flat.d;
}

std::size_t FaissIndex::size() const {
    const std::shared_lock lock(parts_->mutex);
    return parts_->row_ids.size();
}

Result<void> FaissIndex::add(std::span<const std::int64_t> ids, std::span<const float> vectors) {
    const auto width = static_cast<std::size_t>(dimension());
    if (vectors.size() != ids.size() * width) {
        return fail(ErrorCode::invalid_argument,
                    std::to_string(ids.size()) + " vectors of dimension " + std::to_string(width) +
                        " are not " + std::to_string(vectors.size()) + " numbers");
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!is_unit(vectors.subspan(i * width, width))) {
            return fail(ErrorCode::invalid_argument,
                        "the vector of emoji " + std::to_string(ids[i]) + " is not of unit length");
        }
    }
    const std::unique_lock lock(parts_->mutex);
    const std::size_t before = parts_->row_ids.size();
    parts_->row_ids.insert(parts_->row_ids.end(), ids.begin(), ids.end());
    try {
        parts_->flat.add(static_cast<faiss::Index::idx_t>(ids.size()), vectors.data());
    } catch (const faiss::FaissException& exception) {
        parts_->row_ids.resize(before);
        return refused(exception);
    } catch (...) {
        parts_->row_ids.resize(before);
        throw;
    }
    return {};
}

Result<std::size_t> FaissIndex::remove(std::span<const std::int64_t> ids) {
    if (ids.empty()) {
        return std::size_t{0};
    }
    const std::unique_lock lock(parts_->mutex);
    try {
        const RowsOfIds leaving(parts_->row_ids, ids);
        const std::size_t removed = parts_->flat.remove_ids(leaving);
        // Faiss moves the rows that stay together, in their order; so do we.
        std::erase_if(parts_->row_ids, [&](std::int64_t id) { return leaving.ids.contains(id); });
        return removed;
    } catch (const faiss::FaissException& exception) {
        return refused(exception);
    }
}

Result<void> FaissIndex::check(std::span<const float> query) const {
    if (query.size() != static_cast<std::size_t>(dimension()) || !is_unit(query)) {
        return fail(ErrorCode::invalid_argument,
                    "the query is not one vector of unit length and dimension " +
                        std::to_string(dimension()));
    }
    return {};
}

Result<std::vector<search::Neighbour>> FaissIndex::cosines(std::span<const float> query) const {
    if (auto fits = check(query); !fits) {
        return fits.error();
    }
    const std::shared_lock lock(parts_->mutex);
    const std::size_t rows = parts_->row_ids.size();
    std::vector<float> products(rows);
    faiss::fvec_inner_products_ny(products.data(), query.data(), parts_->flat.get_xb(),
                                  query.size(), rows);
    std::vector<search::Neighbour> all;
    all.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        const std::int64_t id = parts_->row_ids[row];
        if (!all.empty() && all.back().id == id) {  // as the frames of an animation lie
            all.back().cosine = std::max(all.back().cosine, products[row]);
        } else {
            all.push_back({id, products[row]});
        }
    }
    const auto id_before = [](const search::Neighbour& a, const search::Neighbour& b) {
        return a.id != b.id ? a.id < b.id : a.cosine > b.cosine;
    };
    if (!std::is_sorted(all.begin(), all.end(), id_before)) {
        std::sort(all.begin(), all.end(), id_before);
    }
    const auto same_id = [](const search::Neighbour& a, const search::Neighbour& b) {
        return a.id == b.id;
    };
    all.erase(std::unique(all.begin(), all.end(), same_id), all.end());
    return all;
}

Result<std::vector<search::Neighbour>> FaissIndex::search(std::span<const float> query,
                                                          std::size_t k) const {
    if (auto fits = check(query); !fits) {
        return fits.error();
    }
    const std::shared_lock lock(parts_->mutex);
    const std::size_t all = parts_->row_ids.size();
    if (k == 0 || all == 0) {
        return std::vector<search::Neighbour>{};
    }
    try {
        return parts_->best(query, k);
    } catch (const faiss::FaissException& exception) {
        return refused(exception);
    }
}

Result<std::vector<std::vector<search::Neighbour>>> FaissIndex::search_many(
    std::span<const float> queries, std::size_t k) const {
    const auto width = static_cast<std::size_t>(dimension());
    if (queries.size() % width != 0) {
        return fail(ErrorCode::invalid_argument,
                    std::to_string(queries.size()) + " numbers are no whole vectors of dimension " +
                        std::to_string(width));
    }
    const std::size_t number = queries.size() / width;
    for (std::size_t i = 0; i < number; ++i) {
        if (!is_unit(queries.subspan(i * width, width))) {
            return fail(ErrorCode::invalid_argument,
                        "query " + std::to_string(i) + " is not of unit length");
        }
    }
    std::vector<std::vector<search::Neighbour>> all(number);
    const std::shared_lock lock(parts_->mutex);
    const std::size_t size = parts_->row_ids.size();
    const std::size_t count = std::min(std::max(k * rows_per_id, fewest_rows), size);
    if (k == 0 || count == 0 || number == 0) {
        return all;
    }
    try {
        const Parts::Rows rows = parts_->best_rows(queries, count);
        for (std::size_t i = 0; i < number; ++i) {
            float worst = 0;
            auto found = parts_->neighbours(std::span(rows.cosines).subspan(i * count, count),
                                            std::span(rows.rows).subspan(i * count, count), worst);
            const bool enough =
                count == size || (found.size() >= k && found[k - 1].cosine > worst);
            if (!enough) {
                found = parts_->best(queries.subspan(i * width, width), k);
            }
            found.resize(std::min(k, found.size()));
            all[i] = std::move(found);
        }
        return all;
    } catch (const faiss::FaissException& exception) {
        return refused(exception);
    }
}

}  // namespace emojiscope::index
