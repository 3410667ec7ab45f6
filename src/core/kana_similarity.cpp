#include "emojiscope/core/kana.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace emojiscope {
namespace {

// Each kana, letter and digit has a small number of its own; 0 is none.
constexpr std::uint8_t first_kana = 1;  // ぁ (U+3041) to ゖ (U+3096)
constexpr std::uint8_t long_mark = 87;
constexpr std::uint8_t first_letter = 88;
constexpr std::uint8_t first_digit = 114;
constexpr std::size_t ids = 124;

constexpr float other = 1.0F;
constexpr float one_more = 0.9F;  ///< a kana more or less
constexpr float one_more_small = 0.4F;  ///< ー, っ or a small vowel more or less
constexpr float voicing = 0.25F;  ///< か が, は ば ぱ
constexpr float small_and_large = 0.15F;
constexpr float look_alike = 0.5F;

/// The least that it costs to be rid of a kana that is near, or like, one of the other text.
constexpr double least_near = std::min(voicing, small_and_large);
constexpr double least_like = std::min(look_alike, one_more_small);

/// Taken for one another by readers of small print, people and machines alike.
constexpr std::u32string_view look_alikes[] = {
    U"くへ", U"しれ", U"しじ", U"うつ", U"うら", U"そん", U"しつ", U"のー", U"りい", U"ろる", U"ろら",
    U"にこ", U"かや", U"たな", U"われ", U"ねれ", U"ねわ", U"めぬ", U"ぬの", U"さき", U"さち", U"はほ",
    U"はけ", U"けほ", U"まほ", U"まも", U"あお", U"よま", U"すむ", U"せや", U"てこ", U"とく", U"ひい",
    U"ふぶ", U"んえ", U"るう", U"らち", U"ちさ", U"きま", U"いこ", U"がか", U"ゆや", U"みむ",
};

constexpr std::u32string_view voiced[] = {
    U"かが", U"きぎ", U"くぐ", U"けげ", U"こご", U"さざ", U"しじ", U"すず", U"せぜ", U"そぞ", U"ただ",
    U"ちぢ", U"つづ", U"てで", U"とど", U"はば", U"ひび", U"ふぶ", U"へべ", U"ほぼ", U"はぱ", U"ひぴ",
    U"ふぷ", U"へぺ", U"ほぽ", U"ばぱ", U"びぴ", U"ぶぷ", U"べぺ", U"ぼぽ", U"うゔ", U"じぢ", U"ずづ",
};

constexpr std::u32string_view small_kana[] = {
    U"あぁ", U"いぃ", U"うぅ", U"えぇ", U"おぉ", U"やゃ", U"ゆゅ", U"よょ", U"つっ", U"わゎ", U"おを",
};

std::uint8_t id_of(char32_t c) {
    if (c >= U'ぁ' && c <= U'ゖ') {
        return static_cast<std::uint8_t>(c - U'ぁ' + first_kana);
    }
    if (c == U'ー') {
        return long_mark;
    }
    if (c >= U'a' && c <= U'z') {
        return static_cast<std::uint8_t>(c - U'a' + first_letter);
    }
    if (c >= U'0' && c <= U'9') {
        return static_cast<std::uint8_t>(c - U'0' + first_digit);
    }
    return 0;
}

constexpr std::size_t word_bits = 64;

void add(KanaSet& set, std::uint8_t id) {
    set.bits[id / word_bits] |= std::uint64_t{1} << (id % word_bits);
}

struct Costs {
    std::array<std::array<float, ids>, ids> change{};
    std::array<float, ids> more{};
    std::array<KanaReach, ids> reach{};
    KanaSet small;  ///< what costs `one_more_small`

    Costs() {
        for (std::size_t a = 0; a < ids; ++a) {
            change[a].fill(other);
            change[a][a] = 0;
            more[a] = one_more;
        }
        set(look_alikes, look_alike);
        set(voiced, voicing);
        set(small_kana, small_and_large);
        for (const char32_t c : std::u32string_view(U"ぁぃぅぇぉっー")) {
            more[id_of(c)] = one_more_small;
            add(small, id_of(c));
        }
        for (std::size_t a = 0; a < ids; ++a) {
            for (std::size_t b = 0; b < ids; ++b) {
                const float cost = change[a][b];
                const auto id = static_cast<std::uint8_t>(b);
                add_if(cost <= 0, reach[a].same, id);
                add_if(cost <= voicing, reach[a].near, id);
                add_if(cost <= look_alike, reach[a].like, id);
            }
        }
    }

