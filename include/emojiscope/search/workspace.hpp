// The emoji of one workspace, kept equal to what its source (Slack, a folder) says.
//
// Every change goes to the catalogue first and is then shown to searches, so a crash in between
// is mended by the next start.
#pragma once

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/core/error.hpp"
#include "emojiscope/search/catalogue.hpp"
#include "emojiscope/search/emoji_library.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::search {

/// What would make the catalogue equal to a full list of the source.
struct SyncPlan {
    std::vector<SourceEmoji> pictures;  ///< new, changed, or not wholly learnt yet
    std::vector<SourceEmoji> uploads;   ///< those of them that are new or changed
    std::vector<AliasRecord> aliases;   ///< new or pointing elsewhere
    std::vector<std::string> removals;  ///< names the source no longer has
};

/// `alias:target` values are aliases, the rest pictures. Pure.
[[nodiscard]] SyncPlan plan_sync(std::string_view team_id, std::span<const SourceEmoji> source,
                                 std::span<const EmojiRecord> records,
                                 std::span<const AliasRecord> aliases);

/// The target of `alias:target`; empty if `value` is a picture.
[[nodiscard]] std::string_view alias_target(std::string_view value) noexcept;

/// Safe from any thread. Refers to its collaborators, which must outlive it.
class Workspace {
public:
    Workspace(Catalogue& catalogue, EmojiLibrary& library, std::string team_id);

    [[nodiscard]] const std::string& team_id() const noexcept { return team_id_; }

    /// Names pictures in one transaction; those that are not ready are to be ingested next.
    [[nodiscard]] Result<std::vector<EmojiRecord>> put(std::span<const SourceEmoji> pictures);

    [[nodiscard]] Result<void> put_aliases(std::span<const AliasRecord> aliases);
    [[nodiscard]] Result<void> remove(std::string_view name);

    /// A rename of something unknown is no error: returns false, and a reconcile brings it in.
    /// `value`: where the picture lies from now on; empty: as before.
    [[nodiscard]] Result<bool> rename(std::string_view from, std::string_view to,
                                      std::string_view value = {});

    [[nodiscard]] Result<SyncPlan> plan(std::span<const SourceEmoji> source) const;

private:
    /// Brings what searches see of a picture in line with the catalogue.
    [[nodiscard]] Result<void> show(EmojiId id);
    [[nodiscard]] Result<void> show_all(std::span<const EmojiId> ids);

    Catalogue& catalogue_;
    EmojiLibrary& library_;
    std::string team_id_;
};

}  // namespace emojiscope::search
