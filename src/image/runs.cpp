#include "runs.hpp"

#include "pixels.hpp"

namespace emojiscope::image {

std::vector<Run> runs_of(const Picture& picture) {
    std::vector<Run> runs;
    RgbaImage before;
    for (std::size_t i = 0; i < picture.frames.size(); ++i) {
        RgbaImage image = picture.frames[i].image;
        normalise_transparent(image);
        if (!runs.empty() && image == before) {
            runs.back().duration += picture.frames[i].duration;
        } else {
            runs.push_back({i, picture.frames[i].duration});
            before = std::move(image);
        }
    }
    return runs;
}

}  // namespace emojiscope::image
