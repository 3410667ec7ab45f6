#include "text_signal.hpp"

#include <algorithm>

namespace emojiscope::search {
namespace {

/// Of a reading in which the engine had no confidence at all, what is left of its score.
constexpr double without_confidence = 0.85;
/// A text that holds more than the query is a little less likely to be meant.
constexpr double for_containing = 0.92;
/// The same characters say more than the same sound.
constexpr double for_sounding = 0.98;
/// A part of the words is less than all of them.
constexpr double for_lost_lines = 0.9;
/// The engine's first choice is right most often; each later one a little less.
constexpr double for_later_choice = 0.985;

double match_spelling(const TextQuery& query, const TextKeys& text) {
    if (text.folded.empty()) {
        return 0;
    }
    if (text.folded == query.folded) {
        return 1;
    }
    return text.folded.find(query.folded) == std::string::npos ? 0 : for_containing;
}

/// How much of what is wanted was read, where a line was lost: おつかれさま read as さま.
double share_read(const KanaText& wanted, const KanaText& read) {
    if (wanted.size <= read.size) {
        return 0;
    }
    const double share = static_cast<double>(read.size) / static_cast<double>(wanted.size);
    return share * sound_containment(read, wanted);
}

double match_sound(const TextQuery& query, const TextKeys& text) {
    double best = 0;
    for (const KanaText& wanted : query.readings) {
        for (const KanaText& read : text.readings) {
            best = std::max({best, sound_similarity(wanted, read),
                             for_containing * sound_containment(wanted, read),
                             for_lost_lines * share_read(wanted, read)});
        }
    }
    return for_sounding * best;
}

}  // namespace

TextMatch match_texts(const TextQuery& query, std::span<const TextKeys> texts) {
    TextMatch best;
    double choice = 1;
    for (const TextKeys& text : texts) {
        const double sure = without_confidence + (1 - without_confidence) * text.confidence;
        const double score =
            choice * sure * std::max(match_spelling(query, text), match_sound(query, text));
        if (score > best.score) {
            best = {score, &text};
        }
        choice *= for_later_choice;
    }
    return best;
}

}  // namespace emojiscope::search
