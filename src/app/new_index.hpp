// The index that the program uses wherever the search asks for one.
#pragma once

#include "emojiscope/index/faiss_index.hpp"

#include <memory>
#include <utility>

namespace emojiscope::app {

/// Empty, for vectors of so many dimensions. Errors: as FaissIndex::create.
inline Result<std::unique_ptr<search::VectorIndex>> new_index(int dimension) {
    auto index = index::FaissIndex::create(dimension);
    if (!index) {
        return index.error();
    }
    return std::unique_ptr<search::VectorIndex>(std::move(*index));
}

}  // namespace emojiscope::app
