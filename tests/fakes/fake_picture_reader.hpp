// Fake of search::PictureReader: reads a format of its own, which `fake_picture_file` writes.
#pragma once

#include "emojiscope/search/picture_reader.hpp"

namespace emojiscope::fakes {

/// A file that FakePictureReader reads. Images of at most 255 by 255, at most 255 of them, all
/// of one size. Two files with another `salt` differ in their bytes, not in their pixels.
[[nodiscard]] std::vector<std::uint8_t> fake_picture_file(std::span<const RgbaImage> frames,
                                                          std::uint8_t salt = 0);

/// One colour all over; a picture to test with.
[[nodiscard]] RgbaImage plain_image(int width, int height, Rgb colour);

/// The hashes have the form of SHA-256, but are not. Every frame represents the picture.
class FakePictureReader final : public search::PictureReader {
public:
    [[nodiscard]] Result<search::ReadPicture> read(
        std::span<const std::uint8_t> bytes) const override;
    /// One pixel of the sketch's colour.
    [[nodiscard]] Result<RgbaImage> picture_of(
        std::span<const std::uint8_t> sketch) const override;
    [[nodiscard]] std::string file_hash(std::span<const std::uint8_t> bytes) const override;
};

}  // namespace emojiscope::fakes
