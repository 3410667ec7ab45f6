#include "emojiscope/core/romaji.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace emojiscope {
namespace {

using Spelling = std::pair<std::u32string_view, std::string_view>;

/// Longer ones first.
constexpr std::array<Spelling, 123> spellings{{
    {U"きゃ", "kya"}, {U"きゅ", "kyu"}, {U"きょ", "kyo"}, {U"しゃ", "sha"}, {U"しゅ", "shu"},
    {U"しょ", "sho"}, {U"しぇ", "she"}, {U"ちゃ", "cha"}, {U"ちゅ", "chu"}, {U"ちょ", "cho"},
    {U"ちぇ", "che"}, {U"にゃ", "nya"}, {U"にゅ", "nyu"}, {U"にょ", "nyo"}, {U"ひゃ", "hya"},
    {U"ひゅ", "hyu"}, {U"ひょ", "hyo"}, {U"みゃ", "mya"}, {U"みゅ", "myu"}, {U"みょ", "myo"},
    {U"りゃ", "rya"}, {U"りゅ", "ryu"}, {U"りょ", "ryo"}, {U"ぎゃ", "gya"}, {U"ぎゅ", "gyu"},
    {U"ぎょ", "gyo"}, {U"じゃ", "ja"},  {U"じゅ", "ju"},  {U"じょ", "jo"},  {U"じぇ", "je"},
    {U"びゃ", "bya"}, {U"びゅ", "byu"}, {U"びょ", "byo"}, {U"ぴゃ", "pya"}, {U"ぴゅ", "pyu"},
    {U"ぴょ", "pyo"}, {U"ふぁ", "fa"},  {U"ふぃ", "fi"},  {U"ふぇ", "fe"},  {U"ふぉ", "fo"},
    {U"てぃ", "ti"},  {U"でぃ", "di"},  {U"とぅ", "tu"},  {U"どぅ", "du"},  {U"うぃ", "wi"},
    {U"うぇ", "we"},  {U"うぉ", "wo"},  {U"ゔぁ", "va"},  {U"ゔぃ", "vi"},  {U"ゔぇ", "ve"},
    {U"ゔぉ", "vo"},  {U"つぁ", "tsa"}, {U"あ", "a"},     {U"い", "i"},     {U"う", "u"},
    {U"え", "e"},     {U"お", "o"},     {U"か", "ka"},    {U"き", "ki"},    {U"く", "ku"},
    {U"け", "ke"},    {U"こ", "ko"},    {U"さ", "sa"},    {U"し", "shi"},   {U"す", "su"},
    {U"せ", "se"},    {U"そ", "so"},    {U"た", "ta"},    {U"ち", "chi"},   {U"つ", "tsu"},
    {U"て", "te"},    {U"と", "to"},    {U"な", "na"},    {U"に", "ni"},    {U"ぬ", "nu"},
    {U"ね", "ne"},    {U"の", "no"},    {U"は", "ha"},    {U"ひ", "hi"},    {U"ふ", "fu"},
    {U"へ", "he"},    {U"ほ", "ho"},    {U"ま", "ma"},    {U"み", "mi"},    {U"む", "mu"},
    {U"め", "me"},    {U"も", "mo"},    {U"や", "ya"},    {U"ゆ", "yu"},    {U"よ", "yo"},
    {U"ら", "ra"},    {U"り", "ri"},    {U"る", "ru"},    {U"れ", "re"},    {U"ろ", "ro"},
    {U"わ", "wa"},    {U"を", "o"},     {U"ん", "n"},     {U"が", "ga"},    {U"ぎ", "gi"},
    {U"ぐ", "gu"},    {U"げ", "ge"},    {U"ご", "go"},    {U"ざ", "za"},    {U"じ", "ji"},
    {U"ず", "zu"},    {U"ぜ", "ze"},    {U"ぞ", "zo"},    {U"だ", "da"},    {U"ぢ", "ji"},
    {U"づ", "zu"},    {U"で", "de"},    {U"ど", "do"},    {U"ば", "ba"},    {U"び", "bi"},
    {U"ぶ", "bu"},    {U"べ", "be"},    {U"ぼ", "bo"},    {U"ぱ", "pa"},    {U"ぴ", "pi"},
    {U"ぷ", "pu"},    {U"ぺ", "pe"},    {U"ぽ", "po"},
}};

constexpr std::array<Spelling, 9> rare{{
    {U"ゔ", "vu"},
    {U"ゐ", "i"},
    {U"ゑ", "e"},
    {U"ぁ", "a"},
    {U"ぃ", "i"},
    {U"ぅ", "u"},
    {U"ぇ", "e"},
    {U"ぉ", "o"},
    {U"ゎ", "wa"},
}};

template <std::size_t size>
const Spelling* begins_with(const std::array<Spelling, size>& list, std::u32string_view text) {
    const auto found = std::ranges::find_if(
        list, [&](const Spelling& spelling) { return text.starts_with(spelling.first); });
    return found == list.end() ? nullptr : &*found;
}

bool is_vowel(char c) {
    return std::string_view("aiueo").find(c) != std::string_view::npos;
}

bool is_latin_or_digit(char32_t c) {
    return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9');
}

}  // namespace

std::string to_romaji(std::string_view hiragana) {
    constexpr char32_t small_tsu = U'っ';
    constexpr char32_t long_vowel = U'ー';
    const std::u32string points = to_code_points(hiragana);
    std::u32string_view rest = points;
    std::string out;
    bool doubled = false;
    while (!rest.empty()) {
        const char32_t c = rest.front();
        const Spelling* spelling = begins_with(spellings, rest);
        if (spelling == nullptr) {
            spelling = begins_with(rare, rest);
        }
        if (spelling != nullptr) {
            const char first = spelling->second.front();
            if (doubled && !is_vowel(first)) {
                out += first == 'c' ? 't' : first;
            }
            out += spelling->second;
            rest.remove_prefix(spelling->first.size());
            doubled = false;
            continue;
        }
        doubled = c == small_tsu;
        if (c == long_vowel && !out.empty() && is_vowel(out.back())) {
            out += out.back();
        } else if (is_latin_or_digit(c)) {
            out += static_cast<char>(c);
        } else if (c != small_tsu && c != long_vowel) {
            return {};
        }
        rest.remove_prefix(1);
    }
    return out;
}

}  // namespace emojiscope
