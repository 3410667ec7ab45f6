// JPEG by libjpeg-turbo.
//
// As with libpng, errors come by longjmp: each setjmp stands in a function without C++ objects
// of its own, and so does everything between it and the library.
#include "decoders.hpp"
#include "guard.hpp"

#include <cstddef>
#include <cstdio>

#include <jpeglib.h>

#include <jerror.h>

#include <csetjmp>
#include <string_view>
#include <utility>

namespace emojiscope::image {
namespace {

// A scan may be a few bytes long and each makes the decoder walk over the whole picture; real
// progressive files have about ten.
constexpr int max_scans = 100;

class JpegReader {
public:
    explicit JpegReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {
        info_.err = jpeg_std_error(&errors_);
        info_.client_data = this;
        errors_.error_exit = &on_error;
        errors_.emit_message = &on_message;
        progress_.progress_monitor = &on_progress;
    }
    ~JpegReader() { jpeg_destroy_decompress(&info_); }
    JpegReader(const JpegReader&) = delete;
    JpegReader& operator=(const JpegReader&) = delete;

    /// The size and the colours; little is allocated. False on an error.
    bool read_header() noexcept {
        if (setjmp(jump_) != 0) {
            return false;
        }
        jpeg_create_decompress(&info_);
        info_.progress = &progress_;
        jpeg_mem_src(&info_, bytes_.data(), bytes_.size());
        jpeg_read_header(&info_, TRUE);
        return true;
    }

    /// Four bytes a pixel into `out`: RGBA, or CMYK where is_cmyk(). False on an error.
    bool read_pixels(std::uint8_t* out) noexcept {
        if (setjmp(jump_) != 0) {
            return false;
        }
        info_.out_color_space = is_cmyk() ? JCS_CMYK : JCS_EXT_RGBA;
        jpeg_start_decompress(&info_);
        while (info_.output_scanline < info_.output_height) {
            JSAMPROW row = out + std::size_t{info_.output_scanline} * info_.output_width * 4;
            jpeg_read_scanlines(&info_, &row, 1);
        }
        jpeg_finish_decompress(&info_);
        return true;
    }

    [[nodiscard]] bool is_cmyk() const noexcept {
        return info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK;
    }
    [[nodiscard]] std::uint32_t width() const noexcept { return info_.image_width; }
    [[nodiscard]] std::uint32_t height() const noexcept { return info_.image_height; }
    [[nodiscard]] std::string_view message() const noexcept { return message_; }

private:
    [[noreturn]] static void on_error(j_common_ptr info) {
        auto& self = *static_cast<JpegReader*>(info->client_data);
        (*info->err->format_message)(info, self.message_);
        std::longjmp(self.jump_, 1);
    }

    // The library goes on with grey after the end of the data; we want to know. Its other
    // warnings leave a picture that every viewer shows.
    static void on_message(j_common_ptr info, int level) {
        if (level < 0 && info->err->msg_code == JWRN_JPEG_EOF) {
            fail_with(info, "it is cut off");
        }
    }

    static void on_progress(j_common_ptr info) {
        if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > max_scans) {
            fail_with(info, "it has too many scans");
        }
    }

    [[noreturn]] static void fail_with(j_common_ptr info, const char* text) {
        auto& self = *static_cast<JpegReader*>(info->client_data);
        std::snprintf(self.message_, sizeof(self.message_), "%s", text);
        std::longjmp(self.jump_, 1);
    }

    std::span<const std::uint8_t> bytes_;
    jpeg_decompress_struct info_{};
    jpeg_error_mgr errors_{};
    jpeg_progress_mgr progress_{};
    std::jmp_buf jump_{};
    char message_[JMSG_LENGTH_MAX] = {};
};

/// In place. What is stored are 255 - C, 255 - M, 255 - Y and 255 - K.
void inverted_cmyk_to_rgba(std::span<std::uint8_t> pixels) {
    for (std::size_t i = 0; i + 3 < pixels.size(); i += 4) {
        const unsigned k = pixels[i + 3];
        for (std::size_t c = 0; c < 3; ++c) {
            pixels[i + c] = static_cast<std::uint8_t>((pixels[i + c] * k + 127) / 255);
        }
        pixels[i + 3] = 255;
    }
}

}  // namespace

Result<Picture> decode_jpeg(std::span<const std::uint8_t> bytes, const DecodeLimits& limits) {
    JpegReader reader(bytes);
    if (!reader.read_header()) {
        return damaged(ImageFormat::jpeg, reader.message());
    }
    const std::uint32_t width = reader.width();
    const std::uint32_t height = reader.height();
    if (auto checked = check_canvas(ImageFormat::jpeg, width, height, limits); !checked) {
        return checked.error();
    }
    if (auto checked = check_animation(ImageFormat::jpeg, 1, pixel_count(width, height), limits);
        !checked) {
        return checked.error();
    }
    RgbaImage image = blank_canvas(width, height);
    if (!reader.read_pixels(image.pixels.data())) {
        return damaged(ImageFormat::jpeg, reader.message());
    }
    if (reader.is_cmyk()) {
        inverted_cmyk_to_rgba(image.pixels);
    }
    Picture picture{ImageFormat::jpeg, {}};
    picture.frames.push_back(Frame{std::move(image), {}});
    return picture;
}

}  // namespace emojiscope::image
