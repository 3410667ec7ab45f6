#include "emojiscope/search/emoji_search.hpp"

#include "concept_signal.hpp"
#include "fusion.hpp"
#include "image_signal.hpp"
#include "name_signal.hpp"
#include "text_query.hpp"
#include "text_signal.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace emojiscope::search {
namespace {

/// Two drawings of the same thing seldom come closer than this in the default model.
constexpr double confident_picture_cosine = 0.9;
/// A hit less likely than this is not shown, however good the best one is.
constexpr double least_shown = 0.001;
/// Standard emoji beside the custom ones, and how likely their meaning must be.
constexpr std::size_t most_standard = 5;
constexpr double least_standard_weight = 0.4;

bool ranks_before(const Hit& a, const Hit& b) {
    const bool first = a.reason == Reason::same_picture;
    const bool second = b.reason == Reason::same_picture;
    return std::make_tuple(!first, -a.score, -a.cosine.value_or(-1.0), std::cref(a.name)) <
           std::make_tuple(!second, -b.score, -b.cosine.value_or(-1.0), std::cref(b.name));
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

Reason reason_of(NameFit fit) {
    switch (fit) {
        case NameFit::exact: return Reason::exact_name;
        case NameFit::sounds_like: return Reason::sounds_like_name;
        case NameFit::typo: return Reason::like_name;
        case NameFit::part:
        case NameFit::none: return Reason::part_of_name;
    }
    return Reason::part_of_name;
}

/// The signal that speaks most for it.
Reason strongest(const Probabilities& p, NameFit fit) {
    const double most = std::max({p.name, p.text, p.meaning, p.image});
    if (p.name >= most) {
        return reason_of(fit);
    }
    if (p.text >= most) {
        return Reason::text;
    }
    return p.meaning >= most ? Reason::meaning : Reason::looks_like_text;
}

/// What the signals that are on say of one emoji; null if nothing does.
std::optional<Hit> judge(const LibraryEntry& entry, const TextQuery& query,
                         const ImageSignal& image, const SignalSet& signals) {
    Evidence evidence;
    evidence.coverage = query.coverage;
    evidence.pictures = image.pictures();
    Hit hit = hit_of(entry);
    NameMatch name;
    if (signals.name) {
        name = match_names(query, entry.names);
        if (name.name != nullptr) {
            evidence.name = hit.name_score = name.score;
            hit.matched_name = name.name->name;
        }
    }
    if (signals.text) {
        const TextMatch text = match_texts(query, entry.texts);
        if (text.text != nullptr) {
            evidence.text = hit.text_score = text.score;
            hit.matched_text = text.text->text;
        }
    }
    if (signals.meaning) {
        const ConceptFit meaning = match_concepts(query, entry.names, entry.texts);
        if (meaning.word != nullptr) {
            evidence.meaning = hit.meaning_score = meaning.score;
            hit.matched_word = meaning.word->word;
        }
    }
    if (const auto* fit = image.of(entry.id)) {
        evidence.deviations = fit->deviations;
        hit.cosine = fit->cosine;
    }
    const Probabilities p = fuse(evidence);
    hit.score = p.all;
    hit.reason = strongest(p, name.fit);
    return p.all >= least_shown ? std::optional(std::move(hit)) : std::nullopt;
}

std::vector<StandardEmoji> standard_emoji(const TextQuery& query, const Concepts& concepts) {
    std::vector<StandardEmoji> found;
    for (const ConceptMatch& meaning : query.concepts) {
        std::string name = concepts.short_name(meaning.emoji);
        if (meaning.weight >= least_standard_weight && !name.empty() &&
            found.size() < most_standard) {
            found.push_back({meaning.emoji, std::move(name)});
        }
    }
    return found;
}

}  // namespace

const char* to_string(Reason reason) noexcept {
    switch (reason) {
        case Reason::exact_name: return "name";
        case Reason::sounds_like_name: return "the name sounds like it";
        case Reason::part_of_name: return "part of the name";
        case Reason::like_name: return "a name much like it";
        case Reason::text: return "reads";
        case Reason::meaning: return "means the same";
        case Reason::looks_like_text: return "looks like it";
        case Reason::same_picture: return "same picture";
        case Reason::looks_like_picture: return "looks alike";
    }
    return "";
}

EmojiSearch::EmojiSearch(const EmojiLibrary& library, Embedder& embedder, SearchOptions options)
    : library_(library), embedder_(embedder), options_(options) {}

Result<std::vector<Neighbour>> EmojiSearch::looks_like(const std::string& text) const {
    auto vectors = embedder_.embed_texts({&text, 1});
    if (!vectors) {
        return vectors.error();
    }
    return library_.neighbours(vectors->row(0));
}

Result<Answer> EmojiSearch::by_text(std::string_view text, std::size_t k,
                                    SignalSet signals) const {
    const Language& language = library_.language();
    const TextQuery query = analyse(text, language, signals.meaning);
    if (query.folded.empty()) {
        return fail(ErrorCode::invalid_argument, "the query is empty");
    }
    std::vector<Neighbour> neighbours;
    if (signals.image) {
        auto found = looks_like(query.text);
        if (!found) {
            return found.error();
        }
        neighbours = std::move(*found);
    }
    const ImageSignal image(neighbours);
    Answer answer;
    for (const LibraryEntryPtr& entry : library_.entries()) {
        if (auto hit = judge(*entry, query, image, signals)) {
            answer.hits.push_back(std::move(*hit));
        }
    }
    keep_best(answer.hits, k);
    if (!answer.hits.empty() && answer.hits.front().score < least_probability) {
        answer.hits.clear();
    }
    answer.confident =
        !answer.hits.empty() && answer.hits.front().score >= confident_probability;
    if (options_.standard_emoji && language.concepts != nullptr) {
        answer.standard = standard_emoji(query, *language.concepts);
    }
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
