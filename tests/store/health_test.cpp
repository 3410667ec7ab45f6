// A catalogue looked at from outside, whoever has it.
#include "emojiscope/store/health.hpp"
#include "emojiscope/store/store.hpp"

#include "fakes/temp_folder.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <atomic>
#include <barrier>
#include <cstdio>
#include <fstream>
#include <set>
#include <thread>
#include <vector>

namespace emojiscope::store {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

struct Fixture {
    fakes::TempFolder folder;
    ManualClock clock;
    fs::path file = folder.path() / "catalogue.db";

    [[nodiscard]] std::unique_ptr<Store> open() const {
        return Store::open(folder.path(), {.write = true}, clock).value();
    }
    [[nodiscard]] std::set<std::string> names() const {
        std::set<std::string> found;
        for (const auto& entry : fs::directory_iterator(folder.path())) {
            found.insert(entry.path().filename().string());
        }
        return found;
    }
};

}  // namespace

TEST_CASE("a sound catalogue is told as such, and nothing is left beside it", "[health]") {
    const Fixture fixture;
    {
        const auto store = fixture.open();
        store->catalogue().put("T1", {"beer", "v", ""}).value();
        store->catalogue().claim_model({"model", "1", 2}).value();
    }
    const auto before = fixture.names();
    const DatabaseHealth health = examine(fixture.folder.path(), 1min).value();
    CHECK(health.content.emoji == 1);
    CHECK_FALSE(health.content.older);
    CHECK(health.damage.empty());
    CHECK(health.checked);
    CHECK(health.log_bytes == 0);
    CHECK(health.model == search::ModelId{"model", "1", 2});
    CHECK(fixture.names() == before);
}

TEST_CASE("a catalogue in use is looked at with what is in its log", "[health]") {
    const Fixture fixture;
    const auto store = fixture.open();
    store->catalogue().put("T1", {"beer", "v", ""}).value();
    const DatabaseHealth health = examine(fixture.folder.path(), 1min).value();
    CHECK(health.content.emoji == 1);
    CHECK(health.log_bytes > 0);
    store->catalogue().put("T1", {"wine", "v", ""}).value();  // nobody is in the way
}

TEST_CASE("a catalogue is not called damaged because somebody writes to it", "[health]") {
    const Fixture fixture;
    {
        const auto store = fixture.open();
        std::vector<search::SourceEmoji> many;
        for (int i = 0; i < 20000; ++i) {
            many.push_back({"emoji_" + std::to_string(i), std::string(1000, 'v'), ""});
        }
        store->catalogue().put_many("T1", many).value();
    }
    // Before each look the log is emptied, as it is after a start, and during the look pages of the
    // file itself are written.
    std::barrier turn(2);
    std::atomic<bool> looking = false;
    constexpr int looks = 10;
    std::thread writer([&] {
        SQLite::Database database(fixture.file.string(), SQLite::OPEN_READWRITE);
        database.exec("PRAGMA busy_timeout = 10000; PRAGMA synchronous = OFF");
        for (int i = 0; i < looks; ++i) {
            database.execAndGet("PRAGMA wal_checkpoint(TRUNCATE)");
            looking = true;
            turn.arrive_and_wait();
            while (looking) {
                database.exec(
                    "UPDATE emoji SET value = hex(randomblob(abs(random() % 900))) "
                    "WHERE id % 100 = abs(random() % 100)");
                database.execAndGet("PRAGMA wal_checkpoint(PASSIVE)");
            }
            turn.arrive_and_wait();
        }
    });
    for (int i = 0; i < looks; ++i) {
        turn.arrive_and_wait();
        const auto health = examine(fixture.folder.path(), 1min);
        CHECK((!health ? health.error().message : health->damage).empty());
        looking = false;
        turn.arrive_and_wait();
    }
    writer.join();
}

