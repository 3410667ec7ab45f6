// Copies of a catalogue put back.
#include "backup_fixture.hpp"
#include "no_room.hpp"

namespace emojiscope::store {

using namespace backup_fixture;

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

TEST_CASE("nothing is put back while somebody reads what is not merged yet", "[backup]") {
    Fixture fixture;
    fixture.make(3);
    back_up(fixture.folder, fixture.target, false).value();
    {
        SQLite::Database reader(fixture.catalogue.string(), SQLite::OPEN_READONLY);
        reader.exec("BEGIN");
        CHECK(reader.execAndGet("SELECT count(*) FROM emoji").getInt() == 3);
        fixture.make(40);
        check_refused(fixture.put_back().error(), ErrorCode::conflict, "another program reads");
        CHECK(ask(fixture.catalogue, "SELECT count(*) FROM emoji") == "40");
        CHECK(Fixture::names_in(fixture.folder) ==
              std::set<std::string>{"catalogue.db", "catalogue.db-shm", "catalogue.db-wal",
                                    "writer.lock"});
        reader.exec("COMMIT");
    }
    const Restored restored = fixture.put_back().value();
    CHECK(ask(restored.kept, "SELECT count(*) FROM emoji") == "40");
    CHECK(ask(fixture.catalogue, "SELECT count(*) FROM emoji") == "3");
}

TEST_CASE("whoever reads what is merged already is not in the way", "[backup]") {
    Fixture fixture;
    fixture.make(3);
    back_up(fixture.folder, fixture.target, false).value();
    SQLite::Database reader(fixture.catalogue.string(), SQLite::OPEN_READONLY);
    reader.exec("BEGIN");
    CHECK(reader.execAndGet("SELECT count(*) FROM emoji").getInt() == 3);
    CHECK(fixture.put_back().value().content.emoji == 3);
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
    SECTION("what an unfinished restore left") {
        const fs::path part = fixture.catalogue.string() + ".part";
        fs::copy_file(fixture.target, part);
        const std::string content = content_of(part);
        const auto refused = restore(fixture.folder, part, {});
        check_refused(refused.error(), ErrorCode::invalid_argument, "unfinished restore");
        CHECK(content_of(part) == content);
        fs::remove(part);
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
