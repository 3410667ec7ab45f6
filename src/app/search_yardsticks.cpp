#include "search_yardsticks.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace emojiscope::app {
namespace {

constexpr double k1 = 1.2;
constexpr double b = 0.75;
constexpr double image_share = 0.7;

bool is_subsequence(std::string_view query, std::string_view name) {
    std::size_t at = 0;
    for (const char c : name) {
        at += at < query.size() && query[at] == c ? 1 : 0;
    }
    return at == query.size();
}

}  // namespace

Yardsticks::Yardsticks(const search::EmojiLibrary& library, search::Embedder& embedder)
    : library_(library), embedder_(embedder) {
    double words = 0;
    const search::LibraryEntries entries = library.entries();
    for (const search::LibraryEntryPtr& entry : *entries) {
        places_.emplace(entry->id, documents_.size());
        documents_.push_back(
            {entry->name, fold_for_matching(entry->name), search::words_of(entry->name)});
        const auto& all = documents_.back().words;
        words += static_cast<double>(all.size());
        for (const std::string& word : std::set<std::string>(all.begin(), all.end())) {
            ++documents_with_[word];
        }
    }
    mean_length_ = std::max(1.0, words / std::max(1.0, static_cast<double>(documents_.size())));
}

Ranking Yardsticks::best(const std::vector<double>& scores) const {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const std::size_t depth = std::min(ranking_depth, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(depth),
                      order.end(), [&](std::size_t x, std::size_t y) {
                          return scores[x] != scores[y] ? scores[x] > scores[y]
                                                        : documents_[x].name < documents_[y].name;
                      });
    Ranking ranking;
    for (std::size_t i = 0; i < depth && scores[order[i]] > 0; ++i) {
        ranking.names.push_back(documents_[order[i]].name);
        ranking.sureness = std::max(ranking.sureness, scores[order[i]]);
    }
    return ranking;
}

Ranking Yardsticks::random() {
    std::vector<double> scores(documents_.size());
    for (double& score : scores) {
        score = 1 + static_cast<double>(random_());
    }
    return best(scores);
}

Ranking Yardsticks::subsequence(const std::string& query) const {
    const std::string folded = fold_for_matching(query);
    std::vector<double> scores(documents_.size());
    for (std::size_t i = 0; i < documents_.size(); ++i) {
        if (is_subsequence(folded, documents_[i].folded)) {
            scores[i] = 1 / (1 + static_cast<double>(documents_[i].folded.size()));
        }
    }
    return best(scores);
}

std::vector<double> Yardsticks::bm25_scores(const std::string& query) const {
    std::vector<double> scores(documents_.size());
    const auto count = static_cast<double>(documents_.size());
    for (const std::string& word : search::words_of(query)) {
        const auto found = documents_with_.find(word);
        if (found == documents_with_.end()) {
            continue;
        }
        const auto with = static_cast<double>(found->second);
        const double rarity = std::log(1 + (count - with + 0.5) / (with + 0.5));
        for (std::size_t i = 0; i < documents_.size(); ++i) {
            const auto& words = documents_[i].words;
            const auto times = static_cast<double>(std::count(words.begin(), words.end(), word));
            const double length = static_cast<double>(words.size()) / mean_length_;
            scores[i] += rarity * times * (k1 + 1) / (times + k1 * (1 - b + b * length));
        }
    }
    return scores;
}

Ranking Yardsticks::bm25(const std::string& query) const {
    return best(bm25_scores(query));
}

Result<std::vector<double>> Yardsticks::cosines(const std::string& query) const {
    const auto vectors = embedder_.embed_texts({&query, 1});
    if (!vectors) {
        return vectors.error();
    }
    const auto neighbours = library_.cosines(vectors->row(0));
    if (!neighbours) {
        return neighbours.error();
    }
    std::vector<double> all(documents_.size(), -1);
    for (const search::Neighbour& neighbour : *neighbours) {
        all[places_.at(neighbour.id)] = static_cast<double>(neighbour.cosine);
    }
    return all;
}

Result<Ranking> Yardsticks::image(const std::string& query) const {
    auto scores = cosines(query);
    if (!scores) {
        return scores.error();
    }
    for (double& score : *scores) {
        score += 1;  // so that all are above 0
    }
    return best(*scores);
}

Result<Ranking> Yardsticks::blend(const std::string& query) const {
    auto scores = cosines(query);
    if (!scores) {
        return scores.error();
    }
    const std::vector<double> words = bm25_scores(query);
    const double most = words.empty() ? 0 : *std::max_element(words.begin(), words.end());
    for (std::size_t i = 0; i < scores->size(); ++i) {
        const double distance = 1 - (*scores)[i];
        (*scores)[i] =
            image_share * (1 - distance / 2) + (most > 0 ? (1 - image_share) * words[i] / most : 0);
    }
    return best(*scores);
}

}  // namespace emojiscope::app
