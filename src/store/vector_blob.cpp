#include "vector_blob.hpp"

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace emojiscope::store {
namespace {

constexpr std::size_t float_bytes = 4;
/// Rounding leaves a float32 vector of a thousand elements well within this.
constexpr double unit_tolerance = 1e-3;

}  // namespace

Result<void> check_rows(std::span<const float> values, int dimension) {
    const auto width = static_cast<std::size_t>(dimension);
    if (dimension < 1 || values.size() % width != 0) {
        return fail(ErrorCode::invalid_argument, std::to_string(values.size()) +
                                                     " numbers are no whole vectors of dimension " +
                                                     std::to_string(dimension));
    }
    for (std::size_t begin = 0; begin < values.size(); begin += width) {
        double squares = 0;
        for (const float value : values.subspan(begin, width)) {
            squares += static_cast<double>(value) * static_cast<double>(value);
        }
        // Written so that it also catches NaN.
        if (!(std::abs(std::sqrt(squares) - 1.0) <= unit_tolerance)) {
            return fail(ErrorCode::invalid_argument, "vector " + std::to_string(begin / width) +
                                                         " is not of unit length");
        }
    }
    return {};
}

Result<void> check_vectors(const search::Embeddings& vectors) {
    if (vectors.values.empty()) {
        return fail(ErrorCode::invalid_argument, "a picture needs one or more vectors");
    }
    return check_rows(vectors.values, vectors.dimension);
}

std::string encode_vector(std::span<const float> vector) {
    std::string bytes;
    bytes.reserve(vector.size() * float_bytes);
    for (const float value : vector) {
        const auto bits = std::bit_cast<std::uint32_t>(value);
        for (unsigned shift = 0; shift < 32; shift += 8) {
            bytes.push_back(static_cast<char>(bits >> shift & 0xFFU));
        }
    }
    return bytes;
}

std::optional<std::vector<float>> decode_floats(std::string_view bytes) {
    if (bytes.size() % float_bytes != 0) {
        return std::nullopt;
    }
    std::vector<float> values(bytes.size() / float_bytes);
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::uint32_t bits = 0;
        for (unsigned byte = 0; byte < float_bytes; ++byte) {
            const auto value = static_cast<unsigned char>(bytes[i * float_bytes + byte]);
            bits |= static_cast<std::uint32_t>(value) << (8U * byte);
        }
        values[i] = std::bit_cast<float>(bits);
        if (!std::isfinite(values[i])) {
            return std::nullopt;
        }
    }
    return values;
}

std::optional<std::vector<float>> decode_vector(std::string_view bytes, int dimension) {
    if (dimension < 1 || bytes.size() != static_cast<std::size_t>(dimension) * float_bytes) {
        return std::nullopt;
    }
    return decode_floats(bytes);
}

}  // namespace emojiscope::store
