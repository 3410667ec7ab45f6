// Fake of search::VectorIndex: looks at every vector in turn. Safe from any thread.
#pragma once

#include "emojiscope/search/vector_index.hpp"

#include <shared_mutex>

namespace emojiscope::fakes {

class LinearIndex final : public search::VectorIndex {
public:
    explicit LinearIndex(int dimension) : dimension_(dimension) {}

    [[nodiscard]] int dimension() const noexcept override { return dimension_; }
    [[nodiscard]] std::size_t size() const override;
    [[nodiscard]] Result<void> add(std::span<const std::int64_t> ids,
                                   std::span<const float> vectors) override;
    [[nodiscard]] Result<std::size_t> remove(std::span<const std::int64_t> ids) override;
    [[nodiscard]] Result<std::vector<search::Neighbour>> search(std::span<const float> query,
                                                                std::size_t k) const override;
    [[nodiscard]] Result<std::vector<search::Neighbour>> cosines(
        std::span<const float> query) const override;
    [[nodiscard]] Result<std::vector<std::vector<search::Neighbour>>> search_many(
        std::span<const float> queries, std::size_t k) const override;

private:
    struct Row {
        std::int64_t id;
        std::vector<float> vector;
    };
    int dimension_;
    mutable std::shared_mutex mutex_;
    std::vector<Row> rows_;
};

}  // namespace emojiscope::fakes
