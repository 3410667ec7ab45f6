// GIF by giflib, frame by frame.
//
// giflib reads patches of palette indices; GifAnimation lays them on the canvas. A patch is
// drawn only when all of it was read, so every frame that we return is whole.
#include "decoders.hpp"
#include "guard.hpp"

#include <gif_lib.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

namespace emojiscope::image {
namespace {

constexpr GraphicsControlBlock no_control{DISPOSAL_UNSPECIFIED, false, 0, NO_TRANSPARENT_COLOR};

/// A rectangle of palette indices, somewhere on (or beyond) the canvas.
struct Patch {
    int left = 0;
    int top = 0;
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> indices;  // row-major, width * height
};

/// The canvas as a browser keeps it between frames.
class Canvas {
public:
    Canvas(std::uint32_t width, std::uint32_t height) : shown_(blank_canvas(width, height)) {}

    /// Draws `patch` and gives what is now to be seen; then applies its disposal.
    RgbaImage show(const Patch& patch, const ColorMapObject& colours,
                   const GraphicsControlBlock& control) {
        RgbaImage before;
        if (control.DisposalMode == DISPOSE_PREVIOUS) {
            before = shown_;
        }
        draw(patch, colours, control.TransparentColor);
        RgbaImage frame = shown_;
        if (control.DisposalMode == DISPOSE_PREVIOUS) {
            shown_ = std::move(before);
        } else if (control.DisposalMode == DISPOSE_BACKGROUND) {
            clear(patch);
        }
        return frame;
    }

private:
    [[nodiscard]] std::uint8_t* pixel(int x, int y) {
        const auto row = static_cast<std::size_t>(y) * static_cast<std::size_t>(shown_.width);
        return shown_.pixels.data() + (row + static_cast<std::size_t>(x)) * 4;
    }
    [[nodiscard]] int right(const Patch& patch) const {
        return std::min(patch.left + patch.width, shown_.width);
    }
    [[nodiscard]] int bottom(const Patch& patch) const {
        return std::min(patch.top + patch.height, shown_.height);
    }

    void draw(const Patch& patch, const ColorMapObject& colours, int transparent) {
        for (int y = patch.top; y < bottom(patch); ++y) {
            const std::uint8_t* index = patch.indices.data() +
                                        static_cast<std::size_t>(y - patch.top) *
                                            static_cast<std::size_t>(patch.width);
            for (int x = patch.left; x < right(patch); ++x, ++index) {
                // An index beyond the palette has no colour: Chrome leaves it out as well.
                if (*index == transparent || *index >= colours.ColorCount) {
                    continue;
                }
                const GifColorType& colour = colours.Colors[*index];
                const std::uint8_t rgba[4] = {colour.Red, colour.Green, colour.Blue, 255};
                std::memcpy(pixel(x, y), rgba, sizeof(rgba));
            }
        }
    }

    // To transparency, not to the background colour of the header, as all browsers do.
    void clear(const Patch& patch) {
        if (patch.left >= right(patch)) {
            return;
        }
        const auto row_bytes = static_cast<std::size_t>(right(patch) - patch.left) * 4;
        for (int y = patch.top; y < bottom(patch); ++y) {
            std::memset(pixel(patch.left, y), 0, row_bytes);
        }
    }

    RgbaImage shown_;
};

class GifReader {
public:
    explicit GifReader(std::span<const std::uint8_t> bytes) : rest_(bytes) {
        gif_ = DGifOpen(this, &on_read, &open_error_);
    }
    ~GifReader() {
        if (gif_ != nullptr) {
            int ignored = 0;
            DGifCloseFile(gif_, &ignored);
        }
    }
    GifReader(const GifReader&) = delete;
    GifReader& operator=(const GifReader&) = delete;

    [[nodiscard]] bool is_open() const { return gif_ != nullptr; }
    [[nodiscard]] GifFileType& file() { return *gif_; }

    [[nodiscard]] Error error() const {
        const int code = gif_ == nullptr ? open_error_ : gif_->Error;
        if (rest_.empty()) {
            return damaged(ImageFormat::gif, "it is cut off");
        }
        const char* text = GifErrorString(code);
        return damaged(ImageFormat::gif, text == nullptr ? "no reason given" : text);
    }

    /// The record's sub-blocks; a graphics control among them replaces `control`.
    bool read_extension(GraphicsControlBlock& control) {
        int code = 0;
        GifByteType* block = nullptr;  // its first byte is its length
        if (DGifGetExtension(gif_, &code, &block) == GIF_ERROR) {
            return false;
        }
        while (block != nullptr) {
            if (code == GRAPHICS_EXT_FUNC_CODE) {
                (void)DGifExtensionToGCB(block[0], block + 1, &control);  // malformed: ignored
            }
            if (DGifGetExtensionNext(gif_, &block) == GIF_ERROR) {
                return false;
            }
        }
        return true;
    }

