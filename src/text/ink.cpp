#include "ink.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <numeric>

namespace emojiscope::text {
namespace {

/// A picture with more see-through pixels than this is drawn on nothing.
constexpr double transparent_share = 0.02;
/// A colour so far from the paper (of 255, the largest of its channels) is full ink.
constexpr int full_distance = 110;
/// Less ink than this share of the picture is no writing.
constexpr double least_ink = 0.01;
/// Colours are counted in steps of this.
constexpr int colour_step = 32;
constexpr int drawn_alpha = 128;
/// Pixels this near to a colour are of that colour; most of what is drawn are pixels of two.
constexpr int same_colour = 48;
constexpr double two_colour_share = 0.95;
/// A pixel darker than this is ink.
constexpr int ink_level = 200;
/// A row of pixels with no more ink than this, in full pixels of 255 together, is empty.
constexpr int least_row_ink = 255;
/// Columns of writing stand this many times further apart than its rows, and this far (of the
/// picture's width) at least.
constexpr double columns_apart = 2.5;
constexpr double least_column_gap = 0.05;
/// Lower lines are dots and strokes, no writing.
constexpr int least_line_height = 7;

using Colour = std::array<int, 3>;

std::size_t pixel_count(const RgbaImage& picture) {
    return static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height);
}

bool is_transparent(const RgbaImage& picture) {
    std::size_t clear = 0;
    for (std::size_t i = 0; i < pixel_count(picture); ++i) {
        clear += picture.pixels[4 * i + 3] < drawn_alpha ? 1 : 0;
    }
    return static_cast<double>(clear) >
           transparent_share * static_cast<double>(pixel_count(picture));
}

Colour colour_at(const RgbaImage& picture, std::size_t pixel) {
    return {picture.pixels[4 * pixel], picture.pixels[4 * pixel + 1],
            picture.pixels[4 * pixel + 2]};
}

int distance(const Colour& a, const Colour& b) {
    int most = 0;
    for (std::size_t c = 0; c < a.size(); ++c) {
        most = std::max(most, std::abs(a[c] - b[c]));
    }
    return most;
}

/// The most common colour of the pixels for which `counts` holds; false if there are none.
template <class Counts>
bool most_common(const RgbaImage& picture, const Counts& counts, Colour& colour) {
    struct Bin {
        int pixels = 0;
        Colour sum{};
    };
    std::map<Colour, Bin> bins;
    for (std::size_t i = 0; i < pixel_count(picture); ++i) {
        if (!counts(i)) {
            continue;
        }
        const Colour at = colour_at(picture, i);
        Bin& bin = bins[{at[0] / colour_step, at[1] / colour_step, at[2] / colour_step}];
        ++bin.pixels;
        for (std::size_t c = 0; c < at.size(); ++c) {
            bin.sum[c] += at[c];
        }
    }
    const auto most = std::max_element(bins.begin(), bins.end(), [](const auto& a, const auto& b) {
        return a.second.pixels < b.second.pixels;
    });
    if (most == bins.end()) {
        return false;
    }
    for (std::size_t c = 0; c < colour.size(); ++c) {
        colour[c] = most->second.sum[c] / most->second.pixels;
    }
    return true;
}

bool on_edge(const RgbaImage& picture, std::size_t pixel) {
    const auto width = static_cast<std::size_t>(picture.width);
    const auto x = pixel % width;
    const auto y = pixel / width;
    return x == 0 || y == 0 || x + 1 == width ||
           y + 1 == static_cast<std::size_t>(picture.height);
}

/// `strength(pixel)` is 0 (paper) to 255 (full ink).
template <class Strength>
InkImage make_ink(const RgbaImage& picture, const Strength& strength) {
    InkImage ink{picture.width, picture.height, {}};
    double sum = 0;
    for (std::size_t i = 0; i < pixel_count(picture); ++i) {
        const int value = std::clamp(strength(i), 0, 255);
        sum += value;
        ink.pixels.push_back(static_cast<std::uint8_t>(255 - value));
    }
    return sum / 255 < least_ink * static_cast<double>(pixel_count(picture)) ? InkImage{} : ink;
}

int strength_of(const Colour& colour, const Colour& paper) {
    return distance(colour, paper) * 255 / full_distance;
}

/// Keys' cubic kernel, a = -0.5.
double cubic(double x) {
    const double d = std::abs(x);
    if (d < 1) {
        return (1.5 * d - 2.5) * d * d + 1;
    }
    return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

struct Tap {
    int first = 0;
    std::array<double, 4> weights{};
};

std::vector<Tap> taps_for(int from, int to) {
    std::vector<Tap> taps;
    const double scale = static_cast<double>(from) / to;
    for (int i = 0; i < to; ++i) {
        const double centre = (i + 0.5) * scale - 0.5;
        Tap tap{static_cast<int>(std::floor(centre)) - 1, {}};
        for (int k = 0; k < 4; ++k) {
            tap.weights[static_cast<std::size_t>(k)] = cubic(centre - (tap.first + k));
        }
        taps.push_back(tap);
    }
    return taps;
}

/// [begin, end)
struct Rows {
    int begin = 0;
    int end = 0;
};

/// Parted where there is least ink in its middle third.
std::vector<Rows> halves(const Rows& block, const std::vector<int>& row_ink) {
    const int third = (block.end - block.begin) / 3;
    const auto at = [&](int y) { return row_ink.begin() + y; };
    const auto least = std::min_element(at(block.begin + third), at(block.end - third));
    const int middle = static_cast<int>(least - row_ink.begin());
    return {{block.begin, middle}, {middle, block.end}};
}

/// The longest run of empty sums between two that are not.
int widest_gap(const std::vector<int>& sums) {
    int widest = 0;
    int run = -1;  // of nothing yet
    for (const int sum : sums) {
        if (sum > least_row_ink) {
            widest = std::max(widest, run);
            run = 0;
        } else if (run >= 0) {
            ++run;
        }
    }
    return widest;
}

/// Its columns from the first with ink to the last; empty if there is none.
InkImage without_margins(const InkImage& ink) {
    int left = ink.width;
    int right = 0;
    for (int y = 0; y < ink.height; ++y) {
        const auto row = ink.pixels.begin() + std::ptrdiff_t{y} * ink.width;
        for (int x = 0; x < ink.width; ++x) {
            if (row[x] < ink_level) {
                left = std::min(left, x);
                right = std::max(right, x + 1);
            }
        }
    }
    InkImage cut{std::max(0, right - left), ink.height, {}};
    for (int y = 0; y < ink.height && cut.width > 0; ++y) {
        const auto row = ink.pixels.begin() + std::ptrdiff_t{y} * ink.width;
        cut.pixels.insert(cut.pixels.end(), row + left, row + right);
    }
    return cut;
}

}  // namespace

InkImage ink_of(const RgbaImage& picture) {
    if (is_transparent(picture)) {
        return make_ink(picture, [&](std::size_t i) { return int{picture.pixels[4 * i + 3]}; });
    }
    Colour paper{};
    if (!most_common(picture, [&](std::size_t i) { return on_edge(picture, i); }, paper)) {
        return {};
    }
    return make_ink(picture,
                    [&](std::size_t i) { return strength_of(colour_at(picture, i), paper); });
}

InkImage inner_ink_of(const RgbaImage& picture) {
    const bool transparent = is_transparent(picture);
    Colour paper{};
    if (!transparent &&
        !most_common(picture, [&](std::size_t i) { return on_edge(picture, i); }, paper)) {
        return {};
    }
    const auto drawn = [&](std::size_t i) {
        return transparent ? picture.pixels[4 * i + 3] >= drawn_alpha
                           : distance(colour_at(picture, i), paper) >= full_distance / 2;
    };
    // What lies against the paper: the plate, or the outline of the letters.
    const auto on_rim = [&](std::size_t i) {
        const auto width = static_cast<std::size_t>(picture.width);
        return drawn(i) && (on_edge(picture, i) || !drawn(i - 1) || !drawn(i + 1) ||
                            !drawn(i - width) || !drawn(i + width));
    };
    Colour rim{};
    if (!most_common(picture, on_rim, rim)) {
        return {};
    }
    return make_ink(picture, [&](std::size_t i) {
        return drawn(i) ? strength_of(colour_at(picture, i), rim) : 0;
    });
}

bool has_two_colours(const RgbaImage& picture) {
    const auto drawn = [&](std::size_t i) { return picture.pixels[4 * i + 3] >= drawn_alpha; };
    Colour first{};
    if (!most_common(picture, drawn, first)) {
        return false;
    }
    const auto is = [&](std::size_t i, const Colour& colour) {
        return distance(colour_at(picture, i), colour) <= same_colour;
    };
    Colour second = first;
    most_common(picture, [&](std::size_t i) { return drawn(i) && !is(i, first); }, second);
    std::size_t all = 0;
    std::size_t of_two = 0;
    for (std::size_t i = 0; i < pixel_count(picture); ++i) {
        all += drawn(i) ? 1 : 0;
        of_two += drawn(i) && (is(i, first) || is(i, second)) ? 1 : 0;
    }
    return static_cast<double>(of_two) >= two_colour_share * static_cast<double>(all);
}

InkImage resized(const InkImage& ink, int width, int height, int border) {
    const auto columns = taps_for(ink.width, width);
    const auto rows = taps_for(ink.height, height);
    std::vector<double> across(columns.size() * static_cast<std::size_t>(ink.height));
    for (int y = 0; y < ink.height; ++y) {
        for (std::size_t x = 0; x < columns.size(); ++x) {
            double sum = 0;
            for (int k = 0; k < 4; ++k) {
                const int from = std::clamp(columns[x].first + k, 0, ink.width - 1);
                sum += columns[x].weights[static_cast<std::size_t>(k)] *
                       ink.pixels[static_cast<std::size_t>(y * ink.width + from)];
            }
            across[static_cast<std::size_t>(y) * columns.size() + x] = sum;
        }
    }
    InkImage out;
    out.width = static_cast<int>(columns.size()) + 2 * border;
    out.height = static_cast<int>(rows.size()) + 2 * border;
    out.pixels.assign(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height),
                      255);
    for (std::size_t y = 0; y < rows.size(); ++y) {
        for (std::size_t x = 0; x < columns.size(); ++x) {
            double sum = 0;
            for (int k = 0; k < 4; ++k) {
                const int from = std::clamp(rows[y].first + k, 0, ink.height - 1);
                sum += rows[y].weights[static_cast<std::size_t>(k)] *
                       across[static_cast<std::size_t>(from) * columns.size() + x];
            }
            const auto at = (y + static_cast<std::size_t>(border)) *
                                static_cast<std::size_t>(out.width) +
                            x + static_cast<std::size_t>(border);
            out.pixels[at] = static_cast<std::uint8_t>(std::clamp(std::lround(sum), 0L, 255L));
        }
    }
    return out;
}

