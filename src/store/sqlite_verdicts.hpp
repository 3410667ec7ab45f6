// The verdicts in SQLite, by ids and by pixel hashes.
#pragma once

#include "database.hpp"

#include "emojiscope/core/clock.hpp"
#include "emojiscope/search/duplicate_verdicts.hpp"

namespace emojiscope::store {

class SqliteVerdicts final : public search::DuplicateVerdicts {
public:
    /// Both must outlive it.
    SqliteVerdicts(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

    [[nodiscard]] Result<void> say_not_duplicates(EmojiId one, EmojiId other,
                                                  std::string_view user) override;
    [[nodiscard]] Result<bool> not_duplicates(const EmojiRecord& one,
                                              const EmojiRecord& other) const override;
    [[nodiscard]] Result<std::size_t> pairs() const override;
    [[nodiscard]] Result<void> mute(EmojiId id, std::string_view user) override;
    [[nodiscard]] Result<bool> muted(EmojiId id) const override;

private:
    Database& database_;
    const Clock& clock_;
};

}  // namespace emojiscope::store
