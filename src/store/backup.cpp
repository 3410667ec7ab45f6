#include "emojiscope/store/backup.hpp"

#include "database.hpp"
#include "database_copy.hpp"
#include "part_file.hpp"

#include <unistd.h>

#include <array>
#include <system_error>

namespace emojiscope::store {
namespace {

namespace fs = std::filesystem;

/// A copy must not be laid over the catalogue, nor over what lies beside it.
Result<void> check_is_elsewhere(const fs::path& catalogue, const fs::path& target) {
    const std::array own{catalogue,
                         beside(catalogue, "-wal"),
                         beside(catalogue, "-shm"),
                         beside(catalogue, "-journal"),
                         beside(catalogue, ".part"),
                         catalogue.parent_path() / "writer.lock"};
    for (const fs::path& file : own) {
        std::error_code ignored;
        if (fs::equivalent(file, target, ignored) ||
            file.lexically_normal() == target.lexically_normal()) {
            return fail(ErrorCode::invalid_argument,
                        target.string() +
                            " is the catalogue itself, or belongs to it: choose another name");
        }
    }
    return {};
}

}  // namespace

Result<CatalogueContent> back_up(const fs::path& folder, const fs::path& target, bool force,
                                 const CopyPace& pace) {
    const fs::path catalogue = folder / "catalogue.db";
    std::error_code ignored;
    if (!fs::exists(catalogue, ignored)) {
        return no_catalogue(catalogue);
    }
    if (auto elsewhere = check_is_elsewhere(catalogue, target); !elsewhere) {
        return elsewhere.error();
    }
    auto part = PartFile::open(target, force ? Existing::replace : Existing::refuse);
    if (!part) {
        return part.error();
    }
    try {
        Connection source(catalogue, SQLite::OPEN_READONLY);
        if (auto copied = copy_database(source, part->path(), pace); !copied) {
            return copied.error();
        }
    } catch (const SQLite::Exception& exception) {
        Error error = translate(exception, catalogue);
        // SQLite keeps a small file beside a database that is read.
        if (error.code == ErrorCode::io && ::access(folder.c_str(), W_OK) != 0) {
            error.message += "; run this as the user to whom that folder belongs";
        }
        return error;
    }
    Result<CatalogueContent> content(boost::system::in_place_value);
    try {
        Connection copy = open_distrustfully(part->path());
        content = look_through(copy, catalogue);  // what is wrong with it is wrong there
        if (content) {
            content->bytes = fs::file_size(part->path(), ignored);
        }
    } catch (const SQLite::Exception& exception) {
        return translate(exception, catalogue);
    }
    if (!content) {
        return content;
    }
    if (auto done = part->commit(); !done) {
        return done.error();
    }
    return content;
}

}  // namespace emojiscope::store
