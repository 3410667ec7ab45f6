#include "emojiscope/core/kana.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace emojiscope {
namespace {

constexpr std::size_t most_variants = 8;
/// Longer texts are no words that anybody would look for by sound.
constexpr std::size_t longest = 120;

constexpr char32_t long_mark = U'ー';
constexpr char32_t small_tsu = U'っ';
constexpr char32_t syllabic_n = U'ん';

using Syllables = std::map<std::u32string, std::u32string, std::less<>>;

/// One consonant with its five syllables; '.' where there is none.
struct Row {
    const char32_t* consonant;
    const char32_t* syllables;
};

constexpr Row plain_rows[] = {
    {U"", U"あいうえお"},  {U"k", U"かきくけこ"}, {U"c", U"か.く.こ"},   {U"s", U"さしすせそ"},
    {U"t", U"たちつてと"}, {U"n", U"なにぬねの"}, {U"h", U"はひふへほ"}, {U"m", U"まみむめも"},
    {U"y", U"や.ゆ.よ"},   {U"r", U"らりるれろ"}, {U"l", U"らりるれろ"}, {U"w", U"わ...を"},
    {U"g", U"がぎぐげご"}, {U"z", U"ざじずぜぞ"}, {U"d", U"だじずでど"}, {U"b", U"ばびぶべぼ"},
    {U"p", U"ぱぴぷぺぽ"}, {U"j", U".じ..."},     {U"x", U"ぁぃぅぇぉ"},
};

/// A consonant before small ya, yu, yo: きゃ; 'sh', 'ch' and 'j' need no y.
constexpr Row palatal_rows[] = {
    {U"ky", U"き"}, {U"sy", U"し"}, {U"sh", U"し"}, {U"ty", U"ち"}, {U"ch", U"ち"}, {U"cy", U"ち"},
    {U"ny", U"に"}, {U"hy", U"ひ"}, {U"my", U"み"}, {U"ry", U"り"}, {U"gy", U"ぎ"}, {U"zy", U"じ"},
    {U"j", U"じ"},  {U"jy", U"じ"}, {U"dy", U"じ"}, {U"by", U"び"}, {U"py", U"ぴ"},
};

constexpr std::pair<const char32_t*, const char32_t*> others[] = {
    {U"shi", U"し"},  {U"chi", U"ち"},  {U"tsu", U"つ"},  {U"fu", U"ふ"},    {U"fa", U"ふぁ"},
    {U"fi", U"ふぃ"}, {U"fe", U"ふぇ"}, {U"fo", U"ふぉ"}, {U"va", U"ゔぁ"},  {U"vi", U"ゔぃ"},
    {U"vu", U"ゔ"},   {U"ve", U"ゔぇ"}, {U"vo", U"ゔぉ"}, {U"wi", U"うぃ"},  {U"we", U"うぇ"},
    {U"thi", U"てぃ"}, {U"dhi", U"でぃ"}, {U"twu", U"とぅ"}, {U"dwu", U"どぅ"}, {U"tsa", U"つぁ"},
    {U"xtu", U"っ"},  {U"xtsu", U"っ"}, {U"ltu", U"っ"},  {U"ltsu", U"っ"},  {U"xya", U"ゃ"},
    {U"xyu", U"ゅ"},  {U"xyo", U"ょ"},  {U"yi", U"い"},   {U"ye", U"いぇ"},  {U"kwa", U"くぁ"},
};

constexpr std::u32string_view vowels = U"aiueo";

Syllables make_syllables() {
    Syllables all;
    for (const Row& row : plain_rows) {
        for (std::size_t v = 0; v < vowels.size(); ++v) {
            if (row.syllables[v] != U'.') {
                all[std::u32string(row.consonant) + vowels[v]] = {row.syllables[v]};
            }
        }
    }
    for (const Row& row : palatal_rows) {
        const std::u32string first(row.syllables);
        for (const auto& [vowel, small] :
             {std::pair{U'a', U'ゃ'}, {U'u', U'ゅ'}, {U'e', U'ぇ'}, {U'o', U'ょ'}}) {
            all[std::u32string(row.consonant) + vowel] = first + small;
        }
    }
    for (const auto& [romaji, kana] : others) {
        all[romaji] = kana;
    }
    return all;
}

const Syllables& syllables() {
    static const Syllables all = make_syllables();
    return all;
}

constexpr std::size_t longest_syllable = 4;

bool is_hiragana(char32_t c) {
    return c >= U'ぁ' && c <= U'ゖ';
}

bool is_vowel(char32_t c) {
    return vowels.find(c) != std::u32string_view::npos;
}

bool is_latin(char32_t c) {
    return c >= U'a' && c <= U'z';
}

/// Lower case, half width and katakana as hiragana, macrons as ー, separators dropped; a hyphen stays.
std::u32string prepare(std::string_view text) {
    std::string folded;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('-', begin), text.size());
        folded += fold_for_matching(text.substr(begin, end - begin));
        folded += end < text.size() ? "-" : "";
        begin = end + 1;
    }
    static const std::map<char32_t, char32_t> macrons{
        {U'ā', U'a'}, {U'ī', U'i'}, {U'ū', U'u'}, {U'ē', U'e'}, {U'ō', U'o'},
        {U'â', U'a'}, {U'î', U'i'}, {U'û', U'u'}, {U'ê', U'e'}, {U'ô', U'o'}};
    std::u32string out;
    for (const char32_t c : to_code_points(folded)) {
        const auto macron = macrons.find(c);
        if (macron != macrons.end()) {
            out += macron->second;
            out += long_mark;
        } else if (c == U'〜' || c == U'~' || c == U'―') {
            out += long_mark;
        } else {
            out += c;
        }
    }
    return out;
}

