#include "emojiscope/search/emoji_search.hpp"

#include "concept_signal.hpp"
#include "fusion.hpp"
#include "image_signal.hpp"
#include "name_signal.hpp"
#include "on_all_cores.hpp"
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

/// What the signals that are on say of one emoji.
struct Judgement {
    const LibraryEntry* entry = nullptr;
    NameMatch name;
    TextMatch text;
    ConceptFit meaning;
    std::optional<double> cosine;
    Probabilities p;
};

bool judged_before(const Judgement& a, const Judgement& b) {
    return std::make_tuple(-a.p.all, -a.cosine.value_or(-1.0), std::cref(a.entry->name)) <
           std::make_tuple(-b.p.all, -b.cosine.value_or(-1.0), std::cref(b.entry->name));
}

/// Looks at the emoji of a library for one query.
class Judge {
public:
    Judge(const TextQuery& query, const ImageSignal& image, const SignalSet& signals)
        : query_(query),
          image_(image),
          signals_(signals),
          striking_(deviations_for(least_shown, query.coverage, image.pictures())) {}

    /// Those likely enough to be shown, in no order. `entries`: by id.
    std::vector<Judgement> look_through(std::span<const LibraryEntryPtr> entries) const {
        std::vector<Judgement> likely;
        if (entries.empty()) {
            return likely;
        }
        ImageSignal::Cursor looks(image_, entries.front()->id);
        for (const LibraryEntryPtr& entry : entries) {
            Judgement judgement = look_at(*entry, looks.at(entry->id));
            if (judgement.p.all >= least_shown) {
                likely.push_back(judgement);
            }
        }
        return likely;
    }

private:
    Judgement look_at(const LibraryEntry& entry, const std::optional<ImageSignal::Fit>& fit) const {
        Judgement found;
        found.entry = &entry;
        Evidence evidence;
        if (signals_.name && may_match_names(query_, entry.keys)) {
            found.name = match_names(query_, entry.names);
            evidence.name = found.name.score;
        }
        if (signals_.text && may_match_texts(query_, entry.keys)) {
            found.text = match_texts(query_, entry.texts);
            evidence.text = found.text.score;
        }
        if (signals_.meaning && may_match_concepts(query_, entry.keys)) {
            found.meaning = match_concepts(query_, entry.names, entry.texts);
            evidence.meaning = found.meaning.score;
        }
        const bool found_in_words = found.name.name != nullptr || found.text.text != nullptr ||
                                    found.meaning.word != nullptr;
        if (fit && (found_in_words || fit->deviations >= striking_)) {
            evidence.deviations = fit->deviations;
            evidence.coverage = query_.coverage;
            evidence.written = static_cast<double>(entry.keys.written);
            evidence.pictures = image_.pictures();
            found.cosine = fit->cosine;
        }
        if (found_in_words || found.cosine) {
            found.p = fuse(evidence);
        }
        return found;
    }

    const TextQuery& query_;
    const ImageSignal& image_;
    const SignalSet& signals_;
    double striking_;  ///< deviations from which on the looks alone are enough
};

/// Emoji that are worth a thread of their own.
constexpr std::size_t judged_by_one = 2048;

/// The best `k`, best first.
std::vector<Judgement> judge(std::span<const LibraryEntryPtr> entries, const Judge& judge,
                             std::size_t k) {
    const std::size_t slices = (entries.size() + judged_by_one - 1) / judged_by_one;
    std::vector<std::vector<Judgement>> found(slices);
    const auto look = [&](std::size_t slice) -> Result<void> {
        const std::size_t begin = slice * judged_by_one;
        found[slice] = judge.look_through(
            entries.subspan(begin, std::min(judged_by_one, entries.size() - begin)));
        return {};
    };
    // Nothing in it fails but for want of memory, which is thrown.
    static_cast<void>(on_all_cores(slices, look));
    std::vector<Judgement> all;
    for (const auto& some : found) {
        all.insert(all.end(), some.begin(), some.end());
    }
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(k, all.size()));
    std::partial_sort(all.begin(), end, all.end(), judged_before);
    all.erase(end, all.end());
    return all;
}

Hit hit_of(const Judgement& judgement) {
    Hit hit = hit_of(*judgement.entry);
    if (judgement.name.name != nullptr) {
        hit.name_score = judgement.name.score;
        hit.matched_name = judgement.name.name->name;
    }
    if (judgement.text.text != nullptr) {
        hit.text_score = judgement.text.score;
        hit.matched_text = judgement.text.text->text;
    }
    if (judgement.meaning.word != nullptr) {
        hit.meaning_score = judgement.meaning.score;
        hit.matched_word = judgement.meaning.word->word;
    }
    hit.cosine = judgement.cosine;
    hit.score = judgement.p.all;
    hit.reason = strongest(judgement.p, judgement.name.fit);
    return hit;
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
    : library_(library), embedder_(embedder), standard_emoji_(options.standard_emoji) {}

Result<std::vector<Neighbour>> EmojiSearch::cosines(const std::string& text) const {
    auto vectors = embedder_.embed_texts({&text, 1});
    if (!vectors) {
        return vectors.error();
    }
    return library_.cosines(vectors->row(0));
}

Result<Answer> EmojiSearch::by_text(std::string_view text, std::size_t k, SignalSet signals) const {
    const Language& language = library_.language();
    const TextQuery query = analyse(text, language, signals.meaning);
    if (query.folded.empty()) {
        return fail(ErrorCode::invalid_argument, "the query is empty");
    }
    ImageSignal image;
    if (signals.image) {
        const auto one_model = library_.searching();
        auto found = cosines(query.text);
        if (!found) {
            return found.error();
        }
        image = ImageSignal(std::move(*found));
    }
    const LibraryEntries entries = library_.entries();
    Answer answer;
    for (const Judgement& judgement : judge(*entries, Judge(query, image, signals), k)) {
        answer.hits.push_back(hit_of(judgement));
    }
    if (!answer.hits.empty() && answer.hits.front().score < least_probability) {
        answer.hits.clear();
    }
    answer.confident = !answer.hits.empty() && answer.hits.front().score >= confident_probability;
    if (standard_emoji_ && language.concepts != nullptr) {
        answer.standard = standard_emoji(query, *language.concepts);
    }
    return answer;
}

Result<Answer> EmojiSearch::by_vectors(const Embeddings& frames, std::size_t k) const {
    const auto one_model = library_.searching();
    return nearest(frames, k);
}

Result<Answer> EmojiSearch::nearest(const Embeddings& frames, std::size_t k) const {
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
    const auto one_model = library_.searching();
    std::vector<const RgbaImage*> frames;
    for (const RgbaImage& frame : picture.frames) {
        frames.push_back(&frame);
    }
    auto vectors = embedder_.embed_images(frames);
    if (!vectors) {
        return vectors.error();
    }
    auto answer = nearest(*vectors, library_.size());
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
    const auto one_model = library_.searching();
    auto facts = catalogue.facts(entry->id);
    if (!facts) {
        return facts.error();
    }
    auto answer = nearest(facts->vectors, library_.size());
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
