// The use case 'find an emoji': by words, by a picture, or by another emoji.
//
// What speaks for an emoji - its names, the words in its picture, what the query means in other
// words, and its looks - is joined in one probability (src/search/fusion.hpp), by which answers are
// ranked, and below which nothing fits. Ties are broken by cosine, then by name.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/search/embedder.hpp"
#include "emojiscope/search/emoji_library.hpp"
#include "emojiscope/search/picture_reader.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::search {

/// Why an emoji is in the answer: what speaks most for it.
enum class Reason {
    exact_name,
    sounds_like_name,
    part_of_name,
    like_name,  ///< but for a typo or two
    text,       ///< the words in its picture
    meaning,    ///< another word for the same thing
    looks_like_text,
    same_picture,
    looks_like_picture,
};

[[nodiscard]] const char* to_string(Reason reason) noexcept;

/// Which signals a query may use.
struct SignalSet {
    bool name = true;
    bool text = true;
    bool meaning = true;
    bool image = true;
};

struct Hit {
    EmojiId id = 0;
    std::string name;
    std::string value;         ///< URL or path of the picture
    std::string matched_name;  ///< the name or alias that matched, if one did
    std::string matched_text;  ///< what was read from the picture, if that matched
    std::string matched_word;  ///< the synonym that matched, if one did
    double score = 0;          ///< of a text query: the probability that it is a good answer
    std::optional<double> name_score;     ///< in [0, 1]
    std::optional<double> text_score;     ///< in [0, 1]
    std::optional<double> meaning_score;  ///< in [0, 1]
    std::optional<double> cosine;         ///< raw cosine similarity of query and picture
    Reason reason = Reason::looks_like_text;
};

/// An emoji that every workspace has.
struct StandardEmoji {
    std::string emoji;  ///< UTF-8
    std::string name;   ///< Slack's, without colons
};

/// Below this the best hit of a text query is no answer: nothing fits.
inline constexpr double least_probability = 0.006;

struct Answer {
    std::vector<Hit> hits;                ///< best first; empty: nothing fits
    bool confident = false;               ///< false with hits: perhaps one of these
    std::vector<StandardEmoji> standard;  ///< what a query in words means, best first
};

struct SearchOptions {
    bool standard_emoji = true;  ///< fill Answer::standard
};

/// Blocking; safe from any thread. Refers to its collaborators, which must outlive it.
class EmojiSearch {
public:
    EmojiSearch(const EmojiLibrary& library, Embedder& embedder, SearchOptions options = {});

    /// Of the searches that begin from now on.
    void change(SearchOptions options) { standard_emoji_ = options.standard_emoji; }

    /// `query` is UTF-8 of any language. Error: invalid_argument if it holds nothing to search.
    [[nodiscard]] Result<Answer> by_text(std::string_view query, std::size_t k,
                                         SignalSet signals = {}) const;

    /// An animation is compared frame by frame: the mean, over the query's frames, of the best
    /// cosine among the emoji's. Identical pixels come first.
    [[nodiscard]] Result<Answer> by_picture(const ReadPicture& picture, std::size_t k) const;
    /// `frames` are of the model that the library's vectors are of.
    [[nodiscard]] Result<Answer> by_vectors(const Embeddings& frames, std::size_t k) const;

    /// Emoji that look like this one, which is left out. Error: not_found.
    [[nodiscard]] Result<Answer> like(std::string_view name, std::size_t k,
                                      const Catalogue& catalogue) const;

private:
    /// All emoji with their cosine to the text.
    [[nodiscard]] Result<std::vector<Neighbour>> cosines(const std::string& text) const;
    /// `by_vectors`, for who holds the library's searching().
    [[nodiscard]] Result<Answer> nearest(const Embeddings& frames, std::size_t k) const;

    const EmojiLibrary& library_;
    Embedder& embedder_;
    std::atomic<bool> standard_emoji_;
};

}  // namespace emojiscope::search
