#include "emojiscope/map/painting.hpp"

#include "emojiscope/map/clusters.hpp"

#include <pango/pangocairo.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

namespace emojiscope::map {
namespace {

struct Colour {
    double r, g, b;
};
/// The colours of the page (page/data.js says why these).
constexpr std::array<Colour, 7> colours{{{0, 0.447, 0.698},
                                         {0.902, 0.624, 0},
                                         {0, 0.620, 0.451},
                                         {0.8, 0.475, 0.655},
                                         {0.337, 0.706, 0.914},
                                         {0.835, 0.369, 0},
                                         {0.541, 0.561, 0.596}}};
/// Seven colours are told apart; beyond them it is the shape of the patch that differs.
struct Shape {
    int corners;   ///< 0: a circle
    double turn;   ///< of the first corner, clockwise from the right
    double inner;  ///< of a star: where it is narrowest, of its radius; 1: no star
    double size;   ///< so that it looks out from under a picture as the others do
};
constexpr double quarter = std::numbers::pi / 2;
constexpr std::array<Shape, 10> shapes{{{0, 0, 1, 1},
                                        {4, quarter / 2, 1, 1.3},
                                        {4, 0, 1, 1.45},
                                        {3, -quarter, 1, 1.5},
                                        {3, quarter, 1, 1.5},
                                        {4, -quarter, 0.6, 1.6},
                                        {6, 0, 1, 1.15},
                                        {5, -quarter, 0.6, 1.5},
                                        {6, -quarter, 0.65, 1.4},
                                        {5, quarter, 1, 1.2}}};
static_assert(colours.size() * shapes.size() >= most_clusters);

constexpr Colour paper{1, 1, 1};
constexpr Colour ink{0.106, 0.122, 0.141};

constexpr int least_side = 200;
constexpr int most_side = 8000;
/// All measures below are for a picture of this size and grow with it.
constexpr double usual_width = 2400;
constexpr double usual_height = 1600;
constexpr double list_width = 480;
constexpr double margin = 40;
constexpr double least_picture = 12;
constexpr double most_picture = 72;
constexpr double most_picture_without_names = 150;
constexpr double patch_share = 1.25;  ///< of the picture's side
constexpr double patch_opacity = 0.45;
constexpr const char* list_font = "Sans 16";
constexpr const char* label_font = "Sans Bold 18";

struct SurfaceDelete {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
using Surface = std::unique_ptr<cairo_surface_t, SurfaceDelete>;
struct PenDelete {
    void operator()(cairo_t* pen) const { cairo_destroy(pen); }
};
using Pen = std::unique_ptr<cairo_t, PenDelete>;
struct TextDelete {
    void operator()(PangoLayout* text) const { g_object_unref(text); }
};
using Text = std::unique_ptr<PangoLayout, TextDelete>;

Surface new_surface(int width, int height) {
    return Surface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height));
}

/// cairo's pixels are premultiplied words of the machine's own byte order. Null: there is no memory
/// for them.
Surface surface_of(const RgbaImage& image) {
    Surface surface = new_surface(image.width, image.height);
    if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) {
        return nullptr;
    }
    cairo_surface_flush(surface.get());
    unsigned char* data = cairo_image_surface_get_data(surface.get());
    const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface.get()));
    const auto width = static_cast<std::size_t>(image.width);
    for (std::size_t y = 0; y < static_cast<std::size_t>(image.height); ++y) {
        for (std::size_t x = 0; x < width; ++x) {
            const std::uint8_t* from = image.pixels.data() + 4 * (y * width + x);
            const std::uint32_t alpha = from[3];
            const auto times = [&](std::uint32_t value) { return (value * alpha + 127) / 255; };
            const std::uint32_t word =
                alpha << 24U | times(from[0]) << 16U | times(from[1]) << 8U | times(from[2]);
            std::memcpy(data + y * stride + 4 * x, &word, sizeof word);
        }
    }
    cairo_surface_mark_dirty(surface.get());
    return surface;
}

