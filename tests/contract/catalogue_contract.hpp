// The catalogues that the contract is tested on, and what its tests have in common.
#pragma once

#include "emojiscope/store/store.hpp"
#include "fakes/memory_catalogue.hpp"
#include "fakes/memory_model_move.hpp"
#include "fakes/memory_verdicts.hpp"
#include "fakes/temp_folder.hpp"

#include <memory>
#include <string>
#include <vector>

namespace emojiscope::contract {

class MemoryHarness {
public:
    [[nodiscard]] search::Catalogue& catalogue() { return catalogue_; }
    [[nodiscard]] search::DuplicateVerdicts& verdicts() { return verdicts_; }
    [[nodiscard]] search::ModelMove& move() { return move_; }
    ManualClock clock;

private:
    fakes::MemoryCatalogue catalogue_{clock};
    fakes::MemoryModelMove move_{catalogue_};
    fakes::MemoryVerdicts verdicts_{catalogue_};
};

class SqliteHarness {
public:
    [[nodiscard]] search::Catalogue& catalogue() { return store_->catalogue(); }
    [[nodiscard]] search::DuplicateVerdicts& verdicts() { return store_->verdicts(); }
    [[nodiscard]] search::ModelMove& move() { return store_->model_move(); }
    ManualClock clock;

private:
    fakes::TempFolder folder_;
    std::unique_ptr<store::Store> store_ =
        store::Store::open(folder_.path(), {.write = true}, clock).value();
};

inline const search::ModelId model{"model", "1", 3};

/// A unit vector of dimension 3 for each number.
inline std::vector<float> axis(std::size_t i) {
    std::vector<float> vector(3, 0.0F);
    vector[i % 3] = 1.0F;
    return vector;
}

inline search::PictureFacts facts_of(const std::string& file_hash, const std::string& pixel_hash,
                                     std::vector<float> vectors = axis(0)) {
    return {file_hash, pixel_hash, 128, 64, 1, {3, std::move(vectors)}, {{1, 2, 3}, axis(1)}};
}

/// A ready record; the model must have been claimed.
inline EmojiRecord put_ready(search::Catalogue& catalogue, const std::string& team,
                             const std::string& name, const search::PictureFacts& facts) {
    const EmojiRecord record = catalogue.put(team, {name, "https://e/" + name, ""}).value();
    catalogue.complete(record.id, record.value, facts).value();
    return catalogue.find(record.id).value();
}

inline std::vector<std::string> names_of(const std::vector<EmojiRecord>& records) {
    std::vector<std::string> names;
    for (const EmojiRecord& record : records) {
        names.push_back(record.name);
    }
    return names;
}

using Names = std::vector<std::string>;

}  // namespace emojiscope::contract
