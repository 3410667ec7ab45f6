// The adapter of search::Concepts over a dictionary file (models/concepts/README.md).
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/search/language.hpp"

#include <filesystem>
#include <memory>

namespace emojiscope::text {

/// Immutable; safe from any thread.
class ConceptDictionary final : public search::Concepts {
public:
    /// The file is checked before it is used. Errors: not_found, corrupt, too_large.
    [[nodiscard]] static Result<std::unique_ptr<ConceptDictionary>> open(
        const std::filesystem::path& file);
    ~ConceptDictionary() override;

    /// The whole text as a name or keyword; else its words, those that all of them fit first; else,
    /// in scripts without spaces, the longest keywords within it.
    [[nodiscard]] std::vector<search::ConceptMatch> match(std::string_view text,
                                                          std::size_t most) const override;
    /// By letters: of the words that are not mere grammar; in scripts without spaces of the longest
    /// parts that are words, kanji weighing more than kana.
    [[nodiscard]] double coverage(std::string_view text) const override;
    /// Of "en" and "ja" only.
    [[nodiscard]] std::vector<std::string> words(
        std::string_view emoji, std::span<const std::string_view> languages) const override;
    [[nodiscard]] std::string short_name(std::string_view emoji) const override;

private:
    struct Parts;
    explicit ConceptDictionary(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace emojiscope::text