    static void add_if(bool is_so, KanaSet& set, std::uint8_t id) {
        if (is_so) {
            add(set, id);
        }
    }

    template <std::size_t N>
    void set(const std::u32string_view (&pairs)[N], float cost) {
        for (const std::u32string_view pair : pairs) {
            const std::uint8_t a = id_of(pair[0]);
            const std::uint8_t b = id_of(pair[1]);
            change[a][b] = change[b][a] = cost;
        }
    }
};

const Costs& costs() {
    static const Costs all;
    return all;
}

/// The cheapest way from `a` to `b`, or to any part of `b`; anything above `most` if that is more.
float edits(const KanaText& a, const KanaText& b, bool anywhere, float most) {
    const Costs& cost = costs();
    std::array<float, KanaText::max_size + 1> row{};
    for (std::size_t j = 1; j <= b.size; ++j) {
        row[j] = anywhere ? 0 : row[j - 1] + cost.more[b.ids[j - 1]];
    }
    float least = 0;
    for (std::size_t i = 1; i <= a.size && least <= most; ++i) {
        const std::uint8_t from = a.ids[i - 1];
        const auto& changes = cost.change[from];
        const float one_less = cost.more[from];
        float diagonal = row[0];
        float left = row[0] += one_less;
        least = left;
        for (std::size_t j = 1; j <= b.size; ++j) {
            const std::uint8_t to = b.ids[j - 1];
            const float changed = diagonal + changes[to];
            diagonal = row[j];
            left = std::min({changed, diagonal + one_less, left + cost.more[to]});
            row[j] = left;
            least = std::min(least, left);
        }
    }
    return anywhere || least > most ? least : row[b.size];
}

double similarity(float edits, float most, std::size_t size) {
    return edits > most
               ? 0
               : std::max(0.0, 1 - static_cast<double>(edits) / static_cast<double>(size));
}

/// What may be spent on a text of this size to be so similar; a little more, for rounding.
float most_edits(double at_least, std::size_t size) {
    return static_cast<float>((1 - at_least) * static_cast<double>(size) + 1e-4);
}

}  // namespace

KanaSet kana_in(std::string_view text) {
    KanaSet set;
    for (const char32_t c : to_code_points(fold_for_matching(text))) {
        if (const std::uint8_t id = id_of(c); id != 0) {
            add(set, id);
        }
    }
    return set;
}

KanaText encode(std::string_view text) {
    KanaText out;
    for (const char32_t c : to_code_points(fold_for_matching(text))) {
        const std::uint8_t id = id_of(c);
        if (id != 0 && out.size < KanaText::max_size) {
            out.ids[out.size++] = id;
            out.reach.add(costs().reach[id]);
        }
    }
    return out;
}

double least_edits(const KanaSet& from, const KanaReach& to) noexcept {
    const KanaSet& small = costs().small;
    double least = 0;
    for (std::size_t word = 0; word < from.bits.size(); ++word) {
        const std::uint64_t other_than_same = from.bits[word] & ~to.same.bits[word];
        if (other_than_same == 0) {
            continue;
        }
        const std::uint64_t other_than_near = other_than_same & ~to.near.bits[word];
        const std::uint64_t missing = other_than_near & ~to.like.bits[word];
        least += least_near * std::popcount(other_than_same & ~other_than_near) +
                 least_like * std::popcount(other_than_near & ~missing) +
                 static_cast<double>(one_more) * std::popcount(missing & ~small.bits[word]) +
                 static_cast<double>(one_more_small) * std::popcount(missing & small.bits[word]);
    }
    return least;
}

double sound_similarity(const KanaText& a, const KanaText& b, double at_least) {
    const std::size_t longer = std::max(a.size, b.size);
    const std::size_t shorter = std::min(a.size, b.size);
    // Nothing that is more than twice as long is the same; and most pairs end here.
    if (shorter == 0 || shorter * 2 < longer) {
        return 0;
    }
    const float most = most_edits(at_least, longer);
    return similarity(edits(a, b, false, most), most, longer);
}

double sound_containment(const KanaText& query, const KanaText& text, double at_least) {
    if (query.size < least_contained || text.size < query.size) {
        return 0;
    }
    const float most = most_edits(at_least, query.size);
    return similarity(edits(query, text, true, most), most, query.size);
}

}  // namespace emojiscope
