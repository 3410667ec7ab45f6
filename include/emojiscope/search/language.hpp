// Ports: how Japanese is read, and which emoji words stand for.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::search {

/// Immutable; safe from any thread.
class Readings {
public:
    virtual ~Readings() = default;

    /// How the text may be read, in hiragana, likeliest first, at most `most`, no two equal; empty
    /// if nothing in it is Japanese.
    [[nodiscard]] virtual std::vector<std::string> readings(std::string_view text,
                                                            std::size_t most) const = 0;
};

/// A Unicode emoji that a text may mean.
struct ConceptMatch {
    std::string emoji;  ///< UTF-8, without variation selectors
    double weight = 0;  ///< 0 to 1: 1 for the emoji's own name, less for a keyword or a part of one
};

/// Immutable; safe from any thread.
class Concepts {
public:
    virtual ~Concepts() = default;

    /// Emoji that a text in any language names, best first, at most `most`. An emoji names itself.
    [[nodiscard]] virtual std::vector<ConceptMatch> match(std::string_view text,
                                                          std::size_t most) const = 0;

    /// How much of the text, 0 to 1, consists of words for emoji and their looks.
    [[nodiscard]] virtual double coverage(std::string_view text) const = 0;

    /// What the emoji is called in these languages (e.g. "en"): names first, then keywords.
    [[nodiscard]] virtual std::vector<std::string> words(
        std::string_view emoji, std::span<const std::string_view> languages) const = 0;

    /// Slack's name of the standard emoji ("beer"); empty if it has none.
    [[nodiscard]] virtual std::string short_name(std::string_view emoji) const = 0;
};

/// What is known of language; null: nothing. Must outlive whoever refers to it.
struct Language {
    const Readings* readings = nullptr;
    const Concepts* concepts = nullptr;
};

}  // namespace emojiscope::search
