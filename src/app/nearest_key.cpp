#include "nearest_key.hpp"

#include <algorithm>
#include <vector>

namespace emojiscope::app {
namespace {

/// No word of ours is longer; what is, was not mistyped.
constexpr std::size_t most_letters = 64;
/// Of a word that is taken for the beginning of another: bot_token for bot_token_file.
constexpr std::size_t fewest_letters = 4;
/// The greatest distance at which words are near.
constexpr std::size_t farthest = 2;

std::string letters_of(std::string_view word) {
    std::string letters;
    for (const char c : word) {
        if (c != '_' && c != '-' && c != ' ') {
            letters += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    return letters;
}

}  // namespace

std::size_t edit_distance(std::string_view one, std::string_view other) {
    // Rows of the usual table: of the letter before the last, of the last, and of this one.
    std::vector<std::size_t> before(other.size() + 1);
    std::vector<std::size_t> last(other.size() + 1);
    std::vector<std::size_t> row(other.size() + 1);
    for (std::size_t j = 0; j <= other.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= one.size(); ++i) {
        before.swap(last);
        last.swap(row);
        row[0] = i;
        for (std::size_t j = 1; j <= other.size(); ++j) {
            const std::size_t changed = last[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, changed});
            if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
    }
    return row[other.size()];
}

std::optional<std::size_t> nearness(std::string_view typed, std::string_view known) {
    if (typed.size() > most_letters || known.size() > most_letters) {
        return std::nullopt;
    }
    const std::string one = letters_of(typed);
    const std::string other = letters_of(known);
    if (one.empty() || other.empty()) {
        return std::nullopt;
    }
    // A third of the word may be wrong, and two letters of a long one: 'ja' is not near 'en'.
    const std::size_t most =
        std::min<std::size_t>(std::max(one.size(), other.size()) / 3, farthest);
    const std::size_t distance = edit_distance(one, other);
    if (distance <= most) {
        return distance;
    }
    const bool begun = one.starts_with(other) || other.starts_with(one);
    return begun && std::min(one.size(), other.size()) >= fewest_letters ? std::optional(farthest)
                                                                         : std::nullopt;
}

std::optional<std::string> nearest(std::string_view typed, std::span<const std::string> known) {
    std::optional<std::string> found;
    std::size_t best = 0;
    for (const std::string& word : known) {
        const auto distance = nearness(typed, word);
        if (distance && (!found || *distance < best)) {
            found = word;
            best = *distance;
        }
    }
    return found;
}

std::string did_you_mean(std::string_view typed, std::span<const std::string> known) {
    const auto word = nearest(typed, known);
    return word ? ": did you mean '" + *word + "'?" : std::string();
}

}  // namespace emojiscope::app