TEST_CASE("damage is told of a catalogue that nobody uses", "[health]") {
    const Fixture fixture;
    {
        const auto store = fixture.open();
        std::vector<search::SourceEmoji> many;
        for (int i = 0; i < 2000; ++i) {
            many.push_back({"emoji_" + std::to_string(i), "https://e/" + std::to_string(i), ""});
        }
        store->catalogue().put_many("T1", many).value();
    }
    const auto size = fs::file_size(fixture.file);
    {
        std::fstream stream(fixture.file, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(static_cast<std::streamoff>(size / 2));
        stream << std::string(size / 4, '\x5A');
    }
    const auto before = fixture.names();
    const auto health = examine(fixture.folder.path(), 1min);
    CHECK_FALSE((!health ? health.error().message : health->damage).empty());
    CHECK(fixture.names() == before);
}

TEST_CASE("a catalogue that is too large for the time is told as not looked at whole", "[health]") {
    const Fixture fixture;
    {
        const auto store = fixture.open();
        std::vector<search::SourceEmoji> many;
        for (int i = 0; i < 5000; ++i) {
            many.push_back({"emoji_" + std::to_string(i), "https://e/" + std::to_string(i), ""});
        }
        store->catalogue().put_many("T1", many).value();
    }
    const DatabaseHealth health = examine(fixture.folder.path(), 0ms).value();
    CHECK_FALSE(health.checked);
    CHECK(health.damage.empty());
    CHECK(health.content.emoji == 5000);
}

TEST_CASE("what is no catalogue is told as what it is", "[health]") {
    const Fixture fixture;
    SECTION("none") {
        CHECK(examine(fixture.folder.path(), 1min).error().code == ErrorCode::not_found);
        CHECK(fixture.names().empty());
    }
    SECTION("no folder") {
        CHECK(examine(fixture.folder.path() / "no", 1min).error().code == ErrorCode::not_found);
    }
    SECTION("no database") {
        std::ofstream(fixture.file) << std::string(9000, 'x');
        CHECK(examine(fixture.folder.path(), 1min).error().code == ErrorCode::corrupt);
    }
    SECTION("of a newer release") {
        fixture.open().reset();
        SQLite::Database(fixture.file.string(), SQLite::OPEN_READWRITE)
            .exec("PRAGMA user_version = 99");
        CHECK(examine(fixture.folder.path(), 1min).error().code == ErrorCode::unsupported);
    }
    SECTION("of an older one") {
        SQLite::Database database(fixture.file.string(),
                                  SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        std::ifstream sql("tests/store/versions/v3.sql");
        database.exec(std::string(std::istreambuf_iterator<char>(sql), {}));
        const DatabaseHealth health = examine(fixture.folder.path(), 1min).value();
        CHECK(health.content.older);
        CHECK(health.content.schema == 3);
    }
}

TEST_CASE("who writes is read from the kernel's list of locks", "[health]") {
    const Fixture fixture;
    const fs::path list = fixture.folder.path() / "locks";
    CHECK(writer_of(fixture.folder.path()) == std::nullopt);  // nobody ever did
    fixture.open().reset();
    struct stat lock {};
    REQUIRE(::stat((fixture.folder.path() / "writer.lock").c_str(), &lock) == 0);
    char inode[64] = {};
    std::snprintf(inode, sizeof inode, "%02x:%02x:%lu", static_cast<unsigned>(major(lock.st_dev)),
                  static_cast<unsigned>(minor(lock.st_dev)),
                  static_cast<unsigned long>(lock.st_ino));
    std::ofstream(list) << "1: POSIX  ADVISORY  WRITE 11 " << inode << " 0 EOF\n"
                        << "2: FLOCK  ADVISORY  WRITE 22 00:00:1 0 EOF\n"
                        << "3: FLOCK  ADVISORY  WRITE 4711 " << inode << " 0 EOF\n";
    CHECK(writer_of(fixture.folder.path(), list) == 4711);
    const std::string number = ":" + std::to_string(lock.st_ino);
    const std::string us = std::to_string(::getpid());  // whom the file names
    std::ofstream(list) << "1: FLOCK  ADVISORY  WRITE 22 ff:ff" << number << " 0 EOF\n"
                        << "2: FLOCK  ADVISORY  WRITE " << us << " ff:ff" << number << " 0 EOF\n";
    CHECK(writer_of(fixture.folder.path(), list) == ::getpid());
    std::ofstream(list) << "2: FLOCK  ADVISORY  WRITE 22 00:00:1 0 EOF\n";
    CHECK(writer_of(fixture.folder.path(), list) == std::nullopt);
    CHECK(writer_of(fixture.folder.path(), "/does/not/exist") == std::nullopt);
}

}  // namespace emojiscope::store
