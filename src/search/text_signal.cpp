#include "text_signal.hpp"

#include <algorithm>

namespace emojiscope::search {
namespace {

/// A text that holds more than the query is a little less likely to be meant.
constexpr double for_containing = 0.92;
/// The same characters say more than the same sound.
constexpr double for_sounding = 0.98;
/// A part of the words is less than all of them.
constexpr double for_lost_lines = 0.9;

double match_spelling(const TextQuery& query, const TextKey& text) {
    if (text.folded.empty()) {
        return 0;
    }
    if (text.folded == query.folded) {
        return 1;
    }
    return text.folded.find(query.folded) == std::string::npos ? 0 : for_containing;
}

/// Readings of at most `size` kana, seen from afar.
struct Outline {
    std::size_t size;
    const KanaSet& common;   ///< what they all have
    const KanaReach& reach;  ///< of them together
};

/// False: match_sound gives less than `at_least` to each of them.
bool may_sound(const KanaText& wanted, const Outline& readings, double at_least) {
    const double least = at_least / for_sounding;
    const auto want = static_cast<double>(wanted.size);
    const auto have = static_cast<double>(readings.size);
    const double longer = std::clamp(have, want, 2 * want);  // no longer one is alike
    const double most_edits = (1 - least) * longer;
    // What is wanted and not there must be put in,
    const double to_put_in = least_edits(wanted.reach.same, readings.reach);
    const bool may_hold =
        readings.size >= wanted.size && to_put_in <= (1 - least / for_containing) * want;
    const double most_taken_out = std::min(have, want - 1) - least / for_lost_lines * want;
    if (to_put_in > most_edits && !may_hold && most_taken_out < 0) {
        return false;
    }
    // and what is there and not wanted must be taken out.
    const double to_take_out = least_edits(readings.common, wanted.reach);
    return may_hold || to_take_out <= most_taken_out ||
           std::max(to_put_in, to_take_out) <= most_edits;
}

/// The more of: how alike both are, and how much of what is wanted is in what was read, or, where a
/// line was lost (おつかれさま read as さま), the other way round. 0 if that is less than `at_least`.
double match_sound(const KanaText& wanted, const KanaText& read, double at_least) {
    if (!may_sound(wanted, {read.size, read.reach.same, read.reach}, at_least)) {
        return 0;
    }
    const double least = at_least / for_sounding;
    const bool holds = read.size >= wanted.size;
    const KanaText& inner = holds ? wanted : read;
    const KanaText& outer = holds ? read : wanted;
    const double share = static_cast<double>(inner.size) / static_cast<double>(outer.size);
    const double factor = holds ? for_containing : for_lost_lines * share;
    // As a whole they differ at least by as much as the shorter one from its likest part.
    const double least_inner = std::min(least / factor, 1 - (1 - least) / share);
    const double inside = sound_containment(inner, outer, least_inner);
    double best = factor * inside;
    if (inner.size < least_contained || 1 - (1 - inside) * share >= std::max(best, least)) {
        best = std::max(best, sound_similarity(wanted, read, least));
    }
    return best < least ? 0 : for_sounding * best;
}

}  // namespace

bool may_match_texts(const TextQuery& query, const KeySummary& keys) {
    if (keys.text_letters != 0 && (query.letters & ~keys.text_letters) == 0) {
        return true;
    }
    const Outline readings{keys.longest_reading, keys.text_common, keys.text_reach};
    return readings.size > 0 && std::any_of(query.readings.begin(), query.readings.end(),
                                            [&](const KanaText& wanted) {
                                                return may_sound(wanted, readings,
                                                                 least_text_score);
                                            });
}

TextMatch match_texts(const TextQuery& query, const TextKeys& keys) {
    TextMatch best{least_text_score, nullptr};
    const auto raise = [&](double score, const TextKey& text) {
        if (score > best.score || (score == best.score && best.text == nullptr)) {
            best = {score, &text};
        }
    };
    for (const TextKey& text : keys.texts) {
        raise(text.worth * match_spelling(query, text), text);
    }
    for (const ReadingKey& reading : keys.readings) {
        const TextKey& text = keys.texts[reading.text];
        for (const KanaText& wanted : query.readings) {
            raise(text.worth * match_sound(wanted, reading.kana, best.score / text.worth), text);
        }
    }
    return best.text == nullptr ? TextMatch{} : best;
}

}  // namespace emojiscope::search
