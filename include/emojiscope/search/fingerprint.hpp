// By what altered copies of a picture are found and proven.
#pragma once

#include "emojiscope/core/error.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace emojiscope::search {

struct Fingerprint {
    /// A small copy of the picture, for PictureComparer and PictureReader alone to read.
    std::vector<std::uint8_t> sketch;
    /// Rows of unit length, PictureComparer::descriptor_dimension floats each. Copies of a picture
    /// have a row that is near one of its rows. Empty for a picture with nothing to see.
    std::vector<float> descriptors;
};

enum class DuplicateKind {
    identical,   ///< the same bytes, or the same pixels in every frame
    same_image,  ///< the same picture, re-encoded, rescaled, padded, slightly cropped, …
    near,        ///< a person would look twice
};

/// What of the two pictures is alike.
enum class Likeness {
    whole,        ///< all that they show
    frame_of,     ///< the copy is a still that shows a frame of the original
    has_frame,    ///< the original is a still that shows a frame of the copy
    other_speed,  ///< all frames, but one is more than twice as fast as the other
};

struct PictureMatch {
    DuplicateKind kind = DuplicateKind::near;  ///< same_image or near; identical is told by hashes
    double score = 0;  ///< how surely they are the same picture, 0 to 1; same_image from 0.5 on
    Likeness likeness = Likeness::whole;
};

/// Port: the proof. Safe to call from any thread at once.
class PictureComparer {
public:
    virtual ~PictureComparer() = default;

    [[nodiscard]] virtual int descriptor_dimension() const noexcept = 0;

    /// Compares a sketch with each of `originals`; nothing where the pictures differ.
    /// Error: corrupt if `copy` is no sketch. An original that is none matches nothing.
    [[nodiscard]] virtual Result<std::vector<std::optional<PictureMatch>>> compare(
        std::span<const std::uint8_t> copy,
        std::span<const std::vector<std::uint8_t>> originals) const = 0;
};

}  // namespace emojiscope::search
