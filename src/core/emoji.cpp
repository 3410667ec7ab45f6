#include "emojiscope/core/emoji.hpp"

#include "emojiscope/core/legible.hpp"
#include "emojiscope/core/text.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>

namespace emojiscope {
namespace {

constexpr std::size_t max_name_code_points = 100;

bool is_name_character(char32_t c) {
    if (c < 0x80) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '+' || c == '\'' || c == '.';
    }
    const auto category = u_charType(static_cast<UChar32>(c));
    switch (category) {
        case U_LOWERCASE_LETTER:
        case U_OTHER_LETTER:
        case U_MODIFIER_LETTER:
        case U_NON_SPACING_MARK:
        case U_COMBINING_SPACING_MARK:
        case U_DECIMAL_DIGIT_NUMBER: return true;
        default: return false;
    }
}

std::string composed(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
    if (U_FAILURE(status)) {
        return std::string(text);
    }
    const icu::UnicodeString nfc_text =
        nfc->normalize(icu::UnicodeString::fromUTF8(to_valid_utf8(text)), status);
    std::string utf8;
    return U_SUCCESS(status) ? nfc_text.toUTF8String(utf8) : std::string(text);
}

}  // namespace

bool is_emoji_name(std::string_view name) {
    if (name.empty() || !is_valid_utf8(name)) {
        return false;
    }
    const auto points = to_code_points(name);
    return points.size() <= max_name_code_points &&
           std::all_of(points.begin(), points.end(), is_name_character);
}

Result<std::string> to_emoji_name(std::string_view text) {
    while (!text.empty() && (text.front() == ':' || text.front() == ' ')) {
        text.remove_prefix(1);
    }
    while (!text.empty() && (text.back() == ':' || text.back() == ' ')) {
        text.remove_suffix(1);
    }
    // macOS writes file names decomposed (か + ゛); Slack's names are composed.
    auto points = to_code_points(composed(text));
    for (char32_t& c : points) {
        c = c == U' ' ? U'_' : static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
    }
    std::string name = to_utf8(points);
    if (!is_emoji_name(name)) {
        return fail(ErrorCode::invalid_argument,
                    quoted_legibly(text, max_name_code_points) +
                        " cannot be an emoji name: Slack allows lower-case "
                        "letters, digits, _ - + ' and at most 100 characters");
    }
    return name;
}

}  // namespace emojiscope
