#include "palette.hpp"

#include <algorithm>
#include <cstddef>

namespace emojiscope::image {
namespace {

constexpr unsigned bits = 5;
constexpr std::uint8_t half = 128;

/// Pixels of one cell, with their colours added up.
struct Cell {
    std::array<std::uint32_t, 3> at{};  ///< coordinates, 0 to 31
    std::uint64_t pixels = 0;
    std::array<std::uint64_t, 3> sum{};
};

std::size_t cell_of(const std::uint8_t* pixel) {
    return (static_cast<std::size_t>(pixel[0] >> (8 - bits)) << (2 * bits)) |
           (static_cast<std::size_t>(pixel[1] >> (8 - bits)) << bits) |
           static_cast<std::size_t>(pixel[2] >> (8 - bits));
}

/// Neighbours in a list of cells.
struct Box {
    std::size_t from = 0;
    std::size_t to = 0;
    std::size_t axis = 0;      ///< the longest
    std::uint64_t weight = 0;  ///< how much there is to gain from parting it; 0: one cell
};

Box measured(const std::vector<Cell>& cells, std::size_t from, std::size_t to) {
    Box box{from, to, 0, 0};
    std::uint32_t longest = 0;
    std::uint64_t pixels = 0;
    for (std::size_t i = from; i < to; ++i) {
        pixels += cells[i].pixels;
    }
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const auto [least, most] = std::minmax_element(
            cells.begin() + static_cast<std::ptrdiff_t>(from),
            cells.begin() + static_cast<std::ptrdiff_t>(to),
            [&](const Cell& a, const Cell& b) { return a.at[axis] < b.at[axis]; });
        const std::uint32_t length = most->at[axis] - least->at[axis];
        if (length > longest) {
            longest = length;
            box.axis = axis;
        }
    }
    box.weight = pixels * longest;
    return box;
}

/// Where half of the pixels lie on either side, with a cell on each side at least.
std::size_t middle(std::vector<Cell>& cells, const Box& box) {
    const auto begin = cells.begin() + static_cast<std::ptrdiff_t>(box.from);
    const auto end = cells.begin() + static_cast<std::ptrdiff_t>(box.to);
    std::stable_sort(begin, end,
                     [&](const Cell& a, const Cell& b) { return a.at[box.axis] < b.at[box.axis]; });
    std::uint64_t all = 0;
    for (auto it = begin; it != end; ++it) {
        all += it->pixels;
    }
    std::uint64_t passed = 0;
    std::size_t at = box.from + 1;
    for (; at + 1 < box.to; ++at) {
        passed += cells[at - 1].pixels;
        if (2 * passed >= all) {
            break;
        }
    }
    return at;
}

Rgb mean(const std::vector<Cell>& cells, const Box& box) {
    Cell total;
    for (std::size_t i = box.from; i < box.to; ++i) {
        total.pixels += cells[i].pixels;
        for (std::size_t c = 0; c < 3; ++c) {
            total.sum[c] += cells[i].sum[c];
        }
    }
    const auto channel = [&](std::size_t c) {
        return static_cast<std::uint8_t>((total.sum[c] + total.pixels / 2) / total.pixels);
    };
    return {channel(0), channel(1), channel(2)};
}

}  // namespace

Palette::Palette(std::span<const Frame> frames) {
    std::vector<Cell> all(cells);
    for (const Frame& frame : frames) {
        const auto& pixels = frame.image.pixels;
        for (std::size_t i = 0; i + 3 < pixels.size(); i += 4) {
            if (pixels[i + 3] < half) {
                continue;
            }
            Cell& cell = all[cell_of(&pixels[i])];
            ++cell.pixels;
            for (std::size_t c = 0; c < 3; ++c) {
                cell.sum[c] += pixels[i + c];
                cell.at[c] = static_cast<std::uint32_t>(pixels[i + c] >> (8 - bits));
            }
        }
    }
    std::erase_if(all, [](const Cell& cell) { return cell.pixels == 0; });
    std::vector<Box> boxes;
    if (!all.empty()) {
        boxes.push_back(measured(all, 0, all.size()));
    }
    while (boxes.size() < max_colours && !boxes.empty()) {
        const auto widest =
            std::max_element(boxes.begin(), boxes.end(),
                             [](const Box& a, const Box& b) { return a.weight < b.weight; });
        if (widest->weight == 0) {
            break;
        }
        const Box box = *widest;
        const std::size_t at = middle(all, box);
        *widest = measured(all, box.from, at);
        boxes.push_back(measured(all, at, box.to));
    }
    of_cell_.assign(cells, transparent);
    for (std::size_t b = 0; b < boxes.size(); ++b) {
        colours_.push_back(mean(all, boxes[b]));
        for (std::size_t i = boxes[b].from; i < boxes[b].to; ++i) {
            const auto& at = all[i].at;
            of_cell_[(std::size_t{at[0]} << (2 * bits)) | (std::size_t{at[1]} << bits) | at[2]] =
                static_cast<std::uint8_t>(b);
        }
    }
}

std::vector<std::uint8_t> Palette::indices(const RgbaImage& image) const {
    std::vector<std::uint8_t> made;
    made.reserve(image.pixels.size() / 4);
    for (std::size_t i = 0; i + 3 < image.pixels.size(); i += 4) {
        const bool opaque = image.pixels[i + 3] >= half;
        made.push_back(opaque ? of_cell_[cell_of(&image.pixels[i])] : transparent);
    }
    return made;
}

}  // namespace emojiscope::image
