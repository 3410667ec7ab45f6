// Port: nearest neighbours among unit vectors.
#pragma once

#include "emojiscope/core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace emojiscope::search {

struct Neighbour {
    std::int64_t id = 0;
    float cosine = 0.0F;  ///< inner product of unit vectors, in [-1, 1] up to rounding
};

/// Blocking. Searches may run side by side; add and remove exclude everything else.
class VectorIndex {
public:
    virtual ~VectorIndex() = default;

    [[nodiscard]] virtual int dimension() const noexcept = 0;
    [[nodiscard]] virtual std::size_t size() const = 0;

    /// `vectors` is row-major, `ids.size() * dimension()` floats of unit length. Several vectors
    /// may share an id (the frames of an animation). Error: invalid_argument on a wrong shape.
    [[nodiscard]] virtual Result<void> add(std::span<const std::int64_t> ids,
                                           std::span<const float> vectors) = 0;

    /// Drops every vector of these ids; unknown ids are no error. Returns how many went.
    [[nodiscard]] virtual Result<std::size_t> remove(std::span<const std::int64_t> ids) = 0;

    /// The best `k` distinct ids, each with its best vector's cosine, best first, ties by id.
    /// Fewer than `k` if the index holds fewer. Exact.
    [[nodiscard]] virtual Result<std::vector<Neighbour>> search(std::span<const float> query,
                                                                std::size_t k) const = 0;

    /// Every id with its best vector's cosine, in the order of the ids.
    [[nodiscard]] virtual Result<std::vector<Neighbour>> cosines(
        std::span<const float> query) const = 0;

    /// `search` for each row of `queries`, which is faster for many of them together.
    [[nodiscard]] virtual Result<std::vector<std::vector<Neighbour>>> search_many(
        std::span<const float> queries, std::size_t k) const = 0;
};

}  // namespace emojiscope::search
