#include "emojiscope/image/sketch_comparison.hpp"

#include "pixels.hpp"
#include "planes.hpp"
#include "registration.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

namespace emojiscope::image {
namespace {

/// A picture with at least this share of see-through pixels is transparent, else opaque.
constexpr double transparent_share = 0.01;
constexpr float opaque_alpha = 0.98F;
constexpr float clear_alpha = 0.1F;
/// A channel's distance from the paper (0 to 1) at which a pixel counts as fully drawn.
constexpr float full_ink_distance = 0.25F;
/// Of ink, what belongs to the drawing's box.
constexpr float box_ink = 0.25F;
/// A range of brightness below this is blank to the eye.
constexpr double blank_contrast = 0.06;
/// Pictures this far apart (root mean square) at the coarsest step are not the same one.
constexpr double hopeless_rms = 0.22;
/// Canvas laid on canvas need not be improved below this.
constexpr double well_placed_rms = 0.02;
constexpr double hopeless_rms_fine = 0.20;
/// At most this many pictures of an animation are compared.
constexpr std::size_t most_pairs = 12;

/// Of the paper around a drawing, what is shown on each side, as a share of the drawing's side.
constexpr double border_share = 0.1;

/// Sketches whose longer sides differ by less than this factor are compared as they are: making
/// one a little smaller would blur it where the other is sharp.
constexpr double same_size = 1.15;

constexpr int coarse_side = 16;
constexpr int steps_coarse = 8;
constexpr int steps_half = 6;
constexpr int steps_full = 6;

using Colour = std::array<float, 3>;

Planes to_planes(const RgbaImage& image) {
    Planes planes(image.width, image.height, 4);
    for (int c = 0; c < 4; ++c) {
        const auto plane = planes.plane(c);
        for (std::size_t i = 0; i < plane.size(); ++i) {
            plane[i] = static_cast<float>(image.pixels[4 * i + static_cast<std::size_t>(c)]) / 255;
        }
    }
    return planes;
}

/// With the longer side brought down to `side`.
RgbaImage shrunk(const RgbaImage& image, int side) {
    const int longer = std::max(image.width, image.height);
    if (longer <= side * same_size) {
        return image;
    }
    const auto scaled = [&](int length) {
        return std::max(1, static_cast<int>(std::lround(static_cast<double>(length) * side / longer)));
    };
    return resize_premultiplied(image, scaled(image.width), scaled(image.height), Filter::bicubic);
}

int longer_side(const RgbaImage& image) {
    return std::max(image.width, image.height);
}

/// One frame of a sketch.
struct View {
    const Sketch& sketch;
    const RgbaImage& image;
};

/// Pixels of the shrunk picture for one of the file's.
double scale_of(const View& view, int side) {
    const double longer = std::max(drawn_width(view.sketch), drawn_height(view.sketch));
    return (longer_side(view.image) <= side * same_size ? longer_side(view.image) : side) / longer;
}

/// The picture with its longer drawn side brought down to `side`, and with some of the paper
/// around it, where it has any: what the other picture shows there counts, too.
Planes on_canvas(const View& view, int side) {
    const Planes drawn = to_planes(shrunk(view.image, side));
    const double scale = scale_of(view, side);
    const int most = std::max(2, static_cast<int>(border_share * side));
    const auto border = [&](int margin) {
        return std::min(most, static_cast<int>(std::lround(margin * scale)));
    };
    const Margins& margins = view.sketch.margins;
    const int left = border(margins.left);
    const int top = border(margins.top);
    Planes out(drawn.width + left + border(margins.right),
               drawn.height + top + border(margins.bottom), 4);
    for (int c = 0; c < 4; ++c) {
        const auto from = drawn.plane(c);
        const auto to = out.plane(c);
        std::fill(to.begin(), to.end(),
                  static_cast<float>(view.sketch.paper[static_cast<std::size_t>(c)]) / 255);
        for (int y = 0; y < drawn.height; ++y) {
            std::copy_n(from.begin() + std::ptrdiff_t{y} * drawn.width, drawn.width,
                        to.begin() + std::ptrdiff_t{y + top} * out.width + left);
        }
    }
    return out;
}

/// The picture came with opaque and clear pixels only, and still has no others.
bool is_crisp(const View& view, int side) {
    return view.sketch.hard_edged && scale_of(view, side) == 1.0;
}

/// Every pixel opaque, from half on, or clear: as a picture becomes that is saved as GIF.
void harden(Planes& rgba) {
    const auto alpha = rgba.plane(3);
    for (std::size_t i = 0; i < alpha.size(); ++i) {
        const float factor = alpha[i] >= 0.5F ? 1 / alpha[i] : 0.0F;
        for (int c = 0; c < 4; ++c) {
            rgba.plane(c)[i] *= factor;
        }
    }
}

bool is_transparent(const Planes& rgba) {
    const auto alpha = rgba.plane(3);
    const auto clear = std::count_if(alpha.begin(), alpha.end(),
                                     [](float a) { return a < opaque_alpha; });
    return static_cast<double>(clear) >= transparent_share * static_cast<double>(alpha.size());
}

float median(std::vector<float>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// The middle colour of the pixels for which `wanted` holds.
template <class Wanted>
Colour median_colour(const Planes& picture, const Wanted& wanted) {
    Colour colour{};
    for (int c = 0; c < 3; ++c) {
        const auto plane = picture.plane(c);
        std::vector<float> values;
        for (std::size_t i = 0; i < plane.size(); ++i) {
            if (wanted(i)) {
                values.push_back(plane[i]);
            }
        }
        colour[static_cast<std::size_t>(c)] = values.empty() ? 1.0F : median(values);
    }
    return colour;
}

bool on_edge(const Planes& picture, std::size_t i) {
    const auto width = static_cast<std::size_t>(picture.width);
    const auto x = i % width;
    const auto y = i / width;
    return x == 0 || y == 0 || x + 1 == width || y + 1 == static_cast<std::size_t>(picture.height);
}

Colour edge_colour(const Planes& picture) {
    return median_colour(picture, [&](std::size_t i) { return on_edge(picture, i); });
}

/// The paper on which `opaque` shows what is see-through in `rgba`; canvas laid on canvas.
Colour paper_behind(const Planes& opaque, const Planes& rgba) {
    const Warped clear = warp(rgba, opaque.width, opaque.height,
                              {static_cast<double>(rgba.width) / opaque.width,
                               static_cast<double>(rgba.height) / opaque.height, 0, 0});
    const auto alpha = clear.picture.plane(3);
    const auto seen = std::count_if(alpha.begin(), alpha.end(),
                                    [](float a) { return a < clear_alpha; });
    if (static_cast<double>(seen) < transparent_share * static_cast<double>(alpha.size())) {
        return edge_colour(opaque);
    }
    return median_colour(opaque, [&](std::size_t i) { return alpha[i] < clear_alpha; });
}

Planes laid_on(const Planes& rgba, const Colour& paper) {
    Planes out(rgba.width, rgba.height, 3);
    const auto alpha = rgba.plane(3);
    for (int c = 0; c < 3; ++c) {
        const auto from = rgba.plane(c);
        const auto to = out.plane(c);
        for (std::size_t i = 0; i < to.size(); ++i) {
            to[i] = from[i] + paper[static_cast<std::size_t>(c)] * (1 - alpha[i]);
        }
    }
    return out;
}

/// How much each pixel belongs to the drawing, 0 to 1.
Planes ink_of(const Planes& picture, const Colour& paper) {
    Planes ink(picture.width, picture.height, 1);
    const auto to = ink.plane(0);
    if (picture.channels == 4) {
        std::copy(picture.plane(3).begin(), picture.plane(3).end(), to.begin());
        return ink;
    }
    for (std::size_t c = 0; c < 3; ++c) {
        const auto from = picture.plane(static_cast<int>(c));
        for (std::size_t i = 0; i < to.size(); ++i) {
            to[i] = std::max(to[i], std::min(1.0F, std::abs(from[i] - paper[c]) / full_ink_distance));
        }
    }
    return ink;
}

/// The part of a canvas that is drawn on, in pixels; right and bottom exclusive.
struct Box {
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;
};

Box canvas_of(const Planes& picture) {
    return {0, 0, static_cast<double>(picture.width), static_cast<double>(picture.height)};
}

Box drawn_box(const Planes& ink) {
    Box box{static_cast<double>(ink.width), static_cast<double>(ink.height), 0, 0};
    std::size_t i = 0;
    for (int y = 0; y < ink.height; ++y) {
        for (int x = 0; x < ink.width; ++x, ++i) {
            if (ink.values[i] > box_ink) {
                box.left = std::min<double>(box.left, x);
                box.right = std::max<double>(box.right, x + 1);
                box.top = std::min<double>(box.top, y);
                box.bottom = std::max<double>(box.bottom, y + 1);
            }
        }
    }
    return box.left < box.right ? box : canvas_of(ink);
}

Placement lay(const Box& first, const Box& second) {
    Placement placement;
    placement.scale_x = (second.right - second.left) / (first.right - first.left);
    placement.scale_y = (second.bottom - second.top) / (first.bottom - first.top);
    placement.shift_x = second.left - first.left * placement.scale_x;
    placement.shift_y = second.top - first.top * placement.scale_y;
    return placement;
}

/// Two pictures ready to be laid over one another: both RGB on the same paper, or, if both are
/// see-through, both premultiplied RGBA.
struct Pair {
    Planes original;
    Planes copy;
    Planes original_ink;
    Planes copy_ink;
    double canvas_ratio_x = 1;  ///< the original's whole canvas to the copy's, in their pixels
    double canvas_ratio_y = 1;
};

Pair make_pair(const View& original_view, const View& copy_view) {
    const int side = std::min(longer_side(original_view.image), longer_side(copy_view.image));
    Planes original = on_canvas(original_view, side);
    Planes copy = on_canvas(copy_view, side);
    if (is_crisp(copy_view, side)) {
        harden(original);
    } else if (is_crisp(original_view, side)) {
        harden(copy);
    }
    const bool original_clear = is_transparent(original);
    const bool copy_clear = is_transparent(copy);
    Pair pair;
    Colour original_paper{};
    Colour copy_paper{};
    if (original_clear && copy_clear) {
        pair.original = std::move(original);
        pair.copy = std::move(copy);
    } else {
        original_paper = original_clear ? paper_behind(copy, original) : edge_colour(original);
        copy_paper = copy_clear ? paper_behind(original, copy) : edge_colour(copy);
        pair.original = laid_on(original, original_paper);
        pair.copy = laid_on(copy, copy_paper);
        if (original_clear) {
            copy_paper = original_paper;
        } else if (copy_clear) {
            original_paper = copy_paper;
        }
    }
    const double original_scale = scale_of(original_view, side);
    const double copy_scale = scale_of(copy_view, side);
    pair.canvas_ratio_x = original_view.sketch.width * original_scale /
                          (copy_view.sketch.width * copy_scale);
    pair.canvas_ratio_y = original_view.sketch.height * original_scale /
                          (copy_view.sketch.height * copy_scale);
    pair.original_ink = ink_of(pair.original, original_paper);
    pair.copy_ink = ink_of(pair.copy, copy_paper);
    return pair;
}

/// Refining the one finds what refining the other finds.
bool alike(const Placement& a, const Placement& b) {
    return std::abs(a.scale_x - b.scale_x) < 0.02 && std::abs(a.scale_y - b.scale_y) < 0.02 &&
           std::abs(a.shift_x - b.shift_x) < 1 && std::abs(a.shift_y - b.shift_y) < 1;
}

std::vector<Placement> first_guesses(const Pair& pair) {
    const Box original = canvas_of(pair.original);
    const Box copy = canvas_of(pair.copy);
    const Box original_drawn = drawn_box(pair.original_ink);
    const Box copy_drawn = drawn_box(pair.copy_ink);
    std::vector<Placement> guesses;
    for (const Placement& guess : {lay(original, copy), lay(original_drawn, copy_drawn),
                                   lay(original, copy_drawn), lay(original_drawn, copy)}) {
        const bool known = std::any_of(guesses.begin(), guesses.end(),
                                       [&](const Placement& other) { return alike(guess, other); });
        if (!known) {
            guesses.push_back(guess);
        }
    }
    return guesses;
}

Placement scaled(Placement placement, double factor) {
    placement.shift_x *= factor;
    placement.shift_y *= factor;
    return placement;
}

double error_of(const Planes& first, const Planes& second, const Placement& placement) {
    return mean_squared_difference(first, warp(second, first.width, first.height, placement));
}

/// The best placement of the copy under the original; null if none comes near.
std::optional<Placement> find_placement(const Pair& pair) {
    const Placement as_it_is = lay(canvas_of(pair.original), canvas_of(pair.copy));
    if (error_of(pair.original, pair.copy, as_it_is) < well_placed_rms * well_placed_rms) {
        return as_it_is;
    }
    const Planes half_original = halved(pair.original);
    const Planes half_copy = halved(pair.copy);
    Planes coarse_original = half_original;
    Planes coarse_copy = half_copy;
    double factor = 0.5;
    while (std::max(coarse_original.width, coarse_original.height) > coarse_side) {
        coarse_original = halved(coarse_original);
        coarse_copy = halved(coarse_copy);
        factor *= 0.5;
    }
    std::vector<std::pair<double, Placement>> ranked;
    for (const Placement& guess : first_guesses(pair)) {
        const Placement placed =
            refine(coarse_original, coarse_copy, scaled(guess, factor), steps_coarse);
        ranked.emplace_back(error_of(coarse_original, coarse_copy, placed), placed);
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    if (ranked.front().first > hopeless_rms * hopeless_rms) {
        return std::nullopt;
    }
    double best_error = std::numeric_limits<double>::infinity();
    Placement best;
    for (std::size_t i = 0; i < std::min<std::size_t>(2, ranked.size()); ++i) {
        const Placement placed = refine(half_original, half_copy,
                                        scaled(ranked[i].second, 0.5 / factor), steps_half);
        const double error = error_of(half_original, half_copy, placed);
        if (error < best_error) {
            best_error = error;
            best = scaled(placed, 2);
        }
    }
    if (best_error > hopeless_rms_fine * hopeless_rms_fine) {
        return std::nullopt;
    }
    return refine(pair.original, pair.copy, best, steps_full);
}

/// Luma and the two chromas of ITU-R BT.601, each in steps as large as those of RGB.
Planes to_luma_chroma(const Planes& rgb) {
    Planes out(rgb.width, rgb.height, 3);
    const auto red = rgb.plane(0);
    const auto green = rgb.plane(1);
    const auto blue = rgb.plane(2);
    for (std::size_t i = 0; i < rgb.area(); ++i) {
        const float luma = 0.299F * red[i] + 0.587F * green[i] + 0.114F * blue[i];
        out.plane(0)[i] = luma;
        out.plane(1)[i] = 0.564F * (blue[i] - luma);
        out.plane(2)[i] = 0.713F * (red[i] - luma);
    }
    return out;
}

/// to[i] = combine(to[i], from[i + by]) for every i for which both are there; the loop that the
/// compiler can do for many pixels at once.
template <class Combine>
void combine_shifted(std::span<float> to, std::span<const float> from, std::size_t by,
                     Combine combine) {
    const std::size_t count = to.size() > by ? to.size() - by : 0;
    float* const first = to.data();
    const float* const second = from.data();
    for (std::size_t i = 0; i < count; ++i) {
        first[i] = combine(first[i], second[i + by]);
    }
    for (std::size_t i = count; i-- > 0;) {
        first[i + by] = combine(first[i + by], second[i]);
    }
}

/// For each pixel `combine` over the square of 2 * radius + 1 pixels around it, by two passes.
template <class Combine>
std::vector<float> square_filter(std::span<const float> plane, int width, int height, int radius,
                                 Combine combine) {
    const auto stride = static_cast<std::size_t>(width);
    std::vector<float> rows(plane.begin(), plane.end());
    for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
        for (std::size_t by = 1; by <= static_cast<std::size_t>(radius); ++by) {
            combine_shifted(std::span(rows).subspan(y * stride, stride),
                            plane.subspan(y * stride, stride), by, combine);
        }
    }
    std::vector<float> out = rows;
    for (std::size_t by = 1; by <= static_cast<std::size_t>(radius); ++by) {
        combine_shifted(std::span(out), std::span<const float>(rows), by * stride, combine);
    }
    return out;
}

std::vector<float> box_sums(std::span<const float> plane, int width, int height, int radius) {
    return square_filter(plane, width, height, radius, [](float a, float b) { return a + b; });
}

/// How far each value lies outside of what the other picture shows around it.
void add_unexplained(std::span<const float> a, std::span<const float> b, int width, int height,
                     int radius, std::span<float> distance) {
    const auto low = square_filter(b, width, height, radius,
                                   [](float x, float y) { return std::min(x, y); });
    const auto high = square_filter(b, width, height, radius,
                                    [](float x, float y) { return std::max(x, y); });
    for (std::size_t i = 0; i < a.size(); ++i) {
        distance[i] = std::max({distance[i], low[i] - a[i], a[i] - high[i]});
    }
}

/// Measures two aligned RGB pictures; `counted` is 1 where both are, else 0.
class Measurement {
public:
    Measurement(const Planes& a, const Planes& b, const std::vector<float>& counted)
        : width_(a.width), height_(a.height), a_(to_luma_chroma(a)), b_(to_luma_chroma(b)),
          counted_(counted) {}

    [[nodiscard]] Differences measure() const {
        Differences out;
        std::tie(out.unexplained_luma, out.mean_unexplained) = unexplained(0, 1, 1);
        out.unexplained_chroma =
            std::max(unexplained(1, 2, 3).first, unexplained(2, 2, 3).first);
        double squares = 0;
        for (int c = 0; c < 3; ++c) {
            const std::vector<float> error = difference(c);
            for (const float e : error) {
                squares += static_cast<double>(e * e);
            }
            out.block_colour = std::max(out.block_colour, largest_block_means(error));
        }
        const double count = std::accumulate(counted_.begin(), counted_.end(), 0.0);
        out.rms = std::sqrt(squares / std::max(count, 1.0));
        out.window_structure = window_structure();
        return out;
    }

private:
    std::vector<float> difference(int channel) const {
        const auto a = a_.plane(channel);
        const auto b = b_.plane(channel);
        std::vector<float> error(a.size());
        for (std::size_t i = 0; i < a.size(); ++i) {
            error[i] = (a[i] - b[i]) * counted_[i];
        }
        return error;
    }

    /// The largest mean of a square of 2 * `spot` + 1 pixels, and the mean over all.
    std::pair<double, double> unexplained(int channel, int radius, int spot) const {
        std::vector<float> distance(a_.area());
        add_unexplained(a_.plane(channel), b_.plane(channel), width_, height_, radius, distance);
        add_unexplained(b_.plane(channel), a_.plane(channel), width_, height_, radius, distance);
        double sum = 0;
        for (std::size_t i = 0; i < distance.size(); ++i) {
            distance[i] *= counted_[i];
            sum += static_cast<double>(distance[i]);
        }
        const auto sums = box_sums(distance, width_, height_, spot);
        const double most = static_cast<double>(*std::max_element(sums.begin(), sums.end()));
        const int area = (2 * spot + 1) * (2 * spot + 1);
        return {most / area, sum / static_cast<double>(distance.size())};
    }

    double largest_block_means(const std::vector<float>& error) const {
        constexpr int radius = 4;
        const auto sums = box_sums(error, width_, height_, radius);
        const auto counts = box_sums(counted_, width_, height_, radius);
        std::vector<float> means;
        for (std::size_t i = 0; i < sums.size(); ++i) {
            if (counts[i] > 40) {
                means.push_back(std::abs(sums[i] / counts[i]));
            }
        }
        if (means.empty()) {
            return 0;
        }
        constexpr std::size_t part = 20;  // the largest twentieth
        const auto count = static_cast<std::ptrdiff_t>(means.size() / part + 1);
        std::partial_sort(means.begin(), means.begin() + count, means.end(), std::greater<>());
        return std::accumulate(means.begin(), means.begin() + count, 0.0) /
               static_cast<double>(count);
    }

    double window_structure() const {
        constexpr int radius = 3;
        constexpr float noise = 0.05F;  // what a re-encoding may do to a flat window, rms
        const std::vector<float> error = difference(0);
        std::vector<float> error_squared(error.size());
        std::transform(error.begin(), error.end(), error_squared.begin(),
                       [](float e) { return e * e; });
        const auto errors = box_sums(error_squared, width_, height_, radius);
        const auto variances_a = variance_sums(a_.plane(0), radius);
        const auto variances_b = variance_sums(b_.plane(0), radius);
        const auto counts = box_sums(counted_, width_, height_, radius);
        float most = 0;
        for (std::size_t i = 0; i < errors.size(); ++i) {
            if (counts[i] > 24) {
                const float ground = 0.5F * (variances_a[i] + variances_b[i]) +
                                     counts[i] * noise * noise;
                most = std::max(most, errors[i] / ground);
            }
        }
        return static_cast<double>(most);
    }

    std::vector<float> variance_sums(std::span<const float> plane, int radius) const {
        std::vector<float> values(plane.size());
        std::vector<float> squares(plane.size());
        for (std::size_t i = 0; i < plane.size(); ++i) {
            values[i] = plane[i] * counted_[i];
            squares[i] = plane[i] * values[i];
        }
        const auto sums = box_sums(values, width_, height_, radius);
        auto out = box_sums(squares, width_, height_, radius);
        const auto counts = box_sums(counted_, width_, height_, radius);
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = std::max(0.0F, out[i] - sums[i] * sums[i] / std::max(counts[i], 1.0F));
        }
        return out;
    }

    int width_;
    int height_;
    Planes a_;
    Planes b_;
    const std::vector<float>& counted_;
};

void keep_worst(Differences& worst, const Differences& other) {
    worst.unexplained_luma = std::max(worst.unexplained_luma, other.unexplained_luma);
    worst.unexplained_chroma = std::max(worst.unexplained_chroma, other.unexplained_chroma);
    worst.mean_unexplained = std::max(worst.mean_unexplained, other.mean_unexplained);
    worst.rms = std::max(worst.rms, other.rms);
    worst.block_colour = std::max(worst.block_colour, other.block_colour);
    worst.window_structure = std::max(worst.window_structure, other.window_structure);
    worst.lost_ink = std::max(worst.lost_ink, other.lost_ink);
    worst.stretch = std::max(worst.stretch, other.stretch);
    worst.rescale = std::max(worst.rescale, other.rescale);
    worst.contrast = std::min(worst.contrast, other.contrast);
}

double range_of(std::span<const float> plane) {
    const auto [low, high] = std::minmax_element(plane.begin(), plane.end());
    return static_cast<double>(*high - *low);
}

double contrast_of(const Planes& picture) {
    double most = 0;
    for (int c = 0; c < picture.channels; ++c) {
        most = std::max(most, range_of(picture.plane(c)));
    }
    return most;
}

/// The share of `ink` that the placement leaves outside of a canvas of width * height.
double ink_outside(const Planes& ink, const Placement& placement, double width, double height) {
    double outside = 0;
    double all = 0;
    std::size_t i = 0;
    for (int y = 0; y < ink.height; ++y) {
        const double at_y = placement.scale_y * (y + 0.5) + placement.shift_y;
        for (int x = 0; x < ink.width; ++x, ++i) {
            const double at_x = placement.scale_x * (x + 0.5) + placement.shift_x;
            const auto value = static_cast<double>(ink.values[i]);
            all += value;
            if (at_x < -0.5 || at_y < -0.5 || at_x > width + 0.5 || at_y > height + 0.5) {
                outside += value;
            }
        }
    }
    return all > 0 ? outside / all : 0;
}

Placement inverse(const Placement& p) {
    return {1 / p.scale_x, 1 / p.scale_y, -p.shift_x / p.scale_x, -p.shift_y / p.scale_y};
}

/// Every pixel the mean of its neighbourhood by the weights 1 2 1, along both axes.
Planes blurred(const Planes& planes) {
    Planes out = planes;
    const int width = planes.width;
    const int height = planes.height;
    const auto pass = [](std::span<const float> from, std::span<float> to, int lines, int length,
                         int line_step, int step) {
        for (int line = 0; line < lines; ++line) {
            for (int i = 0; i < length; ++i) {
                const auto at = [&](int k) {
                    return from[static_cast<std::size_t>(line * line_step +
                                                         std::clamp(k, 0, length - 1) * step)];
                };
                to[static_cast<std::size_t>(line * line_step + i * step)] =
                    0.25F * (at(i - 1) + at(i + 1)) + 0.5F * at(i);
            }
        }
    };
    std::vector<float> rows(planes.area());
    for (int c = 0; c < planes.channels; ++c) {
        pass(planes.plane(c), rows, height, width, width, 1);
        pass(rows, out.plane(c), width, height, 1, width);
    }
    return out;
}

/// One of the two may have been scaled and lost its sharpness: blurs the other one, once or twice,
/// if that brings them nearer to each other.
void match_sharpness(Planes& original, Warped& copy) {
    constexpr int most_blurs = 2;
    constexpr double worthwhile = 0.9;
    double error = mean_squared_difference(original, copy);
    for (int blurs = 0; blurs < most_blurs; ++blurs) {
        Planes softer = blurred(original);
        const double tried = mean_squared_difference(softer, copy);
        if (tried > worthwhile * error) {
            break;
        }
        original = std::move(softer);
        error = tried;
    }
    for (int blurs = 0; blurs < most_blurs; ++blurs) {
        Warped softer = copy;
        softer.picture = blurred(copy.picture);
        const double tried = mean_squared_difference(original, softer);
        if (tried > worthwhile * error) {
            break;
        }
        copy = std::move(softer);
        error = tried;
    }
}

Differences measure(const Pair& pair, const Placement& placement) {
    Planes original = pair.original;
    Warped copy = warp(pair.copy, original.width, original.height, placement);
    match_sharpness(original, copy);
    std::vector<float> counted(original.area());
    for (int y = copy.top; y < copy.bottom; ++y) {
        const auto row = counted.begin() + std::ptrdiff_t{y} * original.width;
        std::fill(row + copy.left, row + copy.right, 1.0F);
    }
    Differences out;
    if (original.channels == 4) {
        out = Measurement(laid_on(original, {0, 0, 0}), laid_on(copy.picture, {0, 0, 0}), counted)
                  .measure();
        const Differences on_white =
            Measurement(laid_on(original, {1, 1, 1}), laid_on(copy.picture, {1, 1, 1}), counted)
                .measure();
        keep_worst(out, on_white);
    } else {
        out = Measurement(original, copy.picture, counted).measure();
    }
    out.lost_ink = std::max(
        ink_outside(pair.original_ink, placement, pair.copy.width, pair.copy.height),
        ink_outside(pair.copy_ink, inverse(placement), original.width, original.height));
    const double along_x = std::log(placement.scale_x * pair.canvas_ratio_x);
    const double along_y = std::log(placement.scale_y * pair.canvas_ratio_y);
    out.stretch = std::abs(std::log(placement.scale_x / placement.scale_y));
    out.rescale = std::abs(along_x + along_y) / 2;
    out.contrast = std::min(contrast_of(original), contrast_of(pair.copy));
    return out;
}

bool is_blank(const Pair& pair) {
    return contrast_of(pair.original) < blank_contrast || contrast_of(pair.copy) < blank_contrast;
}

std::optional<Differences> compare_images(const View& copy, const View& original) {
    const Pair pair = make_pair(original, copy);
    if (is_blank(pair)) {
        return std::nullopt;
    }
    const auto placement = find_placement(pair);
    if (!placement) {
        return std::nullopt;
    }
    return measure(pair, *placement);
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

std::optional<Differences> compare_animations(const Sketch& copy, const Sketch& original) {
    std::vector<Pair> pairs;
    std::size_t fullest = 0;
    double most_ink = -1;
    for (const auto& [copy_frame, original_frame] : frame_pairs(copy, original)) {
        pairs.push_back(make_pair({original, original.frames[original_frame].image},
                                  {copy, copy.frames[copy_frame].image}));
        const auto& ink = pairs.back().original_ink.values;
        const double sum = std::accumulate(ink.begin(), ink.end(), 0.0);
        if (sum > most_ink && !is_blank(pairs.back())) {
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
    Differences worst = measure(pairs[fullest], *placement);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const Differences found = i == fullest ? worst : measure(pairs[i], *placement);
        if (same_image_probability(found) < same_image_probability(worst)) {
            worst = found;
        }
    }
    return worst;
}

}  // namespace

std::optional<Differences> differences(const Sketch& copy, const Sketch& original) {
    if (original.animated()) {
        return compare_animations(copy, original);
    }
    return compare_images({copy, still_for(copy, original)}, {original, still_for(original, copy)});
}

std::optional<Differences> differences_to_any(const Sketch& still, const Sketch& animation) {
    const View view{still, still.frames.front().image};
    std::vector<std::pair<double, std::size_t>> ranked;
    for (std::size_t i = 0; i < animation.frames.size(); ++i) {
        const RgbaImage coarse = shrunk(animation.frames[i].image, coarse_side);
        const Pair pair = make_pair({animation, coarse}, view);
        const Placement placement = lay(canvas_of(pair.original), canvas_of(pair.copy));
        ranked.emplace_back(error_of(pair.original, pair.copy, placement), i);
    }
    std::sort(ranked.begin(), ranked.end());
    constexpr std::size_t tries = 2;
    std::optional<Differences> best;
    for (std::size_t i = 0; i < std::min(tries, ranked.size()); ++i) {
        const auto found = compare_images(view, {animation, animation.frames[ranked[i].second].image});
        if (found && (!best || found->rms < best->rms)) {
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
    const std::array<Term, 9> terms{{
        {differences.unexplained_luma, 0.10, 0.5, -10.0},
        {differences.unexplained_chroma, 0.02, 0.5, -24.8135},
        {differences.mean_unexplained, 0.00, 0.1, -104.7782},
        {differences.rms, 0.02, 0.3, -35.3980},
        {differences.block_colour, 0.04, 0.3, -37.0496},
        {differences.window_structure, 0.50, 8.0, -0.4682},
        {differences.lost_ink, 0.05, 0.5, -15.0},
        {differences.stretch, 0.05, 0.5, -5.0},
        {differences.rescale, 0.10, 1.0, -10.1697},
    }};
    constexpr double bias = 6.2537;
    double sum = bias;
    for (const Term& term : terms) {
        sum += term.weight * (std::clamp(term.value, term.from, term.to) - term.from);
    }
    return 1 / (1 + std::exp(-sum));
}

}  // namespace emojiscope::image
