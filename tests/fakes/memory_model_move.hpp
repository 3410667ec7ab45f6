// Fake of search::ModelMove over a MemoryCatalogue; forgets everything when it goes. Safe from any
// thread.
#pragma once

#include "emojiscope/search/model_move.hpp"

#include <map>
#include <optional>
#include <string>

namespace emojiscope::fakes {

class MemoryCatalogue;

class MemoryModelMove final : public search::ModelMove {
public:
    /// The catalogue must outlive it; one move a catalogue.
    explicit MemoryModelMove(MemoryCatalogue& catalogue);
    ~MemoryModelMove() override;

    [[nodiscard]] Result<std::optional<search::MoveProgress>> progress() const override;
    [[nodiscard]] Result<void> begin(const search::ModelId& to) override;
    [[nodiscard]] Result<std::vector<search::WaitingFile>> waiting(std::string_view after,
                                                                   std::size_t most) const override;
    [[nodiscard]] Result<void> put(const search::ModelId& to,
                                   std::span<const search::MovedFile> files) override;
    [[nodiscard]] Result<std::vector<search::MoveFlaw>> flaws() const override;
    [[nodiscard]] Result<void> for_each_vector(
        std::string_view team_id,
        const std::function<void(EmojiId, std::span<const float>)>& visit) const override;
    [[nodiscard]] Result<void> finish(const search::ModelId& to) override;
    /// Nothing is ever left behind.
    [[nodiscard]] Result<void> tidy() override { return {}; }
    [[nodiscard]] Result<void> abandon() override;

    // For the catalogue, which holds its mutex.
    void learnt_again(const std::string& file_hash);
    void claimed(const search::ModelId& model);

private:
    // With the catalogue's mutex held.
    [[nodiscard]] search::MoveProgress count() const;
    void drop();

    MemoryCatalogue& catalogue_;
    std::optional<search::ModelId> to_;
    std::map<std::string, search::MovedFile> files_;  ///< by hash
};

}  // namespace emojiscope::fakes
