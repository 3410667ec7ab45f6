#include "emojiscope/core/text.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <cstdint>

namespace emojiscope {
namespace {

constexpr char32_t replacement = 0xFFFD;

/// Decodes the code point at `offset` and moves past it; U+FFFD for an invalid sequence.
/// `valid` is cleared for an invalid one and otherwise left alone.
char32_t next_code_point(std::string_view text, std::size_t& offset, bool& valid) noexcept {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    auto i = static_cast<std::int64_t>(offset);
    const auto size = static_cast<std::int64_t>(text.size());
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    offset = static_cast<std::size_t>(i);
    if (c < 0) {
        valid = false;
        return replacement;
    }
    return static_cast<char32_t>(c);
}

void append_utf8(std::string& out, char32_t c) {
    if (c < 0x80) {
        out.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
        out.push_back(static_cast<char>(0xC0 | (c >> 6)));
        out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
        out.push_back(static_cast<char>(0xE0 | (c >> 12)));
        out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    } else {
        out.push_back(static_cast<char>(0xF0 | (c >> 18)));
        out.push_back(static_cast<char>(0x80 | ((c >> 12) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | ((c >> 6) & 0x3F)));
        out.push_back(static_cast<char>(0x80 | (c & 0x3F)));
    }
}

}  // namespace

bool is_valid_utf8(std::string_view text) noexcept {
    bool valid = true;
    for (std::size_t i = 0; i < text.size() && valid;) {
        (void)next_code_point(text, i, valid);
    }
    return valid;
}

std::string to_valid_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    bool valid = true;
    for (std::size_t i = 0; i < bytes.size();) {
        append_utf8(out, next_code_point(bytes, i, valid));
    }
    return out;
}

std::u32string to_code_points(std::string_view text) {
    std::u32string out;
    out.reserve(text.size());
    bool valid = true;
    for (std::size_t i = 0; i < text.size();) {
        out.push_back(next_code_point(text, i, valid));
    }
    return out;
}

std::string to_utf8(std::u32string_view code_points) {
    std::string out;
    for (const char32_t c : code_points) {
        const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        append_utf8(out, surrogate || c > 0x10FFFF ? replacement : c);
    }
    return out;
}

std::string_view truncate_utf8(std::string_view text, std::size_t max_bytes) noexcept {
    if (text.size() <= max_bytes) {
        return text;
    }
    std::size_t end = max_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
        --end;
    }
    return text.substr(0, end);
}

std::string fold_for_matching(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* nfkc_cf = icu::Normalizer2::getNFKCCasefoldInstance(status);
    icu::UnicodeString unicode = icu::UnicodeString::fromUTF8(to_valid_utf8(text));
    if (U_SUCCESS(status)) {
        unicode = nfkc_cf->normalize(unicode, status);
    }
    std::string utf8;
    unicode.toUTF8String(utf8);
    std::u32string folded;
    for (const char32_t c : to_code_points(utf8)) {
        const bool separator = c == U'_' || c == U'-' || c == U'.' || c == U'\'' || c == U':' ||
                               u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
        if (separator) {
            continue;
        }
        const bool katakana = c >= 0x30A1 && c <= 0x30F6;
        folded.push_back(katakana ? c - 0x60 : c);
    }
    return to_utf8(folded);
}

std::string one_line(std::string_view text) {
    std::string out = to_valid_utf8(text);
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            c = ' ';
        }
    }
    return out;
}

}  // namespace emojiscope
