#include "emojiscope/image/sketch_descriptors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace emojiscope::image {
namespace {

constexpr int luma_side = 8;
constexpr int chroma_side = 4;
/// A channel this far from the paper (of 255) is drawn.
constexpr int drawn_distance = 40;
/// Root of the summed squares below which there is nothing to describe.
constexpr double blank_norm = 0.15;
/// A description is left out if it is this like an earlier one.
constexpr double same_cosine = 0.999;

/// The picture on paper of one brightness.
class OnPaper {
public:
    OnPaper(const RgbaImage& premultiplied, int paper) : image_(premultiplied), paper_(paper) {}

    [[nodiscard]] int at(int x, int y, std::size_t channel) const {
        const std::uint8_t* pixel =
            image_.pixels.data() + 4 * (static_cast<std::size_t>(y) *
                                            static_cast<std::size_t>(image_.width) +
                                        static_cast<std::size_t>(x));
        return pixel[channel] + paper_ * (255 - pixel[3]) / 255;
    }
    [[nodiscard]] int width() const { return image_.width; }
    [[nodiscard]] int height() const { return image_.height; }

private:
    const RgbaImage& image_;
    int paper_;
};

std::array<int, 3> edge_colour(const OnPaper& picture) {
    std::array<int, 3> colour{};
    for (std::size_t c = 0; c < 3; ++c) {
        std::vector<int> values;
        for (int x = 0; x < picture.width(); ++x) {
            values.push_back(picture.at(x, 0, c));
            values.push_back(picture.at(x, picture.height() - 1, c));
        }
        for (int y = 0; y < picture.height(); ++y) {
            values.push_back(picture.at(0, y, c));
            values.push_back(picture.at(picture.width() - 1, y, c));
        }
        const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::nth_element(values.begin(), middle, values.end());
        colour[c] = *middle;
    }
    return colour;
}

struct Area {
    int left = 0;
    int top = 0;
    int right = 0;  ///< exclusive, as bottom
    int bottom = 0;
};

Area drawn_area(const OnPaper& picture) {
    const auto paper = edge_colour(picture);
    Area area{picture.width(), picture.height(), 0, 0};
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) {
            bool drawn = false;
            for (std::size_t c = 0; c < 3; ++c) {
                drawn = drawn || std::abs(picture.at(x, y, c) - paper[c]) > drawn_distance;
            }
            if (drawn) {
                area.left = std::min(area.left, x);
                area.right = std::max(area.right, x + 1);
                area.top = std::min(area.top, y);
                area.bottom = std::max(area.bottom, y + 1);
            }
        }
    }
    return area.left < area.right ? area : Area{0, 0, picture.width(), picture.height()};
}

/// Clearly less than the whole canvas.
bool is_part(const Area& area, const RgbaImage& image) {
    return (area.right - area.left) * 10 < image.width * 9 ||
           (area.bottom - area.top) * 10 < image.height * 9;
}

