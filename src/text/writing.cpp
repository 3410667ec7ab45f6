#include "writing.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace emojiscope::text {
namespace {

using search::ReadText;

struct Thresholds {
    double agreement;   ///< of two looks, if both saw two letters or more
    double confidence;  ///< of one look that saw two letters or more
    double one_letter;  ///< of what was seen as one letter
};

constexpr Thresholds for_two_colours{0.5, 0.75, 0.9};
constexpr Thresholds for_many_colours{0.8, 0.85, 0.97};
/// Two looks that agree fully are believed in full from this mean confidence on.
constexpr double full_confidence = 0.7;

struct Look {
    std::u32string text;
    double confidence = 0;
    std::ptrdiff_t letters = 0;  ///< digits are seen in any stroke, and do not count
};

double agreement(const Look& a, const Look& b) {
    if (a.letters < 2 || b.letters < 2) {
        return 0;
    }
    const double mean = (a.confidence + b.confidence) / 2;
    return alikeness(a.text, b.text) * std::min(1.0, 1 - full_confidence + mean);
}

/// How sure it is that both saw this one letter.
double one_letter(const Look& a, const Look& b) {
    return a.text.size() == 1 && a.letters == 1 && a.text == b.text
               ? 1 - (1 - a.confidence) * (1 - b.confidence)
               : 0;
}

}  // namespace

double alikeness(std::u32string_view a, std::u32string_view b) {
    if (a.empty() || b.empty()) {
        return 0;
    }
    std::vector<std::size_t> row(b.size() + 1);
    for (const char32_t c : a) {
        std::size_t diagonal = 0;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = c == b[j - 1] ? diagonal + 1 : std::max(above, row[j - 1]);
            diagonal = above;
        }
    }
    return 2 * static_cast<double>(row.back()) / static_cast<double>(a.size() + b.size());
}

bool is_writing(std::span<const ReadText> looks, bool two_colours) {
    const Thresholds& least = two_colours ? for_two_colours : for_many_colours;
    std::vector<Look> all;
    for (const ReadText& look : looks) {
        std::u32string text = to_code_points(look.text);
        const auto letters = std::count_if(text.begin(), text.end(),
                                           [](char32_t c) { return c < U'0' || c > U'9'; });
        all.push_back({std::move(text), look.confidence, letters});
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool sure = all[i].letters >= 2 && all[i].confidence >= least.confidence;
        if (sure || (all[i].letters == 1 && all[i].text.size() == 1 &&
                     all[i].confidence >= least.one_letter)) {
            return true;
        }
        for (std::size_t j = 0; j < i; ++j) {
            if (agreement(all[i], all[j]) >= least.agreement ||
                one_letter(all[i], all[j]) >= least.one_letter) {
                return true;
            }
        }
    }
    return false;
}

}  // namespace emojiscope::text
