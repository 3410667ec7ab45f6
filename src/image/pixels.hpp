// Small operations on RGBA pixels that several files need.
#pragma once

#include "emojiscope/core/image.hpp"

namespace emojiscope::image {

/// Pixels of alpha 0 become 0,0,0,0: what cannot be seen must not make a difference.
void normalise_transparent(RgbaImage& image);

}  // namespace emojiscope::image
