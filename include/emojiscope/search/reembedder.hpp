// The use case 'move the catalogue to another model': every file is fetched, decoded and embedded
// anew, once however many names it has, in batches of which each is kept as soon as it is made.
//
// A file that cannot be had any more, or has changed, is embedded from the small copy (sketch) that
// the catalogue keeps of it; without one it is given up. So a move always comes to its end.
#pragma once

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/core/error.hpp"
#include "emojiscope/search/catalogue.hpp"
#include "emojiscope/search/embedder.hpp"
#include "emojiscope/search/model_move.hpp"
#include "emojiscope/search/picture_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace emojiscope::search {

/// The bytes of the file at `EmojiRecord::value`. Blocking; called from several threads at once.
/// The error cancelled ends the work; every other one is the picture's own.
using FetchPicture = std::function<Result<std::vector<std::uint8_t>>(const EmojiRecord&)>;

struct ReembedOptions {
    std::size_t files_at_once = 32;  ///< bounds memory, and what a kill makes to be done again
    std::size_t threads = 1;         ///< that fetch and decode
    bool ahead = true;               ///< fetch and decode the next batch while this one is embedded
    /// Embed what cannot be reached at present from its small copy too. Otherwise that ends the
    /// call with the error: an outage must not leave a catalogue of small copies behind.
    bool copies_of_unreachable = false;
};

/// For one thread. Refers to its collaborators, which must outlive it.
class Reembedder {
public:
    /// `next`: the model that the catalogue moves to.
    Reembedder(const Catalogue& catalogue, ModelMove& move, Embedder& next,
               const PictureReader& reader, FetchPicture fetch, const ReembedOptions& options);
    /// Waits for what is being fetched and decoded ahead.
    ~Reembedder();
    Reembedder(const Reembedder&) = delete;
    Reembedder& operator=(const Reembedder&) = delete;

    /// Begins the move, or goes on with it. Errors: those of ModelMove::begin.
    [[nodiscard]] Result<void> begin();

    /// Embeds one batch. Returns how many emoji it settled; 0: none waits at this moment. Errors:
    /// cancelled; those of the catalogue; those of the model if it fails on every picture. What was
    /// settled before stays, and another call goes on.
    [[nodiscard]] Result<std::size_t> embed_some();

    /// Exchanges the vectors. Errors: conflict if emoji wait; unsupported if not one could be
    /// embedded, since then the old vectors are worth more.
    [[nodiscard]] Result<void> finish();

    /// Files that were run through the model by this object.
    [[nodiscard]] std::size_t embedded() const noexcept { return embedded_; }

private:
    struct Prepared;
    struct Batch;

    [[nodiscard]] Result<std::unique_ptr<Batch>> prepare_after(const std::string& after) const;
    [[nodiscard]] Result<Prepared> prepare(const WaitingFile& file) const;
    [[nodiscard]] Result<void> take_sketch(const WaitingFile& file, Prepared& prepared) const;
    [[nodiscard]] Result<std::unique_ptr<Batch>> next_batch();
    [[nodiscard]] Result<std::vector<MovedFile>> embed(Batch& batch);
    [[nodiscard]] Result<void> embed_one(Prepared& file);
    [[nodiscard]] Result<void> embed_together(std::vector<Prepared>& files);
    [[nodiscard]] Result<void> check_model();

    const Catalogue& catalogue_;
    ModelMove& move_;
    Embedder& next_;
    const PictureReader& reader_;
    FetchPicture fetch_;
    ReembedOptions options_;
    std::string after_;  ///< the last file hash of the batch before; empty: from the start
    std::size_t embedded_ = 0;
    std::future<Result<std::unique_ptr<Batch>>>
        ahead_;  ///< last: it is waited for before the rest goes
};

}  // namespace emojiscope::search
