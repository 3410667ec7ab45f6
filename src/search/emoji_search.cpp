#include "emojiscope/search/emoji_search.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_map>

namespace emojiscope::search {
namespace {

/// A text's best picture stands this many standard deviations over the mean of all pictures
/// before it is offered without a 'perhaps'. Chosen on the sample workspace of the demo.
constexpr double confident_deviations = 3.5;
/// Fewer pictures than this give no usable standard deviation.
constexpr std::size_t fewest_for_deviation = 20;
/// Two drawings of the same thing seldom come closer than this in the default model.
constexpr double confident_picture_cosine = 0.9;

struct NameMatch {
    bool exact = false;
    double coverage = 0;  ///< length of the query over length of the name; 0: no match
    std::string name;
};

NameMatch match_names(const LibraryEntry& entry, const std::string& folded_query) {
    NameMatch best;
    for (std::size_t i = 0; i < entry.folded_names.size(); ++i) {
        const std::string& folded = entry.folded_names[i];
        if (folded.empty() || folded.find(folded_query) == std::string::npos) {
            continue;
        }
        const double coverage =
            static_cast<double>(folded_query.size()) / static_cast<double>(folded.size());
        if (coverage > best.coverage) {
            best = {folded == folded_query, coverage, i == 0 ? entry.name : entry.aliases[i - 1]};
        }
    }
    return best;
}

int tier(Reason reason) {
    switch (reason) {
        case Reason::exact_name:
        case Reason::same_picture: return 0;
        case Reason::name_contains: return 1;
        case Reason::looks_like_text:
        case Reason::looks_like_picture: return 2;
    }
    return 3;
}

bool ranks_before(const Hit& a, const Hit& b) {
    return std::make_tuple(tier(a.reason), -a.score, -a.cosine.value_or(-1.0), std::cref(a.name)) <
           std::make_tuple(tier(b.reason), -b.score, -b.cosine.value_or(-1.0), std::cref(b.name));
}

void keep_best(std::vector<Hit>& hits, std::size_t k) {
    const auto middle = hits.begin() + static_cast<std::ptrdiff_t>(std::min(k, hits.size()));
    std::partial_sort(hits.begin(), middle, hits.end(), ranks_before);
    hits.erase(middle, hits.end());
}

Hit hit_of(const LibraryEntry& entry) {
    Hit hit;
    hit.id = entry.id;
    hit.name = entry.name;
    hit.value = entry.value;
    return hit;
}

double score_of_cosine(double cosine) {
    return std::clamp(cosine, 0.0, 1.0);
}

/// Does the best cosine stand out of all of them?
bool stands_out(const std::vector<Neighbour>& neighbours) {
    if (neighbours.size() < fewest_for_deviation) {
        return false;
    }
    const auto n = static_cast<double>(neighbours.size());
    double sum = 0;
    double squares = 0;
    for (const Neighbour& neighbour : neighbours) {
        const auto cosine = static_cast<double>(neighbour.cosine);
        sum += cosine;
        squares += cosine * cosine;
    }
    const double mean = sum / n;
    const double deviation = std::sqrt(std::max(0.0, squares / n - mean * mean));
    const auto best = static_cast<double>(neighbours.front().cosine);
    return best - mean >= confident_deviations * deviation && deviation > 0;
}

}  // namespace

const char* to_string(Reason reason) noexcept {
    switch (reason) {
        case Reason::exact_name: return "name";
        case Reason::name_contains: return "name contains it";
        case Reason::looks_like_text: return "looks like it";
        case Reason::same_picture: return "same picture";
        case Reason::looks_like_picture: return "looks alike";
    }
    return "";
}

EmojiSearch::EmojiSearch(const EmojiLibrary& library, Embedder& embedder)
    : library_(library), embedder_(embedder) {}

Result<Answer> EmojiSearch::by_text(std::string_view query, std::size_t k,
                                    SignalSet signals) const {
    const std::string folded = fold_for_matching(query);
    if (folded.empty()) {
        return fail(ErrorCode::invalid_argument, "the query is empty");
    }
    std::vector<Neighbour> neighbours;
    if (signals.image) {
        const std::vector<std::string> texts{std::string(query)};
        auto vectors = embedder_.embed_texts(texts);
        if (!vectors) {
            return vectors.error();
        }
        auto found = library_.neighbours(vectors->row(0));
        if (!found) {
            return found.error();
        }
        neighbours = std::move(*found);
    }
    std::unordered_map<EmojiId, double> cosines;
    for (const Neighbour& neighbour : neighbours) {
        cosines.emplace(neighbour.id, static_cast<double>(neighbour.cosine));
    }
    Answer answer;
    bool named = false;
    for (const LibraryEntryPtr& entry : library_.entries()) {
        const NameMatch match = signals.name ? match_names(*entry, folded) : NameMatch{};
        const auto cosine = cosines.find(entry->id);
        if (match.coverage <= 0 && cosine == cosines.end()) {
            continue;
        }
        Hit hit = hit_of(*entry);
        if (cosine != cosines.end()) {
            hit.cosine = cosine->second;
        }
        if (match.coverage > 0) {
            named = true;
            hit.name_score = match.coverage;
            hit.matched_name = match.name;
            hit.reason = match.exact ? Reason::exact_name : Reason::name_contains;
            hit.score = match.exact ? 1.0 : 0.6 + 0.4 * match.coverage;
        } else {
            hit.reason = Reason::looks_like_text;
            hit.score = 0.6 * score_of_cosine(*hit.cosine);
        }
        answer.hits.push_back(std::move(hit));
    }
    keep_best(answer.hits, k);
    answer.confident = !answer.hits.empty() && (named || stands_out(neighbours));
    return answer;
}

Result<Answer> EmojiSearch::by_vectors(const Embeddings& frames, std::size_t k) const {
    if (frames.count() == 0) {
        return fail(ErrorCode::invalid_argument, "the picture has no frames");
    }
    std::unordered_map<EmojiId, double> sums;
    for (std::size_t f = 0; f < frames.count(); ++f) {
        auto neighbours = library_.neighbours(frames.row(f));
        if (!neighbours) {
            return neighbours.error();
        }
        for (const Neighbour& neighbour : *neighbours) {
            sums[neighbour.id] += static_cast<double>(neighbour.cosine);
        }
    }
    Answer answer;
    for (const auto& [id, sum] : sums) {
        const LibraryEntryPtr entry = library_.entry(id);
        if (!entry) {
            continue;  // removed between the two look-ups
        }
        Hit hit = hit_of(*entry);
        hit.cosine = sum / static_cast<double>(frames.count());
        hit.score = score_of_cosine(*hit.cosine);
        hit.reason = Reason::looks_like_picture;
        answer.hits.push_back(std::move(hit));
    }
    keep_best(answer.hits, k);
    answer.confident =
        !answer.hits.empty() && answer.hits.front().cosine >= confident_picture_cosine;
    return answer;
}

Result<Answer> EmojiSearch::by_picture(const ReadPicture& picture, std::size_t k) const {
    std::vector<const RgbaImage*> frames;
    for (const RgbaImage& frame : picture.frames) {
        frames.push_back(&frame);
    }
    auto vectors = embedder_.embed_images(frames);
    if (!vectors) {
        return vectors.error();
    }
    auto answer = by_vectors(*vectors, library_.size());
    if (!answer) {
        return answer;
    }
    for (Hit& hit : answer->hits) {
        const LibraryEntryPtr entry = library_.entry(hit.id);
        if (entry && entry->pixel_hash == picture.pixel_hash) {
            hit.reason = Reason::same_picture;
            hit.score = 1.0;
            answer->confident = true;
        }
    }
    keep_best(answer->hits, k);
    return answer;
}

Result<Answer> EmojiSearch::like(std::string_view name, std::size_t k,
                                 const Catalogue& catalogue) const {
    const LibraryEntryPtr entry = library_.find(name);
    if (!entry) {
        return fail(ErrorCode::not_found, "there is no custom emoji :" + one_line(name) + ":");
    }
    auto facts = catalogue.facts(entry->id);
    if (!facts) {
        return facts.error();
    }
    auto answer = by_vectors(facts->vectors, library_.size());
    if (!answer) {
        return answer;
    }
    std::erase_if(answer->hits, [&](const Hit& hit) { return hit.id == entry->id; });
    for (Hit& hit : answer->hits) {
        const LibraryEntryPtr other = library_.entry(hit.id);
        if (other && other->pixel_hash == entry->pixel_hash) {
            hit.reason = Reason::same_picture;
            hit.score = 1.0;
        }
    }
    keep_best(answer->hits, k);
    answer->confident =
        !answer->hits.empty() && answer->hits.front().cosine >= confident_picture_cosine;
    return answer;
}

}  // namespace emojiscope::search
