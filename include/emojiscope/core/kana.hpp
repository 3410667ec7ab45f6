// How Japanese sounds, whatever the script: kana, katakana and romaji of every common system
// (Hepburn, Kunrei, Nihon-shiki, and what people type) are one thing. Pure; UTF-8 in and out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope {

/// Kana and romaji as hiragana, long vowels as they are spelt (ー stays); digits are kept, white
/// space and `_ . ' :` dropped. Empty if any part cannot be read so ("lgtm", kanji).
[[nodiscard]] std::string to_hiragana(std::string_view text);

/// Keys that are equal for texts that sound the same.
struct SoundKeys {
    /// し = si = shi, ん = n = nn, ou = oo = ō = おー; more than one where romaji is ambiguous
    /// ("annai": あんない, あんあい), the likeliest first.
    std::vector<std::string> exact;
    /// The same with long vowels and っ left out: おばさん = おばあさん.
    std::vector<std::string> loose;
};

/// Empty for texts that cannot be read as kana. At most eight of each.
[[nodiscard]] SoundKeys sound_keys(std::string_view text);

/// A set of kana, Latin letters and digits.
struct KanaSet {
    std::array<std::uint64_t, 2> bits{};

    void add(const KanaSet& other) noexcept {
        bits[0] |= other.bits[0];
        bits[1] |= other.bits[1];
    }
    void keep(const KanaSet& other) noexcept {
        bits[0] &= other.bits[0];
        bits[1] &= other.bits[1];
    }
    [[nodiscard]] bool contains(const KanaSet& other) const noexcept {
        return (other.bits[0] & ~bits[0]) == 0 && (other.bits[1] & ~bits[1]) == 0;
    }
};

/// Those that occur in a text, of any length.
[[nodiscard]] KanaSet kana_in(std::string_view text);

/// The kana of a text, or of several, and what they are taken for by a careless eye.
struct KanaReach {
    KanaSet same;
    KanaSet near;  ///< those, and all that differ in dakuten or size only
    KanaSet like;  ///< those, and all that look alike

    void add(const KanaReach& other) noexcept {
        same.add(other.same);
        near.add(other.near);
        like.add(other.like);
    }
};

/// Hiragana made ready for comparing; what lies beyond the size is cut off.
struct KanaText {
    static constexpr std::size_t max_size = 40;
    std::array<std::uint8_t, max_size> ids{};
    std::size_t size = 0;
    KanaReach reach;
};

/// Kana, and Latin letters and digits among them; other characters are left out.
[[nodiscard]] KanaText encode(std::string_view text);

/// 1 for equal texts, 0 for texts with nothing in common: 1 less the weighted edits over the longer
/// one's length. Edits that a careless eye makes (か for が, つ for っ, く for へ) cost less. What is
/// less than `at_least` may be told as 0, which is quicker.
[[nodiscard]] double sound_similarity(const KanaText& a, const KanaText& b, double at_least = 0);

/// Shorter words are part of anything.
inline constexpr std::size_t least_contained = 3;

/// The same between `query` and the part of `text` that is most like it; 0 for a query of fewer
/// kana than least_contained.
[[nodiscard]] double sound_containment(const KanaText& query, const KanaText& text,
                                       double at_least = 0);

/// What it costs at the least to turn a text with the kana `from` into one with those of `to`: for
/// each of the former that is not among the latter.
[[nodiscard]] double least_edits(const KanaSet& from, const KanaReach& to) noexcept;

}  // namespace emojiscope
