#include "pixels.hpp"

#include <cstddef>

namespace emojiscope::image {

void normalise_transparent(RgbaImage& image) {
    for (std::size_t i = 0; i + 3 < image.pixels.size(); i += 4) {
        if (image.pixels[i + 3] == 0) {
            image.pixels[i] = 0;
            image.pixels[i + 1] = 0;
            image.pixels[i + 2] = 0;
        }
    }
}

}  // namespace emojiscope::image
