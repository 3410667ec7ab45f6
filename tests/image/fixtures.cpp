#include "image/fixtures.hpp"

#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include <png.h>

#include <webp/encode.h>

#include <stdexcept>

namespace emojiscope::image::fixtures {
namespace {

std::size_t area(int width, int height) {
    return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
}

Rgba colour_of(char letter) {
    switch (letter) {
        case 'r': return red;
        case 'g': return green;
        case 'b': return blue;
        case 'w': return white;
        default: return clear;
    }
}

void append_png(png_structp png, png_bytep data, std::size_t size) {
    auto& out = *static_cast<Bytes*>(png_get_io_ptr(png));
    out.insert(out.end(), data, data + size);
}

void set_palette(png_structp png, png_infop info, const std::vector<Rgba>& palette) {
    std::vector<png_color> colours;
    Bytes alphas;
    for (const Rgba& colour : palette) {
        colours.push_back({colour.r, colour.g, colour.b});
        alphas.push_back(colour.a);
    }
    png_set_PLTE(png, info, colours.data(), static_cast<int>(colours.size()));
    png_set_tRNS(png, info, alphas.data(), static_cast<int>(alphas.size()), nullptr);
}

void put(Bytes& out, std::string_view text) { out.insert(out.end(), text.begin(), text.end()); }

void put_little(Bytes& out, std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) {
        out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
}

void put_chunk(Bytes& out, std::string_view name, const Bytes& data) {
    put(out, name);
    put_little(out, static_cast<std::uint32_t>(data.size()), 4);
    out.insert(out.end(), data.begin(), data.end());
    if (data.size() % 2 == 1) {
        out.push_back(0);
    }
}

Bytes animation_frame(const WebpFrame& frame) {
    Bytes data;
    put_little(data, static_cast<std::uint32_t>(frame.left / 2), 3);
    put_little(data, static_cast<std::uint32_t>(frame.top / 2), 3);
    put_little(data, static_cast<std::uint32_t>(frame.image.width - 1), 3);
    put_little(data, static_cast<std::uint32_t>(frame.image.height - 1), 3);
    put_little(data, static_cast<std::uint32_t>(frame.duration_ms), 3);
    data.push_back(static_cast<std::uint8_t>((frame.blend ? 0 : 2) | (frame.dispose ? 1 : 0)));
    const Bytes still = webp_lossless(frame.image);
    data.insert(data.end(), still.begin() + 12, still.end());  // without RIFF, size, WEBP
    return data;
}

}  // namespace

RgbImage noise(int width, int height, std::uint32_t seed) {
    Noise random(seed);
    RgbImage out{width, height, Bytes(area(width, height) * 3)};
    for (auto& byte : out.pixels) {
        byte = random.next();
    }
    return out;
}

RgbaImage rgba_noise(int width, int height, std::uint32_t seed) {
    Noise random(seed);
    RgbaImage out{width, height, Bytes(area(width, height) * 4)};
    for (auto& byte : out.pixels) {
        byte = random.next();
    }
    return out;
}

RgbaImage filled(int width, int height, Rgba colour) {
    RgbaImage out{width, height, Bytes(area(width, height) * 4)};
    fill(out, 0, 0, width, height, colour);
    return out;
}

void fill(RgbaImage& image, int left, int top, int width, int height, Rgba colour) {
    for (int y = top; y < top + height; ++y) {
        for (int x = left; x < left + width; ++x) {
            std::uint8_t* to = image.pixels.data() +
                               (area(image.width, y) + static_cast<std::size_t>(x)) * 4;
            to[0] = colour.r;
            to[1] = colour.g;
            to[2] = colour.b;
            to[3] = colour.a;
        }
    }
}

Rgba at(const RgbaImage& image, int x, int y) {
    const std::size_t i = (area(image.width, y) + static_cast<std::size_t>(x)) * 4;
    return {image.pixels.at(i), image.pixels.at(i + 1), image.pixels.at(i + 2),
            image.pixels.at(i + 3)};
}

RgbaImage drawn(const std::vector<std::string>& rows) {
    RgbaImage out = filled(static_cast<int>(rows.at(0).size()), static_cast<int>(rows.size()),
                           clear);
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
            fill(out, x, y, 1, 1,
                 colour_of(rows.at(static_cast<std::size_t>(y)).at(static_cast<std::size_t>(x))));
        }
    }
    return out;
}

