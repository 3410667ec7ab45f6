#include "fakes/fake_picture_reader.hpp"

#include "fakes/fake_picture_comparer.hpp"

#include <array>

namespace emojiscope::fakes {
namespace {

// The file: "FP", salt, number of frames, width, height, then the frames' RGBA one after another.
constexpr std::size_t header_bytes = 6;

/// FNV-1a with four different starts: 64 hex digits.
std::string hash_of(std::span<const std::uint8_t> bytes) {
    std::string hex;
    for (std::uint64_t start = 0; start < 4; ++start) {
        std::uint64_t hash = 14695981039346656037ULL + start;
        for (const std::uint8_t byte : bytes) {
            hash = (hash ^ byte) * 1099511628211ULL;
        }
        for (int shift = 60; shift >= 0; shift -= 4) {
            hex += "0123456789abcdef"[hash >> static_cast<unsigned>(shift) & 0xFU];
        }
    }
    return hex;
}

}  // namespace

std::vector<std::uint8_t> fake_picture_file(std::span<const RgbaImage> frames, std::uint8_t salt) {
    std::vector<std::uint8_t> file{'F',
                                   'P',
                                   salt,
                                   static_cast<std::uint8_t>(frames.size()),
                                   static_cast<std::uint8_t>(frames.front().width),
                                   static_cast<std::uint8_t>(frames.front().height)};
    for (const RgbaImage& frame : frames) {
        file.insert(file.end(), frame.pixels.begin(), frame.pixels.end());
    }
    return file;
}

RgbaImage plain_image(int width, int height, Rgb colour) {
    RgbaImage image{width, height, {}};
    for (int i = 0; i < width * height; ++i) {
        const std::array<std::uint8_t, 4> pixel{colour.r, colour.g, colour.b, 255};
        image.pixels.insert(image.pixels.end(), pixel.begin(), pixel.end());
    }
    return image;
}

Result<search::ReadPicture> FakePictureReader::read(std::span<const std::uint8_t> bytes) const {
    if (bytes.size() < header_bytes || bytes[0] != 'F' || bytes[1] != 'P') {
        return fail(ErrorCode::unsupported, "not a picture of a kind that is known");
    }
    const std::size_t frames = bytes[3];
    const std::size_t frame_bytes = std::size_t{4} * bytes[4] * bytes[5];
    if (frames == 0 || frame_bytes == 0 || bytes.size() != header_bytes + frames * frame_bytes) {
        return fail(ErrorCode::corrupt, "the picture is cut off");
    }
    search::ReadPicture picture;
    picture.file_hash = file_hash(bytes);
    picture.pixel_hash = hash_of(bytes.subspan(header_bytes - 3));
    picture.width = bytes[4];
    picture.height = bytes[5];
    picture.frame_count = bytes[3];
    for (std::size_t i = 0; i < frames; ++i) {
        const auto pixels = bytes.subspan(header_bytes + i * frame_bytes, frame_bytes);
        picture.frames.push_back({picture.width, picture.height, {pixels.begin(), pixels.end()}});
    }
    picture.fingerprint = fake_fingerprint(picture.frames.front());
    return picture;
}

Result<RgbaImage> FakePictureReader::picture_of(std::span<const std::uint8_t> sketch) const {
    if (sketch.size() != 3) {
        return fail(ErrorCode::corrupt, "not a sketch");
    }
    return plain_image(1, 1, {sketch[0], sketch[1], sketch[2]});
}

std::string FakePictureReader::file_hash(std::span<const std::uint8_t> bytes) const {
    return hash_of(bytes);
}

}  // namespace emojiscope::fakes
