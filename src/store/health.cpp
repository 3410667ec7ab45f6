#include "emojiscope/store/health.hpp"

#include "catalogue_rows.hpp"
#include "database.hpp"
#include "database_copy.hpp"
#include "part_file.hpp"

#include "emojiscope/core/text.hpp"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <system_error>

namespace emojiscope::store {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

/// Steps of SQLite's machine between two looks at the clock: well below a millisecond.
constexpr int steps_between_looks = 10'000;

int is_late(void* deadline) {
    return steady_clock::now() > *static_cast<const steady_clock::time_point*>(deadline) ? 1 : 0;
}

std::uintmax_t size_of(const fs::path& file) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    return error ? 0 : size;
}

/// For `file:PATH?…`.
std::string as_uri_path(const fs::path& file) {
    std::string uri;
    for (const char c : fs::absolute(file).string()) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '/' || c == '.' || c == '-' || c == '_') {
            uri += c;
        } else {
            std::array<char, 4> escaped{};
            std::snprintf(escaped.data(), escaped.size(), "%%%02X", byte);
            uri += escaped.data();
        }
    }
    return uri;
}

/// What changes of a file when somebody writes to it, or puts another one in its place.
struct Footprint {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;

    friend bool operator==(const Footprint&, const Footprint&) = default;
};

Footprint footprint(const fs::path& file) {
    struct stat now {};
    if (::stat(file.c_str(), &now) != 0) {
        return {};
    }
    return {now.st_dev, now.st_ino, now.st_size, now.st_mtim.tv_sec, now.st_mtim.tv_nsec};
}

/// Whoever has the catalogue open keeps a log beside it, be it one of no bytes.
bool is_in_use(const fs::path& file) {
    std::error_code unknown;
    return fs::exists(fs::symlink_status(beside(file, "-wal"), unknown));
}

/// Takes no lock and leaves no files behind; right as long as nobody writes.
Connection open_without_a_trace(const fs::path& file) {
    Connection connection("file:" + as_uri_path(file) + "?immutable=1",
                          SQLite::OPEN_READONLY | SQLite::OPEN_URI);
    connection.execute("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
    return connection;
}

void quick_check(Connection& connection, steady_clock::time_point deadline,
                 DatabaseHealth& health) {
    sqlite3* const handle = connection.database().getHandle();
    sqlite3_progress_handler(handle, steps_between_looks, is_late, &deadline);
    try {
        SQLite::Statement check(connection.database(), "PRAGMA quick_check(1)");
        if (check.executeStep() && check.getColumn(0).getString() != "ok") {
            health.damage = one_line(check.getColumn(0).getString());
        }
    } catch (const SQLite::Exception& exception) {
        if (exception.getErrorCode() != SQLITE_INTERRUPT) {
            sqlite3_progress_handler(handle, 0, nullptr, nullptr);
            throw;
        }
        health.checked = false;
    }
    sqlite3_progress_handler(handle, 0, nullptr, nullptr);
}

Result<DatabaseHealth> look_at(const fs::path& file, Connection (*open)(const fs::path&),
                               steady_clock::time_point deadline) {
    try {
        Connection connection = open(file);
        const auto content = look_over(connection, file);
        if (!content) {
            return content.error();
        }
        DatabaseHealth health;
        health.content = *content;
        health.log_bytes = size_of(beside(file, "-wal"));
        health.model = claimed_model(connection);
        quick_check(connection, deadline, health);
        return health;
    } catch (const SQLite::Exception& exception) {
        return translate(exception, file);
    }
}

}  // namespace

Result<DatabaseHealth> examine(const fs::path& folder, std::chrono::milliseconds patience) {
    const auto deadline = steady_clock::now() + patience;
    const fs::path file = folder / "catalogue.db";
    std::error_code error;
    if (!fs::exists(file, error)) {
        return error
                   ? fail(ErrorCode::io, "cannot look at " + file.string() + ": " + error.message())
                   : no_catalogue(file);
    }
    if (!is_in_use(file)) {
        const Footprint before = footprint(file);
        auto health = look_at(file, open_without_a_trace, deadline);
        const bool sound = health && health->damage.empty();
        // Pages that somebody wrote under an eye without a lock look like damage.
        if (sound || (!is_in_use(file) && footprint(file) == before)) {
            return health;
        }
    }
    return look_at(file, open_distrustfully, deadline);
}

std::optional<pid_t> writer_of(const fs::path& folder, const fs::path& locks) {
    const fs::path file = folder / "writer.lock";
    struct stat lock {};
    if (::stat(file.c_str(), &lock) != 0) {
        return std::nullopt;
    }
    pid_t noted = 0;  // by whoever holds it, or held it last
    std::ifstream(file) >> noted;
    std::array<char, 32> device{};
    std::snprintf(device.data(), device.size(),
                  "%02x:%02x:", static_cast<unsigned>(major(lock.st_dev)),
                  static_cast<unsigned>(minor(lock.st_dev)));
    const std::string inode = ":" + std::to_string(lock.st_ino);
    std::ifstream list(locks);
    for (std::string line; std::getline(list, line);) {
        // 1: FLOCK  ADVISORY  WRITE 4711 08:01:1234567 0 EOF
        std::istringstream words(line);
        std::string number;
        std::string kind;
        std::string how;
        std::string what;
        pid_t process = 0;
        std::string place;
        words >> number >> kind >> how >> what >> process >> place;
        // On some file systems (overlays, subvolumes) the list names another device than stat.
        const bool same =
            place.ends_with(inode) && (place.starts_with(device.data()) || process == noted);
        if (words && kind == "FLOCK" && same) {
            return process;
        }
    }
    return std::nullopt;
}

}  // namespace emojiscope::store
