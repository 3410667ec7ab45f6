#include "emojiscope/core/legible.hpp"

#include "emojiscope/core/text.hpp"

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <memory>

namespace emojiscope {
namespace {

constexpr char32_t full_width_space = 0x3000;
constexpr char32_t blank_braille = 0x2800;
constexpr char32_t non_joiner = 0x200C;
constexpr char32_t joiner = 0x200D;
constexpr char32_t black_flag = 0x1F3F4;
constexpr char32_t first_tag = 0xE0020;
constexpr char32_t end_of_tags = 0xE007F;
constexpr char32_t dotted_circle = 0x25CC;
/// Of a flag such as England's: five letters and the end.
constexpr std::size_t most_tags = 8;
/// What may be looked at of a text of any length, for each character that is wanted: enough for
/// letters with all their marks.
constexpr std::size_t most_bytes_of_character = 64;

bool has(char32_t c, UProperty property) {
    return u_hasBinaryProperty(static_cast<UChar32>(c), property) != 0;
}

bool is_space(char32_t c) {
    const auto category = u_charType(static_cast<UChar32>(c));
    return c == blank_braille || category == U_CONTROL_CHAR ||
           u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

bool is_mark(char32_t c) {
    const auto category = u_charType(static_cast<UChar32>(c));
    return category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK;
}

bool is_variation_selector(char32_t c) {
    return has(c, UCHAR_VARIATION_SELECTOR);
}

bool is_tag(char32_t c) {
    return c >= first_tag && c <= end_of_tags;
}

/// Characters of format that are seen all the same: the sign before an Arabic number.
bool is_hidden(char32_t c) {
    const auto category = u_charType(static_cast<UChar32>(c));
    return has(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) || has(c, UCHAR_BIDI_CONTROL) ||
           has(c, UCHAR_NONCHARACTER_CODE_POINT) || category == U_SURROGATE ||
           (category == U_FORMAT_CHAR && !has(c, UCHAR_PREPENDED_CONCATENATION_MARK));
}

/// Whether its letters take other forms beside each other, so that joiners mean something.
bool joins_letters(char32_t c) {
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(static_cast<UChar32>(c), &status);
    switch (script) {
        case USCRIPT_ARABIC:
        case USCRIPT_SYRIAC:
        case USCRIPT_MONGOLIAN:
        case USCRIPT_NKO:
        case USCRIPT_DEVANAGARI:
        case USCRIPT_BENGALI:
        case USCRIPT_GURMUKHI:
        case USCRIPT_GUJARATI:
        case USCRIPT_ORIYA:
        case USCRIPT_TAMIL:
        case USCRIPT_TELUGU:
        case USCRIPT_KANNADA:
        case USCRIPT_MALAYALAM:
        case USCRIPT_SINHALA:
        case USCRIPT_KHMER: return true;
        default: return false;
    }
}

bool is_pictograph(char32_t c) {
    return has(c, UCHAR_EXTENDED_PICTOGRAPHIC);
}

/// What is kept so far, looked at from its end.
class Line {
public:
    void add(char32_t c, char32_t next) {
        if (is_space(c)) {
            space(c);
        } else if (c == joiner || c == non_joiner) {
            if (is_good_joiner(c, next)) {
                kept_.push_back(c);
            }
        } else if (is_variation_selector(c)) {
            if (is_good_selector(c)) {
                kept_.push_back(c);
            }
        } else if (is_tag(c)) {
            tag(c);
        } else if (is_hidden(c)) {
            return;
        } else if (is_mark(c)) {
            mark(c);
        } else {
            marks_ = 0;
            tags_ = c == black_flag ? most_tags : 0;
            kept_.push_back(c);
        }
    }

    [[nodiscard]] std::u32string take() && { return std::move(kept_); }

private:
    [[nodiscard]] char32_t last() const { return kept_.empty() ? U' ' : kept_.back(); }

    /// The one that a selector or a joiner at the end would belong to.
    [[nodiscard]] char32_t last_base() const {
        const bool modified = kept_.size() > 1 &&
                              (is_variation_selector(last()) || has(last(), UCHAR_EMOJI_MODIFIER));
        return modified ? kept_[kept_.size() - 2] : last();
    }

    void space(char32_t c) {
        if (kept_.empty() || is_space(last())) {
            return;
        }
        marks_ = tags_ = 0;
        kept_.push_back(c == full_width_space ? c : U' ');
    }

    void mark(char32_t c) {
        if (kept_.empty() || is_space(last())) {
            kept_.push_back(dotted_circle);  // else it stood on what comes before
            marks_ = 0;
        }
        if (marks_++ < most_marks_on_letter) {
            kept_.push_back(c);
        }
    }

    void tag(char32_t c) {
        if (tags_ == 0) {
            return;
        }
        tags_ = c == end_of_tags ? 0 : tags_ - 1;
        kept_.push_back(c);
    }

    [[nodiscard]] bool is_good_joiner(char32_t c, char32_t next) const {
        if (c == joiner && is_pictograph(last_base()) && is_pictograph(next)) {
            return true;
        }
        return joins_letters(last()) || (is_mark(last()) && joins_letters(next));
    }

    [[nodiscard]] bool is_good_selector(char32_t c) const {
        constexpr char32_t as_text = 0xFE0E;
        constexpr char32_t as_emoji = 0xFE0F;
        if (c == as_text || c == as_emoji) {
            return has(last(), UCHAR_EMOJI) || is_pictograph(last());
        }
        return has(last(), UCHAR_IDEOGRAPHIC);
    }

    std::u32string kept_;
    std::size_t marks_ = 0;  ///< on the last letter
    std::size_t tags_ = 0;   ///< that may follow the flag
};

/// Without what would hang in the air at the end.
void trim(std::u32string& line) {
    while (!line.empty() &&
           (is_space(line.back()) || line.back() == joiner || line.back() == non_joiner)) {
        line.pop_back();
    }
}

/// At most `most` of them, ending where people see a character end.
std::u32string cut(const std::u32string& points, std::size_t most) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::BreakIterator> characters(
        icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
    const auto unicode = icu::UnicodeString::fromUTF32(
        reinterpret_cast<const UChar32*>(points.data()), static_cast<std::int32_t>(points.size()));
    std::size_t end = most;
    if (U_SUCCESS(status) && characters) {
        const std::int32_t limit = unicode.moveIndex32(0, static_cast<std::int32_t>(most));
        characters->setText(unicode);
        const std::int32_t at =
            characters->isBoundary(limit) != 0 ? limit : characters->preceding(limit);
        // One endless character is cut like any other text.
        end = at > 0 ? static_cast<std::size_t>(unicode.countChar32(0, at)) : most;
    }
    std::u32string left = points.substr(0, end);
    trim(left);
    return left;
}

}  // namespace

std::string legible(std::string_view text, std::size_t max_characters) {
    const std::u32string points =
        to_code_points(truncate_utf8(text, max_characters * most_bytes_of_character));
    Line line;
    for (std::size_t i = 0; i < points.size(); ++i) {
        line.add(points[i], i + 1 < points.size() ? points[i + 1] : U' ');
    }
    std::u32string kept = std::move(line).take();
    trim(kept);
    if (kept.size() > max_characters) {
        kept = cut(kept, max_characters - 1) + U'…';
    }
    return to_utf8(kept);
}

std::string quoted_legibly(std::string_view text, std::size_t max_characters) {
    return "'" + legible(text, max_characters) + "'";
}

}  // namespace emojiscope
