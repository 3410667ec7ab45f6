#include "emojiscope/core/kana.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <utility>

namespace emojiscope {
namespace {

// Each kana, letter and digit has a small number of its own; 0 is none.
constexpr std::uint8_t first_kana = 1;  // ぁ (U+3041) to ゖ (U+3096)
constexpr std::uint8_t long_mark = 87;
constexpr std::uint8_t first_letter = 88;
constexpr std::uint8_t first_digit = 114;
constexpr std::size_t ids = 124;

/// Shorter words are part of anything.
constexpr std::size_t least_contained = 3;

constexpr float other = 1.0F;
constexpr float one_more = 0.9F;  ///< a kana more or less
constexpr float one_more_small = 0.4F;  ///< ー, っ or a small vowel more or less
constexpr float voicing = 0.25F;  ///< か が, は ば ぱ
constexpr float small_and_large = 0.15F;
constexpr float look_alike = 0.5F;

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

struct Costs {
    std::array<std::array<float, ids>, ids> change{};
    std::array<float, ids> more{};

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

/// The cheapest way from `a` to `b`, or to any part of `b`.
float edits(const KanaText& a, const KanaText& b, bool anywhere) {
    const Costs& cost = costs();
    std::array<float, KanaText::max_size + 1> row{};
    for (std::size_t j = 1; j <= b.size; ++j) {
        row[j] = anywhere ? 0 : row[j - 1] + cost.more[b.ids[j - 1]];
    }
    for (std::size_t i = 1; i <= a.size; ++i) {
        const std::uint8_t from = a.ids[i - 1];
        float diagonal = row[0];
        row[0] += cost.more[from];
        for (std::size_t j = 1; j <= b.size; ++j) {
            const std::uint8_t to = b.ids[j - 1];
            const float changed = diagonal + cost.change[from][to];
            diagonal = row[j];
            row[j] = std::min({changed, row[j] + cost.more[from], row[j - 1] + cost.more[to]});
        }
    }
    return anywhere ? *std::min_element(row.begin(),
                                        row.begin() + static_cast<std::ptrdiff_t>(b.size) + 1)
                    : row[b.size];
}

double similarity(float edits, std::size_t size) {
    return std::max(0.0, 1 - static_cast<double>(edits) / static_cast<double>(size));
}

}  // namespace

KanaText encode(std::string_view text) {
    KanaText out;
    for (const char32_t c : to_code_points(fold_for_matching(text))) {
        const std::uint8_t id = id_of(c);
        if (id != 0 && out.size < KanaText::max_size) {
            out.ids[out.size++] = id;
        }
    }
    return out;
}

double sound_similarity(const KanaText& a, const KanaText& b) {
    const std::size_t longer = std::max(a.size, b.size);
    const std::size_t shorter = std::min(a.size, b.size);
    // Nothing that is more than twice as long is the same; and most pairs end here.
    if (shorter == 0 || shorter * 2 < longer) {
        return 0;
    }
    return similarity(edits(a, b, false), longer);
}

double sound_containment(const KanaText& query, const KanaText& text) {
    if (query.size < least_contained || text.size < query.size) {
        return 0;
    }
    return similarity(edits(query, text, true), query.size);
}

}  // namespace emojiscope
