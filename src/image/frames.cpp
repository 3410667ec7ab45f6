#include "emojiscope/image/frames.hpp"

#include "pixels.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <string_view>
#include <unordered_map>

namespace emojiscope::image {
namespace {

// A channel must differ by this much (of 255) before the eye is sure to see it.
constexpr int visible_difference = 24;

// A frame with less than 1/10 of the most ink is almost blank.
constexpr std::size_t blank_divisor = 10;

/// Premultiplied, so that what is hardly opaque hardly counts.
using Colour = std::array<int, 4>;

Colour colour_at(const RgbaImage& image, std::size_t pixel) {
    const std::uint8_t* p = image.pixels.data() + pixel * 4;
    const int alpha = p[3];
    return {p[0] * alpha / 255, p[1] * alpha / 255, p[2] * alpha / 255, alpha};
}

/// The most common colour of the four edges, in steps of 16; the mean of those that share it.
Colour paper_of(const RgbaImage& image) {
    struct Bin {
        int count = 0;
        Colour sum{};
    };
    std::map<Colour, Bin> bins;
    const auto width = static_cast<std::size_t>(image.width);
    const auto height = static_cast<std::size_t>(image.height);
    const auto add = [&](std::size_t pixel) {
        const Colour colour = colour_at(image, pixel);
        Bin& bin = bins[{colour[0] / 16, colour[1] / 16, colour[2] / 16, colour[3] / 16}];
        ++bin.count;
        for (std::size_t c = 0; c < 4; ++c) {
            bin.sum[c] += colour[c];
        }
    };
    for (std::size_t x = 0; x < width; ++x) {
        add(x);
        add((height - 1) * width + x);
    }
    for (std::size_t y = 0; y < height; ++y) {
        add(y * width);
        add(y * width + width - 1);
    }
    const auto most = std::max_element(bins.begin(), bins.end(), [](const auto& a, const auto& b) {
        return a.second.count < b.second.count;
    });
    Colour paper{};
    for (std::size_t c = 0; c < 4; ++c) {
        paper[c] = most->second.sum[c] / most->second.count;
    }
    return paper;
}

/// A picture that the animation shows, where it is shown first.
struct Candidate {
    std::size_t index = 0;
    std::int64_t middle = 0;  ///< of its first showing, in half milliseconds from the start
    std::size_t ink = 0;
};

std::vector<Candidate> distinct_frames(const Picture& picture) {
    std::vector<Candidate> found;
    std::unordered_multimap<std::size_t, std::size_t> by_hash;  // of pixels, to places in `kept`
    std::vector<RgbaImage> kept;
    std::int64_t start = 0;
    for (std::size_t i = 0; i < picture.frames.size(); ++i) {
        const std::int64_t duration = picture.frames[i].duration.count();
        RgbaImage image = picture.frames[i].image;
        normalise_transparent(image);
        const std::size_t hash = std::hash<std::string_view>{}(
            {reinterpret_cast<const char*>(image.pixels.data()), image.pixels.size()});
        const auto [begin, end] = by_hash.equal_range(hash);
        const bool seen = std::any_of(
            begin, end, [&](const auto& entry) { return kept[entry.second] == image; });
        if (!seen) {
            found.push_back({i, 2 * start + duration, visible_ink(image)});
            by_hash.emplace(hash, kept.size());
            kept.push_back(std::move(image));
        }
        start += duration;
    }
    return found;
}

std::size_t total_half_ms(const Picture& picture) {
    std::int64_t total = 0;
    for (const Frame& frame : picture.frames) {
        total += 2 * frame.duration.count();
    }
    return static_cast<std::size_t>(total);
}

/// Which of `windows` equal parts of `total` holds the moment `middle`.
std::size_t window_of(std::int64_t middle, std::size_t total, std::size_t windows) {
    if (total == 0) {
        return 0;
    }
    return std::min(static_cast<std::size_t>(middle) * windows / total, windows - 1);
}

/// REQUIRES: more candidates than windows. `best` is the place of the one with the most ink.
std::vector<Candidate> spread_evenly(std::vector<Candidate> candidates, std::size_t best,
                                     std::size_t total, std::size_t windows) {
    std::vector<Candidate> chosen{candidates[best]};
    const std::size_t taken = window_of(candidates[best].middle, total, windows);
    candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(best));
    for (std::size_t window = 0; window < windows; ++window) {
        if (window == taken) {
            continue;
        }
        const auto middle = static_cast<std::int64_t>((2 * window + 1) * total / (2 * windows));
        const auto nearest = std::min_element(
            candidates.begin(), candidates.end(), [&](const Candidate& a, const Candidate& b) {
                return std::abs(a.middle - middle) < std::abs(b.middle - middle);
            });
        chosen.push_back(*nearest);
        candidates.erase(nearest);
    }
    return chosen;
}

}  // namespace

std::size_t visible_ink(const RgbaImage& frame) {
    if (frame.pixels.empty()) {
        return 0;
    }
    const Colour paper = paper_of(frame);
    std::size_t ink = 0;
    for (std::size_t pixel = 0; pixel < frame.pixels.size() / 4; ++pixel) {
        const Colour colour = colour_at(frame, pixel);
        bool visible = false;
        for (std::size_t c = 0; c < 4; ++c) {
            visible = visible || std::abs(colour[c] - paper[c]) > visible_difference;
        }
        ink += visible ? 1 : 0;
    }
    return ink;
}

std::vector<std::size_t> representative_frames(const Picture& picture, std::size_t max_frames) {
    if (max_frames == 0 || picture.frames.empty()) {
        return {};
    }
    if (!picture.animated()) {
        return {0};
    }
    const auto less_ink = [](const Candidate& a, const Candidate& b) { return a.ink < b.ink; };
    std::vector<Candidate> candidates = distinct_frames(picture);
    const std::size_t most =
        std::max_element(candidates.begin(), candidates.end(), less_ink)->ink;
    std::erase_if(candidates,
                  [&](const Candidate& c) { return c.ink * blank_divisor < most; });
    if (candidates.size() > max_frames) {
        const auto best = std::max_element(candidates.begin(), candidates.end(), less_ink);
        candidates = spread_evenly(candidates, static_cast<std::size_t>(best - candidates.begin()),
                                   total_half_ms(picture), max_frames);
    }
    std::vector<std::size_t> indices;
    for (const Candidate& candidate : candidates) {
        indices.push_back(candidate.index);
    }
    std::sort(indices.begin(), indices.end());
    return indices;
}

}  // namespace emojiscope::image
