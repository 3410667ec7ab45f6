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

/// Error: invalid_argument unless these are whole rows, each finite and of unit length. None are
/// allowed.
[[nodiscard]] Result<void> check_rows(std::span<const float> values, int dimension);

[[nodiscard]] std::string encode_vector(std::span<const float> vector);

/// Nothing if the bytes are not `dimension` finite floats.
[[nodiscard]] std::optional<std::vector<float>> decode_vector(std::string_view bytes,
                                                              int dimension);

/// As many finite floats as the bytes hold; nothing if they hold a broken one.
[[nodiscard]] std::optional<std::vector<float>> decode_floats(std::string_view bytes);

}  // namespace emojiscope::store
