#include "emojiscope/core/text.hpp"
#include "emojiscope/embedding/tokenizer.hpp"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace emojiscope::embedding {
namespace {

/// A longer word is unknown, as in the reference.
constexpr std::size_t longest_word = 100;
constexpr std::string_view inside_word = "##";

bool is_ideograph(char32_t c) {
    constexpr std::array<std::pair<char32_t, char32_t>, 8> blocks{{{0x4E00, 0x9FFF},
                                                                   {0x3400, 0x4DBF},
                                                                   {0x20000, 0x2A6DF},
                                                                   {0x2A700, 0x2B73F},
                                                                   {0x2B740, 0x2B81F},
                                                                   {0x2B820, 0x2CEAF},
                                                                   {0xF900, 0xFAFF},
                                                                   {0x2F800, 0x2FA1F}}};
    return std::any_of(blocks.begin(), blocks.end(),
                       [c](const auto& block) { return c >= block.first && c <= block.second; });
}

bool is_space(char32_t c) {
    return c == U' ' || c == U'\t' || c == U'\n' || c == U'\r' ||
           u_charType(static_cast<UChar32>(c)) == U_SPACE_SEPARATOR;
}

/// Dropped before anything else.
bool is_noise(char32_t c) {
    switch (u_charType(static_cast<UChar32>(c))) {
        case U_UNASSIGNED:
        case U_CONTROL_CHAR:
        case U_FORMAT_CHAR:
        case U_PRIVATE_USE_CHAR:
        case U_SURROGATE: return true;
        default: return c == 0xFFFD;
    }
}

bool is_punctuation(char32_t c) {
    const bool ascii_sign = (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) ||
                            (c >= 123 && c <= 126);
    return ascii_sign || u_ispunct(static_cast<UChar32>(c)) != 0;
}

/// The next word of the text, taken off it; empty at its end.
std::u32string take_word(std::u32string_view& text) {
    std::u32string word;
    while (!text.empty()) {
        const char32_t c = text.front();
        if (is_space(c) || is_punctuation(c) || is_ideograph(c)) {
            if (!word.empty()) {
                return word;
            }
            text.remove_prefix(1);
            if (!is_space(c)) {
                return {c};
            }
            continue;
        }
        text.remove_prefix(1);
        if (!is_noise(c)) {
            word += c;
        }
    }
    return word;
}

using Vocabulary = std::unordered_map<std::string, std::int64_t>;

struct Marks {
    std::int64_t unknown = 0;  ///< [UNK]
    std::int64_t begin = 0;    ///< [CLS]
    std::int64_t end = 0;      ///< [SEP]
};

class WordPieceTokenizer final : public Tokenizer {
public:
    WordPieceTokenizer(Vocabulary vocabulary, std::int64_t size, Marks marks,
                       std::size_t max_tokens)
        : vocabulary_(std::move(vocabulary)), size_(size), marks_(marks), max_tokens_(max_tokens) {}

    std::vector<std::int64_t> encode(std::string_view text) const override {
        std::vector<std::int64_t> ids{marks_.begin};
        const std::u32string points = to_code_points(to_valid_utf8(text));
        std::u32string_view rest = points;
        while (ids.size() < max_tokens_) {
            const std::u32string word = take_word(rest);
            if (word.empty()) {
                break;
            }
            append_word(word, ids);
        }
        ids.resize(std::min(ids.size(), max_tokens_ - 1));
        ids.push_back(marks_.end);
        return ids;
    }

    std::int64_t vocabulary_size() const noexcept override { return size_; }

private:
    void append_word(std::u32string_view word, std::vector<std::int64_t>& ids) const {
        const std::size_t before = ids.size();
        bool known = word.size() <= longest_word;
        for (std::u32string_view rest = word; known && !rest.empty();) {
            const auto [id, length] = longest_piece(rest, rest.size() == word.size());
            known = length > 0;
            if (known) {
                ids.push_back(id);
                rest.remove_prefix(length);
            }
        }
        if (!known) {
            ids.resize(before);
            ids.push_back(marks_.unknown);
        }
    }

    /// The id and length of the longest piece that `text` begins with; length 0: there is none.
    [[nodiscard]] std::pair<std::int64_t, std::size_t> longest_piece(std::u32string_view text,
                                                                     bool first) const {
        for (std::size_t length = text.size(); length > 0; --length) {
            std::string piece(first ? std::string_view{} : inside_word);
            piece += to_utf8(text.substr(0, length));
            if (const auto found = vocabulary_.find(piece); found != vocabulary_.end()) {
                return {found->second, length};
            }
        }
        return {0, 0};
    }

    Vocabulary vocabulary_;
    std::int64_t size_;
    Marks marks_;
    std::size_t max_tokens_;
};

}  // namespace

Result<std::unique_ptr<Tokenizer>> make_wordpiece_tokenizer(std::string_view vocabulary,
                                                            std::size_t max_tokens) {
    if (max_tokens < 2) {
        return fail(ErrorCode::invalid_argument, "tokenizer wordpiece: max_tokens is below 2");
    }
    Vocabulary ids;
    std::int64_t next = 0;
    while (!vocabulary.empty()) {
        const std::size_t end = std::min(vocabulary.find('\n'), vocabulary.size());
        std::string_view line = vocabulary.substr(0, end);
        vocabulary.remove_prefix(std::min(end + 1, vocabulary.size()));
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        ids[std::string(line)] = next++;
    }
    Marks marks;
    for (const auto& [name, id] :
         {std::pair("[UNK]", &marks.unknown), std::pair("[CLS]", &marks.begin),
          std::pair("[SEP]", &marks.end)}) {
        const auto found = ids.find(name);
        if (found == ids.end()) {
            return fail(ErrorCode::corrupt,
                        std::string("the vocabulary of the tokenizer lacks ") + name);
        }
        *id = found->second;
    }
    return std::unique_ptr<Tokenizer>(
        std::make_unique<WordPieceTokenizer>(std::move(ids), next, marks, max_tokens));
}

}  // namespace emojiscope::embedding
