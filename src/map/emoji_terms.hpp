// What may be said of an emoji: words of its names, words in its picture, what these mean.
#pragma once

#include "emojiscope/map/cluster_labels.hpp"
#include "emojiscope/map/emoji_map.hpp"
#include "emojiscope/search/language.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace emojiscope::map {

/// Remembers what words mean, since many emoji share them. For one thread.
class TermMaker {
public:
    explicit TermMaker(const search::Language& language) : language_(language) {}

    [[nodiscard]] std::vector<Term> terms_of(const MappedEmoji& emoji);

private:
    [[nodiscard]] const std::optional<Term>& meaning_of(const std::string& word);
    void add_words(const std::string& text, std::vector<Term>& terms);

    search::Language language_;
    std::map<std::string, std::optional<Term>> meanings_;
};

}  // namespace emojiscope::map
