// Moves the catalogue of a running program to another model, in small pieces beside everything
// else, and exchanges the model under its feet once the new vectors are whole.
//
// Until then answers come from the old vectors and new pictures get both. A search that was begun
// before the exchange ends with the old model, the next one begins with the new one.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/search/catalogue.hpp"
#include "emojiscope/search/emoji_library.hpp"
#include "emojiscope/search/model_in_use.hpp"
#include "emojiscope/search/model_move.hpp"
#include "emojiscope/search/picture_reader.hpp"
#include "emojiscope/search/reembedder.hpp"
#include "emojiscope/search/vector_index.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace emojiscope::search {

/// What LiveMove gets from the composition root.
struct MoveMeans {
    std::function<Result<std::unique_ptr<Embedder>>()> load_model;  ///< of the model to come
    std::function<Result<std::unique_ptr<VectorIndex>>(int dimension)> make_index;
    FetchPicture fetch;
    std::function<void()> stop_fetching;  ///< from any thread: `fetch` gives cancelled from now on
    std::size_t files_at_once = 8;        ///< in one step
};

/// How a move ended.
struct MoveEnd {
    ModelId model;
    std::size_t emoji = 0;
    std::vector<MoveFlaw> flaws;
};

/// Blocking; for one thread at a time, `stop` for any. Refers to its collaborators, which must
/// outlive it.
class LiveMove {
public:
    LiveMove(Catalogue& catalogue, ModelMove& move, EmojiLibrary& library, ModelInUse& in_use,
             const PictureReader& reader, MoveMeans means);

    /// The next piece of the work; loading the model is the first. False: nothing waits at this
    /// moment, and `switch_over` is next. After an error it may be called again.
    [[nodiscard]] Result<bool> step();

    /// Exchanges vectors and model. Nothing if pictures came meanwhile: `step` is next. Pictures
    /// are not learnt for as long as it takes; searches wait for the last part of it only, which is
    /// one transaction.
    [[nodiscard]] Result<std::optional<MoveEnd>> switch_over();

    /// Nothing before the first `step` and after the end.
    [[nodiscard]] Result<std::optional<MoveProgress>> progress() const { return move_.progress(); }

    /// The step under way ends soon, with the error cancelled, as every later one does.
    void stop() { means_.stop_fetching(); }

private:
    [[nodiscard]] Result<void> start();

    Catalogue& catalogue_;
    ModelMove& move_;
    EmojiLibrary& library_;
    ModelInUse& in_use_;
    const PictureReader& reader_;
    MoveMeans means_;
    std::unique_ptr<Embedder> next_;          ///< null before `start` and after the end
    std::unique_ptr<Reembedder> reembedder_;  ///< likewise
};

}  // namespace emojiscope::search
