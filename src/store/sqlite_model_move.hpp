// The move to another model in SQLite: the new vectors lie in a table of their own, which at the
// end changes names with that of the old ones. To copy them would hold up everything else for
// seconds.
#pragma once

#include "database.hpp"

#include "emojiscope/search/model_move.hpp"

namespace emojiscope::store {

class SqliteModelMove final : public search::ModelMove {
public:
    /// `database` must outlive it.
    explicit SqliteModelMove(Database& database) : database_(database) {}

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
    [[nodiscard]] Result<void> tidy() override;
    [[nodiscard]] Result<void> abandon() override;

private:
    Database& database_;
};

}  // namespace emojiscope::store
