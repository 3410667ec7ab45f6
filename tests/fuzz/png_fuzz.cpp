// Any bytes that begin as PNG, as they are and with their checksums set right, for else nothing of
// what is changed would get beyond them: check_picture says what holds of them.
#include "picture_fuzzing.hpp"

#include <zlib.h>

#include <vector>

namespace emojiscope::fuzz {
namespace {

constexpr std::size_t signature = 8;
constexpr std::size_t head = 8;  // length and kind of a chunk
constexpr std::size_t checksum = 4;

std::uint32_t big_endian(std::span<const std::uint8_t> bytes) {
    return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
           std::uint32_t{bytes[2]} << 8 | bytes[3];
}

std::vector<std::uint8_t> with_checksums(std::span<const std::uint8_t> png) {
    std::vector<std::uint8_t> out(png.begin(), png.end());
    std::size_t at = signature;
    while (at + head + checksum <= out.size()) {
        const std::size_t length = big_endian(std::span(out).subspan(at, 4));
        const std::size_t end = at + head + length;
        if (length > out.size() || end + checksum > out.size()) {
            break;
        }
        const auto sum = crc32(0, out.data() + at + 4, static_cast<uInt>(4 + length));
        for (std::size_t i = 0; i < checksum; ++i) {
            out[end + i] = static_cast<std::uint8_t>(sum >> (24 - 8 * i));
        }
        at = end + checksum;
    }
    return out;
}

}  // namespace
}  // namespace emojiscope::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace emojiscope;
    fuzz::check_picture({data, size}, ImageFormat::png);
    fuzz::check_picture(fuzz::with_checksums({data, size}), ImageFormat::png);
    return 0;
}