Bytes png(const PngSpec& spec) {
    Bytes out;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    png_set_write_fn(png, &out, &append_png, nullptr);
    png_set_IHDR(png, info, static_cast<png_uint_32>(spec.width),
                 static_cast<png_uint_32>(spec.height), spec.bit_depth, spec.colour_type,
                 spec.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (!spec.palette.empty()) {
        set_palette(png, info, spec.palette);
    }
    if (!spec.transparent.empty()) {
        png_color_16 key{};
        key.gray = key.red = spec.transparent[0];
        if (spec.transparent.size() == 3) {
            key.green = spec.transparent[1];
            key.blue = spec.transparent[2];
        }
        png_set_tRNS(png, info, nullptr, 0, &key);
    }
    if (spec.gamma) {
        png_set_gAMA(png, info, 1.0);
    }
    std::vector<png_bytep> rows;
    std::vector<Bytes> copy = spec.rows;
    for (Bytes& row : copy) {
        rows.push_back(row.data());
    }
    png_set_rows(png, info, rows.data());
    png_write_png(png, info, PNG_TRANSFORM_IDENTITY, nullptr);
    png_destroy_write_struct(&png, &info);
    return out;
}

Bytes jpeg(int width, int height, int channels, const Bytes& samples, bool ycck,
           bool progressive) {
    jpeg_compress_struct info{};
    jpeg_error_mgr errors{};
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    unsigned char* data = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&info, &data, &size);
    info.image_width = static_cast<JDIMENSION>(width);
    info.image_height = static_cast<JDIMENSION>(height);
    info.input_components = channels;
    info.in_color_space = channels == 1 ? JCS_GRAYSCALE : channels == 3 ? JCS_RGB : JCS_CMYK;
    jpeg_set_defaults(&info);
    if (ycck) {
        jpeg_set_colorspace(&info, JCS_YCCK);
    }
    jpeg_set_quality(&info, 100, TRUE);
    if (progressive) {
        jpeg_simple_progression(&info);
    }
    jpeg_start_compress(&info, TRUE);
    Bytes copy = samples;
    for (int y = 0; y < height; ++y) {
        JSAMPROW row = copy.data() + area(width, y) * static_cast<std::size_t>(channels);
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    Bytes out(data, data + size);
    jpeg_destroy_compress(&info);
    std::free(data);
    return out;
}

Bytes webp_lossless(const RgbaImage& image) {
    WebPConfig config;
    WebPPicture picture;
    WebPMemoryWriter writer;
    WebPMemoryWriterInit(&writer);
    bool done = WebPConfigInit(&config) != 0 && WebPPictureInit(&picture) != 0;
    config.lossless = 1;
    config.exact = 1;  // keep the colours under alpha 0
    picture.use_argb = 1;
    picture.width = image.width;
    picture.height = image.height;
    picture.writer = &WebPMemoryWrite;
    picture.custom_ptr = &writer;
    done = done && WebPPictureImportRGBA(&picture, image.pixels.data(), image.width * 4) != 0 &&
           WebPEncode(&config, &picture) != 0;
    Bytes out(writer.mem, writer.mem + writer.size);
    WebPPictureFree(&picture);
    WebPMemoryWriterClear(&writer);
    if (!done) {
        throw std::runtime_error("libwebp did not encode the fixture");
    }
    return out;
}

// The container of the WebP specification: VP8X, ANIM, and an ANMF for each frame.
Bytes webp_animation(int width, int height, const std::vector<WebpFrame>& frames) {
    constexpr std::uint32_t has_animation_and_alpha = 0x12;
    Bytes header;
    put_little(header, has_animation_and_alpha, 4);
    put_little(header, static_cast<std::uint32_t>(width - 1), 3);
    put_little(header, static_cast<std::uint32_t>(height - 1), 3);
    Bytes body;
    put(body, "WEBP");
    put_chunk(body, "VP8X", header);
    put_chunk(body, "ANIM", Bytes(6, 0));
    for (const WebpFrame& frame : frames) {
        put_chunk(body, "ANMF", animation_frame(frame));
    }
    Bytes out;
    put_chunk(out, "RIFF", body);
    return out;
}

}  // namespace emojiscope::image::fixtures
