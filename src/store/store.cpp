#include "emojiscope/store/store.hpp"

#include "catalogue_rows.hpp"
#include "database.hpp"
#include "sqlite_catalogue.hpp"
#include "sqlite_model_move.hpp"
#include "sqlite_settings.hpp"
#include "sqlite_thumbnails.hpp"
#include "sqlite_verdicts.hpp"
#include "writer_lock.hpp"

#include <system_error>

namespace emojiscope::store {
namespace {

/// Keeps the programs' keys apart from those that the catalogue itself writes.
std::string meta_key(std::string_view key) {
    return "user." + std::string(key);
}

Result<void> make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    const bool was_there = std::filesystem::exists(folder, error);
    std::filesystem::create_directories(folder, error);
    if (!error && !was_there) {
        // What people ask waits in it. Of a folder that somebody made, they decided themselves.
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    }
    if (error) {
        return fail(ErrorCode::io,
                    "cannot make the folder " + folder.string() + ": " + error.message());
    }
    return {};
}

}  // namespace

/// In order of construction: the lock is let go last.
struct Store::Parts {
    Parts(WriterLock taken, std::unique_ptr<Database> opened, const Clock& clock)
        : lock(std::move(taken)),
          database(std::move(opened)),
          catalogue(*database, clock),
          verdicts(*database, clock),
          move(*database),
          settings(*database, clock),
          thumbnails(*database),
          inbox(*database, "inbox", clock),
          outbox(*database, "outbox", clock),
          alerts(*database, "alerts", clock),
          unannounced(*database, "unannounced", clock) {}

    WriterLock lock;
    std::unique_ptr<Database> database;
    SqliteCatalogue catalogue;
    SqliteVerdicts verdicts;
    SqliteModelMove move;
    SqliteSettings settings;
    SqliteThumbnails thumbnails;
    DurableQueue inbox;
    DurableQueue outbox;
    DurableQueue alerts;
    DurableQueue unannounced;
};

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& folder,
                                           const StoreOptions& options, const Clock& clock) {
    const auto file = folder / "catalogue.db";
    WriterLock lock;
    if (options.write) {
        if (std::error_code ignored;
            options.must_exist && !std::filesystem::exists(file, ignored)) {
            return no_catalogue(file);
        }
        if (auto made = make_folder(folder); !made) {
            return made.error();
        }
        auto taken = WriterLock::take(folder);
        if (!taken) {
            return taken.error();
        }
        lock = std::move(*taken);
    }
    auto database = Database::open(file, options.write);
    if (!database) {
        return database.error();
    }
    return std::unique_ptr<Store>(
        new Store(std::make_unique<Parts>(std::move(lock), std::move(*database), clock)));
}

Store::Store(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Store::~Store() = default;

search::Catalogue& Store::catalogue() {
    return parts_->catalogue;
}

search::DuplicateVerdicts& Store::verdicts() {
    return parts_->verdicts;
}

search::ModelMove& Store::model_move() {
    return parts_->move;
}

SettingsBook& Store::settings() {
    return parts_->settings;
}

ThumbnailBook& Store::thumbnails() {
    return parts_->thumbnails;
}

DurableQueue& Store::inbox() {
    return parts_->inbox;
}

DurableQueue& Store::outbox() {
    return parts_->outbox;
}

DurableQueue& Store::alerts() {
    return parts_->alerts;
}

DurableQueue& Store::unannounced() {
    return parts_->unannounced;
}

Result<std::optional<std::string>> Store::get_meta(std::string_view key) const {
    return parts_->database->read(
        [&](Connection& connection) -> Result<std::optional<std::string>> {
            return load_meta(connection, meta_key(key));
        });
}

Result<void> Store::set_meta(std::string_view key, std::string_view value) {
    return parts_->database->write(Durability::durable,
                                   [&](Connection& connection) -> Result<void> {
                                       save_meta(connection, meta_key(key), value);
                                       return {};
                                   });
}

}  // namespace emojiscope::store
