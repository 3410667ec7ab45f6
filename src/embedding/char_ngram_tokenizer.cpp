#include "emojiscope/core/text.hpp"
#include "emojiscope/embedding/tokenizer.hpp"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <cctype>
#include <string>

namespace emojiscope::embedding {
namespace {

constexpr int largest_n = 8;
constexpr std::int64_t most_buckets = 1 << 24;

std::uint64_t fnv1a(std::string_view bytes) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : bytes) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3ULL;
    }
    return hash;
}

std::u32string normalise(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(status);
    const std::string valid = to_valid_utf8(text);
    icu::UnicodeString unicode = icu::UnicodeString::fromUTF8(valid);
    if (U_SUCCESS(status)) {
        unicode = nfkc->normalize(unicode, status);
    }
    unicode.toLower(icu::Locale::getRoot());
    std::string utf8;
    unicode.toUTF8String(utf8);
    std::u32string points = to_code_points(utf8);
    for (char32_t& c : points) {
        if (c >= 0x30A1 && c <= 0x30F6) {
            c -= 0x60;
        }
    }
    return points;
}

bool is_separator(char32_t c) {
    if (c < 0x80) {
        return std::isalnum(static_cast<int>(c)) == 0;
    }
    return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

std::vector<std::u32string> framed_words(const std::u32string& points) {
    std::vector<std::u32string> words;
    std::u32string word;
    for (const char32_t c : points) {
        if (!is_separator(c)) {
            word.push_back(c);
        } else if (!word.empty()) {
            words.push_back(U"^" + word + U"$");
            word.clear();
        }
    }
    if (!word.empty()) {
        words.push_back(U"^" + word + U"$");
    }
    return words;
}

class CharNgramTokenizer final : public Tokenizer {
public:
    explicit CharNgramTokenizer(const CharNgramParameters& parameters) : p_(parameters) {}

    std::vector<std::int64_t> encode(std::string_view text) const override {
        // More bytes than this cannot matter: every code point gives at least one token.
        const std::u32string points = normalise(truncate_utf8(text, 64 * p_.max_tokens));
        std::vector<std::int64_t> ids;
        for (const std::u32string& word : framed_words(points)) {
            append_word(word, ids);
            if (ids.size() >= p_.max_tokens) {
                ids.resize(p_.max_tokens);
                break;
            }
        }
        if (ids.empty()) {
            ids.push_back(1);
        }
        return ids;
    }

    std::int64_t vocabulary_size() const noexcept override { return p_.buckets; }

private:
    void append_word(std::u32string_view word, std::vector<std::int64_t>& ids) const {
        for (int n = p_.min_n; n <= p_.max_n; ++n) {
            const auto length = static_cast<std::size_t>(n);
            for (std::size_t at = 0; at + length <= word.size(); ++at) {
                const bool lone_frame = n == 1 && (at == 0 || at + 1 == word.size());
                if (!lone_frame) {
                    ids.push_back(id_of(word.substr(at, length)));
                }
            }
        }
    }

    std::int64_t id_of(std::u32string_view ngram) const {
        const auto range = static_cast<std::uint64_t>(p_.buckets - 1);
        return 1 + static_cast<std::int64_t>(fnv1a(to_utf8(ngram)) % range);
    }

    CharNgramParameters p_;
};

}  // namespace

Result<std::unique_ptr<Tokenizer>> make_char_ngram_tokenizer(const CharNgramParameters& p) {
    const bool sizes_fit =
        p.buckets >= 2 && p.buckets <= most_buckets && p.max_tokens >= 1 && p.max_tokens <= 65'536;
    if (!sizes_fit || p.min_n < 1 || p.min_n > p.max_n || p.max_n > largest_n) {
        return fail(ErrorCode::invalid_argument,
                    "tokenizer char-ngram-hash: buckets, min_n, max_n or max_tokens out of range");
    }
    return std::unique_ptr<Tokenizer>(std::make_unique<CharNgramTokenizer>(p));
}

}  // namespace emojiscope::embedding
