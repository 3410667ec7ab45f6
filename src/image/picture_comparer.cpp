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

double score(const std::optional<Differences>& found) {
    return found ? same_image_probability(*found) : 0;
}

/// Of two stills or two animations. Whichever was there first may be the one that was padded,
/// cropped or scaled, so either is laid over the other.
double score_of_same_sort(const Sketch& one, const Sketch& other) {
    const double first = score(differences(one, other, near_from));
    return first >= same_image_from
               ? first
               : std::max(first, score(differences(other, one, near_from)));
}

/// `coarse` are coarse_frames of the copy, if it is animated.
std::optional<PictureMatch> match(const Sketch& copy, std::span<const RgbaImage> coarse,
                                  const Sketch& original) {
    const double sure =
        copy.animated() == original.animated() ? score_of_same_sort(copy, original)
        : original.animated()
            ? score(differences_to_any(copy, original, coarse_frames(original), near_from))
            : score(differences_to_any(original, copy, coarse, near_from));
    if (sure < near_from) {
        return std::nullopt;
    }
    const Likeness what = likeness(copy, original);
    const bool same = what == Likeness::whole && sure >= same_image_from;
    return PictureMatch{same ? DuplicateKind::same_image : DuplicateKind::near, sure, what};
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
        matches.push_back(sketch ? match(*copy_sketch, coarse, *sketch) : std::nullopt);
    }
    return matches;
}

}  // namespace emojiscope::image
