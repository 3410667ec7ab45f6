#include "emojiscope/image/sketch.hpp"

#include "pixels.hpp"
#include "runs.hpp"

#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/encode.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>

namespace emojiscope::image {
namespace {

// The header: the mark, the paper's four bytes, then, little-endian u32 each: width, height, the
// four margins, pictures, duration in ms, hard-edged (0 or 1), hardened pictures (0 or 1), frames,
// and for each frame its start in ms.
constexpr std::array<std::uint8_t, 4> mark{'E', 'S', 'K', '1'};
constexpr std::size_t header_bytes = 8 + 11 * 4;
/// A channel this near to the paper (of 255) still shows paper: JPEG leaves no colour plain.
constexpr int paper_tolerance = 14;
/// No side, margin or number of pictures is larger.
constexpr std::uint32_t most_pixels = 1U << 20U;

/// All images of a sketch below one another.
constexpr std::uint32_t strip_height = sketch_side * (sketch_max_frames + 1);
constexpr DecodeLimits strip_limits{.max_bytes = std::size_t{1024} * 1024,
                                    .max_side = strip_height,
                                    .max_pixels = std::uint64_t{sketch_side} * strip_height,
                                    .max_frames = 1,
                                    .max_total_pixels = std::uint64_t{sketch_side} * strip_height};

void put_u32(std::vector<std::uint8_t>& out, std::uint64_t value) {
    const auto capped = static_cast<std::uint32_t>(std::min<std::uint64_t>(value, 0xFFFFFFFF));
    for (int shift = 0; shift < 32; shift += 8) {
        out.push_back(static_cast<std::uint8_t>(capped >> shift));
    }
}

std::uint32_t get_u32(std::span<const std::uint8_t> bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value |= static_cast<std::uint32_t>(bytes[at + i]) << (8 * i);
    }
    return value;
}

/// The longer side that `frames` pictures of this aspect may have.
int side_for(std::size_t frames, int width, int height) {
    const int longer = std::max(width, height);
    const double shorter_share = static_cast<double>(std::min(width, height)) / longer;
    const double fitting = std::sqrt(static_cast<double>(sketch_max_pixels) /
                                     (static_cast<double>(frames) * shorter_share));
    return std::min({longer, sketch_side, static_cast<int>(fitting)});
}

int scaled(int side, int longer, int size) {
    return std::max(1, static_cast<int>(std::lround(static_cast<double>(side) * size / longer)));
}

Error not_a_sketch() {
    return fail(ErrorCode::corrupt, "the stored sketch of a picture is damaged");
}

using Pixel = std::array<std::uint8_t, 4>;

Pixel pixel_at(const RgbaImage& image, int x, int y) {
    const std::uint8_t* from =
        image.pixels.data() +
        4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) +
             static_cast<std::size_t>(x));
    return {from[0], from[1], from[2], from[3]};
}

/// The middle of each channel along the four edges.
Pixel paper_of(const RgbaImage& image) {
    std::array<std::vector<std::uint8_t>, 4> values;
    const auto add = [&](int x, int y) {
        const Pixel pixel = pixel_at(image, x, y);
        for (std::size_t c = 0; c < 4; ++c) {
            values[c].push_back(pixel[c]);
        }
    };
    for (int x = 0; x < image.width; ++x) {
        add(x, 0);
        add(x, image.height - 1);
    }
    for (int y = 0; y < image.height; ++y) {
        add(0, y);
        add(image.width - 1, y);
    }
    Pixel paper{};
    for (std::size_t c = 0; c < 4; ++c) {
        const auto middle = values[c].begin() + static_cast<std::ptrdiff_t>(values[c].size() / 2);
        std::nth_element(values[c].begin(), middle, values[c].end());
        paper[c] = *middle;
    }
    return paper;
}