    /// The patch that file().Image describes.
    bool read_patch(Patch& patch) {
        const GifImageDesc& desc = gif_->Image;
        patch = Patch{desc.Left, desc.Top, desc.Width, desc.Height, {}};
        if (patch.width == 0 || patch.height == 0) {
            return skip_data();
        }
        patch.indices.resize(static_cast<std::size_t>(patch.width) *
                             static_cast<std::size_t>(patch.height));
        struct Pass {
            int first;
            int step;
        };
        static constexpr Pass interlaced[] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
        static constexpr Pass straight[] = {{0, 1}};
        const std::span<const Pass> passes =
            desc.Interlace ? std::span<const Pass>(interlaced) : std::span<const Pass>(straight);
        for (const Pass pass : passes) {
            for (int y = pass.first; y < patch.height; y += pass.step) {
                auto* line = patch.indices.data() + static_cast<std::size_t>(y) *
                                                        static_cast<std::size_t>(patch.width);
                if (DGifGetLine(gif_, line, patch.width) == GIF_ERROR) {
                    return false;
                }
            }
        }
        return true;
    }

private:
    bool skip_data() {
        GifByteType* block = nullptr;
        do {
            if (DGifGetCodeNext(gif_, &block) == GIF_ERROR) {
                return false;
            }
        } while (block != nullptr);
        return true;
    }

    static int on_read(GifFileType* gif, GifByteType* out, int count) {
        auto& self = *static_cast<GifReader*>(gif->UserData);
        const std::size_t got = std::min(static_cast<std::size_t>(count), self.rest_.size());
        std::memcpy(out, self.rest_.data(), got);
        self.rest_ = self.rest_.subspan(got);
        return static_cast<int>(got);
    }

    std::span<const std::uint8_t> rest_;
    int open_error_ = 0;
    GifFileType* gif_ = nullptr;
};

class GifAnimation {
public:
    GifAnimation(std::span<const std::uint8_t> bytes, const DecodeLimits& limits)
        : reader_(bytes), limits_(limits) {}

    Result<Picture> read() {
        if (!reader_.is_open()) {
            return reader_.error();
        }
        const std::optional<Error> stopped = read_records();
        if (frames_.empty()) {
            return stopped ? *stopped : damaged(ImageFormat::gif, "it has no frame");
        }
        if (stopped && stopped->code == ErrorCode::too_large) {
            return *stopped;
        }
        if (frames_.size() == 1) {
            frames_.front().duration = std::chrono::milliseconds{0};
        }
        return Picture{ImageFormat::gif, std::move(frames_)};
    }

private:
    /// Until the end of the file or the first error.
    std::optional<Error> read_records() {
        for (;;) {
            GifRecordType record = UNDEFINED_RECORD_TYPE;
            if (DGifGetRecordType(&reader_.file(), &record) == GIF_ERROR) {
                return reader_.error();
            }
            if (record == TERMINATE_RECORD_TYPE) {
                return std::nullopt;
            }
            if (record == EXTENSION_RECORD_TYPE) {
                if (!reader_.read_extension(control_)) {
                    return reader_.error();
                }
            } else if (record == IMAGE_DESC_RECORD_TYPE) {
                if (auto error = read_frame()) {
                    return error;
                }
            }
        }
    }

    std::optional<Error> read_frame() {
        GifFileType& file = reader_.file();
        if (DGifGetImageDesc(&file) == GIF_ERROR) {
            return reader_.error();
        }
        if (auto checked = check_frame(file.Image); !checked) {
            return checked.error();
        }
        Patch patch;
        if (!reader_.read_patch(patch)) {
            return reader_.error();
        }
        const ColorMapObject* colours =
            file.Image.ColorMap != nullptr ? file.Image.ColorMap : file.SColorMap;
        if (colours == nullptr) {
            return damaged(ImageFormat::gif, "a frame has no palette");
        }
        if (!canvas_) {
            canvas_.emplace(width_, height_);
        }
        const std::chrono::milliseconds claimed{control_.DelayTime * 10};
        frames_.push_back({canvas_->show(patch, *colours, control_), shown_duration(claimed)});
        control_ = no_control;
        return std::nullopt;
    }

    /// Both the canvas and the patch, which may be the larger of the two.
    Result<void> check_frame(const GifImageDesc& desc) {
        const auto width = static_cast<std::uint32_t>(desc.Width);
        const auto height = static_cast<std::uint32_t>(desc.Height);
        if (!canvas_) {
            adopt_canvas_size(desc);
            if (auto checked = check_canvas(ImageFormat::gif, width_, height_, limits_);
                !checked) {
                return checked;
            }
        }
        if (width > 0 && height > 0) {
            if (auto checked = check_canvas(ImageFormat::gif, width, height, limits_); !checked) {
                return checked;
            }
        }
        total_pixels_ += std::max(pixel_count(width, height), pixel_count(width_, height_));
        return check_animation(ImageFormat::gif, frames_.size() + 1, total_pixels_, limits_);
    }

    // Some encoders leave the canvas 0x0; it is then as large as the first frame.
    void adopt_canvas_size(const GifImageDesc& desc) {
        const GifFileType& file = reader_.file();
        const bool stated = file.SWidth > 0 && file.SHeight > 0;
        width_ = static_cast<std::uint32_t>(stated ? file.SWidth : desc.Left + desc.Width);
        height_ = static_cast<std::uint32_t>(stated ? file.SHeight : desc.Top + desc.Height);
    }

    GifReader reader_;
    const DecodeLimits& limits_;
    std::uint32_t width_ = 0;
    std::uint32_t height_ = 0;
    std::uint64_t total_pixels_ = 0;
    std::optional<Canvas> canvas_;
    GraphicsControlBlock control_ = no_control;
    std::vector<Frame> frames_;
};

}  // namespace

Result<Picture> decode_gif(std::span<const std::uint8_t> bytes, const DecodeLimits& limits) {
    return GifAnimation(bytes, limits).read();
}

}  // namespace emojiscope::image
