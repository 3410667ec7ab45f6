// Text to the ids that a model's text tower was trained on.
#pragma once

#include "emojiscope/core/error.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace emojiscope::embedding {

/// Immutable after construction: any thread may call it.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    /// 1 to `max_tokens` ids for any bytes; invalid UTF-8 counts as U+FFFD.
    [[nodiscard]] virtual std::vector<std::int64_t> encode(std::string_view text) const = 0;

    /// Every id is in [0, vocabulary_size()).
    [[nodiscard]] virtual std::int64_t vocabulary_size() const noexcept = 0;
};

struct CharNgramParameters {
    std::int64_t buckets = 0;  ///< ids 1…buckets-1; 0 is padding
    int min_n = 1;
    int max_n = 4;
    std::size_t max_tokens = 256;
};

/// Hashed character n-grams of the words of a text; knows every script without a vocabulary.
///
/// NFKC, full lower case, katakana folded to hiragana; white space, `_`, `-` and ASCII punctuation
/// separate words; each word is framed as ^word$ and gives all its n-grams of min_n…max_n code
/// points in order of n, then position (a lone frame mark is left out);
/// id = 1 + FNV-1a-64(UTF-8 of the n-gram) mod (buckets - 1). An empty text is the single id 1.
[[nodiscard]] Result<std::unique_ptr<Tokenizer>> make_char_ngram_tokenizer(
    const CharNgramParameters& parameters);

}  // namespace emojiscope::embedding
