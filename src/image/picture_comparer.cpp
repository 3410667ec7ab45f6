#include "emojiscope/image/picture_comparer.hpp"

#include "emojiscope/image/sketch.hpp"
#include "emojiscope/image/sketch_comparison.hpp"
#include "emojiscope/image/sketch_descriptors.hpp"

#include <algorithm>

namespace emojiscope::image {
namespace {

using search::DuplicateKind;
using search::Likeness;
using search::PictureMatch;

constexpr double same_image_from = 0.5;
constexpr double near_from = 0.1;
/// Two animations of the same pictures are the same up to this ratio of their durations.
constexpr std::int64_t most_speed_up = 2;

bool similar_speed(const Sketch& a, const Sketch& b) {
    const auto [shorter, longer] = std::minmax({a.duration.count(), b.duration.count()});
    return longer <= most_speed_up * shorter;
}

Likeness likeness(const Sketch& copy, const Sketch& original) {
    if (copy.animated() != original.animated()) {
        return copy.animated() ? Likeness::has_frame : Likeness::frame_of;
    }
    return similar_speed(copy, original) ? Likeness::whole : Likeness::other_speed;
}

/// `coarse` are coarse_frames of the copy, if it is animated.
std::optional<PictureMatch> match(const Sketch& copy, std::span<const RgbaImage> coarse,
                                  const Sketch& original) {
    const bool same_sort = copy.animated() == original.animated();
    const auto found =
        same_sort ? differences(copy, original, near_from)
        : original.animated()
            ? differences_to_any(copy, original, coarse_frames(original), near_from)
            : differences_to_any(original, copy, coarse, near_from);
    if (!found) {
        return std::nullopt;
    }
    const double score = same_image_probability(*found);
    if (score < near_from) {
        return std::nullopt;
    }
    const Likeness what = likeness(copy, original);
    const bool same = what == Likeness::whole && score >= same_image_from;
    return PictureMatch{same ? DuplicateKind::same_image : DuplicateKind::near, score, what};
}

}  // namespace

int PictureComparer::descriptor_dimension() const noexcept {
    return image::descriptor_dimension;
}

Result<std::vector<std::optional<PictureMatch>>> PictureComparer::compare(
    std::span<const std::uint8_t> copy,
    std::span<const std::vector<std::uint8_t>> originals) const {
    const auto copy_sketch = decode_sketch(copy);
    if (!copy_sketch) {
        return copy_sketch.error();
    }
    std::vector<std::optional<PictureMatch>> matches;
    matches.reserve(originals.size());
    const auto coarse =
        copy_sketch->animated() ? coarse_frames(*copy_sketch) : std::vector<RgbaImage>{};
    for (const std::vector<std::uint8_t>& original : originals) {
        const auto sketch = decode_sketch(original);
        if (!sketch) {
            matches.push_back(std::nullopt);
        } else if (copy_sketch->animated() == sketch->animated() &&
                   std::lexicographical_compare(copy.begin(), copy.end(), original.begin(),
                                                original.end())) {
            // In one order, whichever came first, so that the verdict is the same both ways.
            matches.push_back(match(*sketch, coarse, *copy_sketch));
        } else {
            matches.push_back(match(*copy_sketch, coarse, *sketch));
        }
    }
    return matches;
}

}  // namespace emojiscope::image
