#include "checks.hpp"

#include "emojiscope/embedding/model_package.hpp"

#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <system_error>

namespace emojiscope::app::doctor {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t mebibyte = 1024 * 1024;
constexpr std::uintmax_t gibibyte = 1024 * mebibyte;
/// Of a step's time; the rest is for opening the file.
constexpr std::chrono::milliseconds quick_check_time{7'000};
/// SQLite begins it anew at four megabytes, unless somebody reads without an end.
constexpr std::uintmax_t long_log = 256 * mebibyte;
constexpr std::uintmax_t least_free = 64 * mebibyte;

std::optional<search::ModelId> id_of(const fs::path& folder) {
    if (folder.empty()) {
        return std::nullopt;
    }
    const auto package = embedding::read_model_package(folder);
    return package ? std::optional(package->id) : std::nullopt;
}

/// The folder itself, or the nearest one above that is there.
fs::path existing(fs::path place) {
    std::error_code ignored;
    place = fs::absolute(place, ignored);
    while (!fs::exists(place, ignored) && place.has_parent_path() && place != place.parent_path()) {
        place = place.parent_path();
    }
    return place;
}

Check unusable(const Error& error) {
    const std::string name = "database";
    switch (error.code) {
        case ErrorCode::not_found:
            return skipped(name, "there is no catalogue yet",
                           "the first start of the bot, sync or import makes it");
        case ErrorCode::corrupt:
            return failed(name, error.message,
                          "stop the bot and put a backup back (`emojiscope restore FILE`); "
                          "without one, move the file away and sync: verdicts and settings are "
                          "lost then");
        case ErrorCode::unsupported:
            return failed(name, error.message, "install that release, or put a backup back");
        default:
            return failed(name, error.message,
                          "run this as the user to whom the data folder belongs "
                          "(sudo -u emojiscope …)");
    }
}

}  // namespace

std::string in_words(std::uintmax_t bytes) {
    const bool large = bytes >= gibibyte;
    const std::uintmax_t unit = large ? gibibyte : mebibyte;
    const std::uintmax_t tenths = bytes * 10 / unit;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) +
           (large ? " GiB" : " MiB");
}

Check judge_database(const Result<store::DatabaseHealth>& health) {
    const std::string name = "database";
    if (!health) {
        return unusable(health.error());
    }
    if (!health->damage.empty()) {
        return unusable(fail(ErrorCode::corrupt, "damaged: " + health->damage));
    }
    const std::string holds = std::to_string(health->content.emoji) + " emoji, schema " +
                              std::to_string(health->content.schema) + ", " +
                              in_words(health->content.bytes);
    if (!health->checked) {
        return warning(name, holds + ": too large to be looked at whole in this time",
                       "`emojiscope backup FILE` looks at every page");
    }
    if (health->content.older) {
        return warning(name, holds + ": of an older release",
                       "the next start of the bot, sync or import brings it up to date, and keeps "
                       "a copy");
    }
    if (health->log_bytes > long_log) {
        return warning(name, holds + ", and a log of " + in_words(health->log_bytes),
                       "end the programs that have been reading it for long, or restart the bot");
    }
    return ok(name, holds + ", no damage found");
}

Checks check_database(const Config& config) {
    const auto health = store::examine(config.data, quick_check_time);
    Checks checks{judge_database(health)};
    if (health) {
        checks.push_back(
            judge_catalogue_model(health->model, id_of(config.model), id_of(config.next_model)));
    } else {
        checks.push_back(skipped("catalogue_model", "there is no catalogue to compare with"));
    }
    return checks;
}

Check check_writer(const fs::path& data) {
    const auto process = store::writer_of(data);
    if (!process) {
        return ok("writer", "nobody writes to the catalogue at the moment");
    }
    std::string name;
    std::ifstream in("/proc/" + std::to_string(*process) + "/comm");
    std::getline(in, name);
    return ok("writer", (name.empty() ? "a program" : name) + " (process " +
                            std::to_string(*process) + ") writes to it at the moment");
}

Check judge_disk(const std::string& place, bool writable, std::uintmax_t free,
                 std::uintmax_t database) {
    const std::string name = "disk";
    if (!writable) {
        return failed(name, place + " cannot be written to by this user",
                      "give it to the bot's user (chown), or run this as that user");
    }
    const std::string finding = in_words(free) + " free in " + place;
    const std::string remedy =
        "make room: an upgrade keeps a copy of the catalogue, and a full "
        "disk stops the bot";
    if (free < least_free) {
        return failed(name, finding, remedy);
    }
    if (free < std::max(gibibyte, 2 * database)) {
        return warning(name, finding, remedy);
    }
    return ok(name, finding);
}

Check check_disk(const fs::path& data) {
    const fs::path place = existing(data);
    struct statvfs disk {};
    if (::statvfs(place.c_str(), &disk) != 0) {
        return failed(
            "disk",
            "cannot look at " + place.string() + ": " + std::generic_category().message(errno),
            "see whether the disk is there");
    }
    std::error_code none;
    const auto database = fs::file_size(data / "catalogue.db", none);
    return judge_disk(place.string(), ::access(place.c_str(), W_OK | X_OK) == 0,
                      std::uintmax_t{disk.f_bavail} * disk.f_frsize, none ? 0 : database);
}

}  // namespace emojiscope::app::doctor
