#include "sprite_sheets.hpp"

#include "emojiscope/image/encode.hpp"
#include "emojiscope/image/fit.hpp"

#include <algorithm>
#include <array>

namespace emojiscope::map {
namespace {

/// What browsers and graphics cards take without a murmur, and decode one of while others wait.
constexpr int sheet_side = 2048;

struct Grade {
    int tile;
    int quality;
};
constexpr std::array<Grade, 4> grades{{{56, 82}, {48, 78}, {40, 75}, {32, 70}}};

/// A grade is tried on about so many pictures before all are made in it.
constexpr std::size_t sample_size = 300;
/// How much larger than by the sample all of them may be.
constexpr double sample_error = 1.05;

/// Round each picture, so that none runs into its neighbour when it is drawn smaller or larger.
constexpr int gap = 1;

/// Pictures as they come from the catalogue are kept at this size, so that a second grade needs no
/// second decoding, and the first one no second resampling.
constexpr int kept_side = grades.front().tile - 2 * gap;

Error stopped() {
    return fail(ErrorCode::cancelled, "the page of the map was stopped");
}

void put_tile(const RgbaImage& picture, std::size_t left, std::size_t top, RgbaImage& sheet) {
    const auto side = static_cast<std::size_t>(picture.width);
    const auto width = static_cast<std::size_t>(sheet.width);
    for (std::size_t y = 0; y < side; ++y) {
        std::copy_n(
            picture.pixels.begin() + static_cast<std::ptrdiff_t>(4 * y * side), 4 * side,
            sheet.pixels.begin() + static_cast<std::ptrdiff_t>(4 * ((top + y) * width + left)));
    }
}

Result<SpriteSheets> make_grade(const std::vector<std::optional<RgbaImage>>& pictures, Grade grade,
                                const std::stop_token& stop) {
    SpriteSheets out;
    out.tile = grade.tile;
    out.columns = sheet_side / grade.tile;
    const auto columns = static_cast<std::size_t>(out.columns);
    const std::size_t per_sheet = columns * columns;
    for (std::size_t first = 0; first < pictures.size(); first += per_sheet) {
        if (stop.stop_requested()) {
            return stopped();
        }
        const std::size_t count = std::min(per_sheet, pictures.size() - first);
        const std::size_t rows = (count + columns - 1) / columns;
        RgbaImage sheet{out.columns * grade.tile, static_cast<int>(rows) * grade.tile, {}};
        sheet.pixels.resize(4 * static_cast<std::size_t>(sheet.width) *
                            static_cast<std::size_t>(sheet.height));
        for (std::size_t i = 0; i < count; ++i) {
            if (pictures[first + i]) {
                const auto tile = static_cast<std::size_t>(grade.tile);
                put_tile(image::fit_tile(*pictures[first + i], grade.tile - 2 * gap),
                         i % columns * tile + gap, i / columns * tile + gap, sheet);
            }
        }
        auto bytes = image::encode_webp(sheet, grade.quality);
        if (!bytes) {
            return bytes.error();
        }
        out.sheets.push_back(std::move(*bytes));
    }
    return out;
}

std::size_t size_of(const SpriteSheets& sheets) {
    std::size_t bytes = 0;
    for (const auto& sheet : sheets.sheets) {
        bytes += sheet.size();
    }
    return bytes;
}

/// What all of them would take, from every so many a picture.
Result<double> estimate(const std::vector<std::optional<RgbaImage>>& pictures, Grade grade,
                        const std::stop_token& stop) {
    const std::size_t every = std::max<std::size_t>(1, pictures.size() / sample_size);
    std::vector<std::optional<RgbaImage>> sample;
    for (std::size_t i = 0; i < pictures.size(); i += every) {
        sample.push_back(pictures[i]);
    }
    const auto sheets = make_grade(sample, grade, stop);
    if (!sheets) {
        return sheets.error();
    }
    return static_cast<double>(size_of(*sheets)) * static_cast<double>(pictures.size()) /
           static_cast<double>(std::max<std::size_t>(1, sample.size()));
}

}  // namespace

Result<SpriteSheets> make_sprite_sheets(
    std::size_t count, const std::function<std::optional<RgbaImage>(std::size_t)>& picture,
    std::size_t most_bytes, const std::stop_token& stop,
    const std::function<void(std::size_t done, std::size_t all)>& progress) {
    std::vector<std::optional<RgbaImage>> pictures;
    pictures.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (stop.stop_requested()) {
            return stopped();
        }
        auto image = picture(i);
        pictures.push_back(image ? std::optional(image::fit_tile(*image, kept_side))
                                 : std::nullopt);
        if (progress) {
            progress(i + 1, count);
        }
    }
    const auto most = static_cast<double>(most_bytes);
    for (std::size_t g = 0; g + 1 < grades.size(); ++g) {
        const auto expected = estimate(pictures, grades[g], stop);
        if (!expected) {
            return expected.error();
        }
        if (*expected * sample_error > most) {
            continue;
        }
        auto sheets = make_grade(pictures, grades[g], stop);
        if (!sheets || size_of(*sheets) <= most_bytes) {
            return sheets;
        }
    }
    return make_grade(pictures, grades.back(), stop);
}

}  // namespace emojiscope::map
