// Simple ways to search, for comparison with ours.
#pragma once

#include "emojiscope/app/search_evaluation.hpp"
#include "emojiscope/search/embedder.hpp"
#include "emojiscope/search/emoji_library.hpp"

#include <map>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace emojiscope::app {

/// For one thread. Refers to its collaborators, which must outlive it and not change meanwhile.
class Yardsticks {
public:
    Yardsticks(const search::EmojiLibrary& library, search::Embedder& embedder);

    [[nodiscard]] Ranking random();
    /// As Slack's picker: names that hold the query's letters in order, shortest first.
    [[nodiscard]] Ranking subsequence(const std::string& query) const;
    /// S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
    /// 2009, over the words of the names; k1 = 1.2, b = 0.75.
    [[nodiscard]] Ranking bm25(const std::string& query) const;
    /// The cosine of text and picture alone.
    [[nodiscard]] Result<Ranking> image(const std::string& query) const;
    /// 0.7 (1 - d / 2) + 0.3 BM25 / max, where d = 1 - cosine.
    [[nodiscard]] Result<Ranking> blend(const std::string& query) const;

private:
    struct Document {
        std::string name;
        std::string folded;
        std::vector<std::string> words;
    };

    [[nodiscard]] std::vector<double> bm25_scores(const std::string& query) const;
    [[nodiscard]] Result<std::vector<double>> cosines(const std::string& query) const;
    /// The best names by these scores, those of 0 or below left out.
    [[nodiscard]] Ranking best(const std::vector<double>& scores) const;

    const search::EmojiLibrary& library_;
    search::Embedder& embedder_;
    std::vector<Document> documents_;
    std::unordered_map<EmojiId, std::size_t> places_;
    std::map<std::string, std::size_t> documents_with_;
    double mean_length_ = 1;
    std::mt19937 random_{1};
};

}  // namespace emojiscope::app
