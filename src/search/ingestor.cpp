#include "emojiscope/search/ingestor.hpp"

#include "on_all_cores.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>

namespace emojiscope::search {

/// A file on its way; once learnt, exactly one of `facts` and `error` is set.
struct ReadBatch::File {
    EmojiId first = 0;  ///< the first emoji that shows it
    std::string file_hash;
    std::vector<std::uint8_t> bytes;     ///< kept where they may still be needed
    std::optional<ReadPicture> picture;  ///< decoded, where that was necessary
    std::optional<PictureFacts> facts;
    std::optional<Error> error;
};

ReadBatch::ReadBatch() = default;
ReadBatch::~ReadBatch() = default;
ReadBatch::ReadBatch(ReadBatch&&) noexcept = default;
ReadBatch& ReadBatch::operator=(ReadBatch&&) noexcept = default;

Ingestor::Ingestor(Catalogue& catalogue, EmojiLibrary& library, Embedder& embedder,
                   const PictureReader& reader, std::size_t threads)
    : catalogue_(catalogue),
      library_(library),
      embedder_(embedder),
      reader_(reader),
      threads_(threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency())) {}

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

void Ingestor::decode(File& file) const {
    auto picture = reader_.read(file.bytes);
    file.bytes = {};
    if (picture) {
        file.picture = std::move(*picture);
    } else {
        file.error = picture.error();
    }
}

/// Facts are looked up here, not when the file is read: they may be those of a model that has been
/// exchanged in between.
void Ingestor::find_facts(File& file) const {
    if (file.error) {
        return;
    }
    file.facts = known_facts(file.first, file.file_hash);
    const bool whole = file.facts && !file.facts->fingerprint.sketch.empty();
    if (!whole && !file.picture) {
        decode(file);
    }
    if (file.facts && !whole && file.picture) {
        // Learnt before fingerprints were kept; its vectors are good as they are.
        file.facts->fingerprint = std::move(file.picture->fingerprint);
    }
    if (file.facts && file.error) {
        file.facts.reset();
    }
}

void Ingestor::embed(std::span<File> files) {
    embed_together(files);
    // What the model cannot take fails alone, not with those that came along.
    const auto failed = [](const File& file) { return file.picture && file.error; };
    if (std::count_if(files.begin(), files.end(), failed) < 2) {
        return;
    }
    for (File& file : files) {
        if (failed(file)) {
            file.error.reset();
            embed_together({&file, 1});
        }
    }
}

void Ingestor::embed_together(std::span<File> files) {
    const auto to_embed = [](const File& file) { return file.picture && !file.facts; };
    std::vector<const RgbaImage*> frames;
    for (const File& file : files) {
        if (to_embed(file)) {
            for (const RgbaImage& frame : file.picture->frames) {
                frames.push_back(&frame);
            }
        }
    }
    if (frames.empty()) {
        return;
    }
    const auto vectors = embedder_.embed_images(frames);
    std::size_t row = 0;
    for (File& file : files) {
        if (!to_embed(file)) {
            continue;
        }
        const ReadPicture& picture = *file.picture;
        if (!vectors) {
            file.error = vectors.error();
            continue;
        }
        PictureFacts facts{picture.file_hash,  picture.pixel_hash,  picture.width,
                           picture.height,     picture.frame_count, {vectors->dimension, {}},
                           picture.fingerprint};
        for (std::size_t f = 0; f < picture.frames.size(); ++f, ++row) {
            const auto values = vectors->row(row);
            facts.vectors.values.insert(facts.vectors.values.end(), values.begin(), values.end());
        }
        file.facts = std::move(facts);
        ++embedded_;
    }
}

Result<EmojiRecord> Ingestor::store(const EmojiRecord& record, const File& file) {
    if (file.error) {
        if (auto noted = give_up(record, *file.error); !noted) {
            return noted.error();
        }
        return *file.error;
    }
    auto stored = catalogue_.complete(record.id, record.value, *file.facts);
    if (!stored) {
        return stored.error();
    }
    auto now = catalogue_.find(record.id);
    if (!now) {
        return now.error();
    }
    if (auto shown = library_.update(*now, file.facts->vectors.values); !shown) {
        return shown.error();
    }
    return now;
}

ReadBatch Ingestor::read(std::vector<IngestItem> items) const {
    ReadBatch batch;
    std::unordered_map<std::string, std::size_t> seen;  // file hash -> its place in `files_`
    for (IngestItem& item : items) {
        std::string hash = reader_.file_hash(item.bytes);
        const auto [place, is_new] = seen.emplace(hash, batch.files_.size());
        if (is_new) {
            File file;
            file.first = item.record.id;
            file.file_hash = std::move(hash);
            file.bytes = std::move(item.bytes);
            batch.files_.push_back(std::move(file));
        }
        batch.file_of_.push_back(place->second);
        batch.records_.push_back(std::move(item.record));
    }
    // What goes wrong with one is noted with it.
    (void)on_threads(threads_, batch.files_.size(), [&](std::size_t i) {
        File& file = batch.files_[i];
        const auto facts = known_facts(file.first, file.file_hash);
        if (!facts || facts->fingerprint.sketch.empty()) {
            decode(file);
        }
        return Result<void>{};
    });
    return batch;
}

std::vector<Result<EmojiRecord>> Ingestor::learn(ReadBatch batch) {
    const auto one_model = library_.learning();
    for (File& file : batch.files_) {
        find_facts(file);
    }
    embed(batch.files_);
    std::vector<Result<EmojiRecord>> results;
    results.reserve(batch.records_.size());
    for (std::size_t i = 0; i < batch.records_.size(); ++i) {
        results.push_back(store(batch.records_[i], batch.files_[batch.file_of_[i]]));
    }
    return results;
}

std::vector<Result<EmojiRecord>> Ingestor::ingest(std::vector<IngestItem> items) {
    return learn(read(std::move(items)));
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
