// The use case 'learn a picture': decode, hash, embed, store, publish. In two steps, so that the
// next pictures can be decoded while the model works: `read`, then `learn`.
//
// The same file under another name or at another URL is never embedded again: its facts are
// copied from the record that has them, be it the same one from before its URL changed.
#pragma once

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/core/error.hpp"
#include "emojiscope/search/catalogue.hpp"
#include "emojiscope/search/embedder.hpp"
#include "emojiscope/search/emoji_library.hpp"
#include "emojiscope/search/picture_reader.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace emojiscope::search {

struct IngestItem {
    EmojiRecord record;               ///< as Catalogue::put returned it
    std::vector<std::uint8_t> bytes;  ///< the file at `record.value`
};

/// Files that were decoded, still to be learnt. Refers to nothing; holds some MB of pixels.
class ReadBatch {
public:
    ReadBatch();
    ~ReadBatch();
    ReadBatch(ReadBatch&&) noexcept;
    ReadBatch& operator=(ReadBatch&&) noexcept;

    /// What was to be read, in order; without the bytes.
    [[nodiscard]] const std::vector<EmojiRecord>& records() const noexcept { return records_; }

private:
    friend class Ingestor;
    struct File;

    std::vector<EmojiRecord> records_;
    std::vector<std::size_t> file_of_;  ///< by record: which of `files_` it shows
    std::vector<File> files_;           ///< each file once
};

/// Safe from any thread. Refers to its collaborators, which must outlive it.
class Ingestor {
public:
    /// Decodes on at most so many threads; 0: one for each core.
    Ingestor(Catalogue& catalogue, EmojiLibrary& library, Embedder& embedder,
             const PictureReader& reader, std::size_t threads = 0);

    /// Decodes what is not known yet. Changes nothing.
    [[nodiscard]] ReadBatch read(std::vector<IngestItem> items) const;

    /// Embeds the pictures together and stores them. One result for each item of the batch, in
    /// order: the ready record, or why it failed. A failure is noted in the catalogue and hinders
    /// none of the others.
    [[nodiscard]] std::vector<Result<EmojiRecord>> learn(ReadBatch batch);

    /// `read`, then `learn`.
    [[nodiscard]] std::vector<Result<EmojiRecord>> ingest(std::vector<IngestItem> items);

    /// Notes that a picture could not be had at all (e.g. its download failed).
    [[nodiscard]] Result<void> give_up(const EmojiRecord& record, const Error& why);

    /// Pictures embedded since construction; reused ones are not counted.
    [[nodiscard]] std::size_t embedded() const noexcept { return embedded_; }

private:
    using File = ReadBatch::File;

    [[nodiscard]] std::optional<PictureFacts> known_facts(EmojiId id,
                                                          const std::string& file_hash) const;
    void decode(File& file) const;
    void find_facts(File& file) const;
    void embed(std::span<File> files);
    void embed_together(std::span<File> files);
    [[nodiscard]] Result<EmojiRecord> store(const EmojiRecord& record, const File& file);

    Catalogue& catalogue_;
    EmojiLibrary& library_;
    Embedder& embedder_;
    const PictureReader& reader_;
    std::size_t threads_;
    std::atomic<std::size_t> embedded_{0};
};

}  // namespace emojiscope::search
