// Pictures of any shape made square for a model, with the aspect kept.
#pragma once

#include "emojiscope/core/image.hpp"

namespace emojiscope::image {

/// The longer side becomes `size`, the other max(1, floor(side * size / longer + 0.5)); placed
/// at ((size - w) / 2, (size - h) / 2), rounded down, on `background`. Bicubic.
/// REQUIRES: size >= 1, image not empty.
[[nodiscard]] RgbImage fit_pad(const RgbImage& image, int size, Rgb background);

/// CLIP's preparation, as torchvision does Resize(size, BICUBIC) and CenterCrop(size) on a
/// Pillow picture: the shorter side becomes `size`, the longer int(size * long / short); then
/// the middle is cut out at round((side - size) / 2), halves rounded to even.
/// Only the pixels that are kept are computed, so a 4096x1 strip costs no more than a square.
/// REQUIRES: size >= 1, image not empty.
[[nodiscard]] RgbImage fit_crop(const RgbImage& image, int size);

/// A square of `size` pixels with the whole picture in it: the longer side becomes `size`, unless
/// that would enlarge it; in the middle of transparency. Straight alpha in and out. Bicubic.
/// REQUIRES: size >= 1, image not empty.
[[nodiscard]] RgbaImage fit_tile(const RgbaImage& image, int size);

}  // namespace emojiscope::image
