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
double share_read(const KanaText& wanted, const KanaText& read, double at_least) {
    if (wanted.size <= read.size) {
        return 0;
    }
    const double share = static_cast<double>(read.size) / static_cast<double>(wanted.size);
    return share < at_least ? 0 : share * sound_containment(read, wanted, at_least / share);
}

/// What keeps a query and readings apart: the costs of the kana that are wanted and not there, which
/// must be put in, and of those that are there and not wanted, which must be taken out.
struct LeastEdits {
    double to_put_in;
    double to_take_out;
};

/// At most as much as match_sound gives to a reading of at most this size.
double most_sound(const KanaText& wanted, std::size_t size, const LeastEdits& edits) {
    const auto want = static_cast<double>(wanted.size);
    const auto have = static_cast<double>(size);
    const double longer = std::clamp(have, want, 2 * want);  // no longer one is the same
    const double whole = 1 - std::max(edits.to_put_in, edits.to_take_out) / longer;
    const double contained = size < wanted.size ? 0 : 1 - edits.to_put_in / want;
    const double part = (std::min(have, want - 1) - edits.to_take_out) / want;
    return for_sounding * std::max({whole, for_containing * contained, for_lost_lines * part});
}

/// What is less than `at_least` is told as 0.
double match_sound(const TextQuery& query, const TextKeys& text, double at_least) {
    double best = at_least / for_sounding;
    bool found = false;
    const auto raise = [&](double score) {
        if (score >= best) {
            best = score;
            found = true;
        }
    };
    for (const KanaText& wanted : query.readings) {
        for (const KanaText& read : text.readings) {
            const LeastEdits edits{least_edits(wanted.letters, read.like),
                                   least_edits(read.letters, wanted.like)};
            if (most_sound(wanted, read.size, edits) < for_sounding * best) {
                continue;
            }
            raise(sound_similarity(wanted, read, best));
            raise(for_containing * sound_containment(wanted, read, best / for_containing));
            raise(for_lost_lines * share_read(wanted, read, best / for_lost_lines));
        }
    }
    return found ? for_sounding * best : 0;
}

}  // namespace

bool may_match_texts(const TextQuery& query, const KeySummary& keys) {
    if (keys.text_letters != 0 && (query.letters & ~keys.text_letters) == 0) {
        return true;
    }
    return keys.longest_reading > 0 &&
           std::any_of(query.readings.begin(), query.readings.end(),
                       [&](const KanaText& wanted) {
                           const LeastEdits edits{least_edits(wanted.letters, keys.text_like),
                                                  least_edits(keys.text_common, wanted.like)};
                           return wanted.size > 0 &&
                                  most_sound(wanted, keys.longest_reading, edits) >=
                                      least_text_score;
                       });
}

TextMatch match_texts(const TextQuery& query, std::span<const TextKeys> texts) {
    TextMatch best;
    double choice = 1;
    for (const TextKeys& text : texts) {
        const double sure =
            choice * (without_confidence + (1 - without_confidence) * text.confidence);
        const double at_least = std::max(best.score, least_text_score) / sure;
        double score = match_spelling(query, text);
        if (score < 1) {
            score = std::max(score, match_sound(query, text, std::max(score, at_least)));
        }
        if (score >= at_least && sure * score > best.score) {
            best = {sure * score, &text};
        }
        choice *= for_later_choice;
    }
    return best;
}

}  // namespace emojiscope::search
