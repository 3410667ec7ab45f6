#include "upgrade_copy.hpp"

#include "database_copy.hpp"
#include "part_file.hpp"
#include "schema.hpp"

#include <system_error>

namespace emojiscope::store {
namespace {

namespace fs = std::filesystem;

fs::path name_prefix(const fs::path& file) {
    return file.string() + ".before-schema-";
}

fs::path name_of_copy(const fs::path& file) {
    return name_prefix(file).string() + std::to_string(present_schema());
}

}  // namespace

Result<void> keep_before_upgrade(Connection& connection, const fs::path& file) {
    const fs::path target = name_of_copy(file);
    auto part = PartFile::open(target, Existing::replace);
    if (!part) {
        return part.error();
    }
    CopyPace pace;
    pace.pause = std::chrono::milliseconds{0};  // nobody else is there to be held up
    if (auto copied = copy_database(connection, part->path(), pace); !copied) {
        return emojiscope::fail(copied.error().code,
                                "the catalogue of an older release is copied before it is brought "
                                "up to date, and that failed, so that it is as it was: " +
                                    copied.error().message);
    }
    if (auto same = part->take_after(file); !same) {
        return same;
    }
    return part->commit();
}

void drop_older_copies(const fs::path& file) {
    const fs::path newest = name_of_copy(file);
    const std::string prefix = name_prefix(file).filename().string();
    std::error_code error;
    for (fs::directory_iterator entry(file.parent_path(), error), end; !error && entry != end;
         entry.increment(error)) {
        const bool copy = entry->path().filename().string().starts_with(prefix);
        if (copy && entry->path().filename() != newest.filename()) {
            std::error_code stays;  // until the next upgrade
            fs::remove(entry->path(), stays);
        }
    }
}

}  // namespace emojiscope::store
