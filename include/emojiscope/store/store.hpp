// The one file that remembers everything: `catalogue.db`, an SQLite database in the data folder.
//
// It holds the emoji with their vectors (the catalogue), the work that must survive a crash (inbox,
// outbox, alerts to be told), what people chose for themselves, and which picture of the map Slack
// shows. One program at a time may write; any number may read beside it.
#pragma once

#include "emojiscope/core/clock.hpp"
#include "emojiscope/core/error.hpp"
#include "emojiscope/core/map_thumbnail.hpp"
#include "emojiscope/core/user_settings.hpp"
#include "emojiscope/search/catalogue.hpp"
#include "emojiscope/search/duplicate_verdicts.hpp"
#include "emojiscope/search/model_move.hpp"
#include "emojiscope/store/durable_queue.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace emojiscope::store {

struct StoreOptions {
    bool write = false;       ///< take the writer's lock, and make the database if there is none
    bool must_exist = false;  ///< when writing: not_found if there is no database
};

/// Owns the database's connections and, when writing, the lock; what it hands out by reference
/// lives as long as it does. Safe to call from any thread. Reads go by a connection of their own,
/// so that they do not wait for a transaction that writes.
class Store {
public:
    /// Opens `folder`/catalogue.db. When writing: makes folder and database as needed, and brings
    /// an older schema up to date, all or nothing, after a copy of it as
    /// `catalogue.db.before-schema-N`, which takes the place of earlier such copies. `clock` must
    /// outlive the store. Errors: conflict if another process writes to this folder; not_found if
    /// there is no database and we may not make one; corrupt if the file is damaged or no
    /// Emojiscope catalogue; unsupported if a newer release wrote it, or if an older schema would
    /// have to be brought up to date and we may not write; io.
    [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::filesystem::path& folder,
                                                             const StoreOptions& options,
                                                             const Clock& clock);
    ~Store();

    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    /// Without `StoreOptions::write`, changing calls give the error io ("opened for reading only").
    [[nodiscard]] search::Catalogue& catalogue();
    [[nodiscard]] search::DuplicateVerdicts& verdicts();
    [[nodiscard]] search::ModelMove& model_move();
    [[nodiscard]] SettingsBook& settings();
    [[nodiscard]] ThumbnailBook& thumbnails();
    [[nodiscard]] DurableQueue& inbox();
    [[nodiscard]] DurableQueue& outbox();
    /// Duplicates that were found and not yet told.
    [[nodiscard]] DurableQueue& alerts();
    /// Uploads that no event told of and that may be duplicates.
    [[nodiscard]] DurableQueue& unannounced();

    /// Small facts of the programs' own (the time of the last sync, say), by key.
    [[nodiscard]] Result<std::optional<std::string>> get_meta(std::string_view key) const;
    [[nodiscard]] Result<void> set_meta(std::string_view key, std::string_view value);

private:
    struct Parts;
    explicit Store(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace emojiscope::store
