// Fake of search::PictureComparer, for the sketches that FakePictureReader makes. Stateless.
#pragma once

#include "emojiscope/core/image.hpp"
#include "emojiscope/search/fingerprint.hpp"

namespace emojiscope::fakes {

/// The sketch is the first frame's mean colour, the descriptor its direction. Colours at most 8
/// apart (the sum over the channels) are the same picture, at most 60 apart near.
[[nodiscard]] search::Fingerprint fake_fingerprint(const RgbaImage& frame);

class FakePictureComparer final : public search::PictureComparer {
public:
    [[nodiscard]] int descriptor_dimension() const noexcept override { return 3; }
    [[nodiscard]] Result<std::vector<std::optional<search::PictureMatch>>> compare(
        std::span<const std::uint8_t> copy,
        std::span<const std::vector<std::uint8_t>> originals) const override;
};

}  // namespace emojiscope::fakes
