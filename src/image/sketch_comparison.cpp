#include "emojiscope/image/sketch_comparison.hpp"

#include "pair_measurement.hpp"
#include "picture_pair.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace emojiscope::image {
namespace {

/// At most this many pictures of an animation are compared.
constexpr std::size_t most_pairs = 12;
constexpr int coarse_side = 16;

std::optional<Differences> compare_images(const View& copy, const View& original,
                                          double least_probability) {
    const PicturePair pair = prepare_pair(original, copy);
    if (is_blank(pair)) {
        return std::nullopt;
    }
    const auto placement = find_placement(pair);
    if (!placement) {
        return std::nullopt;
    }
    return measure(pair, *placement, Marks::count, least_probability);
}

/// The picture as it is to be compared with `other`: hardened if that one came through GIF.
const RgbaImage& still_for(const Sketch& sketch, const Sketch& other) {
    return other.hard_edged && !sketch.hardened.pixels.empty() ? sketch.hardened
                                                               : sketch.frames.front().image;
}

/// Which frame of `sketch` is shown when the part `moment` (0 to 1) of a turn has passed.
std::size_t frame_at(const Sketch& sketch, double moment) {
    const auto at = std::chrono::milliseconds(
        static_cast<std::int64_t>(moment * static_cast<double>(sketch.duration.count())));
    const auto after = std::upper_bound(
        sketch.frames.begin(), sketch.frames.end(), at,
        [](std::chrono::milliseconds time, const SketchFrame& frame) { return time < frame.start; });
    return after == sketch.frames.begin()
               ? 0
               : static_cast<std::size_t>(after - sketch.frames.begin()) - 1;
}

double middle_of(const Sketch& sketch, std::size_t frame) {
    const auto end = frame + 1 < sketch.frames.size() ? sketch.frames[frame + 1].start
                                                      : sketch.duration;
    const double sum = static_cast<double>((sketch.frames[frame].start + end).count());
    return sum / 2 / std::max(1.0, static_cast<double>(sketch.duration.count()));
}

struct FramePair {
    std::size_t copy = 0;
    std::size_t original = 0;
};

/// The pictures that must be the same: by their place in the row if both show as many, else by
/// the time at which they are shown.
std::vector<FramePair> frame_pairs(const Sketch& copy, const Sketch& original) {
    const bool same_row = copy.pictures == original.pictures &&
                          copy.frames.size() == original.frames.size();
    const std::size_t most = same_row ? most_pairs : most_pairs / 2;
    std::vector<FramePair> pairs;
    const auto spread = [most](const Sketch& sketch, const auto& visit) {
        const std::size_t count = std::min(sketch.frames.size(), most);
        for (std::size_t i = 0; i < count; ++i) {
            visit(i * sketch.frames.size() / count);
        }
    };
    spread(original, [&](std::size_t frame) {
        pairs.push_back({same_row ? frame : frame_at(copy, middle_of(original, frame)), frame});
    });
    if (!same_row) {
        // Each of the copy's pictures must be one of the original's, too, and they begin alike.
        spread(copy, [&](std::size_t frame) {
            pairs.push_back({frame, frame_at(original, middle_of(copy, frame))});
        });
        pairs.push_back({0, 0});
    }
    return pairs;
}

std::optional<Differences> compare_animations(const Sketch& copy, const Sketch& original,
                                              double least_probability) {
    std::vector<PicturePair> pairs;
    std::size_t fullest = 0;
    double most_ink = -1;
    for (const auto& [copy_frame, original_frame] : frame_pairs(copy, original)) {
        pairs.push_back(prepare_pair({original, original.frames[original_frame].image},
                                     {copy, copy.frames[copy_frame].image}));
        if (is_blank(pairs.back())) {
            continue;
        }
        // Most candidates show something else from the start; the other pairs then say no more.
        if (most_ink < 0 && !find_placement(pairs.back())) {
            return std::nullopt;
        }
        const auto& ink = pairs.back().original_ink.values;
        const double sum = std::accumulate(ink.begin(), ink.end(), 0.0);
        if (sum > most_ink) {
            most_ink = sum;
            fullest = pairs.size() - 1;
        }
    }
    if (most_ink < 0) {
        return std::nullopt;
    }
    const auto placement = find_placement(pairs[fullest]);
    if (!placement) {
        return std::nullopt;
    }
    // The two that differ most decide.
    std::optional<Differences> worst;
    for (const PicturePair& pair : pairs) {
        const auto found = measure(pair, *placement, Marks::ignore, least_probability);
        if (!found) {
            return std::nullopt;
        }
        if (!worst || same_image_probability(*found) < same_image_probability(*worst)) {
            worst = found;
        }
    }
    return worst;
}

}  // namespace