bool has_columns(const InkImage& ink) {
    std::vector<int> of_rows(static_cast<std::size_t>(ink.height));
    std::vector<int> of_columns(static_cast<std::size_t>(ink.width));
    for (std::size_t i = 0; i < ink.pixels.size(); ++i) {
        of_rows[i / of_columns.size()] += 255 - ink.pixels[i];
        of_columns[i % of_columns.size()] += 255 - ink.pixels[i];
    }
    const int between_columns = widest_gap(of_columns);
    return between_columns >= least_column_gap * ink.width &&
           between_columns >= columns_apart * widest_gap(of_rows);
}

InkImage side_by_side(const std::vector<InkImage>& lines, int height, double stretch, int gap) {
    std::vector<InkImage> parts;
    int width = gap;
    for (const InkImage& line : lines) {
        const InkImage written = without_margins(line);
        if (written.pixels.empty()) {
            continue;
        }
        const double scale = stretch * height / written.height;
        parts.push_back(
            resized(written, std::max(1, static_cast<int>(std::lround(scale * written.width))),
                    height, 0));
        width += parts.back().width + gap;
    }
    if (parts.empty()) {
        return {};
    }
    InkImage out{width, height + 2 * gap, {}};
    out.pixels.assign(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height),
                      255);
    std::ptrdiff_t left = gap;
    for (const InkImage& part : parts) {
        for (std::ptrdiff_t y = 0; y < height; ++y) {
            std::copy_n(part.pixels.begin() + y * part.width, part.width,
                        out.pixels.begin() + (y + gap) * out.width + left);
        }
        left += part.width + gap;
    }
    return out;
}

