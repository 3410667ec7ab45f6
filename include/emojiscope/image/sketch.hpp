// A small copy of a picture, kept beside its hashes so that a later upload can be compared with
// it without the file: the proof of a duplicate needs pixels.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

namespace emojiscope::image {

/// The longer side of a still's sketch, in pixels, unless the picture itself is smaller.
inline constexpr int sketch_side = 64;
/// Animations keep at most this many pictures, spread evenly over those that they show…
inline constexpr std::size_t sketch_max_frames = 24;
/// …and, all together, about this many pixels: many frames are kept smaller.
inline constexpr std::size_t sketch_max_pixels = std::size_t{12} * sketch_side * sketch_side;

struct SketchFrame {
    RgbaImage image;  ///< **premultiplied** alpha; every frame of a sketch has the same size
    std::chrono::milliseconds start{0};  ///< when it is first shown; 0 for a still
};

/// How much plain paper lies around what is drawn, in pixels of the picture.
struct Margins {
    int left = 0;
    int top = 0;
    int right = 0;
    int bottom = 0;

    friend bool operator==(const Margins&, const Margins&) = default;
};

struct Sketch {
    int width = 0;   ///< of the picture, pixels
    int height = 0;
    Margins margins;  ///< cut off; the frames show the rest
    std::array<std::uint8_t, 4> paper{};  ///< its colour, premultiplied
    int pictures = 0;  ///< how many different pictures in a row the file shows; 1: a still
    std::chrono::milliseconds duration{0};  ///< of one turn; 0 for a still
    std::vector<SketchFrame> frames;        ///< at least one
    /// Every pixel of the picture is either opaque or clear, as GIF has them, and some are clear.
    bool hard_edged = false;
    /// Of a still with soft edges: the same with every pixel made opaque (from half on) or clear,
    /// as it looks after a way through GIF. Without pixels in all other cases.
    RgbaImage hardened;

    [[nodiscard]] bool animated() const { return pictures > 1; }
};

/// The paper around the drawing (rows and columns that show nothing but the colour, or the
/// transparency, of the edges, in every frame) is cut off, so that a padded copy has the same
/// sketch. The rest is shrunk with the bicubic filter, the
/// aspect kept. REQUIRES: at least one frame.
[[nodiscard]] Sketch make_sketch(const Picture& picture);

/// The part of the canvas that the frames show, pixels of the picture.
[[nodiscard]] int drawn_width(const Sketch& sketch) noexcept;
[[nodiscard]] int drawn_height(const Sketch& sketch) noexcept;

/// What it shows, straight alpha, with a little of the paper around it; of an animation, the frame
/// with the most visible ink.
[[nodiscard]] RgbaImage picture_of(const Sketch& sketch);

/// A compact form for the catalogue: a header and one PNG with the frames, and what is
/// hardened, below one another.
[[nodiscard]] Result<std::vector<std::uint8_t>> encode_sketch(const Sketch& sketch);

/// Error: corrupt if these are not the bytes of a sketch.
[[nodiscard]] Result<Sketch> decode_sketch(std::span<const std::uint8_t> bytes);

}  // namespace emojiscope::image
