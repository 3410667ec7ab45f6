// The files of every earlier release, opened by this one: nothing that they kept is lost, and all
// of it can be used. What they hold is written down in make_version_files.py.
#include "no_room.hpp"

#include "emojiscope/store/backup.hpp"
#include "emojiscope/store/store.hpp"

#include "fakes/temp_folder.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace emojiscope::store {
namespace {

namespace fs = std::filesystem;

constexpr int newest = 9;  ///< of the files; the first test compares it with the program

fs::path version_file(int version) {
    return "tests/store/versions/v" + std::to_string(version) + ".sql";
}

std::string content_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

struct OldFile {
    fakes::TempFolder folder;
    ManualClock clock;
    fs::path file = folder.path() / "catalogue.db";

    explicit OldFile(int version) {
        SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        database.exec("PRAGMA journal_mode = WAL");
        database.exec(content_of(version_file(version)));
    }
    [[nodiscard]] Result<std::unique_ptr<Store>> open(bool write = true) const {
        return Store::open(folder.path(), {.write = write}, clock);
    }
    void execute(const std::string& sql) const {
        SQLite::Database(file.string(), SQLite::OPEN_READWRITE).exec(sql);
    }
    [[nodiscard]] static std::string ask(const fs::path& database, const std::string& sql) {
        return SQLite::Database(database.string(), SQLite::OPEN_READONLY)
            .execAndGet(sql)
            .getString();
    }
    [[nodiscard]] std::string ask(const std::string& sql) const { return ask(file, sql); }
    [[nodiscard]] fs::path copy_of_before(int version = newest) const {
        return file.string() + ".before-schema-" + std::to_string(version);
    }
};

std::map<std::string, WorkItem> waiting(const DurableQueue& queue) {
    std::map<std::string, WorkItem> items;
    for (WorkItem& item : queue.due(SystemTime::max(), 100).value()) {
        items[item.key] = item;
    }
    return items;
}

void check_emoji(search::Catalogue& catalogue) {
    const auto records = catalogue.list("T1").value();
    REQUIRE(records.size() == 4);
    const EmojiRecord beer = catalogue.find("T1", "beer").value();
    CHECK(beer.id == 3);
    CHECK(beer.state == EmojiState::ready);
    CHECK(beer.updated == "u1");
    CHECK(beer.pixel_hash == "p-beer");
    CHECK(beer.frame_count == 2);
    CHECK(beer.aliases == std::vector<std::string>{"half", "pint"});
    CHECK(catalogue.find("T1", "half").value().id == 3);
    CHECK(catalogue.find("T1", "wine").value().state == EmojiState::pending);
    CHECK(catalogue.find("T1", "torn").value().last_error == "cut off");
    CHECK(catalogue.find("T2", "beer").value().id == 8);
    CHECK(catalogue.facts(3).value().vectors.values == std::vector{1.0F, 0.0F, 0.0F, 1.0F});
    CHECK(catalogue.facts(8).value().vectors.count() == 2);
    CHECK(catalogue.model().value() == search::ModelId{"small", "1", 2});
    // An id that was given once is not given again.
    CHECK(catalogue.put("T2", {"new", "v", ""}).value().id == 10);
}

void check_queues(Store& store, int version) {
    const auto inbox = waiting(store.inbox());
    REQUIRE(inbox.size() == 2);
    CHECK(inbox.at("Ev1").payload == R"({"event":1})");
    CHECK(inbox.at("Ev1").lane == "emoji events");
    CHECK(inbox.at("env2").attempts == 2);
    CHECK(inbox.at("env2").lane.empty());
    CHECK(store.inbox().counts().value().done == 1);
    CHECK(store.inbox().counts().value().dead == 1);
    CHECK_FALSE(store.inbox().push("Ev3", "events_api", "again").value());  // its tombstone
    const auto outbox = waiting(store.outbox());
    REQUIRE(outbox.size() == 1);
    CHECK(outbox.at("out5").payload == R"({"text":"hello"})");
    CHECK_FALSE(outbox.at("out5").lane.empty());
    store.outbox().done(outbox.at("out5").id).value();
    if (version >= 3) {
        CHECK(waiting(store.alerts()).contains("3-4"));
        CHECK(waiting(store.unannounced()).contains("T1 ice"));
    }
}

void check_verdicts(Store& store, int version) {
    auto beer = store.catalogue().find(3).value();
    auto other = store.catalogue().find(4).value();
    CHECK(store.verdicts().not_duplicates(beer, other).value());
    CHECK(store.verdicts().muted(4).value());
    CHECK_FALSE(store.verdicts().muted(3).value());
    CHECK(store.verdicts().pairs().value() == (version >= 5 ? 2 : 1));
    CHECK(beer.fingerprinted);
    CHECK(store.catalogue().sketch(3).value() == std::vector<std::uint8_t>{1, 2, 3});
    CHECK(store.catalogue().facts(4).value().fingerprint.descriptors == std::vector{0.0F, 1.0F});
    store.verdicts().say_not_duplicates(3, 8, "U1").value();
    store.verdicts().mute(3, "U1").value();
}

/// The move goes on where it was; one can be begun where none was.
void check_move(Store& store, int version) {
    auto& move = store.model_move();
    const search::ModelId large{"large", "2", 3};
    if (version >= 6) {
        const auto progress = move.progress().value();
        REQUIRE(progress.has_value());
        CHECK(progress->to == large);
        CHECK(progress->settled == 1);
    } else {
        CHECK(move.progress().value() == std::nullopt);
        move.begin(large).value();
        const search::MovedFile biiru{"f-biiru", {3, {0.0F, 1.0F, 0.0F}}, false, ""};
        move.put(large, {&biiru, 1}).value();
    }
    const search::MovedFile beer{"f-beer", {3, {1.0F, 0.0F, 0.0F}}, false, ""};
    move.put(large, {&beer, 1}).value();
    move.finish(large).value();
    CHECK(store.catalogue().model().value() == large);
    CHECK(store.catalogue().facts(4).value().vectors.values == std::vector{0.0F, 1.0F, 0.0F});
    CHECK(store.catalogue().facts(3).value().vectors.values == std::vector{1.0F, 0.0F, 0.0F});
}

void check_choices(Store& store, int version) {
    CHECK(store.settings().load("T1", "U1").value() ==
          (version >= 7 ? UserSettings{3, "ja"} : UserSettings{}));
    store.settings().save("T1", "U3", {5, "en"}).value();
    CHECK(store.settings().load("T1", "U3").value() == UserSettings{5, "en"});
    MapThumbnail thumbnail = store.thumbnails().load("T1").value();
    CHECK(thumbnail.file_id == (version >= 8 ? "F1" : ""));
    CHECK(thumbnail.old_file_id == (version >= 8 ? "F0" : ""));
    thumbnail.file_id = "F2";
    store.thumbnails().save("T1", thumbnail).value();
    CHECK(store.thumbnails().load("T1").value() == thumbnail);
}

std::string shape(const fs::path& file) {
    return OldFile::ask(file,
                        "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_master"
                        " WHERE sql IS NOT NULL ORDER BY name)");
}

}  // namespace

