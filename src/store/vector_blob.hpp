// Vectors as bytes of the database: float32, little-endian, whatever the machine.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/search/embedder.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::store {

/// Error: invalid_argument unless there is a row, and every row is finite and of unit length.
[[nodiscard]] Result<void> check_vectors(const search::Embeddings& vectors);

[[nodiscard]] std::string encode_vector(std::span<const float> vector);

/// Nothing if the bytes are not `dimension` finite floats.
[[nodiscard]] std::optional<std::vector<float>> decode_vector(std::string_view bytes,
                                                              int dimension);

}  // namespace emojiscope::store
