// Any bytes are a text: each tokenizer gives 1 to max_tokens ids of its vocabulary, between its
// marks if it has any, and the same ones each time. And any bytes may be offered as a vocabulary:
// it is refused, or taken and then as good as any.
//
// The first byte says what the rest is: a text for one of the tokenizers, or a vocabulary and,
// behind the last zero byte, a text for it.
#include "emojiscope/embedding/tokenizer.hpp"

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

namespace emojiscope::embedding {
namespace {

constexpr std::size_t most_tokens = 77;

void require(bool holds, const char* what) {
    if (!holds) {
        std::cerr << "not so: " << what << '\n';
        std::abort();
    }
}

std::unique_ptr<Tokenizer> made(Result<std::unique_ptr<Tokenizer>> tokenizer) {
    require(tokenizer.has_value(), "the tokenizer can be made");
    return std::move(*tokenizer);
}

/// Pairs of letters, and pairs of those.
std::string some_merges() {
    std::string lines = "#version: 0.2\n";
    for (const char* pair : {"b e", "e r</w>", "be er</w>", "h a", "ha p", "hap p", "happ y</w>",
                             "\u00e3 \u0125", "t h", "th e</w>", "1 2", "! !</w>"}) {
        lines += std::string(pair) + '\n';
    }
    return lines;
}

std::string some_pieces() {
    std::string lines;
    for (const char* piece :
         {"[PAD]",  "[UNK]",    "[CLS]",    "[SEP]",  "be", "##er", "##e", "##r", "b", "happy",
          "\u30d3", "##\u30fc", "##\u30eb", "\u9152", "!",  ".",    "a",   "##a", "1", "##2"}) {
        lines += std::string(piece) + '\n';
    }
    return lines;
}

void check(const Tokenizer& tokenizer, std::string_view text) {
    const auto ids = tokenizer.encode(text);
    require(!ids.empty() && ids.size() <= most_tokens, "1 to max_tokens ids");
    for (const std::int64_t id : ids) {
        require(id >= 0 && id < tokenizer.vocabulary_size(), "ids of the vocabulary");
    }
    require(ids == tokenizer.encode(text), "the same ids each time");
}

void check_vocabulary(Result<std::unique_ptr<Tokenizer>> tokenizer, std::string_view text) {
    if (tokenizer) {
        check(**tokenizer, text);
    } else {
        require(!tokenizer.error().message.empty(), "a refusal says why");
        require(tokenizer.error().message.find('\n') == std::string::npos, "in one line");
    }
}

void run(std::string_view input) {
    static const auto ngrams = made(make_char_ngram_tokenizer({4096, 1, 4, most_tokens}));
    static const auto pairs = made(make_clip_bpe_tokenizer(some_merges(), most_tokens));
    static const auto pieces = made(make_wordpiece_tokenizer(some_pieces(), most_tokens));
    if (input.empty()) {
        return;
    }
    const int kind = static_cast<unsigned char>(input.front()) % 5;
    const std::string_view rest = input.substr(1);
    const std::size_t end = rest.rfind('\0');
    const std::string_view vocabulary = rest.substr(0, end);
    const std::string_view text = end == std::string_view::npos ? rest : rest.substr(end + 1);
    switch (kind) {
        case 0: return check(*ngrams, rest);
        case 1: {
            check(*pairs, rest);
            const auto ids = pairs->encode(rest);
            require(ids.size() >= 2, "a text has both marks");
            require(ids.front() == pairs->vocabulary_size() - 2, "the start is the start");
            return require(ids.back() == pairs->vocabulary_size() - 1, "the end stays the end");
        }
        case 2: {
            check(*pieces, rest);
            const auto ids = pieces->encode(rest);
            return require(ids.size() >= 2 && ids.front() == 2 && ids.back() == 3,
                           "[CLS] first, [SEP] last");
        }
        case 3: return check_vocabulary(make_clip_bpe_tokenizer(vocabulary, most_tokens), text);
        default: return check_vocabulary(make_wordpiece_tokenizer(vocabulary, most_tokens), text);
    }
}

}  // namespace
}  // namespace emojiscope::embedding

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    emojiscope::embedding::run({reinterpret_cast<const char*>(data), size});
    return 0;
}
