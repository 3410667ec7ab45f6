// The use case 'learn a picture': decode, hash, embed, store, publish.
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

/// Safe from any thread. Refers to its collaborators, which must outlive it.
class Ingestor {
public:
    Ingestor(Catalogue& catalogue, EmojiLibrary& library, Embedder& embedder,
             const PictureReader& reader);

    /// One result for each item, in order: the ready record, or why it failed. A failure is noted
    /// in the catalogue and hinders none of the others. Pictures are embedded together.
    [[nodiscard]] std::vector<Result<EmojiRecord>> ingest(std::span<const IngestItem> items);

    /// Notes that a picture could not be had at all (e.g. its download failed).
    [[nodiscard]] Result<void> give_up(const EmojiRecord& record, const Error& why);

    /// Pictures embedded since construction; reused ones are not counted.
    [[nodiscard]] std::size_t embedded() const noexcept { return embedded_; }

private:
    struct Work;

    [[nodiscard]] std::optional<PictureFacts> known_facts(EmojiId id,
                                                          const std::string& file_hash) const;
    void read(Work& work) const;
    void embed(std::span<Work> batch);
    void embed_together(std::span<Work> batch);
    [[nodiscard]] Result<EmojiRecord> store(const Work& work);

    Catalogue& catalogue_;
    EmojiLibrary& library_;
    Embedder& embedder_;
    const PictureReader& reader_;
    std::atomic<std::size_t> embedded_{0};
};

}  // namespace emojiscope::search
