#include "emojiscope/store/backup.hpp"

#include "database_copy.hpp"
#include "part_file.hpp"
#include "writer_lock.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <ctime>
#include <system_error>

namespace emojiscope::store {
namespace {

namespace fs = std::filesystem;

Error cannot_set_aside(const fs::path& file, int why) {
    return fail(ErrorCode::io,
                "cannot set aside " + file.string() + ": " + std::generic_category().message(why));
}

bool is_there(const fs::path& file) {
    std::error_code ignored;
    return fs::exists(fs::symlink_status(file, ignored));
}

/// In UTC, as it may stand in a name.
std::string stamp(SystemTime now) {
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    const auto time = static_cast<std::time_t>(seconds);
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    char text[32] = {};
    std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &utc);
    return text;
}

/// A name that nothing has.
fs::path name_for(const fs::path& catalogue, SystemTime now) {
    const std::string base = catalogue.string() + ".before-restore-" + stamp(now);
    fs::path name = base;
    for (int n = 2; is_there(name) || is_there(beside(name, "-wal")); ++n) {
        name = base + "-" + std::to_string(n);
    }
    return name;
}

/// The catalogue of before under its new name, until what takes its place is there: then it stays.
///
/// It gets a second name, and keeps the first one until the other file takes that: a power failure
/// in between leaves one catalogue or the other, and maybe the second name (but where the file
/// system knows no second names, the first one goes at once). Its log must be gone by then, for
/// SQLite would apply it to the new one: it is merged, and only that of a damaged catalogue is
/// moved, so that no failure in between separates a sound one from its last changes.
class SetAside {
public:
    SetAside(fs::path catalogue, SystemTime now)
        : catalogue_(std::move(catalogue)), name_(name_for(catalogue_, now)) {}
    ~SetAside() {
        if (!kept_) {
            take_back();
        }
    }
    SetAside(const SetAside&) = delete;
    SetAside& operator=(const SetAside&) = delete;

    [[nodiscard]] Result<void> begin() {
        if (auto merged = merge_log(); !merged) {
            return merged;
        }
        if (is_there(catalogue_)) {
            linked_ = ::link(catalogue_.c_str(), name_.c_str()) == 0;
            if (!linked_ && ::rename(catalogue_.c_str(), name_.c_str()) != 0) {
                return cannot_set_aside(catalogue_, errno);  // neither of the two ways
            }
            renamed_ = !linked_;
        }
        for (const char* suffix : {"-wal", "-journal"}) {
            const fs::path log = beside(catalogue_, suffix);
            if (is_there(log) && ::rename(log.c_str(), beside(name_, suffix).c_str()) != 0) {
                return cannot_set_aside(log, errno);
            }
        }
        ::unlink(beside(catalogue_, "-shm").c_str());  // SQLite makes it anew from the log
        return sync_folder(catalogue_.parent_path());
    }

    /// Empty if there was no catalogue.
    fs::path keep() {
        kept_ = true;
        return linked_ || renamed_ ? name_ : fs::path{};
    }

private:
    /// So that there is one file to keep. A catalogue that is damaged keeps its log.
    /// Error: conflict if somebody reads it, and so keeps the log from being merged.
    [[nodiscard]] Result<void> merge_log() const {
        if (!is_there(catalogue_)) {
            return {};
        }
        const fs::path log = beside(catalogue_, "-wal");
        std::error_code unknown;
        bool busy = false;
        try {
            Connection connection(catalogue_, SQLite::OPEN_READWRITE);
            connection.execute("PRAGMA busy_timeout = 500");
            Query checkpoint = connection.query("PRAGMA wal_checkpoint(TRUNCATE)");
            busy = checkpoint.next() && checkpoint.integer(0) != 0;
        } catch (const SQLite::Exception& exception) {
            busy = exception.getErrorCode() == SQLITE_BUSY;
            if (!busy) {
                return {};  // begin moves the log, whatever is in it
            }
        }
        const auto left = fs::file_size(log, unknown);
        if (busy && !unknown && left > 0) {
            return fail(ErrorCode::conflict, "another program reads " + catalogue_.string() +
                                                 ": end it, and restore again");
        }
        if (!unknown && left == 0) {
            ::unlink(log.c_str());
        }
        return {};
    }

