// PNG by libpng.
//
// libpng reports errors by longjmp, which must not cross a C++ object with a destructor. So
// there is one setjmp, in PngReader::run(), and between it and libpng stand only functions
// whose locals are trivial. Everything that owns memory lives outside of them.
#include "decoders.hpp"
#include "guard.hpp"

#include <png.h>

#include <csetjmp>
#include <cstring>
#include <string_view>
#include <utility>

namespace emojiscope::image {
namespace {

constexpr std::size_t signature_and_ihdr = 8 + 8 + 13;  // signature, chunk head, IHDR's fields
constexpr png_alloc_size_t max_chunk_bytes = 1024 * 1024;

class PngReader {
public:
    explicit PngReader(std::span<const std::uint8_t> bytes) : rest_(bytes) {
        png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, &on_error, &on_warning);
        info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    }
    ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
    PngReader(const PngReader&) = delete;
    PngReader& operator=(const PngReader&) = delete;

    /// Straight RGBA into `image`, whose size must be the one in the IHDR. False on an error,
    /// which message() then tells.
    bool read_into(RgbaImage& image) {
        if (info_ == nullptr) {
            set_message("libpng could not be started");
            return false;
        }
        out_ = image.pixels.data();
        width_ = static_cast<png_uint_32>(image.width);
        height_ = static_cast<png_uint_32>(image.height);
        return run();
    }

    [[nodiscard]] std::string_view message() const { return message_; }

private:
    bool run() noexcept {
        if (setjmp(png_jmpbuf(png_)) != 0) {
            return false;
        }
        prepare();
        read_rows();
        return true;
    }

    void prepare() noexcept {
        png_set_read_fn(png_, this, &on_read);
        png_set_user_limits(png_, width_, height_);
        png_set_chunk_malloc_max(png_, max_chunk_bytes);
        // Profiles, texts and gamma would only be parsed to be thrown away: -1 stands for all
        // chunks but those that make the pixels.
        png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
        png_read_info(png_, info_);
        if (png_get_image_width(png_, info_) != width_ ||
            png_get_image_height(png_, info_) != height_) {
            png_error(png_, "two different sizes");
        }
        png_set_expand(png_);
        png_set_strip_16(png_);
        png_set_gray_to_rgb(png_);
        png_set_add_alpha(png_, 0xFF, PNG_FILLER_AFTER);
    }

    void read_rows() noexcept {
        const int passes = png_set_interlace_handling(png_);
        png_read_update_info(png_, info_);
        const std::size_t stride = std::size_t{width_} * 4;
        if (png_get_rowbytes(png_, info_) != stride) {
            png_error(png_, "rows of an unexpected length");
        }
        for (int pass = 0; pass < passes; ++pass) {
            for (png_uint_32 y = 0; y < height_; ++y) {
                png_read_row(png_, out_ + y * stride, nullptr);
            }
        }
        png_read_end(png_, nullptr);
    }

    void set_message(const char* text) noexcept {
        std::strncpy(message_, text, sizeof(message_) - 1);
    }

    static void on_read(png_structp png, png_bytep out, std::size_t count) {
        auto& self = *static_cast<PngReader*>(png_get_io_ptr(png));
        if (count > self.rest_.size()) {
            png_error(png, "it is cut off");
        }
        std::memcpy(out, self.rest_.data(), count);
        self.rest_ = self.rest_.subspan(count);
    }

    [[noreturn]] static void on_error(png_structp png, png_const_charp text) {
        static_cast<PngReader*>(png_get_error_ptr(png))->set_message(text);
        png_longjmp(png, 1);
    }

    // Warnings are about what does not change the pixels that we get (profiles, odd chunks).
    static void on_warning(png_structp, png_const_charp) {}

    std::span<const std::uint8_t> rest_;
    png_structp png_ = nullptr;
    png_infop info_ = nullptr;
    std::uint8_t* out_ = nullptr;
    png_uint_32 width_ = 0;
    png_uint_32 height_ = 0;
    char message_[128] = {};
};

std::uint32_t big_endian_32(std::span<const std::uint8_t> bytes) {
    return (std::uint32_t{bytes[0]} << 24) | (std::uint32_t{bytes[1]} << 16) |
           (std::uint32_t{bytes[2]} << 8) | std::uint32_t{bytes[3]};
}

}  // namespace

Result<Picture> decode_png(std::span<const std::uint8_t> bytes, const DecodeLimits& limits) {
    if (bytes.size() < signature_and_ihdr) {
        return damaged(ImageFormat::png, "it is cut off");
    }
    const std::uint32_t width = big_endian_32(bytes.subspan(16, 4));
    const std::uint32_t height = big_endian_32(bytes.subspan(20, 4));
    if (auto checked = check_canvas(ImageFormat::png, width, height, limits); !checked) {
        return checked.error();
    }
    if (auto checked = check_animation(ImageFormat::png, 1, pixel_count(width, height), limits);
        !checked) {
        return checked.error();
    }
    RgbaImage image = blank_canvas(width, height);
    PngReader reader(bytes);
    if (!reader.read_into(image)) {
        return damaged(ImageFormat::png, reader.message());
    }
    Picture picture{ImageFormat::png, {}};
    picture.frames.push_back(Frame{std::move(image), {}});
    return picture;
}

}  // namespace emojiscope::image