std::vector<InkImage> lines_of(const InkImage& ink) {
    std::vector<int> row_ink;
    for (int y = 0; y < ink.height; ++y) {
        const auto row = ink.pixels.begin() + std::ptrdiff_t{y} * ink.width;
        row_ink.push_back(std::accumulate(row, row + ink.width, 0,
                                          [](int sum, std::uint8_t p) { return sum + 255 - p; }));
    }
    std::vector<Rows> lines;
    int top = -1;
    for (int y = 0; y <= ink.height; ++y) {
        const bool written =
            y < ink.height && row_ink[static_cast<std::size_t>(y)] > least_row_ink;
        if (written && top < 0) {
            top = y;
        } else if (!written && top >= 0) {
            if (y - top >= least_line_height) {
                lines.push_back({top, y});
            }
            top = -1;
        }
    }
    if (lines.size() == 1 && 5 * (lines[0].end - lines[0].begin) >= 3 * ink.width) {
        lines = halves(lines[0], row_ink);
    }
    std::vector<InkImage> cut;
    for (const Rows& rows : lines) {
        const auto from = ink.pixels.begin() + std::ptrdiff_t{rows.begin} * ink.width;
        const auto to = ink.pixels.begin() + std::ptrdiff_t{rows.end} * ink.width;
        cut.push_back({ink.width, rows.end - rows.begin, {from, to}});
    }
    return cut;
}

}  // namespace emojiscope::text
