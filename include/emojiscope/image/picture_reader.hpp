// The adapter of search::PictureReader over the decoders and hashes of this room.
#pragma once

#include "emojiscope/image/limits.hpp"
#include "emojiscope/search/picture_reader.hpp"

namespace emojiscope::image {

class PictureReader final : public search::PictureReader {
public:
    explicit PictureReader(const DecodeLimits& limits = {}) : limits_(limits) {}

    [[nodiscard]] Result<search::ReadPicture> read(
        std::span<const std::uint8_t> bytes) const override;
    [[nodiscard]] Result<RgbaImage> picture_of(
        std::span<const std::uint8_t> sketch) const override;
    [[nodiscard]] std::string file_hash(std::span<const std::uint8_t> bytes) const override;

private:
    DecodeLimits limits_;
};

}  // namespace emojiscope::image