/// Narrows `margins` to what is paper in this frame as well.
void narrow(Margins& margins, const RgbaImage& image, const Pixel& paper) {
    const auto shows_paper = [&](int x, int y) {
        const Pixel pixel = pixel_at(image, x, y);
        for (std::size_t c = 0; c < 4; ++c) {
            if (std::abs(pixel[c] - paper[c]) > paper_tolerance) {
                return false;
            }
        }
        return true;
    };
    const auto plain_row = [&](int y) {
        for (int x = 0; x < image.width; ++x) {
            if (!shows_paper(x, y)) {
                return false;
            }
        }
        return true;
    };
    const auto plain_column = [&](int x) {
        for (int y = 0; y < image.height; ++y) {
            if (!shows_paper(x, y)) {
                return false;
            }
        }
        return true;
    };
    const auto count = [](int most, const auto& plain) {
        int lines = 0;
        while (lines < most && plain(lines)) {
            ++lines;
        }
        return lines;
    };
    margins.top = count(margins.top, plain_row);
    margins.bottom = count(margins.bottom, [&](int i) { return plain_row(image.height - 1 - i); });
    margins.left = count(margins.left, plain_column);
    margins.right = count(margins.right, [&](int i) { return plain_column(image.width - 1 - i); });
}

RgbaImage cut(const RgbaImage& image, const Margins& margins) {
    const int width = image.width - margins.left - margins.right;
    const int height = image.height - margins.top - margins.bottom;
    RgbaImage out{width, height, {}};
    out.pixels.reserve(std::size_t{4} * static_cast<std::size_t>(width) *
                       static_cast<std::size_t>(height));
    for (int y = margins.top; y < margins.top + height; ++y) {
        const auto begin = image.pixels.begin() +
                           4 * (static_cast<std::ptrdiff_t>(y) * image.width + margins.left);
        out.pixels.insert(out.pixels.end(), begin, begin + std::ptrdiff_t{4} * width);
    }
    return out;
}

/// What the alpha of a picture is like.
struct Edges {
    bool some_clear = false;
    bool some_soft = false;
};

Edges edges_of(const RgbaImage& image) {
    Edges edges;
    for (std::size_t i = 3; i < image.pixels.size(); i += 4) {
        edges.some_clear = edges.some_clear || image.pixels[i] == 0;
        edges.some_soft = edges.some_soft || (image.pixels[i] != 0 && image.pixels[i] != 255);
    }
    return edges;
}

/// Of straight alpha.
RgbaImage hardened(RgbaImage image) {
    for (std::size_t i = 0; i < image.pixels.size(); i += 4) {
        const bool opaque = image.pixels[i + 3] >= 128;
        for (std::size_t c = 0; c < 3; ++c) {
            image.pixels[i + c] = opaque ? image.pixels[i + c] : std::uint8_t{0};
        }
        image.pixels[i + 3] = opaque ? 255 : 0;
    }
    return image;
}

}  // namespace

int drawn_width(const Sketch& sketch) noexcept {
    return sketch.width - sketch.margins.left - sketch.margins.right;
}

int drawn_height(const Sketch& sketch) noexcept {
    return sketch.height - sketch.margins.top - sketch.margins.bottom;
}

Sketch make_sketch(const Picture& picture) {
    assert(!picture.frames.empty());
    const std::vector<Run> runs = runs_of(picture);
    Sketch sketch;
    sketch.width = picture.width();
    sketch.height = picture.height();
    sketch.pictures = static_cast<int>(runs.size());
    const std::size_t count = std::min(runs.size(), sketch_max_frames);
    std::chrono::milliseconds start{0};
    for (std::size_t i = 0, next = 0; i < runs.size(); ++i) {
        if (next < count && i == next * runs.size() / count) {
            sketch.frames.push_back(
                {premultiplied(picture.frames[runs[i].first_frame].image), start});
            ++next;
        }
        start += runs[i].duration;
    }
    sketch.duration = sketch.animated() ? start : std::chrono::milliseconds{0};
    sketch.paper = paper_of(sketch.frames.front().image);
    sketch.margins = {sketch.width, sketch.height, sketch.width, sketch.height};
    for (const SketchFrame& frame : sketch.frames) {
        narrow(sketch.margins, frame.image, sketch.paper);
    }
    if (drawn_width(sketch) <= 0 || drawn_height(sketch) <= 0) {
        sketch.margins = {};  // nothing but paper
    }
    const int longer = std::max(drawn_width(sketch), drawn_height(sketch));
    const int side = side_for(count, drawn_width(sketch), drawn_height(sketch));
    const int width = scaled(drawn_width(sketch), longer, side);
    const int height = scaled(drawn_height(sketch), longer, side);
    const auto finish = [&](const RgbaImage& image) {
        return resize_premultiplied(cut(image, sketch.margins), width, height, Filter::bicubic);
    };
    for (SketchFrame& frame : sketch.frames) {
        frame.image = finish(frame.image);
    }
    const Edges edges = edges_of(picture.frames.front().image);
    sketch.hard_edged = edges.some_clear && !edges.some_soft;
    if (edges.some_soft && !sketch.animated()) {
        sketch.hardened = finish(hardened(picture.frames.front().image));
    }
    return sketch;
}

