#include "emojiscope/search/ingestor.hpp"

#include "on_all_cores.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>

namespace emojiscope::search {

/// One item on its way: exactly one of `facts` and `error` is set at the end.
struct Ingestor::Work {
    const IngestItem* item = nullptr;
    std::string file_hash;
    std::optional<PictureFacts> facts;
    std::optional<ReadPicture> picture;  ///< decoded, still to be embedded
    std::optional<Error> error;
};

Ingestor::Ingestor(Catalogue& catalogue, EmojiLibrary& library, Embedder& embedder,
                   const PictureReader& reader)
    : catalogue_(catalogue), library_(library), embedder_(embedder), reader_(reader) {}

std::optional<PictureFacts> Ingestor::known_facts(EmojiId id, const std::string& file_hash) const {
    const auto same_file = catalogue_.find_by_hash("", file_hash, "");
    if (same_file && !same_file->empty()) {
        const auto whole = std::find_if(same_file->begin(), same_file->end(),
                                        [](const auto& record) { return record.fingerprinted; });
        id = whole == same_file->end() ? same_file->front().id : whole->id;
    }
    // Without such a record: the emoji itself may have shown this file at another URL.
    auto facts = catalogue_.facts(id);
    if (facts && facts->file_hash == file_hash) {
        return std::move(*facts);
    }
    return std::nullopt;
}

void Ingestor::read(Work& work) const {
    work.facts = known_facts(work.item->record.id, work.file_hash);
    if (work.facts && !work.facts->fingerprint.sketch.empty()) {
        return;
    }
    auto picture = reader_.read(work.item->bytes);
    if (!picture) {
        work.error = picture.error();
        return;
    }
    if (work.facts) {
        // Learnt before fingerprints were kept; its vectors are good as they are.
        work.facts->fingerprint = std::move(picture->fingerprint);
        return;
    }
    work.picture = std::move(*picture);
}

void Ingestor::embed(std::span<Work> batch) {
    embed_together(batch);
    // What the model cannot take fails alone, not with those that came along.
    const auto failed = [](const Work& work) { return work.picture && work.error; };
    if (std::count_if(batch.begin(), batch.end(), failed) < 2) {
        return;
    }
    for (Work& work : batch) {
        if (failed(work)) {
            work.error.reset();
            embed_together({&work, 1});
        }
    }
}

void Ingestor::embed_together(std::span<Work> batch) {
    std::vector<const RgbaImage*> frames;
    for (const Work& work : batch) {
        if (work.picture) {
            for (const RgbaImage& frame : work.picture->frames) {
                frames.push_back(&frame);
            }
        }
    }
    if (frames.empty()) {
        return;
    }
    const auto vectors = embedder_.embed_images(frames);
    std::size_t row = 0;
    for (Work& work : batch) {
        if (!work.picture) {
            continue;
        }
        const ReadPicture& picture = *work.picture;
        if (!vectors) {
            work.error = vectors.error();
            continue;
        }
        PictureFacts facts{picture.file_hash,  picture.pixel_hash,  picture.width,
                           picture.height,     picture.frame_count, {vectors->dimension, {}},
                           picture.fingerprint};
        for (std::size_t f = 0; f < picture.frames.size(); ++f, ++row) {
            const auto values = vectors->row(row);
            facts.vectors.values.insert(facts.vectors.values.end(), values.begin(), values.end());
        }
        work.facts = std::move(facts);
        ++embedded_;
    }
}

Result<EmojiRecord> Ingestor::store(const Work& work) {
    const EmojiRecord& record = work.item->record;
    if (work.error) {
        if (auto noted = give_up(record, *work.error); !noted) {
            return noted.error();
        }
        return *work.error;
    }
    auto stored = catalogue_.complete(record.id, record.value, *work.facts);
    if (!stored) {
        return stored.error();
    }
    auto now = catalogue_.find(record.id);
    if (!now) {
        return now.error();
    }
    if (auto shown = library_.update(*now, work.facts->vectors.values); !shown) {
        return shown.error();
    }
    return now;
}

std::vector<Result<EmojiRecord>> Ingestor::ingest(std::span<const IngestItem> items) {
    const auto one_model = library_.learning();
    std::vector<Work> works(items.size());
    std::unordered_map<std::string, std::size_t> first_of;  // file hash -> its first work
    std::vector<std::optional<std::size_t>> repeats(items.size());
    std::vector<std::size_t> to_read;
    for (std::size_t i = 0; i < items.size(); ++i) {
        works[i].item = &items[i];
        works[i].file_hash = reader_.file_hash(items[i].bytes);
        const auto [seen, is_new] = first_of.emplace(works[i].file_hash, i);
        if (is_new) {
            to_read.push_back(i);
        } else {
            repeats[i] = seen->second;
        }
    }
    // What goes wrong with one is noted in its own work.
    (void)on_all_cores(to_read.size(), [&](std::size_t i) {
        read(works[to_read[i]]);
        return Result<void>{};
    });
    embed(works);
    std::vector<Result<EmojiRecord>> results;
    results.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (repeats[i]) {
            works[i].facts = works[*repeats[i]].facts;
            works[i].error = works[*repeats[i]].error;
        }
        results.push_back(store(works[i]));
    }
    return results;
}

Result<void> Ingestor::give_up(const EmojiRecord& record, const Error& why) {
    auto noted = catalogue_.fail(record.id, record.value, one_line(why.message));
    if (!noted) {
        return noted;
    }
    auto now = catalogue_.find(record.id);
    if (!now) {
        return now.error();
    }
    // A ready one stays as it is.
    return now->state == EmojiState::ready ? Result<void>{} : library_.erase(record.id);
}

}  // namespace emojiscope::search
