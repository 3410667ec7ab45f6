// The colours of a GIF: at most 255, chosen for all frames together, and one for 'nothing here'.
#pragma once

#include "emojiscope/core/image.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace emojiscope::image {

/// By median cut (Heckbert 1982) over the opaque pixels, in cells of 5 bits a channel.
class Palette {
public:
    static constexpr std::size_t max_colours = 255;
    static constexpr std::uint8_t transparent = 255;  ///< index of no colour

    explicit Palette(std::span<const Frame> frames);

    [[nodiscard]] const std::vector<Rgb>& colours() const { return colours_; }
    /// Of each pixel; those with less than half alpha are `transparent`.
    [[nodiscard]] std::vector<std::uint8_t> indices(const RgbaImage& image) const;

private:
    static constexpr std::size_t cells = std::size_t{1} << 15U;

    std::vector<Rgb> colours_;
    std::vector<std::uint8_t> of_cell_;  ///< index by cell
};

}  // namespace emojiscope::image