TEST_CASE("there is a file of every schema that a release had", "[store][upgrade]") {
    const fakes::TempFolder folder;
    const ManualClock clock;
    Store::open(folder.path(), {.write = true}, clock).value();
    // A new migration: run tests/store/make_version_files.py, and raise `newest`.
    REQUIRE(OldFile::ask(folder.path() / "catalogue.db", "PRAGMA user_version") ==
            std::to_string(newest));
    for (int version = 1; version <= newest; ++version) {
        INFO(version_file(version));
        CHECK(OldFile(version).ask("PRAGMA user_version") == std::to_string(version));
    }
}

TEST_CASE("what a file of any earlier schema keeps is there after the upgrade",
          "[store][upgrade]") {
    const int version = GENERATE(range(1, newest + 1));
    CAPTURE(version);
    const OldFile old(version);
    {
        const auto store = old.open().value();
        CHECK(old.ask("PRAGMA user_version") == std::to_string(newest));
        check_emoji(store->catalogue());
        CHECK(store->get_meta("first sync of T1").value() == "done");
        if (version >= 2) {
            check_queues(*store, version);
        }
        if (version >= 3) {
            check_verdicts(*store, version);
        }
        if (version >= 4) {
            const auto texts = store->catalogue().texts(4).value();
            REQUIRE(texts.size() == 2);
            CHECK(texts[0].text == "ビール");
        }
        check_choices(*store, version);
        check_move(*store, version);
    }
    CHECK(old.ask("PRAGMA integrity_check") == "ok");
    CHECK(old.ask("SELECT count(*) FROM pragma_foreign_key_check") == "0");
    CHECK(old.open(false).has_value());
    const auto copy = back_up(old.folder.path(), old.folder.path() / "copy.db", false);
    CHECK(copy.has_value());  // it has the shape of a catalogue, after a move, too
}