    void take_back() const {
        for (const char* suffix : {"-wal", "-journal"}) {
            const fs::path moved = beside(name_, suffix);
            if (is_there(moved)) {
                ::rename(moved.c_str(), beside(catalogue_, suffix).c_str());
            }
        }
        if (renamed_) {
            ::rename(name_.c_str(), catalogue_.c_str());
        } else if (linked_) {
            ::unlink(name_.c_str());
        }
    }

    fs::path catalogue_;
    fs::path name_;
    bool linked_ = false;
    bool renamed_ = false;
    bool kept_ = false;
};

/// Waiting items go; what was done stays known, so that nothing is done a second time.
void empty_queues(Connection& copy) {
    SQLite::Transaction transaction(copy.database());
    copy.execute("DELETE FROM work WHERE state = 0");
    transaction.commit();
}

/// The file's content as `part`, in the form in which it is to be used.
Result<Restored> take_over(const fs::path& file, const PartFile& part,
                           const RestoreOptions& options) {
    Restored restored;
    try {
        Connection source = open_distrustfully(file);
        const auto content = look_over(source, file);
        if (!content) {
            return content.error();
        }
        restored.content = *content;
        if (auto copied = copy_database(source, part.path(), options.pace); !copied) {
            return copied.error();
        }
    } catch (const SQLite::Exception& exception) {
        return translate(exception, file);
    }
    try {
        if (!options.keep_queues && restored.content.waiting > 0) {
            Connection copy(part.path(), SQLite::OPEN_READWRITE);
            empty_queues(copy);
            restored.left_out = restored.content.waiting;
        }
        Connection copy = open_distrustfully(part.path());
        const auto content = look_through(copy, file);  // what is wrong with it is wrong there
        if (!content) {
            return content.error();
        }
        restored.content = *content;
        std::error_code unknown;
        restored.content.bytes = fs::file_size(part.path(), unknown);
    } catch (const SQLite::Exception& exception) {
        return translate(exception, part.path());
    }
    return restored;
}

Result<WriterLock> lock_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        return fail(ErrorCode::io,
                    "cannot make the folder " + folder.string() + ": " + error.message());
    }
    auto lock = WriterLock::take(folder);
    if (lock) {
        if (auto owned = belong_to_owner_of(folder, folder / "writer.lock"); !owned) {
            return owned.error();
        }
    }
    return lock;
}

}  // namespace

Result<Restored> restore(const fs::path& folder, const fs::path& file,
                         const RestoreOptions& options) {
    const fs::path catalogue = folder / "catalogue.db";
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) {
        return fail(ErrorCode::not_found, "there is no file " + file.string());
    }
    if (fs::equivalent(file, beside(catalogue, ".part"), ignored)) {
        return fail(ErrorCode::invalid_argument,
                    file.string() +
                        " is what an unfinished restore left, and would be overwritten: give "
                        "it another name first, if you mean it");
    }
    if (fs::equivalent(file, catalogue, ignored)) {
        return fail(ErrorCode::invalid_argument,
                    file.string() + " is the catalogue itself: there is nothing to restore");
    }
    const auto lock = lock_folder(folder);
    if (!lock) {
        return lock.error();
    }
    auto part = PartFile::open(catalogue, Existing::replace);
    if (!part) {
        return part.error();
    }
    auto restored = take_over(file, *part, options);
    if (!restored) {
        return restored;
    }
    auto owned = is_there(catalogue) ? part->take_after(catalogue)
                                     : belong_to_owner_of(folder, part->path());
    if (!owned) {
        return owned.error();
    }
    SetAside before(catalogue, options.now);
    if (auto begun = before.begin(); !begun) {
        return begun.error();
    }
    const auto done = part->commit();
    if (part->is_in_place()) {
        restored->kept = before.keep();
    }
    return done ? restored : Result<Restored>(done.error());
}

}  // namespace emojiscope::store
