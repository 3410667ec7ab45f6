#include "name_signal.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

namespace emojiscope::search {
namespace {

// The scores are in this order by intent: a name that is equal before one that only sounds equal,
// a whole word before a part of one. Within a kind the share of the name that the query covers
// decides: 'ok' is `ok`, then `ok_hand`, and `joking` last.
constexpr double equal = 1.0;
constexpr double folded_equal = 0.99;
constexpr double sounds_equal = 0.97;
constexpr double reads_equal = 0.95;
constexpr double sounds_loosely_equal = 0.90;
constexpr double all_words = 0.80;
/// Both in Latin letters, so that they may be words of any language: 'hello' is not `hero`.
constexpr double spelt_loosely_equal = 0.75;
constexpr double begins = 0.72;
constexpr double word_begins = 0.66;
constexpr double sounds_begin = 0.62;
constexpr double contains = 0.50;
constexpr double one_typo = 0.58;
constexpr double two_typos = 0.45;
/// What a kind's score grows by with the share covered.
constexpr double for_coverage = 0.12;
/// A query must have this many letters before one, or two, of them may be wrong.
constexpr std::size_t letters_for_one_typo = 4;
constexpr std::size_t letters_for_two_typos = 8;
/// Fewer letters of a sound say too little to match a part of a name.
constexpr std::size_t least_sound_part = 3;
constexpr std::size_t longest_with_typos = 64;

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool share_one(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::any_of(a.begin(), a.end(), [&](const std::string& key) {
        return std::find(b.begin(), b.end(), key) != b.end();
    });
}

bool one_begins(const std::vector<std::string>& keys, const std::vector<std::string>& names) {
    return std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
        return key.size() >= least_sound_part &&
               std::any_of(names.begin(), names.end(),
                           [&](const std::string& name) { return name.starts_with(key); });
    });
}

double coverage(std::string_view query, std::string_view name) {
    return name.empty() ? 0
                        : std::min(1.0, static_cast<double>(query.size()) /
                                            static_cast<double>(name.size()));
}

void raise(NameMatch& best, double score, NameFit fit, const NameKeys& name) {
    if (score > best.score) {
        best = {score, fit, &name};
    }
}

void match_spelling(const TextQuery& query, const NameKeys& name, NameMatch& best) {
    const double bonus = for_coverage * coverage(query.folded, name.folded);
    if (name.folded == query.folded) {
        raise(best, name.name == query.text ? equal : folded_equal, NameFit::exact, name);
        return;
    }
    const auto is_word = [&](const std::string& word) {
        return std::find(name.tokens.begin(), name.tokens.end(), word) != name.tokens.end();
    };
    if (std::all_of(query.words.begin(), query.words.end(), is_word) || is_word(query.folded)) {
        raise(best, all_words + bonus, NameFit::part, name);
    }
    const auto at = name.folded.find(query.folded);
    if (at == std::string::npos) {
        return;
    }
    if (at == 0) {
        raise(best, begins + bonus, NameFit::part, name);
    }
    const bool begins_a_word =
        std::any_of(name.tokens.begin(), name.tokens.end(),
                    [&](const std::string& word) { return word.starts_with(query.folded); });
    raise(best, (begins_a_word ? word_begins : contains) + bonus, NameFit::part, name);
}

void match_sound(const TextQuery& words, const NameKeys& name, NameMatch& best) {
    const Sounds& query = words.sounds;
    const Sounds& other = name.sounds;
    if (share_one(query.spelt, other.spelt)) {
        raise(best, sounds_equal, NameFit::sounds_like, name);
    } else if (share_one(query.read, other.spelt) || share_one(query.spelt, other.read)) {
        raise(best, reads_equal, NameFit::sounds_like, name);
    } else if (share_one(query.loose, other.loose)) {
        const bool both_latin = is_ascii(words.text) && is_ascii(name.name);
        raise(best, both_latin ? spelt_loosely_equal : sounds_loosely_equal, NameFit::sounds_like,
              name);
    } else if (one_begins(query.spelt, other.spelt) || one_begins(query.read, other.spelt)) {
        raise(best, sounds_begin, NameFit::sounds_like, name);
    }
}

void match_with_typos(const TextQuery& query, const NameKeys& name, NameMatch& best) {
    const std::size_t most = typos_allowed(query.folded);
    if (most == 0 || best.score >= one_typo) {
        return;
    }
    std::size_t edits = edits_between(query.folded, name.folded, most);
    for (const std::string& word : name.tokens) {
        if (word.size() >= letters_for_one_typo) {
            edits = std::min(edits, edits_between(query.folded, word, most));
        }
    }
    if (edits <= most) {
        const double bonus = for_coverage * coverage(query.folded, name.folded);
        raise(best, (edits <= 1 ? one_typo : two_typos) + bonus, NameFit::typo, name);
    }
}

}  // namespace

std::size_t typos_allowed(std::string_view folded_query) noexcept {
    return folded_query.size() >= letters_for_two_typos   ? 2
           : folded_query.size() >= letters_for_one_typo ? 1
                                                          : 0;
}

std::size_t edits_between(std::string_view a, std::string_view b, std::size_t most) {
    const std::size_t too_many = most + 1;
    const std::size_t apart = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (apart > most || a.size() > longest_with_typos || b.size() > longest_with_typos) {
        return too_many;
    }
    using Row = std::array<std::size_t, longest_with_typos + 1>;
    Row before_last{};
    Row last{};
    Row row{};
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        std::size_t least = row[0];
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
            least = std::min(least, row[j]);
        }
        if (least > most) {
            return too_many;
        }
        before_last = last;
        last = row;
    }
    return std::min(last[b.size()], too_many);
}

bool may_match_names(const TextQuery& query, const KeySummary& keys) {
    // Each typo takes one letter away at most.
    const auto missing = static_cast<std::size_t>(
        std::popcount(query.name_letters & ~keys.name_letters));
    return missing <= typos_allowed(query.folded) ||
           std::any_of(query.sound_letters.begin(), query.sound_letters.end(),
                       [&](const KanaSet& sound) { return keys.name_sounds.contains(sound); });
}

NameMatch match_names(const TextQuery& query, std::span<const NameKeys> names) {
    NameMatch best;
    for (const NameKeys& name : names) {
        match_spelling(query, name, best);
        if (best.score < equal) {
            match_sound(query, name, best);
            match_with_typos(query, name, best);
        }
    }
    return best;
}

}  // namespace emojiscope::search
