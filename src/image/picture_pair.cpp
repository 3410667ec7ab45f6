#include "picture_pair.hpp"

#include "pixels.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

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

/// Of the paper around a drawing, what is shown on each side, as a share of the drawing's side.
constexpr double border_share = 0.1;

/// Sketches whose longer sides differ by less than this factor are compared as they are: making
/// one a little smaller would blur it where the other is sharp.
constexpr double same_size = 1.15;

constexpr int coarse_side = 16;
constexpr int steps_coarse = 8;
constexpr int steps_half = 6;
constexpr int steps_full = 6;

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

int longer_side(const RgbaImage& image) {
    return std::max(image.width, image.height);
}
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
/// Refining the one finds what refining the other finds.
bool alike(const Placement& a, const Placement& b) {
    return std::abs(a.scale_x - b.scale_x) < 0.02 && std::abs(a.scale_y - b.scale_y) < 0.02 &&
           std::abs(a.shift_x - b.shift_x) < 1 && std::abs(a.shift_y - b.shift_y) < 1;
}

std::vector<Placement> first_guesses(const PicturePair& pair) {
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
double range_of(std::span<const float> plane) {
    const auto [low, high] = std::minmax_element(plane.begin(), plane.end());
    return static_cast<double>(*high - *low);
}

/// The largest range of a channel.
double contrast_of(const Planes& picture) {
    double most = 0;
    for (int c = 0; c < picture.channels; ++c) {
        most = std::max(most, range_of(picture.plane(c)));
    }
    return most;
}

}  // namespace

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
PicturePair prepare_pair(const View& original_view, const View& copy_view) {
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
    PicturePair pair;
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
bool is_blank(const PicturePair& pair) {
    return contrast_of(pair.original) < blank_contrast || contrast_of(pair.copy) < blank_contrast;
}
Placement canvas_on_canvas(const PicturePair& pair) {
    return lay(canvas_of(pair.original), canvas_of(pair.copy));
}

double error_of(const PicturePair& pair, const Placement& placement) {
    return error_of(pair.original, pair.copy, placement);
}

std::optional<Placement> find_placement(const PicturePair& pair) {
    const Placement as_it_is = canvas_on_canvas(pair);
    if (error_of(pair, as_it_is) < well_placed_rms * well_placed_rms) {
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
        if (i > 0 && alike(ranked[i].second, ranked.front().second)) {
            break;  // they have met
        }
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

}  // namespace emojiscope::image
