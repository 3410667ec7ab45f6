// The adapter of search::PictureComparer over the sketches of this room.
//
// The policy of what is the same picture:
// - two stills: by same_image_probability of their differences;
// - two animations: the same pictures in the same order, at most twice as fast; a faster or
//   slower one is `near`;
// - a still and an animation that shows it: `near`.
#pragma once

#include "emojiscope/search/fingerprint.hpp"

namespace emojiscope::image {

class PictureComparer final : public search::PictureComparer {
public:
    [[nodiscard]] int descriptor_dimension() const noexcept override;
    [[nodiscard]] Result<std::vector<std::optional<search::PictureMatch>>> compare(
        std::span<const std::uint8_t> copy,
        std::span<const std::vector<std::uint8_t>> originals) const override;
};

}  // namespace emojiscope::image
