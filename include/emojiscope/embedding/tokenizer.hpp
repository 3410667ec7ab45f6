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

/// The byte-pair encoding of OpenAI's CLIP (A. Radford et al., "Learning Transferable Visual Models
/// From Natural Language Supervision", 2021; R. Sennrich et al., 2016): HTML entities (the numbered
/// ones, amp, lt, gt, quot, apos, nbsp) undone twice, lower case, words by its pattern, bytes
/// merged by `merges`, between the ids of <|startoftext|> and <|endoftext|>. A text that is too
/// long is cut before the last id, which stays the end. Of the reference's cleaning the repair of
/// mis-encoded text (ftfy) is not done.
///
/// `merges` is bpe_simple_vocab_16e6.txt or transformers' merges.txt: UTF-8, a pair a line; lines
/// beyond those that CLIP uses are ignored. Errors: corrupt (says which line), invalid_argument.
[[nodiscard]] Result<std::unique_ptr<Tokenizer>> make_clip_bpe_tokenizer(std::string_view merges,
                                                                         std::size_t max_tokens);

/// BERT's WordPiece, cased (J. Devlin et al., "BERT", 2019): control characters dropped, words
/// apart at white space, punctuation and ideographs, each spelt by the longest pieces that the
/// vocabulary has or else [UNK], between [CLS] and [SEP]. Marks typed in a text are text.
///
/// `vocabulary` is vocab.txt: UTF-8, a piece a line, its id the number of the line from 0.
/// Errors: corrupt if it lacks a mark, invalid_argument.
[[nodiscard]] Result<std::unique_ptr<Tokenizer>> make_wordpiece_tokenizer(
    std::string_view vocabulary, std::size_t max_tokens);

}  // namespace emojiscope::embedding