/// Of a surface without transparency.
RgbaImage image_of(cairo_surface_t* surface) {
    cairo_surface_flush(surface);
    RgbaImage image{
        cairo_image_surface_get_width(surface), cairo_image_surface_get_height(surface), {}};
    const unsigned char* data = cairo_image_surface_get_data(surface);
    const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(surface));
    const auto width = static_cast<std::size_t>(image.width);
    const auto height = static_cast<std::size_t>(image.height);
    image.pixels.reserve(4 * width * height);
    for (std::size_t y = 0; y < height; ++y) {
        for (std::size_t x = 0; x < width; ++x) {
            std::uint32_t word = 0;
            std::memcpy(&word, data + y * stride + 4 * x, sizeof word);
            for (const unsigned shift : {16U, 8U, 0U}) {
                image.pixels.push_back(static_cast<std::uint8_t>(word >> shift & 255U));
            }
            image.pixels.push_back(255);
        }
    }
    return image;
}

void use(cairo_t* pen, const Colour& colour, double opacity = 1) {
    cairo_set_source_rgba(pen, colour.r, colour.g, colour.b, opacity);
}

/// Where the emoji lie on the paper.
struct Frame {
    double left, top, width, height;  ///< of the map's part of the paper
    double scale = 1;
    double middle_x = 0;
    double middle_y = 0;
    double filled = 0;  ///< of its area, how much of it the map takes

    [[nodiscard]] double x(const MappedEmoji& emoji) const {
        return left + width / 2 + (static_cast<double>(emoji.at[0]) - middle_x) * scale;
    }
    [[nodiscard]] double y(const MappedEmoji& emoji) const {
        return top + height / 2 - (static_cast<double>(emoji.at[1]) - middle_y) * scale;
    }
};

Frame frame_of(const EmojiMap& map, double left, double top, double width, double height) {
    Frame frame{left, top, width, height};
    std::array<double, 2> low{HUGE_VAL, HUGE_VAL};
    std::array<double, 2> high{-HUGE_VAL, -HUGE_VAL};
    for (const MappedEmoji& emoji : map.emoji) {
        for (std::size_t d = 0; d < 2; ++d) {
            low[d] = std::min(low[d], static_cast<double>(emoji.at[d]));
            high[d] = std::max(high[d], static_cast<double>(emoji.at[d]));
        }
    }
    if (map.emoji.empty()) {
        return frame;
    }
    frame.middle_x = (low[0] + high[0]) / 2;
    frame.middle_y = (low[1] + high[1]) / 2;
    const double wide = std::max(high[0] - low[0], 1e-9);
    const double tall = std::max(high[1] - low[1], 1e-9);
    frame.scale = std::min(width / wide, height / tall);
    frame.filled = wide * frame.scale * tall * frame.scale / (width * height);
    return frame;
}

struct Box {
    double left, top, right, bottom;

    [[nodiscard]] bool overlaps(const Box& other) const {
        return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
};

class Painter {
public:
    Painter(const EmojiMap& map, int width, int height, bool names)
        : map_(map),
          unit_(std::min(width / usual_width, height / usual_height)),
          width_(width),
          height_(height),
          surface_(new_surface(width, height)),
          pen_(cairo_create(surface_.get())) {
        use(pen_.get(), paper);
        cairo_paint(pen_.get());
        const double list = names ? list_width * unit_ : 0;
        const double most = names ? most_picture : most_picture_without_names;
        frame_ = frame_of(map, margin * 2 * unit_, margin * 2 * unit_,
                          width - list - 4 * margin * unit_, height - 4 * margin * unit_);
        // Nothing but pictures: they must not hide each other.
        const double room = frame_.width * frame_.height * (names ? 1 : frame_.filled) /
                            static_cast<double>(std::max<std::size_t>(1, map.emoji.size()));
        side_ = std::clamp(std::sqrt(room) * 1.1, least_picture * unit_, most * unit_);
        list_left_ = width - list;
    }

    void paint_patches() {
        for (const MappedEmoji& emoji : map_.emoji) {
            use(pen_.get(), colour_of(emoji.cluster), patch_opacity);
            patch(emoji.cluster, frame_.x(emoji), frame_.y(emoji), side_ * patch_share / 2);
        }
    }

