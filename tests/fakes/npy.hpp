// Arrays that NumPy saved (NEP 1): little-endian float32 in C order.
#pragma once

#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace emojiscope::fakes {

/// All values, row by row. Throws std::runtime_error if it is no such file.
inline std::vector<float> read_npy(const std::filesystem::path& path) {
    static_assert(std::endian::native == std::endian::little);
    std::ifstream in(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    constexpr std::size_t fixed_part = 10;
    const std::string_view whole = bytes;
    if (whole.size() < fixed_part || !whole.starts_with("\x93NUMPY\x01")) {
        throw std::runtime_error(path.string() + ": not an array of NumPy's format 1");
    }
    const std::size_t begin = fixed_part + static_cast<unsigned char>(bytes[8]) +
                              256U * static_cast<unsigned char>(bytes[9]);
    const std::string_view header = whole.substr(fixed_part, begin - fixed_part);
    if (header.find("'<f4'") == std::string_view::npos ||
        header.find("'fortran_order': False") == std::string_view::npos) {
        throw std::runtime_error(path.string() + ": not of float32 in C order");
    }
    std::vector<float> values((bytes.size() - begin) / sizeof(float));
    std::memcpy(values.data(), bytes.data() + begin, values.size() * sizeof(float));
    return values;
}

}  // namespace emojiscope::fakes
