// Fakes of search::Readings and search::Concepts: small dictionaries given by the test.
#pragma once

#include "emojiscope/search/language.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace emojiscope::fakes {

class FakeReadings final : public search::Readings {
public:
    std::map<std::string, std::vector<std::string>, std::less<>> known;  ///< hiragana by text

    [[nodiscard]] std::vector<std::string> readings(std::string_view text,
                                                    std::size_t most) const override {
        const auto found = known.find(text);
        if (found == known.end()) {
            return {};
        }
        return {found->second.begin(),
                found->second.begin() +
                    static_cast<std::ptrdiff_t>(std::min(most, found->second.size()))};
    }
};

class FakeConcepts final : public search::Concepts {
public:
    struct Concept {
        std::string short_name;
        std::vector<std::string> words;  ///< the first is its name
    };
    std::map<std::string, Concept, std::less<>> known;  ///< by emoji

    [[nodiscard]] std::vector<search::ConceptMatch> match(std::string_view text,
                                                          std::size_t most) const override {
        std::vector<search::ConceptMatch> found;
        for (const auto& [emoji, known_concept] : known) {
            const auto& words = known_concept.words;
            const auto at = std::find(words.begin(), words.end(), text);
            if (emoji == text || known_concept.short_name == text ||
                (at == words.begin() && !words.empty())) {
                found.push_back({emoji, 1.0});
            } else if (at != words.end()) {
                found.push_back({emoji, 0.7});
            }
        }
        std::stable_sort(found.begin(), found.end(),
                         [](const auto& a, const auto& b) { return a.weight > b.weight; });
        found.resize(std::min(most, found.size()));
        return found;
    }

    /// All or nothing.
    [[nodiscard]] double coverage(std::string_view text) const override {
        return match(text, 1).empty() ? 0 : 1;
    }

    [[nodiscard]] std::vector<std::string> words(
        std::string_view emoji, std::span<const std::string_view>) const override {
        const auto found = known.find(emoji);
        return found == known.end() ? std::vector<std::string>{} : found->second.words;
    }

    [[nodiscard]] std::string short_name(std::string_view emoji) const override {
        const auto found = known.find(emoji);
        return found == known.end() ? std::string{} : found->second.short_name;
    }
};

}  // namespace emojiscope::fakes