    void paint_picture(const MappedEmoji& emoji, const RgbaImage& image) {
        const Surface surface = surface_of(image);
        if (!surface) {
            out_of_memory_ = true;
            return;
        }
        const double longer = std::max(image.width, image.height);
        const double scale = side_ / longer;
        cairo_save(pen_.get());
        cairo_translate(pen_.get(), frame_.x(emoji) - image.width * scale / 2,
                        frame_.y(emoji) - image.height * scale / 2);
        cairo_scale(pen_.get(), scale, scale);
        cairo_set_source_surface(pen_.get(), surface.get(), 0, 0);
        cairo_pattern_set_filter(cairo_get_source(pen_.get()), CAIRO_FILTER_GOOD);
        cairo_paint(pen_.get());
        cairo_restore(pen_.get());
    }

    /// Larger clusters first; for whom there is no room left, the number alone, or nothing.
    void paint_names() {
        std::vector<Box> taken;
        for (std::size_t c = 0; c < map_.clusters.size(); ++c) {
            const std::string number = std::to_string(c + 1);
            if (!paint_name(number + " " + map_.clusters[c].label, c, taken)) {
                static_cast<void>(paint_name(number, c, taken));
            }
        }
    }

    /// As many as there is room for.
    void paint_list() {
        double y = margin * unit_;
        y += write(std::to_string(map_.emoji.size()) + " emoji", label_font, list_left_, y) +
             margin / 2 * unit_;
        for (std::size_t c = 0; c < map_.clusters.size() && y < height_ - margin * unit_; ++c) {
            const MapCluster& cluster = map_.clusters[c];
            const auto number = static_cast<std::uint32_t>(c);
            use(pen_.get(), colour_of(number));
            patch(number, list_left_ + 10 * unit_, y + 13 * unit_, 8 * unit_);
            y += write(std::to_string(c + 1) + " " + cluster.label + "  " +
                           std::to_string(cluster.size),
                       list_font, list_left_ + 34 * unit_, y) +
                 8 * unit_;
        }
    }

    [[nodiscard]] bool failed() const {
        return out_of_memory_ || cairo_status(pen_.get()) != CAIRO_STATUS_SUCCESS ||
               cairo_surface_status(surface_.get()) != CAIRO_STATUS_SUCCESS;
    }
    [[nodiscard]] RgbaImage image() const { return image_of(surface_.get()); }

private:
    static const Colour& colour_of(std::uint32_t cluster) {
        return colours[cluster % colours.size()];
    }

    static const Shape& shape_of(std::uint32_t cluster) {
        return shapes[cluster / colours.size() % shapes.size()];
    }

    /// In the colour that is in use.
    void patch(std::uint32_t cluster, double x, double y, double radius) {
        const Shape& shape = shape_of(cluster);
        const double outer = radius * shape.size;
        cairo_new_path(pen_.get());
        if (shape.corners == 0) {
            cairo_arc(pen_.get(), x, y, outer, 0, 4 * quarter);
        }
        const bool star = shape.inner < 1;
        const int corners = star ? 2 * shape.corners : shape.corners;
        for (int i = 0; i < corners; ++i) {
            const double angle = shape.turn + 4 * quarter * i / corners;
            const double reach = star && i % 2 == 1 ? outer * shape.inner : outer;
            cairo_line_to(pen_.get(), x + reach * std::cos(angle), y + reach * std::sin(angle));
        }
        cairo_close_path(pen_.get());
        cairo_fill(pen_.get());
    }