Result<std::vector<std::uint8_t>> encode_sketch(const Sketch& sketch) {
    std::vector<std::uint8_t> out(mark.begin(), mark.end());
    out.insert(out.end(), sketch.paper.begin(), sketch.paper.end());
    for (const int value : {sketch.width, sketch.height, sketch.margins.left, sketch.margins.top,
                            sketch.margins.right, sketch.margins.bottom, sketch.pictures}) {
        put_u32(out, static_cast<std::uint64_t>(value));
    }
    put_u32(out, static_cast<std::uint64_t>(sketch.duration.count()));
    put_u32(out, sketch.hard_edged ? 1 : 0);
    put_u32(out, sketch.hardened.pixels.empty() ? 0 : 1);
    put_u32(out, sketch.frames.size());
    RgbaImage strip;
    const auto add = [&](const RgbaImage& image) {
        strip.width = image.width;
        strip.height += image.height;
        strip.pixels.insert(strip.pixels.end(), image.pixels.begin(), image.pixels.end());
    };
    for (const SketchFrame& frame : sketch.frames) {
        put_u32(out, static_cast<std::uint64_t>(frame.start.count()));
        add(frame.image);
    }
    if (!sketch.hardened.pixels.empty()) {
        add(sketch.hardened);
    }
    auto png = encode_png(strip, Effort::low);
    if (!png) {
        return png.error();
    }
    out.insert(out.end(), png->begin(), png->end());
    return out;
}

Result<Sketch> decode_sketch(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < header_bytes || !std::equal(mark.begin(), mark.end(), bytes.begin())) {
        return not_a_sketch();
    }
    Sketch sketch;
    std::copy_n(bytes.begin() + mark.size(), sketch.paper.size(), sketch.paper.begin());
    std::size_t at = mark.size() + sketch.paper.size();
    for (int* field : {&sketch.width, &sketch.height, &sketch.margins.left, &sketch.margins.top,
                       &sketch.margins.right, &sketch.margins.bottom, &sketch.pictures}) {
        const std::uint32_t value = get_u32(bytes, at);
        if (value > most_pixels) {
            return not_a_sketch();
        }
        *field = static_cast<int>(value);
        at += 4;
    }
    sketch.duration = std::chrono::milliseconds(get_u32(bytes, at));
    sketch.hard_edged = get_u32(bytes, at + 4) == 1;
    const std::size_t extra = get_u32(bytes, at + 8);
    const std::size_t count = get_u32(bytes, at + 12);
    if (count == 0 || count > sketch_max_frames || drawn_width(sketch) < 1 ||
        drawn_height(sketch) < 1 || sketch.pictures < 1 || extra > 1 ||
        bytes.size() < header_bytes + 4 * count) {
        return not_a_sketch();
    }
    auto strip = decode(bytes.subspan(header_bytes + 4 * count), strip_limits);
    const int images = static_cast<int>(count + extra);
    if (!strip || strip->width() > sketch_side || strip->height() % images != 0 ||
        strip->height() / images > sketch_side) {
        return not_a_sketch();
    }
    const RgbaImage& pixels = strip->frames.front().image;
    const int height = strip->height() / images;
    const std::size_t image_bytes =
        std::size_t{4} * static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(height);
    const auto image_at = [&](std::size_t i) {
        const auto begin = pixels.pixels.begin() + static_cast<std::ptrdiff_t>(i * image_bytes);
        return RgbaImage{
            pixels.width, height, {begin, begin + static_cast<std::ptrdiff_t>(image_bytes)}};
    };
    for (std::size_t i = 0; i < count; ++i) {
        sketch.frames.push_back(
            {image_at(i), std::chrono::milliseconds(get_u32(bytes, header_bytes + 4 * i))});
    }
    if (extra == 1) {
        sketch.hardened = image_at(count);
    }
    return sketch;
}

}  // namespace emojiscope::image
