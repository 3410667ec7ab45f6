// What can be searched right now: names in memory and vectors in an index, kept beside the
// catalogue, from which it is loaded at start and after which it is changed.
#pragma once

#include "emojiscope/core/emoji.hpp"
#include "emojiscope/core/error.hpp"
#include "emojiscope/search/catalogue.hpp"
#include "emojiscope/search/entry_keys.hpp"
#include "emojiscope/search/language.hpp"
#include "emojiscope/search/model_gate.hpp"
#include "emojiscope/search/vector_index.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::search {

/// One searchable emoji. Immutable once published.
struct LibraryEntry {
    EmojiId id = 0;
    std::string team_id;
    std::string name;
    std::vector<std::string> aliases;
    std::string value;  ///< URL or path of the picture
    std::string file_hash;
    std::string pixel_hash;
    bool animated = false;
    KeySummary keys;              ///< of names and texts
    std::vector<NameKeys> names;  ///< of the name, then of the aliases
    TextKeys texts;               ///< of the words in its picture
};

using LibraryEntryPtr = std::shared_ptr<const LibraryEntry>;

/// All of them at one moment; never null.
using LibraryEntries = std::shared_ptr<const std::vector<LibraryEntryPtr>>;

/// Safe from any thread. Owns the index; refers to the catalogue, which must outlive it.
class EmojiLibrary {
public:
    /// `team_id` empty: every workspace of the catalogue.
    EmojiLibrary(const Catalogue& catalogue, std::unique_ptr<VectorIndex> index,
                 std::string team_id, const Language& language = {});

    /// Forgets everything and loads names and vectors from the catalogue.
    [[nodiscard]] Result<void> load();

    /// What is known of language; for whoever analyses queries.
    [[nodiscard]] const Language& language() const noexcept { return language_; }
    [[nodiscard]] const std::string& team_id() const noexcept { return team_id_; }

    /// Whoever compares vectors that a model just made, or that the catalogue holds, with those
    /// here holds this meanwhile: all are of one model then.
    [[nodiscard]] ModelGate::Pass searching() const { return searching_.pass(); }
    /// Likewise whoever brings vectors into the catalogue and here.
    [[nodiscard]] ModelGate::Pass learning() const { return learning_.pass(); }
    /// Waits for those who are learning; while this is held nobody begins to.
    [[nodiscard]] ModelGate::Closed stop_learning() { return learning_.close(); }

    /// Takes the vectors of another model in place of the present ones, once `change`, which
    /// exchanges them in the catalogue, has succeeded. Nobody searches meanwhile. `ids`: which
    /// `index` holds, each once. What has no vectors there is taken out.
    /// REQUIRES: `stop_learning` is held.
    [[nodiscard]] Result<void> exchange(std::unique_ptr<VectorIndex> index,
                                        std::span<const EmojiId> ids,
                                        const std::function<Result<void>()>& change);

    /// Takes over the present state of one emoji, the words in its picture included; `vectors`
    /// empty keeps those it has.
    /// A record that is not ready is taken out.
    [[nodiscard]] Result<void> update(const EmojiRecord& record, std::span<const float> vectors);

    [[nodiscard]] Result<void> erase(EmojiId id);

    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] std::size_t vectors() const;              ///< in the index, of all emoji
    [[nodiscard]] LibraryEntryPtr entry(EmojiId id) const;  ///< null if unknown
    [[nodiscard]] LibraryEntries entries() const;           ///< by id

    /// By name or alias, exactly as written; null if unknown.
    [[nodiscard]] LibraryEntryPtr find(std::string_view name) const;

    /// All emoji with their cosine to `query`, by id.
    [[nodiscard]] Result<std::vector<Neighbour>> cosines(std::span<const float> query) const;

    /// The same, best first.
    [[nodiscard]] Result<std::vector<Neighbour>> neighbours(std::span<const float> query) const;

private:
    /// REQUIRES: the lock is held by this thread alone.
    void publish(const EmojiRecord& record, TextKeys texts);

    const Catalogue& catalogue_;
    std::unique_ptr<VectorIndex> index_;
    std::string team_id_;
    Language language_;
    mutable std::shared_mutex mutex_;
    ModelGate searching_;
    ModelGate learning_;
    std::map<EmojiId, LibraryEntryPtr> entries_;
    mutable std::mutex snapshot_mutex_;
    mutable LibraryEntries snapshot_;  ///< null after a change, until somebody asks
};

}  // namespace emojiscope::search
