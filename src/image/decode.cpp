#include "emojiscope/image/decode.hpp"

#include "decoders.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace emojiscope::image {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t quoted_bytes = 12;  // enough to recognise "<!DOCTYPE ht" or "<?xml versio"

std::string_view view(std::span<const std::uint8_t> bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Error not_an_image(std::span<const std::uint8_t> bytes) {
    if (bytes.empty()) {
        return fail(ErrorCode::unsupported, "not an image: it is empty");
    }
    if (bytes.front() != '<') {
        // Somebody's file, of which no byte belongs into a log. A page in its place is quoted.
        return fail(ErrorCode::unsupported, "not an image: none of PNG, JPEG, GIF and WebP");
    }
    constexpr auto digits = "0123456789abcdef"sv;
    std::string start;
    for (const std::uint8_t byte : bytes.first(std::min(bytes.size(), quoted_bytes))) {
        if (byte >= 0x20 && byte < 0x7F) {
            start.push_back(static_cast<char>(byte));
        } else {
            start += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return fail(ErrorCode::unsupported, "not an image: starts with '" + start + "'");
}

Error file_too_large(std::uintmax_t size, std::size_t max_bytes) {
    return fail(ErrorCode::too_large, std::to_string(size) + " bytes are over the limit of " +
                                          std::to_string(max_bytes) + " bytes");
}

Error about(const std::filesystem::path& path, const Error& error) {
    return fail(error.code, path.string() + ": " + error.message);
}

Result<std::size_t> regular_file_size(const std::filesystem::path& path, std::size_t max_bytes) {
    std::error_code code;
    const auto status = std::filesystem::status(path, code);
    if (status.type() == std::filesystem::file_type::not_found) {
        return fail(ErrorCode::not_found, "no such file");
    }
    if (code) {
        return fail(ErrorCode::io, "cannot be looked at: " + code.message());
    }
    if (!std::filesystem::is_regular_file(status)) {
        return fail(ErrorCode::io, "not a regular file");
    }
    const std::uintmax_t size = std::filesystem::file_size(path, code);
    if (code) {
        return fail(ErrorCode::io, "cannot be measured: " + code.message());
    }
    if (size > max_bytes) {
        return file_too_large(size, max_bytes);
    }
    return static_cast<std::size_t>(size);
}

Result<std::vector<std::uint8_t>> read_exactly(const std::filesystem::path& path,
                                               std::size_t size) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(ErrorCode::io, std::string("cannot be opened: ") + std::strerror(errno));
    }
    std::vector<std::uint8_t> bytes(size);
    if (size > 0 &&
        !file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size))) {
        return fail(ErrorCode::io, "cannot be read to its end");
    }
    return bytes;
}

}  // namespace

const char* format_name(ImageFormat format) noexcept {
    switch (format) {
        case ImageFormat::png: return "PNG";
        case ImageFormat::jpeg: return "JPEG";
        case ImageFormat::gif: return "GIF";
        case ImageFormat::webp: return "WebP";
    }
    return "picture";
}

std::optional<ImageFormat> sniff(std::span<const std::uint8_t> bytes) noexcept {
    const std::string_view start = view(bytes.first(std::min<std::size_t>(bytes.size(), 12)));
    if (start.starts_with("\x89PNG\r\n\x1A\n"sv)) {
        return ImageFormat::png;
    }
    if (start.starts_with("\xFF\xD8\xFF"sv)) {
        return ImageFormat::jpeg;
    }
    if (start.starts_with("GIF87a"sv) || start.starts_with("GIF89a"sv)) {
        return ImageFormat::gif;
    }
    if (start.starts_with("RIFF"sv) && start.size() == 12 && start.ends_with("WEBP"sv)) {
        return ImageFormat::webp;
    }
    return std::nullopt;
}

Result<Picture> decode(std::span<const std::uint8_t> bytes, const DecodeLimits& limits) {
    if (bytes.size() > limits.max_bytes) {
        return file_too_large(bytes.size(), limits.max_bytes);
    }
    const auto format = sniff(bytes);
    if (!format) {
        return not_an_image(bytes);
    }
    switch (*format) {
        case ImageFormat::png: return decode_png(bytes, limits);
        case ImageFormat::jpeg: return decode_jpeg(bytes, limits);
        case ImageFormat::gif: return decode_gif(bytes, limits);
        case ImageFormat::webp: return decode_webp(bytes, limits);
    }
    return fail(ErrorCode::internal, "a format without a decoder");
}

Result<Picture> decode_file(const std::filesystem::path& path, const DecodeLimits& limits) {
    auto bytes = read_file(path, limits.max_bytes);
    if (!bytes) {
        return bytes.error();
    }
    auto picture = decode(*bytes, limits);
    if (!picture) {
        return about(path, picture.error());
    }
    return picture;
}

Result<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path,
                                            std::size_t max_bytes) {
    const auto size = regular_file_size(path, max_bytes);
    if (!size) {
        return about(path, size.error());
    }
    auto bytes = read_exactly(path, *size);
    if (!bytes) {
        return about(path, bytes.error());
    }
    return bytes;
}

}  // namespace emojiscope::image
