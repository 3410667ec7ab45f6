// A catalogue to back up and to restore, and a place for its copies.
#pragma once

#include "emojiscope/store/backup.hpp"
#include "emojiscope/store/store.hpp"

#include "fakes/temp_folder.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace emojiscope::store::backup_fixture {

namespace fs = std::filesystem;

inline std::string content_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

inline std::string ask(const fs::path& file, const std::string& sql) {
    return SQLite::Database(file.string(), SQLite::OPEN_READONLY).execAndGet(sql).getString();
}

struct Fixture {
    fakes::TempFolder home;
    ManualClock clock;
    fs::path folder = home.path() / "data";
    fs::path catalogue = folder / "catalogue.db";
    fs::path outside = home.path() / "elsewhere";
    fs::path target = outside / "backup.db";

    Fixture() { fs::create_directory(outside); }

    [[nodiscard]] std::unique_ptr<Store> open() const {
        return Store::open(folder, {.write = true}, clock).value();
    }
    /// `count` names with the value `value`, in one transaction.
    static void put(Store& store, int count, const std::string& value) {
        std::vector<search::SourceEmoji> emoji;
        for (int i = 0; i < count; ++i) {
            emoji.push_back({"emoji_" + std::to_string(i), value, ""});
        }
        store.catalogue().put_many("T1", emoji).value();
    }
    void make(int count = 3) const { put(*open(), count, "v"); }
    [[nodiscard]] Result<Restored> put_back(bool keep_queues = false) const {
        RestoreOptions options;
        options.keep_queues = keep_queues;
        options.now = clock.now();
        return restore(folder, target, options);
    }
    [[nodiscard]] static std::set<std::string> names_in(const fs::path& place) {
        std::set<std::string> names;
        for (const auto& entry : fs::directory_iterator(place)) {
            names.insert(entry.path().filename().string());
        }
        return names;
    }
};

inline void check_refused(const Error& error, ErrorCode code, const std::string& words) {
    INFO(error.message);
    CHECK(error.code == code);
    CHECK_THAT(error.message, Catch::Contains(words));
    CHECK(error.message.find('\n') == std::string::npos);
}

}  // namespace emojiscope::store::backup_fixture
