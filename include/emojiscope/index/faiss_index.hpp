// Nearest neighbours by Faiss: every vector is compared, so the answer is exact.
//
// A few thousand emoji of a few frames each are a matter of milliseconds, which leaves an
// approximate index nothing to win.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/search/vector_index.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace emojiscope::index {

/// In memory only; the catalogue is where vectors last. Threads: as the port says.
class FaissIndex final : public search::VectorIndex {
public:
    /// Error: invalid_argument unless `dimension` is in [1, 65536].
    [[nodiscard]] static Result<std::unique_ptr<FaissIndex>> create(int dimension);
    ~FaissIndex() override;

    [[nodiscard]] int dimension() const noexcept override;
    /// Vectors, not ids.
    [[nodiscard]] std::size_t size() const override;

    /// Error: invalid_argument on a wrong shape, or if a vector is not of unit length (to 1e-3) or
    /// not finite; then nothing is added.
    [[nodiscard]] Result<void> add(std::span<const std::int64_t> ids,
                                   std::span<const float> vectors) override;

    [[nodiscard]] Result<std::size_t> remove(std::span<const std::int64_t> ids) override;

    /// `query`: `dimension()` floats of unit length. Error: invalid_argument otherwise.
    [[nodiscard]] Result<std::vector<search::Neighbour>> search(std::span<const float> query,
                                                                std::size_t k) const override;
    [[nodiscard]] Result<std::vector<search::Neighbour>> cosines(
        std::span<const float> query) const override;
    [[nodiscard]] Result<std::vector<std::vector<search::Neighbour>>> search_many(
        std::span<const float> queries, std::size_t k) const override;

private:
    [[nodiscard]] Result<void> check(std::span<const float> query) const;

    struct Parts;
    explicit FaissIndex(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace emojiscope::index
