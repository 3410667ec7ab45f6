#include "emojiscope/search/live_move.hpp"

#include <algorithm>
#include <utility>

namespace emojiscope::search {
namespace {

/// The new vectors as they will be searched.
struct NewVectors {
    std::unique_ptr<VectorIndex> index;
    std::vector<EmojiId> ids;  ///< that it holds, each once
};

Result<NewVectors> gather(const ModelMove& move, const std::string& team_id,
                          std::unique_ptr<VectorIndex> index) {
    NewVectors vectors{std::move(index), {}};
    std::vector<EmojiId> rows;
    std::vector<float> values;
    auto visited = move.for_each_vector(team_id, [&](EmojiId id, std::span<const float> vector) {
        rows.push_back(id);
        values.insert(values.end(), vector.begin(), vector.end());
    });
    if (!visited) {
        return visited.error();
    }
    if (auto added = vectors.index->add(rows, values); !added) {
        return added.error();
    }
    std::unique_copy(rows.begin(), rows.end(), std::back_inserter(vectors.ids));
    return vectors;
}

}  // namespace

LiveMove::LiveMove(Catalogue& catalogue, ModelMove& move, EmojiLibrary& library, ModelInUse& in_use,
                   const PictureReader& reader, MoveMeans means)
    : catalogue_(catalogue),
      move_(move),
      library_(library),
      in_use_(in_use),
      reader_(reader),
      means_(std::move(means)) {}

Result<void> LiveMove::start() {
    if (!next_) {
        auto loaded = means_.load_model();
        if (!loaded) {
            return loaded.error();
        }
        next_ = std::move(*loaded);
    }
    // One thread, and nothing ahead: it has time, and others have none to spare.
    auto reembedder = std::make_unique<Reembedder>(catalogue_, move_, *next_, reader_, means_.fetch,
                                                   ReembedOptions{means_.files_at_once, 1, false});
    if (auto begun = reembedder->begin(); !begun) {
        return begun;
    }
    reembedder_ = std::move(reembedder);
    return {};
}

Result<bool> LiveMove::step() {
    if (!reembedder_) {
        if (auto started = start(); !started) {
            return started.error();
        }
        return true;
    }
    const auto some = reembedder_->embed_some();
    if (!some) {
        return some.error();
    }
    return *some > 0;
}

Result<std::optional<MoveEnd>> LiveMove::switch_over() {
    const auto no_learning = library_.stop_learning();
    const auto progress = move_.progress();
    if (!progress) {
        return progress.error();
    }
    if (!reembedder_ || !*progress || !(*progress)->whole()) {
        return std::optional<MoveEnd>{};
    }
    auto flaws = move_.flaws();
    if (!flaws) {
        return flaws.error();
    }
    MoveEnd end{(*progress)->to, (*progress)->emoji, std::move(*flaws)};
    auto index = means_.make_index(end.model.dimension);
    if (!index) {
        return index.error();
    }
    auto vectors = gather(move_, library_.team_id(), std::move(*index));
    if (!vectors) {
        return vectors.error();
    }
    auto exchanged =
        library_.exchange(std::move(vectors->index), vectors->ids, [&]() -> Result<void> {
            if (auto finished = reembedder_->finish(); !finished) {
                return finished;
            }
            reembedder_.reset();
            in_use_.exchange(std::move(next_));
            return {};
        });
    if (!exchanged) {
        return exchanged.error();
    }
    // Old vectors that stay behind cost room and nothing else; the next move drops them.
    static_cast<void>(move_.tidy());
    return std::optional(std::move(end));
}

}  // namespace emojiscope::search