/// The mean of `value(x, y)` over each cell of side * side equal cells of the area; pixels that a
/// border cuts count by their parts.
template <class Value>
std::vector<double> cell_means(const Area& area, int side, const Value& value) {
    std::vector<double> cells(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
    const double cell_width = static_cast<double>(area.right - area.left) / side;
    const double cell_height = static_cast<double>(area.bottom - area.top) / side;
    for (int y = area.top; y < area.bottom; ++y) {
        for (int x = area.left; x < area.right; ++x) {
            const double v = value(x, y);
            for (int row = static_cast<int>((y - area.top) / cell_height);
                 row < side && row * cell_height < y - area.top + 1; ++row) {
                const double tall = std::min(y - area.top + 1.0, (row + 1) * cell_height) -
                                    std::max<double>(y - area.top, row * cell_height);
                for (int column = static_cast<int>((x - area.left) / cell_width);
                     column < side && column * cell_width < x - area.left + 1; ++column) {
                    const double wide =
                        std::min(x - area.left + 1.0, (column + 1) * cell_width) -
                        std::max<double>(x - area.left, column * cell_width);
                    cells[static_cast<std::size_t>(row * side + column)] +=
                        v * std::max(0.0, tall) * std::max(0.0, wide);
                }
            }
        }
    }
    for (double& cell : cells) {
        cell /= cell_width * cell_height;
    }
    return cells;
}

void append_centred(std::vector<double>& out, const std::vector<double>& cells, double weight) {
    double mean = 0;
    for (const double cell : cells) {
        mean += cell / static_cast<double>(cells.size());
    }
    for (const double cell : cells) {
        out.push_back((cell - mean) * weight);
    }
}

/// What the area shows; empty if blank.
std::vector<float> describe(const OnPaper& picture, const Area& area) {
    const auto luma = [&](int x, int y) {
        return (0.299 * picture.at(x, y, 0) + 0.587 * picture.at(x, y, 1) +
                0.114 * picture.at(x, y, 2)) /
               255;
    };
    std::vector<double> values;
    append_centred(values, cell_means(area, luma_side, luma), 1.0);
    // A cell of chroma stands for four of luma.
    for (const std::size_t channel : {std::size_t{2}, std::size_t{0}}) {
        const double scale = channel == 2 ? 0.564 : 0.713;
        const auto chroma = [&](int x, int y) {
            return scale * (picture.at(x, y, channel) / 255.0 - luma(x, y));
        };
        append_centred(values, cell_means(area, chroma_side, chroma), 2.0);
    }
    double squares = 0;
    for (const double value : values) {
        squares += value * value;
    }
    const double norm = std::sqrt(squares);
    if (norm < blank_norm) {
        return {};
    }
    std::vector<float> unit(values.size());
    std::transform(values.begin(), values.end(), unit.begin(),
                   [&](double value) { return static_cast<float>(value / norm); });
    return unit;
}

bool nearly_equal(const std::vector<float>& a, const std::vector<float>& b) {
    double product = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        product += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    }
    return product > same_cosine;
}

/// With a border of its paper, a quarter of its size on each side.
RgbaImage on_its_paper(const RgbaImage& image, const std::array<std::uint8_t, 4>& paper) {
    const int left = std::max(1, image.width / 4);
    const int top = std::max(1, image.height / 4);
    RgbaImage out{image.width + 2 * left, image.height + 2 * top, {}};
    for (int i = 0; i < out.width * out.height; ++i) {
        out.pixels.insert(out.pixels.end(), paper.begin(), paper.end());
    }
    for (int y = 0; y < image.height; ++y) {
        const auto row = image.pixels.begin() + std::ptrdiff_t{4} * y * image.width;
        std::copy(row, row + std::ptrdiff_t{4} * image.width,
                  out.pixels.begin() + 4 * (std::ptrdiff_t{y + top} * out.width + left));
    }
    return out;
}

void add_new(std::vector<std::vector<float>>& rows, std::vector<float> row) {
    const bool known = std::any_of(rows.begin(), rows.end(),
                                   [&](const auto& other) { return nearly_equal(row, other); });
    if (!row.empty() && !known) {
        rows.push_back(std::move(row));
    }
}

}  // namespace

std::vector<float> sketch_descriptors(const Sketch& sketch) {
    std::vector<float> all;
    const std::size_t count = std::min(sketch.frames.size(), descriptor_max_frames);
    for (std::size_t i = 0; i < count; ++i) {
        const RgbaImage& image = sketch.frames[i * sketch.frames.size() / count].image;
        std::vector<std::vector<float>> rows;
        for (const int paper : {255, 0}) {
            const OnPaper picture(image, paper);
            add_new(rows, describe(picture, drawn_area(picture)));
        }
        // A drawing that fills its canvas has the colour of its own edges for paper. What then
        // seems drawn may be one plain spot, which says little: the spot within the whole does.
        for (const int paper : {255, 0}) {
            const OnPaper picture(image, paper);
            if (is_part(drawn_area(picture), image)) {
                add_new(rows, describe(picture, {0, 0, image.width, image.height}));
            }
        }
        // One plain box on paper: only that it is one can be told.
        if (rows.empty() && sketch.margins != Margins{}) {
            const RgbaImage whole = on_its_paper(image, sketch.paper);
            for (const int paper : {255, 0}) {
                add_new(rows, describe(OnPaper(whole, paper), {0, 0, whole.width, whole.height}));
            }
        }
        for (const std::vector<float>& row : rows) {
            all.insert(all.end(), row.begin(), row.end());
        }
    }
    return all;
}

}  // namespace emojiscope::image