TEST_CASE("a file of any earlier schema gets that of a fresh one", "[store][upgrade]") {
    const int version = GENERATE(range(1, newest));
    CAPTURE(version);
    const OldFile old(version);
    old.open().value();
    const fakes::TempFolder folder;
    Store::open(folder.path(), {.write = true}, old.clock).value();
    CHECK(shape(old.file) == shape(folder.path() / "catalogue.db"));
}

TEST_CASE("before an upgrade the file is copied as it is", "[store][upgrade]") {
    const OldFile old(4);
    std::ofstream(old.copy_of_before(3)) << "of an earlier upgrade";
    old.open().value();
    CHECK(OldFile::ask(old.copy_of_before(), "PRAGMA user_version") == "4");
    CHECK(OldFile::ask(old.copy_of_before(), "SELECT count(*) FROM emoji") == "5");
    CHECK(OldFile::ask(old.copy_of_before(), "PRAGMA journal_mode") == "delete");
    CHECK_FALSE(fs::exists(old.copy_of_before(3)));  // they do not add up
    CHECK_FALSE(fs::exists(old.copy_of_before().string() + ".part"));

    fs::remove(old.copy_of_before());
    old.open().value();
    CHECK_FALSE(fs::exists(old.copy_of_before()));  // there was nothing to bring up to date
}

TEST_CASE("an upgrade that fails half way leaves the file as it was", "[store][upgrade]") {
    const OldFile old(2);
    // The seventh migration finds its table there already; those before it succeed.
    old.execute("CREATE TABLE user_settings (a)");
    const std::string before = shape(old.file);
    const auto refused = old.open();
    REQUIRE(refused.has_error());
    CHECK_THAT(refused.error().message, Catch::StartsWith(old.file.string()));
    CHECK_THAT(refused.error().message, Catch::Contains("is as it was"));
    CHECK(refused.error().message.find('\n') == std::string::npos);
    CHECK(old.ask("PRAGMA user_version") == "2");
    CHECK(shape(old.file) == before);
    CHECK(old.ask("SELECT count(*) FROM work WHERE state = 0") == "3");

    old.execute("DROP TABLE user_settings");
    CHECK(old.open().has_value());
}

TEST_CASE("without a copy of before a file is not brought up to date", "[store][upgrade]") {
    const OldFile old(5);
    const std::string before = shape(old.file);
    SECTION("for want of room") {
        const NoRoom full(48 * 1024);
        const auto refused = old.open();
        REQUIRE(refused.has_error());
        CHECK(refused.error().code == ErrorCode::io);
        CHECK_THAT(refused.error().message, Catch::Contains("so that it is as it was"));
    }
    SECTION("for something in its way") {
        fs::create_directory(old.copy_of_before());
        CHECK_THAT(old.open().error().message, Catch::Contains(old.copy_of_before().string()));
        fs::remove(old.copy_of_before());
    }
    CHECK_FALSE(fs::exists(old.copy_of_before()));
    CHECK_FALSE(fs::exists(old.copy_of_before().string() + ".part"));
    CHECK(old.ask("PRAGMA user_version") == "5");
    CHECK(shape(old.file) == before);
    CHECK(old.open().has_value());
}

}  // namespace emojiscope::store
