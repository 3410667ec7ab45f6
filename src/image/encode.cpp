#include "emojiscope/image/encode.hpp"

#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include <png.h>
#include <webp/encode.h>

#include <algorithm>
#include <csetjmp>
#include <memory>
#include <string>

namespace emojiscope::image {
namespace {

constexpr int max_webp_side = WEBP_MAX_DIMENSION;
constexpr int max_side = 65500;  // JPEG_MAX_DIMENSION; PNG is held to it too

bool has_shape(int width, int height, std::size_t channels, std::size_t bytes) {
    return width >= 1 && height >= 1 && width <= max_side && height <= max_side &&
           bytes == static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * channels;
}

/// Errors come by longjmp to run(), which has no C++ objects of its own.
class JpegWriter {
public:
    JpegWriter() {
        info_.err = jpeg_std_error(&errors_);
        info_.client_data = this;
        errors_.error_exit = &on_error;
    }
    ~JpegWriter() {
        jpeg_destroy_compress(&info_);
        std::free(out_);
    }
    JpegWriter(const JpegWriter&) = delete;
    JpegWriter& operator=(const JpegWriter&) = delete;

    bool run(const RgbImage& image, int quality) noexcept {
        if (setjmp(jump_) != 0) {
            return false;
        }
        compress(image, quality);
        return true;
    }

    [[nodiscard]] std::vector<std::uint8_t> bytes() const { return {out_, out_ + size_}; }
    [[nodiscard]] const char* message() const { return message_; }

private:
    void compress(const RgbImage& image, int quality) noexcept {
        jpeg_create_compress(&info_);
        jpeg_mem_dest(&info_, &out_, &size_);
        info_.image_width = static_cast<JDIMENSION>(image.width);
        info_.image_height = static_cast<JDIMENSION>(image.height);
        info_.input_components = 3;
        info_.in_color_space = JCS_RGB;
        jpeg_set_defaults(&info_);
        jpeg_set_quality(&info_, quality, TRUE);
        jpeg_start_compress(&info_, TRUE);
        while (info_.next_scanline < info_.image_height) {
            const std::size_t row = std::size_t{info_.next_scanline} * info_.image_width * 3;
            JSAMPROW line = const_cast<JSAMPROW>(image.pixels.data() + row);  // read only
            jpeg_write_scanlines(&info_, &line, 1);
        }
        jpeg_finish_compress(&info_);
    }

    [[noreturn]] static void on_error(j_common_ptr info) {
        auto& self = *static_cast<JpegWriter*>(info->client_data);
        (*info->err->format_message)(info, self.message_);
        std::longjmp(self.jump_, 1);
    }

    jpeg_compress_struct info_{};
    jpeg_error_mgr errors_{};
    std::jmp_buf jump_{};
    unsigned char* out_ = nullptr;  // malloc'd by libjpeg
    unsigned long size_ = 0;
    char message_[JMSG_LENGTH_MAX] = {};
};

}  // namespace

Result<std::vector<std::uint8_t>> encode_png(const RgbaImage& image, Effort effort) {
    if (!has_shape(image.width, image.height, 4, image.pixels.size())) {
        return fail(ErrorCode::invalid_argument, "cannot write a PNG: size and pixels disagree");
    }
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    png.width = static_cast<png_uint_32>(image.width);
    png.height = static_cast<png_uint_32>(image.height);
    png.format = PNG_FORMAT_RGBA;
    png.flags = effort == Effort::low ? PNG_IMAGE_FLAG_FAST : 0U;
    std::vector<std::uint8_t> bytes(PNG_IMAGE_PNG_SIZE_MAX(png));
    png_alloc_size_t size = bytes.size();
    const int written =
        png_image_write_to_memory(&png, bytes.data(), &size, 0, image.pixels.data(), 0, nullptr);
    if (written == 0) {
        const std::string reason = png.message;
        png_image_free(&png);
        return fail(ErrorCode::internal, "cannot write a PNG: " + reason);
    }
    bytes.resize(size);
    return bytes;
}

Result<std::vector<std::uint8_t>> encode_jpeg(const RgbImage& image, int quality) {
    if (!has_shape(image.width, image.height, 3, image.pixels.size())) {
        return fail(ErrorCode::invalid_argument, "cannot write a JPEG: size and pixels disagree");
    }
    if (quality < 1 || quality > 100) {
        return fail(ErrorCode::invalid_argument, "cannot write a JPEG: quality " +
                                                     std::to_string(quality) +
                                                     " is not within 1 to 100");
    }
    JpegWriter writer;
    if (!writer.run(image, quality)) {
        return fail(ErrorCode::internal, std::string("cannot write a JPEG: ") + writer.message());
    }
    return writer.bytes();
}

Result<std::vector<std::uint8_t>> encode_webp(const RgbaImage& image, int quality) {
    if (!has_shape(image.width, image.height, 4, image.pixels.size()) ||
        std::max(image.width, image.height) > max_webp_side || quality < 1 || quality > 100) {
        return fail(ErrorCode::invalid_argument,
                    "cannot write a WebP: size, pixels or quality are out of range");
    }
    std::uint8_t* out = nullptr;
    const std::size_t size = WebPEncodeRGBA(image.pixels.data(), image.width, image.height,
                                            image.width * 4, static_cast<float>(quality), &out);
    const std::unique_ptr<std::uint8_t, decltype(&WebPFree)> owner(out, &WebPFree);
    if (size == 0) {
        return fail(ErrorCode::internal, "cannot write a WebP");
    }
    return std::vector<std::uint8_t>(out, out + size);
}

}  // namespace emojiscope::image