    /// Over the cluster's middle, or as near to it as nothing is taken; false: nowhere there.
    bool paint_name(const std::string& name, std::size_t cluster, std::vector<Box>& taken) {
        const MappedEmoji& middle = map_.emoji[map_.clusters[cluster].middle];
        const Text text = text_of(name, label_font);
        pango_layout_set_width(text.get(), static_cast<int>(frame_.width * PANGO_SCALE));
        pango_layout_set_ellipsize(text.get(), PANGO_ELLIPSIZE_END);
        PangoRectangle logical{};
        pango_layout_get_pixel_extents(text.get(), nullptr, &logical);
        const double rightmost = std::max(frame_.left, frame_.left + frame_.width - logical.width);
        const double x = std::clamp(frame_.x(middle) - logical.width / 2.0, frame_.left, rightmost);
        for (const int lines : {0, 1, -1, 2, -2}) {
            const double y = frame_.y(middle) + (lines - 0.5) * logical.height;
            const Box box{x, y, x + logical.width, y + logical.height};
            const bool free = std::none_of(taken.begin(), taken.end(),
                                           [&](const Box& other) { return box.overlaps(other); });
            if (free && y >= 0 && box.bottom <= height_) {
                taken.push_back(box);
                write_on_pictures(text.get(), x, y);
                return true;
            }
        }
        return false;
    }

    void write_on_pictures(PangoLayout* text, double x, double y) {
        cairo_move_to(pen_.get(), x, y);
        pango_cairo_layout_path(pen_.get(), text);
        use(pen_.get(), paper, 0.9);
        cairo_set_line_width(pen_.get(), 5 * unit_);
        cairo_set_line_join(pen_.get(), CAIRO_LINE_JOIN_ROUND);
        cairo_stroke(pen_.get());
        use(pen_.get(), ink);
        cairo_move_to(pen_.get(), x, y);
        pango_cairo_show_layout(pen_.get(), text);
    }

    [[nodiscard]] Text text_of(const std::string& words, const char* font) const {
        Text text(pango_cairo_create_layout(pen_.get()));
        PangoFontDescription* description = pango_font_description_from_string(font);
        pango_font_description_set_absolute_size(
            description, pango_font_description_get_size(description) * unit_ * 96.0 / 72.0);
        pango_layout_set_font_description(text.get(), description);
        pango_font_description_free(description);
        pango_layout_set_text(text.get(), words.data(), static_cast<int>(words.size()));
        return text;
    }

    /// Returns how tall it came out.
    double write(const std::string& words, const char* font, double x, double y) {
        const Text text = text_of(words, font);
        pango_layout_set_width(text.get(),
                               static_cast<int>((width_ - x - margin * unit_) * PANGO_SCALE));
        pango_layout_set_wrap(text.get(), PANGO_WRAP_WORD_CHAR);
        use(pen_.get(), ink);
        cairo_move_to(pen_.get(), x, y);
        pango_cairo_show_layout(pen_.get(), text.get());
        int text_height = 0;
        pango_layout_get_pixel_size(text.get(), nullptr, &text_height);
        return text_height;
    }

    const EmojiMap& map_;
    double unit_;
    double width_;
    double height_;
    Surface surface_;
    Pen pen_;
    Frame frame_{};
    double side_ = 0;
    double list_left_ = 0;
    bool out_of_memory_ = false;
};

}  // namespace

Result<RgbaImage> paint_map(const EmojiMap& map, const PaintingOptions& options,
                            const std::function<std::optional<RgbaImage>(std::size_t)>& picture) {
    if (std::min(options.width, options.height) < least_side ||
        std::max(options.width, options.height) > most_side) {
        return fail(ErrorCode::invalid_argument,
                    "a picture of the map is 200 to 8000 pixels wide and high");
    }
    Painter painter(map, options.width, options.height, options.names);
    if (painter.failed()) {
        return fail(ErrorCode::internal, "there is no memory for the picture of the map");
    }
    painter.paint_patches();
    for (std::size_t i = 0; i < map.emoji.size(); ++i) {
        if (options.stop.stop_requested()) {
            return fail(ErrorCode::cancelled, "the picture of the map was stopped");
        }
        if (const auto image = picture(i)) {
            painter.paint_picture(map.emoji[i], *image);
        }
    }
    if (options.names) {
        painter.paint_names();
        painter.paint_list();
    }
    if (painter.failed()) {
        return fail(ErrorCode::internal, "cairo cannot draw the map");
    }
    return painter.image();
}

}  // namespace emojiscope::map
