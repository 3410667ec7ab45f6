#include "emojiscope/core/words.hpp"

#include "emojiscope/core/text.hpp"

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <cstdint>
#include <memory>

namespace emojiscope {

std::vector<std::string> words_of(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::BreakIterator> breaks(
        icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
    std::vector<std::string> words;
    if (U_FAILURE(status)) {
        return words;
    }
    const std::string valid = to_valid_utf8(text);
    const icu::UnicodeString units = icu::UnicodeString::fromUTF8(valid);
    breaks->setText(units);
    std::int32_t from = breaks->first();
    for (std::int32_t to = breaks->next(); to != icu::BreakIterator::DONE; to = breaks->next()) {
        if (breaks->getRuleStatus() >= UBRK_WORD_NONE_LIMIT) {
            units.tempSubStringBetween(from, to).toUTF8String(words.emplace_back());
        }
        from = to;
    }
    return words;
}

}  // namespace emojiscope