/// All ways to read a text as hiragana, the likeliest first.
class Parser {
public:
    explicit Parser(std::u32string text) : text_(std::move(text)) {}

    std::vector<std::u32string> run() {
        if (text_.size() <= longest) {
            parse(0, {});
        }
        return std::move(found_);
    }

private:
    [[nodiscard]] char32_t at(std::size_t i) const { return i < text_.size() ? text_[i] : U'\0'; }

    void parse(std::size_t i, std::u32string read) {
        if (found_.size() >= most_variants || steps_++ > most_steps) {
            return;
        }
        if (i == text_.size()) {
            if (read.find_first_not_of(long_mark) != std::u32string::npos &&
                std::find(found_.begin(), found_.end(), read) == found_.end()) {
                found_.push_back(std::move(read));
            }
            return;
        }
        const char32_t c = text_[i];
        if (is_hiragana(c) || c == long_mark || (c >= U'0' && c <= U'9')) {
            parse(i + 1, read + c);
        } else if (c == U'-') {
            if (i > 0) {
                parse(i + 1, read + long_mark);
            }
            parse(i + 1, read);
        } else if (is_latin(c)) {
            parse_romaji(i, read);
        }
    }

    void parse_romaji(std::size_t i, const std::u32string& read) {
        const char32_t c = text_[i];
        const char32_t next = at(i + 1);
        if (c == U'n' && next == U'n') {
            if (is_vowel(at(i + 2)) || at(i + 2) == U'y') {
                parse(i + 1, read + syllabic_n);  // annai: あんない
            }
            parse(i + 2, read + syllabic_n);  // annsinn: あんしん
            return;
        }
        if (c == U'n' && !is_vowel(next) && next != U'y') {
            parse(i + 1, read + syllabic_n);
            return;
        }
        if (c == U'm' && (next == U'b' || next == U'p' || next == U'm')) {
            parse(i + 1, read + syllabic_n);
            return;
        }
        const bool doubled = c == next && !is_vowel(c);
        if (doubled || (c == U't' && next == U'c')) {
            parse(i + 1, read + small_tsu);
            return;
        }
        for (std::size_t length = std::min(longest_syllable, text_.size() - i); length > 0; --length) {
            const auto found = syllables().find(std::u32string_view(text_).substr(i, length));
            if (found != syllables().end()) {
                parse(i + length, read + found->second);
                break;  // the longest one
            }
        }
        if (c == U'n' && next == U'y') {
            parse(i + 1, read + syllabic_n);  // honya: ほんや
        }
    }

    static constexpr std::size_t most_steps = 2000;

    std::u32string text_;
    std::vector<std::u32string> found_;
    std::size_t steps_ = 0;
};

/// The vowel that a kana ends with, as hiragana; 0 if none.
char32_t vowel_of(char32_t c) {
    static const std::u32string_view rows[] = {
        U"あかさたなはまやらわがざだばぱぁゃゎ", U"いきしちにひみりぎじぢびぴぃゐ",
        U"うくすつぬふむゆるぐずづぶぷぅゅゔっ", U"えけせてねへめれげぜでべぺぇゑ",
        U"おこそとのほもよろをごぞどぼぽぉょ"};
    constexpr std::u32string_view heads = U"あいうえお";
    for (std::size_t v = 0; v < heads.size(); ++v) {
        if (rows[v].find(c) != std::u32string_view::npos) {
            return heads[v];
        }
    }
    return 0;
}

char32_t same_sound(char32_t c) {
    switch (c) {
        case U'ぢ': return U'じ';
        case U'づ': return U'ず';
        case U'ゐ': return U'い';
        case U'ゑ': return U'え';
        case U'を': return U'お';
        case U'ぁ': return U'あ';
        case U'ぃ': return U'い';
        case U'ぅ': return U'う';
        case U'ぇ': return U'え';
        case U'ぉ': return U'お';
        case U'ゎ': return U'わ';
        default: return c;
    }
}

std::u32string exact_key(const std::u32string& hiragana) {
    std::u32string key;
    for (const char32_t c : hiragana) {
        const char32_t vowel = key.empty() ? 0 : vowel_of(key.back());
        if (c == long_mark) {
            if (vowel != 0) {
                key += vowel;
            }
        } else if (c == U'う' && vowel == U'お') {
            key += U'お';
        } else {
            key += same_sound(c);
        }
    }
    return key;
}

std::u32string loose_key(const std::u32string& exact) {
    std::u32string key;
    for (const char32_t c : exact) {
        const bool lengthens = !key.empty() && vowel_of(key.back()) == c;
        if (!lengthens && c != small_tsu) {
            key += c;
        }
    }
    return key;
}

void add_new(std::vector<std::string>& keys, const std::u32string& key) {
    std::string utf8 = to_utf8(key);
    if (!utf8.empty() && std::find(keys.begin(), keys.end(), utf8) == keys.end()) {
        keys.push_back(std::move(utf8));
    }
}

}  // namespace

std::string to_hiragana(std::string_view text) {
    const auto read = Parser(prepare(text)).run();
    return read.empty() ? std::string{} : to_utf8(read.front());
}

SoundKeys sound_keys(std::string_view text) {
    SoundKeys keys;
    for (const std::u32string& read : Parser(prepare(text)).run()) {
        const std::u32string exact = exact_key(read);
        add_new(keys.exact, exact);
        add_new(keys.loose, loose_key(exact));
    }
    return keys;
}

}  // namespace emojiscope
