// Fake of search::DuplicateVerdicts that forgets everything when it goes. Safe from any thread.
#pragma once

#include "emojiscope/search/catalogue.hpp"
#include "emojiscope/search/duplicate_verdicts.hpp"

#include <mutex>
#include <set>
#include <string>
#include <utility>

namespace emojiscope::fakes {

class MemoryVerdicts final : public search::DuplicateVerdicts {
public:
    /// `catalogue` must outlive the verdicts.
    explicit MemoryVerdicts(const search::Catalogue& catalogue) : catalogue_(catalogue) {}

    [[nodiscard]] Result<void> say_not_duplicates(EmojiId one, EmojiId other,
                                                  std::string_view user) override;
    [[nodiscard]] Result<bool> not_duplicates(const EmojiRecord& one,
                                              const EmojiRecord& other) const override;
    [[nodiscard]] Result<std::size_t> pairs() const override;
    [[nodiscard]] Result<void> mute(EmojiId id, std::string_view user) override;
    [[nodiscard]] Result<bool> muted(EmojiId id) const override;

private:
    const search::Catalogue& catalogue_;
    mutable std::mutex mutex_;
    /// The two ids, and their pixels in order.
    std::set<std::pair<std::pair<EmojiId, EmojiId>, std::pair<std::string, std::string>>> pairs_;
    std::set<std::pair<std::string, std::string>> pixels_;
    std::set<EmojiId> muted_;
};

}  // namespace emojiscope::fakes