std::optional<Differences> differences(const Sketch& copy, const Sketch& original,
                                       double least_probability) {
    if (original.animated()) {
        return compare_animations(copy, original, least_probability);
    }
    return compare_images({copy, still_for(copy, original)}, {original, still_for(original, copy)},
                          least_probability);
}

std::vector<RgbaImage> coarse_frames(const Sketch& animation) {
    std::vector<RgbaImage> frames;
    for (const SketchFrame& frame : animation.frames) {
        frames.push_back(shrunk(frame.image, coarse_side));
    }
    return frames;
}

std::optional<Differences> differences_to_any(const Sketch& still, const Sketch& animation,
                                              std::span<const RgbaImage> coarse,
                                              double least_probability) {
    const RgbaImage coarse_still = shrunk(still.frames.front().image, coarse_side);
    const View view{still, still.frames.front().image};
    std::vector<std::pair<double, std::size_t>> ranked;
    for (std::size_t i = 0; i < animation.frames.size(); ++i) {
        const PicturePair pair = prepare_pair({animation, coarse[i]}, {still, coarse_still});
        ranked.emplace_back(error_of(pair, canvas_on_canvas(pair)), i);
    }
    std::sort(ranked.begin(), ranked.end());
    constexpr std::size_t tries = 2;
    std::optional<Differences> best;
    for (std::size_t i = 0; i < std::min(tries, ranked.size()); ++i) {
        const auto found = compare_images(
            view, {animation, animation.frames[ranked[i].second].image}, least_probability);
        if (found && (!best || same_image_probability(*found) > same_image_probability(*best))) {
            best = found;
        }
    }
    return best;
}

// A logistic model: each difference counts by how far it lies above a number that copies reach
// easily, up to one beyond which it says no more. The weights are learnt by
// tests/eval/fit_duplicates.py from stamps-train, fluent and korean; those that are round numbers
// were held there by hand, as the sets hardly show what they are for.
double same_image_probability(const Differences& differences) {
    struct Term {
        double value;
        double from;
        double to;
        double weight;
    };
    // A small mark is one more stroke if it also is most of what is there.
    const double mark = std::sqrt(differences.spot * differences.window_structure);
    const std::array<Term, 10> terms{{
        {differences.unexplained_luma, 0.10, 0.5, -10.0},
        {differences.unexplained_chroma, 0.02, 0.5, -24.8135},
        {differences.mean_unexplained, 0.00, 0.1, -104.7782},
        {differences.rms, 0.02, 0.3, -35.3980},
        {differences.block_colour, 0.04, 0.3, -37.0496},
        {differences.window_structure, 0.50, 8.0, -0.4682},
        {differences.lost_ink, 0.05, 0.5, -15.0},
        {differences.stretch, 0.05, 0.5, -5.0},
        {differences.rescale, 0.10, 1.0, -10.1697},
        {mark, 0.34, 1.34, -40.0},
    }};
    constexpr double bias = 6.2537;
    double sum = bias;
    for (const Term& term : terms) {
        sum += term.weight * (std::clamp(term.value, term.from, term.to) - term.from);
    }
    return 1 / (1 + std::exp(-sum));
}

}  // namespace emojiscope::image
