// Copies of a catalogue, made while it is in use, and put back.
#include "no_room.hpp"

#include "emojiscope/store/backup.hpp"
#include "emojiscope/store/store.hpp"

#include "fakes/temp_folder.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/stat.h>
#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <set>

namespace emojiscope::store {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::string ask(const fs::path& file, const std::string& sql) {
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

void check_refused(const Error& error, ErrorCode code, const std::string& words) {
    INFO(error.message);
    CHECK(error.code == code);
    CHECK_THAT(error.message, Catch::Contains(words));
    CHECK(error.message.find('\n') == std::string::npos);
}

}  // namespace

TEST_CASE("a backup is one private file with all of the catalogue", "[backup]") {
    const Fixture fixture;
    const auto store = fixture.open();  // as a running bot has it
    Fixture::put(*store, 300, "v");
    store->catalogue().claim_model({"model", "1", 2}).value();
    store->outbox().push("k", "post", "x").value();

    const CatalogueContent content = back_up(fixture.folder, fixture.target, false).value();
    CHECK(content.emoji == 300);
    CHECK(content.waiting == 1);
    CHECK_FALSE(content.older);
    CHECK_THAT(content.model, Catch::StartsWith("model 1"));
    CHECK(content.bytes == fs::file_size(fixture.target));
    CHECK(Fixture::names_in(fixture.outside) == std::set<std::string>{"backup.db"});
    CHECK(ask(fixture.target, "PRAGMA journal_mode") == "delete");
    CHECK(ask(fixture.target, "PRAGMA integrity_check") == "ok");
    struct stat mode {};
    REQUIRE(::stat(fixture.target.c_str(), &mode) == 0);
    CHECK((mode.st_mode & 0777U) == 0600U);
}

TEST_CASE("a backup shows one moment, whatever is written meanwhile", "[backup]") {
    const Fixture fixture;
    const auto store = fixture.open();
    Fixture::put(*store, 2000, "old");
    CopyPace pace;
    pace.pages_at_once = 1;
    pace.pause = std::chrono::milliseconds{0};
    std::size_t steps = 0;
    std::size_t last = 0;
    pace.on_progress = [&](std::size_t done, std::size_t all) {
        CHECK(done > last);  // it never begins again
        CHECK(done <= all);
        last = done;
        if (++steps % 8 == 1) {
            Fixture::put(*store, 2000, "new " + std::to_string(steps));  // is not held up
        }
    };
    back_up(fixture.folder, fixture.target, false, pace).value();
    CHECK(steps > 20);
    CHECK(ask(fixture.target, "SELECT count(*) FROM emoji WHERE value = 'old'") == "2000");
    CHECK(ask(fixture.catalogue, "SELECT count(*) FROM emoji WHERE value = 'old'") == "0");
}

TEST_CASE("a backup replaces a file only if it is told to", "[backup]") {
    const Fixture fixture;
    fixture.make();
    std::ofstream(fixture.target) << "precious";
    check_refused(back_up(fixture.folder, fixture.target, false).error(), ErrorCode::conflict,
                  "--force");
    CHECK(content_of(fixture.target) == "precious");
    CHECK(back_up(fixture.folder, fixture.target, true).value().emoji == 3);
    CHECK(Fixture::names_in(fixture.outside) == std::set<std::string>{"backup.db"});
}

TEST_CASE("a file that appears while a backup is made is not replaced", "[backup]") {
    const Fixture fixture;
    fixture.make();
    CopyPace pace;
    pace.on_progress = [&](std::size_t, std::size_t) {
        std::ofstream(fixture.target) << "precious";
    };
    check_refused(back_up(fixture.folder, fixture.target, false, pace).error(), ErrorCode::conflict,
                  "is there already");
    CHECK(content_of(fixture.target) == "precious");
    CHECK(Fixture::names_in(fixture.outside) == std::set<std::string>{"backup.db"});
}

TEST_CASE("a backup that cannot be made says so and leaves nothing", "[backup]") {
    Fixture fixture;
    SECTION("without a catalogue") {
        check_refused(back_up(fixture.folder, fixture.target, false).error(), ErrorCode::not_found,
                      "no catalogue in");
    }
    SECTION("into a folder that is not there") {
        fixture.make();
        check_refused(back_up(fixture.folder, fixture.outside / "no" / "b.db", false).error(),
                      ErrorCode::io, "cannot write");
    }
    SECTION("over a folder") {
        fixture.make();
        check_refused(back_up(fixture.folder, fixture.home.path(), true).error(),
                      ErrorCode::invalid_argument, "no plain file");
    }
    SECTION("over the catalogue") {
        fixture.make();
        check_refused(back_up(fixture.folder, fixture.catalogue, true).error(),
                      ErrorCode::invalid_argument, "the catalogue itself");
        check_refused(back_up(fixture.folder, fixture.folder / "catalogue.db-wal", true).error(),
                      ErrorCode::invalid_argument, "the catalogue itself");
    }
    SECTION("when it is stopped") {
        fixture.make(2000);
        std::stop_source stop;
        CopyPace pace;
        pace.pages_at_once = 1;
        pace.stop = stop.get_token();
        pace.on_progress = [&](std::size_t, std::size_t) { stop.request_stop(); };
        check_refused(back_up(fixture.folder, fixture.target, false, pace).error(),
                      ErrorCode::cancelled, "stopped");
    }
    SECTION("on a full disk") {
        fixture.make(2000);
        const NoRoom full(64 * 1024);
        check_refused(back_up(fixture.folder, fixture.target, false).error(), ErrorCode::io,
                      fixture.target.string());
    }
    SECTION("of a damaged catalogue") {
        fixture.make(2000);
        {
            const auto size = fs::file_size(fixture.catalogue);
            std::fstream stream(fixture.catalogue, std::ios::in | std::ios::out | std::ios::binary);
            stream.seekp(static_cast<std::streamoff>(size / 2));
            stream << std::string(size / 4, '\x5A');
        }
        const auto refused = back_up(fixture.folder, fixture.target, false);
        REQUIRE(refused.has_error());
        check_refused(refused.error(), ErrorCode::corrupt, fixture.catalogue.string());
    }
    SECTION("of another program's database") {
        fs::create_directory(fixture.folder);
        SQLite::Database(fixture.catalogue.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
            .exec("CREATE TABLE recipes (a)");
        check_refused(back_up(fixture.folder, fixture.target, false).error(), ErrorCode::corrupt,
                      "is not an Emojiscope catalogue");
    }
    CHECK(Fixture::names_in(fixture.outside).empty());
}

TEST_CASE("what a killed backup left is overwritten, another one's is not", "[backup]") {
    const Fixture fixture;
    fixture.make();
    std::ofstream(fixture.target.string() + ".part") << std::string(1'000'000, 'x');
    CopyPace pace;
    int tried = 0;
    pace.on_progress = [&](std::size_t, std::size_t) {
        if (++tried == 1) {
            check_refused(back_up(fixture.folder, fixture.target, false).error(),
                          ErrorCode::conflict, "another program is writing");
        }
    };
    CHECK(back_up(fixture.folder, fixture.target, false, pace).value().emoji == 3);
    CHECK(tried > 0);
    CHECK(Fixture::names_in(fixture.outside) == std::set<std::string>{"backup.db"});
}

TEST_CASE("a backup is put back, and the catalogue of before stays", "[backup]") {
    Fixture fixture;
    fixture.make(3);
    back_up(fixture.folder, fixture.target, false).value();
    fixture.make(50);
    const std::string backup = content_of(fixture.target);

    const Restored restored = fixture.put_back().value();
    CHECK(restored.content.emoji == 3);
    CHECK(restored.left_out == 0);
    CHECK_THAT(restored.kept.filename().string(),
               Catch::StartsWith("catalogue.db.before-restore-"));
    CHECK(Fixture::names_in(fixture.folder) ==
          std::set<std::string>{"catalogue.db", "writer.lock", restored.kept.filename().string()});
    CHECK(ask(restored.kept, "SELECT count(*) FROM emoji") == "50");
    CHECK(content_of(fixture.target) == backup);
    CHECK(fixture.open()->catalogue().list("T1").value().size() == 3);
    CHECK(ask(fixture.catalogue, "PRAGMA journal_mode") == "wal");

    const Restored again = fixture.put_back().value();  // at the same second
    CHECK(again.kept != restored.kept);
    CHECK(ask(again.kept, "SELECT count(*) FROM emoji") == "3");
    CHECK(ask(restored.kept, "SELECT count(*) FROM emoji") == "50");
}

TEST_CASE("a backup is put back where there is nothing", "[backup]") {
    Fixture fixture;
    fixture.make();
    back_up(fixture.folder, fixture.target, false).value();
    fs::remove_all(fixture.folder);
    const Restored restored = fixture.put_back().value();
    CHECK(restored.kept.empty());
    CHECK(fixture.open()->catalogue().list("T1").value().size() == 3);
}

TEST_CASE("a log that a killed program left is merged into its own catalogue", "[backup]") {
    Fixture fixture;
    fixture.make(3);
    back_up(fixture.folder, fixture.target, false).value();
    const fs::path log = fixture.catalogue.string() + "-wal";
    {
        const auto store = fixture.open();
        Fixture::put(*store, 40, "late");
        fs::copy_file(log, fixture.outside / "log");
        fs::copy_file(fixture.catalogue, fixture.outside / "database");
    }
    fs::rename(fixture.outside / "database", fixture.catalogue);
    fs::rename(fixture.outside / "log", log);
    bool damaged = false;
    SECTION("") {}
    SECTION("and, where that is damaged, away from the new one") {
        damaged = true;
        std::fstream stream(fixture.catalogue, std::ios::in | std::ios::out | std::ios::binary);
        stream << std::string(100, '\x5A');
    }
    const Restored restored = fixture.put_back().value();
    CHECK_FALSE(fs::exists(log));
    CHECK(fixture.open()->catalogue().list("T1").value().size() == 3);
    if (!damaged) {
        CHECK(ask(restored.kept, "SELECT count(*) FROM emoji WHERE value = 'late'") == "40");
    }
}

TEST_CASE("the log of a catalogue that somebody reads goes with it", "[backup]") {
    Fixture fixture;
    fixture.make(3);
    back_up(fixture.folder, fixture.target, false).value();
    SQLite::Database reader(fixture.catalogue.string(), SQLite::OPEN_READONLY);
    reader.exec("BEGIN");
    CHECK(reader.execAndGet("SELECT count(*) FROM emoji").getInt() == 3);
    fixture.make(40);
    const Restored restored = fixture.put_back().value();
    CHECK(fs::file_size(restored.kept.string() + "-wal") > 0);
    CHECK_FALSE(fs::exists(fixture.catalogue.string() + "-wal"));
    CHECK(ask(restored.kept, "SELECT count(*) FROM emoji") == "40");
    CHECK(ask(fixture.catalogue, "SELECT count(*) FROM emoji") == "3");
    CHECK(reader.execAndGet("SELECT count(*) FROM emoji").getInt() == 3);  // and reads on
}

TEST_CASE("what waited in a backup is not done once more, unless that is wanted", "[backup]") {
    Fixture fixture;
    {
        const auto store = fixture.open();
        Fixture::put(*store, 3, "v");
        store->inbox().push("Ev1", "events_api", "x").value();
        store->inbox().push("Ev2", "events_api", "x").value();
        store->inbox().done(1).value();
        store->outbox().push("out", "post", "x").value();
        store->alerts().push("pair", "pair", "x").value();
    }
    back_up(fixture.folder, fixture.target, false).value();
    SECTION("left out") {
        CHECK(fixture.put_back().value().left_out == 3);
        const auto store = fixture.open();
        CHECK(store->inbox().counts().value().waiting == 0);
        CHECK(store->outbox().counts().value().waiting == 0);
        CHECK(store->alerts().counts().value().waiting == 0);
        CHECK_FALSE(store->inbox().push("Ev1", "events_api", "x").value());  // it was done
    }
    SECTION("kept") {
        const Restored restored = fixture.put_back(true).value();
        CHECK(restored.left_out == 0);
        CHECK(restored.content.waiting == 3);
        CHECK(fixture.open()->outbox().counts().value().waiting == 1);
    }
}

TEST_CASE("what cannot be put back is refused, and the catalogue is as it was", "[backup]") {
    Fixture fixture;
    fixture.make(5);
    back_up(fixture.folder, fixture.target, false).value();
    fixture.make(5);
    const auto change = [&](const std::string& sql) {
        SQLite::Database(fixture.target.string(), SQLite::OPEN_READWRITE).exec(sql);
    };
    SECTION("a file that is not there") {
        fs::remove(fixture.target);
        check_refused(fixture.put_back().error(), ErrorCode::not_found, "there is no file");
    }
    SECTION("of a newer release") {
        change("PRAGMA user_version = 99");
        check_refused(fixture.put_back().error(), ErrorCode::unsupported, "newer Emojiscope");
    }
    SECTION("of another program") {
        change("PRAGMA application_id = 7");
        check_refused(fixture.put_back().error(), ErrorCode::corrupt,
                      "not an Emojiscope catalogue");
    }
    SECTION("no database") {
        std::ofstream(fixture.target) << std::string(9000, 'x');
        check_refused(fixture.put_back().error(), ErrorCode::corrupt, fixture.target.string());
    }
    SECTION("an empty file") {
        std::ofstream(fixture.target).flush();
        check_refused(fixture.put_back().error(), ErrorCode::not_found, "holds no catalogue");
    }
    SECTION("one that lacks a table") {
        change("DROP TABLE alias");
        check_refused(fixture.put_back().error(), ErrorCode::corrupt, "lacks the");
    }
    SECTION("one with something that would run by itself") {
        change("CREATE TRIGGER t AFTER INSERT ON emoji BEGIN DELETE FROM emoji; END");
        check_refused(fixture.put_back().error(), ErrorCode::corrupt, "trigger t");
    }
    SECTION("a damaged one") {
        fs::resize_file(fixture.target, fs::file_size(fixture.target) / 2);
        check_refused(fixture.put_back().error(), ErrorCode::corrupt, fixture.target.string());
    }
    SECTION("itself") {
        const auto refused = restore(fixture.folder, fixture.catalogue, {});
        check_refused(refused.error(), ErrorCode::invalid_argument, "the catalogue itself");
    }
    CHECK(Fixture::names_in(fixture.folder) ==
          std::set<std::string>{"catalogue.db", "writer.lock"});
    CHECK(fixture.open()->catalogue().list("T1").value().size() == 5);
}

TEST_CASE("without room nothing is put back, and the catalogue is as it was", "[backup]") {
    Fixture fixture;
    fixture.make(2000);
    back_up(fixture.folder, fixture.target, false).value();
    fixture.make(2000);
    {
        const NoRoom full(64 * 1024);
        check_refused(fixture.put_back().error(), ErrorCode::io, "catalogue.db");
    }
    CHECK(Fixture::names_in(fixture.folder) ==
          std::set<std::string>{"catalogue.db", "writer.lock"});
    CHECK(fixture.open()->catalogue().list("T1").value().size() == 2000);
}

TEST_CASE("nothing is put back while a bot runs", "[backup]") {
    Fixture fixture;
    fixture.make();
    back_up(fixture.folder, fixture.target, false).value();
    const auto store = fixture.open();
    check_refused(fixture.put_back().error(), ErrorCode::conflict, "stop it first");
    CHECK(store->catalogue().list("T1").value().size() == 3);
}

TEST_CASE("a backup of an older release is put back and brought up to date later", "[backup]") {
    Fixture fixture;
    SQLite::Database(fixture.target.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec(content_of("tests/store/versions/v1.sql"));  // without queues, too
    const Restored restored = fixture.put_back().value();
    CHECK(restored.content.older);
    CHECK(restored.content.schema == 1);
    CHECK(restored.content.emoji == 5);
    CHECK(fixture.open()->catalogue().find("T1", "half").value().name == "beer");
}

}  // namespace emojiscope::store
