#include "emojiscope/core/text.hpp"
#include "emojiscope/embedding/tokenizer.hpp"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace emojiscope::embedding {
namespace {

constexpr std::size_t bytes_in_alphabet = 256;
/// Merges of OpenAI's vocabulary; its file lists more, which are not used.
constexpr std::size_t most_merges = 49'152 - bytes_in_alphabet - 2;
constexpr std::int64_t first_merged = 2 * bytes_in_alphabet;
constexpr std::string_view end_of_word = "</w>";
constexpr std::string_view start_mark = "<|startoftext|>";
constexpr std::string_view end_mark = "<|endoftext|>";
/// A longer run of letters is cut: merging takes the square of its length.
constexpr std::size_t most_word_bytes = 4'096;

/// The characters that stand for bytes in the vocabulary, in its order, and the byte of each:
/// printable ones stand for themselves, the others for U+0100 and on (GPT-2's bytes_to_unicode).
struct ByteAlphabet {
    ByteAlphabet() {
        const auto printable = [](int byte) {
            return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
        };
        std::int64_t place = 0;
        for (const bool wanted : {true, false}) {
            char32_t stand_in = 0x100;
            for (int byte = 0; byte < static_cast<int>(bytes_in_alphabet); ++byte) {
                if (printable(byte) != wanted) {
                    continue;
                }
                id_of[static_cast<std::size_t>(byte)] = place++;
                const auto shown = wanted ? static_cast<char32_t>(byte) : stand_in++;
                characters.push_back(to_utf8(std::u32string(1, shown)));
            }
        }
    }

    std::array<std::int64_t, bytes_in_alphabet> id_of{};
    std::vector<std::string> characters;  ///< by id
};

std::uint64_t pair_key(std::int64_t left, std::int64_t right) {
    return static_cast<std::uint64_t>(left) << 32U | static_cast<std::uint64_t>(right);
}

struct Merge {
    std::size_t rank = 0;
    std::int64_t id = 0;
};

bool is_space(char32_t c) {
    // As Python has it: the four separators too.
    return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0 || (c >= 0x1C && c <= 0x1F);
}

bool is_letter(char32_t c) {
    return u_isalpha(static_cast<UChar32>(c)) != 0;
}

bool is_number(char32_t c) {
    const auto category = u_charType(static_cast<UChar32>(c));
    return category == U_DECIMAL_DIGIT_NUMBER || category == U_LETTER_NUMBER ||
           category == U_OTHER_NUMBER;
}

/// The character that `&name;` stands for, without the marks around it.
std::optional<char32_t> entity(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, char32_t>, 6> named{{{"amp", U'&'},
                                                                          {"lt", U'<'},
                                                                          {"gt", U'>'},
                                                                          {"quot", U'"'},
                                                                          {"apos", U'\''},
                                                                          {"nbsp", 0xA0}}};
    for (const auto& [known, character] : named) {
        if (name == known) {
            return character;
        }
    }
    if (name.size() < 2 || name.front() != '#') {
        return std::nullopt;
    }
    const bool hex = name[1] == 'x' || name[1] == 'X';
    const std::string_view digits = name.substr(hex ? 2 : 1);
    std::uint32_t value = 0;
    const auto [end, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
    if (problem != std::errc{} || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    const bool scalar = value > 0 && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
    return scalar ? char32_t{value} : U'\xFFFD';
}

std::string unescape_html(std::string_view text) {
    constexpr std::size_t longest_entity = 10;
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text[at] == '&' ? text.find(';', at) : std::string_view::npos;
        if (end != std::string_view::npos && end - at <= longest_entity) {
            if (const auto character = entity(text.substr(at + 1, end - at - 1))) {
                out += to_utf8(std::u32string(1, *character));
                at = end + 1;
                continue;
            }
        }
        out += text[at++];
    }
    return out;
}

std::u32string clean(std::string_view text) {
    const std::string unescaped = unescape_html(unescape_html(to_valid_utf8(text)));
    icu::UnicodeString unicode = icu::UnicodeString::fromUTF8(unescaped);
    unicode.toLower(icu::Locale::getRoot());
    std::string lowered;
    unicode.toUTF8String(lowered);
    return to_code_points(lowered);
}

/// Where the word that begins at `at` ends. The pattern of the reference:
/// marks | 's|'t|'re|'ve|'m|'ll|'d | letters+ | one number | others that are no spaces+
std::size_t word_end(const std::u32string& text, std::size_t at) {
    const std::u32string_view rest = std::u32string_view(text).substr(at);
    for (const std::u32string_view whole : {U"<|startoftext|>", U"<|endoftext|>", U"'s", U"'t",
                                            U"'re", U"'ve", U"'m", U"'ll", U"'d"}) {
        if (rest.starts_with(whole)) {
            return at + whole.size();
        }
    }
    if (is_number(text[at])) {
        return at + 1;
    }
    const bool letters = is_letter(text[at]);
    std::size_t end = at + 1;
    while (end < text.size() && !is_space(text[end]) && is_letter(text[end]) == letters &&
           !(is_number(text[end]))) {
        ++end;
    }
    return end;
}

class ClipBpeTokenizer final : public Tokenizer {
public:
    ClipBpeTokenizer(std::unordered_map<std::uint64_t, Merge> merges, std::int64_t vocabulary,
                     std::size_t max_tokens)
        : merges_(std::move(merges)), vocabulary_(vocabulary), max_tokens_(max_tokens) {}

    std::vector<std::int64_t> encode(std::string_view text) const override {
        std::vector<std::int64_t> ids{start()};
        const std::u32string points = clean(text);
        for (std::size_t at = 0; at < points.size() && ids.size() < max_tokens_;) {
            if (is_space(points[at])) {
                ++at;
                continue;
            }
            const std::size_t end = word_end(points, at);
            append_word(to_utf8(std::u32string_view(points).substr(at, end - at)), ids);
            at = end;
        }
        // The end is there however long the text is.
        ids.resize(std::min(ids.size(), max_tokens_ - 1));
        ids.push_back(start() + 1);
        return ids;
    }

    std::int64_t vocabulary_size() const noexcept override { return vocabulary_; }

private:
    [[nodiscard]] std::int64_t start() const noexcept { return vocabulary_ - 2; }

    void append_word(std::string_view word, std::vector<std::int64_t>& ids) const {
        if (word == start_mark || word == end_mark) {
            ids.push_back(word == start_mark ? start() : start() + 1);
            return;
        }
        static const ByteAlphabet alphabet;
        std::vector<std::int64_t> parts;
        for (const char byte : truncate_utf8(word, most_word_bytes)) {
            parts.push_back(alphabet.id_of[static_cast<unsigned char>(byte)]);
        }
        parts.back() += static_cast<std::int64_t>(bytes_in_alphabet);  // it ends the word
        while (const Merge* merge = best_merge(parts)) {
            apply(*merge, parts);
        }
        ids.insert(ids.end(), parts.begin(), parts.end());
    }

    [[nodiscard]] const Merge* merge_of(std::int64_t left, std::int64_t right) const {
        const auto found = merges_.find(pair_key(left, right));
        return found == merges_.end() ? nullptr : &found->second;
    }

    [[nodiscard]] const Merge* best_merge(const std::vector<std::int64_t>& parts) const {
        const Merge* best = nullptr;
        for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
            const Merge* merge = merge_of(parts[i], parts[i + 1]);
            if (merge != nullptr && (best == nullptr || merge->rank < best->rank)) {
                best = merge;
            }
        }
        return best;
    }

    /// Everywhere, from left to right.
    void apply(const Merge& merge, std::vector<std::int64_t>& parts) const {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < parts.size(); ++kept) {
            const bool here = i + 1 < parts.size() && merge_of(parts[i], parts[i + 1]) == &merge;
            parts[kept] = here ? merge.id : parts[i];
            i += here ? 2 : 1;
        }
        parts.resize(kept);
    }

