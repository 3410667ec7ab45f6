// Port: the bytes of an image file into what the search needs to know of it.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"
#include "emojiscope/search/fingerprint.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace emojiscope::search {

struct ReadPicture {
    std::string file_hash;            ///< SHA-256 of the bytes, hex
    std::string pixel_hash;           ///< SHA-256 of the normalised pixels of all frames, hex
    int width = 0;                    ///< pixels
    int height = 0;
    int frame_count = 0;              ///< frames in the file
    std::vector<RgbaImage> frames;    ///< the ones that represent it, at least one
    Fingerprint fingerprint;
};

/// Safe to call from any thread at once.
class PictureReader {
public:
    virtual ~PictureReader() = default;

    /// Errors: corrupt, unsupported, too_large; one line, without the file's name.
    [[nodiscard]] virtual Result<ReadPicture> read(std::span<const std::uint8_t> bytes) const = 0;

    /// What a sketch (Fingerprint::sketch) shows; of an animation, the picture with the most drawn
    /// in it. Error: corrupt if these are not the bytes of a sketch.
    [[nodiscard]] virtual Result<RgbaImage> picture_of(
        std::span<const std::uint8_t> sketch) const = 0;

    /// SHA-256 of the bytes, hex: the `file_hash` that `read` would give.
    [[nodiscard]] virtual std::string file_hash(std::span<const std::uint8_t> bytes) const = 0;
};

}  // namespace emojiscope::search
