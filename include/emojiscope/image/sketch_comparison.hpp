// Whether two pictures are the same one: an aligned comparison of their sketches.
//
// One picture is laid over the other (scale and shift along both axes, so that a rescaled, padded
// or slightly cropped copy falls into place), both on the same paper, and what then still
// differs is measured in ways that a re-encoding leaves small and another drawing does not.
#pragma once

#include "emojiscope/image/sketch.hpp"

#include <optional>
#include <span>
#include <vector>

namespace emojiscope::image {

/// What differs between two pictures laid over one another. Brightness and colours are from 0 to
/// 1 (luma and chroma of ITU-R BT.601); all are 0 for equal pictures.
struct Differences {
    /// The largest brightness difference that a shift of one pixel does not explain: the distance
    /// of a pixel to the range of the other picture's 3 x 3 pixels there, averaged over 3 x 3.
    /// One more stroke in a letter shows here, a softer edge does not.
    double unexplained_luma = 0;
    /// The same for chroma: the range of 5 x 5 pixels, as JPEG halves chroma, averaged over 7 x 7,
    /// as a small palette drops small spots of colour.
    double unexplained_chroma = 0;
    double mean_unexplained = 0;    ///< the mean over all pixels of the distance in brightness
    double rms = 0;                 ///< of all channels
    /// The difference of a channel's mean over a block of 9 x 9 pixels, the mean of the largest
    /// twentieth of all blocks: another colour.
    double block_colour = 0;
    /// The largest share of a 7 x 7 window's brightness variance that the difference makes up.
    double window_structure = 0;
    /// The largest difference in brightness between the means of 5 x 5 pixels that a shift of one
    /// pixel does not explain: a mark of a few pixels. Scaling and re-encoding keep such means.
    /// 0 for animations.
    double spot = 0;
    double lost_ink = 0;   ///< the share of the drawing that lies outside of the other's canvas
    double stretch = 0;    ///< |ln| of how much more it was scaled along one axis than the other
    double rescale = 0;    ///< |ln| of the mean scale, canvas for canvas: padding and cropping
};

/// The best placement's differences. Null if there is nothing to compare: one of them is blank,
/// or they do not fall into place at all. For animations those of the two pictures that differ
/// most.
/// REQUIRES: both are stills or both animations.
[[nodiscard]] std::optional<Differences> differences(const Sketch& copy, const Sketch& original,
                                                     double least_probability = 0);

/// The frames of an animation, small: made once where it is compared with several stills.
[[nodiscard]] std::vector<RgbaImage> coarse_frames(const Sketch& animation);

/// The same between a still and the picture of an animation that is most like it.
[[nodiscard]] std::optional<Differences> differences_to_any(const Sketch& still,
                                                            const Sketch& animation,
                                                            std::span<const RgbaImage> coarse,
                                                            double least_probability = 0);

/// How surely the differences are those of a copy: 0 to 1, by the logistic model described in
/// sketch_comparison.cpp, 0.5 being the frontier between `same_image` and `near`.
[[nodiscard]] double same_image_probability(const Differences& differences);

}  // namespace emojiscope::image