    std::unordered_map<std::uint64_t, Merge> merges_;
    std::int64_t vocabulary_;
    std::size_t max_tokens_;
};

/// The next line without its end, taken off `text`.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

Error bad_merges(std::size_t line, const char* what) {
    return fail(ErrorCode::corrupt,
                "the merges of the tokenizer, line " + std::to_string(line) + ": " + what);
}

}  // namespace

Result<std::unique_ptr<Tokenizer>> make_clip_bpe_tokenizer(std::string_view merges,
                                                           std::size_t max_tokens) {
    if (max_tokens < 2) {
        return fail(ErrorCode::invalid_argument, "tokenizer clip-bpe: max_tokens is below 2");
    }
    std::unordered_map<std::string, std::int64_t> ids;
    const ByteAlphabet alphabet;
    for (std::size_t i = 0; i < bytes_in_alphabet; ++i) {
        ids[alphabet.characters[i]] = static_cast<std::int64_t>(i);
        ids[alphabet.characters[i] + std::string(end_of_word)] =
            static_cast<std::int64_t>(bytes_in_alphabet + i);
    }
    struct Pair {
        std::string left;
        std::string right;
    };
    std::vector<Pair> pairs;
    std::size_t line_number = 0;
    while (!merges.empty() && pairs.size() < most_merges) {
        const std::string_view line = take_line(merges);
        ++line_number;
        if (line.empty() || (line_number == 1 && line.find("#version") != std::string_view::npos)) {
            continue;
        }
        const std::size_t space = line.find(' ');
        if (space == 0 || space == std::string_view::npos || space + 1 == line.size() ||
            line.find(' ', space + 1) != std::string_view::npos) {
            return bad_merges(line_number, "not two parts with a space between them");
        }
        Pair pair{std::string(line.substr(0, space)), std::string(line.substr(space + 1))};
        if (!ids.contains(pair.left) || !ids.contains(pair.right)) {
            return bad_merges(line_number, "merges what no line before it made");
        }
        // What two lines make has the id of the later one.
        ids[pair.left + pair.right] = first_merged + static_cast<std::int64_t>(pairs.size());
        pairs.push_back(std::move(pair));
    }
    if (pairs.empty()) {
        return fail(ErrorCode::corrupt, "the tokenizer has no merges");
    }
    std::unordered_map<std::uint64_t, Merge> table;
    for (std::size_t rank = 0; rank < pairs.size(); ++rank) {
        const auto& [left, right] = pairs[rank];
        table.try_emplace(pair_key(ids.at(left), ids.at(right)), Merge{rank, ids.at(left + right)});
    }
    const auto vocabulary = first_merged + static_cast<std::int64_t>(pairs.size()) + 2;
    return std::unique_ptr<Tokenizer>(
        std::make_unique<ClipBpeTokenizer>(std::move(table), vocabulary, max_tokens));
}

}  // namespace emojiscope::embedding
