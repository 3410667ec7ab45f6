// Opening a store: fresh, again, and what is refused.
#include "emojiscope/store/store.hpp"

#include "fakes/temp_folder.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

namespace emojiscope::store {
namespace {

struct Fixture {
    fakes::TempFolder folder;
    ManualClock clock;
    std::filesystem::path file = folder.path() / "catalogue.db";

    Result<std::unique_ptr<Store>> open(bool write) {
        return Store::open(folder.path(), {.write = write}, clock);
    }
    /// Opened for writing, and closed again.
    void make() { open(true).value(); }

    void execute(const std::string& sql) const {
        SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        database.exec(sql);
    }
    [[nodiscard]] std::string ask(const std::string& sql) const {
        SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
        return database.execAndGet(sql).getString();
    }
    void overwrite(std::streamoff at, const std::string& bytes) const {
        std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(at);
        stream << bytes;
    }
    [[nodiscard]] std::string content() const {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
};

void check_one_line_about(const Error& error, const std::filesystem::path& file) {
    INFO(error.message);
    CHECK(error.message.find(file.string()) != std::string::npos);
    CHECK(error.message.find('\n') == std::string::npos);
}

}  // namespace

TEST_CASE("a folder that is made is its owner's alone; one that is there stays as it is",
          "[store]") {
    using std::filesystem::perms;
    Fixture fixture;
    const auto mode = [](const std::filesystem::path& path) {
        return std::filesystem::status(path).permissions();
    };
    const auto made = fixture.folder.path() / "made";
    REQUIRE(Store::open(made, {.write = true}, fixture.clock).has_value());
    CHECK(mode(made) == perms::owner_all);
    const auto shared = fixture.folder.path() / "shared";
    std::filesystem::create_directory(shared);
    const auto wanted = perms::owner_all | perms::group_read | perms::group_exec;
    std::filesystem::permissions(shared, wanted);
    REQUIRE(Store::open(shared, {.write = true}, fixture.clock).has_value());
    CHECK(mode(shared) == wanted);
}

TEST_CASE("a fresh store is made with its folder", "[store]") {
    Fixture fixture;
    const auto folder = fixture.folder.path() / "new" / "data";
    const auto store = Store::open(folder, {.write = true}, fixture.clock);
    REQUIRE(store.has_value());
    CHECK(std::filesystem::exists(folder / "catalogue.db"));
    CHECK((*store)->catalogue().list("").value().empty());
    CHECK((*store)->inbox().counts().value().waiting == 0);
}

TEST_CASE("a store remembers after it is reopened", "[store]") {
    Fixture fixture;
    EmojiId id = 0;
    {
        const auto store = fixture.open(true).value();
        id = store->catalogue().put("T1", {"beer", "v", "u"}).value().id;
        store->catalogue().put_alias("T1", "pint", "beer").value();
        store->set_meta("synced", "then").value();
        store->set_meta("synced", "now").value();
    }
    const bool write = GENERATE(true, false);
    const auto store = fixture.open(write).value();
    const EmojiRecord record = store->catalogue().find("T1", "pint").value();
    CHECK(record.id == id);
    CHECK(record.updated == "u");
    CHECK(record.added_at == fixture.clock.now());
    CHECK(store->get_meta("synced").value() == "now");
    CHECK(store->get_meta("never").value() == std::nullopt);
    CHECK(store->get_meta("model.name").value() == std::nullopt);
}

TEST_CASE("the file is marked as ours and keeps a write-ahead log", "[store]") {
    Fixture fixture;
    fixture.make();
    CHECK(fixture.ask("PRAGMA application_id") == "1162695491");  // "EMSC"
    CHECK(fixture.ask("PRAGMA user_version") == "9");
    CHECK(fixture.ask("PRAGMA journal_mode") == "wal");
}

TEST_CASE("reading needs a catalogue", "[store]") {
    Fixture fixture;
    SECTION("none") {}
    SECTION("an empty file") {
        std::ofstream(fixture.file).flush();
    }
    const auto store = fixture.open(false);
    REQUIRE(store.has_error());
    CHECK(store.error().code == ErrorCode::not_found);
    CHECK(store.error().message ==
          "no catalogue in " + fixture.folder.path().string() + ": run import or sync first");
    CHECK_FALSE(std::filesystem::exists(fixture.folder.path() / "writer.lock"));
}

TEST_CASE("a store opened for reading refuses changes", "[store]") {
    Fixture fixture;
    fixture.make();
    const auto store = fixture.open(false).value();
    CHECK(store->catalogue().put("T1", {"beer", "v", ""}).error().code == ErrorCode::io);
    CHECK(store->inbox().push("key", "kind", "payload").error().code == ErrorCode::io);
    CHECK(store->set_meta("a", "b").error().code == ErrorCode::io);
    CHECK(store->catalogue().list("").value().empty());
}

TEST_CASE("readers see what the writer commits", "[store]") {
    Fixture fixture;
    const auto writer = fixture.open(true).value();
    const auto reader = fixture.open(false).value();
    writer->catalogue().put("T1", {"beer", "v", ""}).value();
    CHECK(reader->catalogue().list("T1").value().size() == 1);
}

TEST_CASE("an older catalogue is brought up to date by a writer only", "[store]") {
    Fixture fixture;
    {
        const auto store = fixture.open(true).value();
        store->catalogue().put("T1", {"beer", "v", ""}).value();
    }
    fixture.execute(
        "DROP TABLE map_thumbnail; DROP TABLE user_settings; DROP TABLE next_vector; DROP TABLE "
        "moved_picture; DROP TABLE picture_text; DROP TABLE picture_read; DROP TABLE fingerprint; "
        "DROP TABLE not_duplicate; DROP TABLE muted_emoji;"
        " DROP TABLE work; PRAGMA user_version = 1");
    const auto refused = fixture.open(false);
    CHECK(refused.error().code == ErrorCode::unsupported);
    check_one_line_about(refused.error(), fixture.file);

    const auto store = fixture.open(true).value();
    CHECK(store->catalogue().list("T1").value().size() == 1);
    CHECK(store->inbox().push("key", "kind", "payload").value());
    CHECK(fixture.ask("PRAGMA user_version") == "9");
}

TEST_CASE("a newer catalogue is refused and left alone", "[store]") {
    Fixture fixture;
    fixture.make();
    fixture.execute("PRAGMA user_version = 99");
    const bool write = GENERATE(true, false);
    const auto store = fixture.open(write);
    REQUIRE(store.has_error());
    CHECK(store.error().code == ErrorCode::unsupported);
    CHECK(store.error().message.find("newer Emojiscope") != std::string::npos);
    check_one_line_about(store.error(), fixture.file);
    CHECK(fixture.ask("PRAGMA user_version") == "99");
}

TEST_CASE("another program's database is refused and left alone", "[store]") {
    Fixture fixture;
    const bool write = GENERATE(true, false);  // ahead of the sections, as Catch2 needs it
    SECTION("with another mark") {
        fixture.execute("PRAGMA application_id = 1; CREATE TABLE t(a)");
    }
    SECTION("without a mark") {
        fixture.execute("CREATE TABLE recipes(a)");
    }
    SECTION("with a version only") {
        fixture.execute("PRAGMA user_version = 1");
    }
    const std::string before = fixture.content();
    const auto store = fixture.open(write);
    REQUIRE(store.has_error());
    CHECK(store.error().code == ErrorCode::corrupt);
    CHECK(store.error().message == fixture.file.string() + " is not an Emojiscope catalogue");
    CHECK(fixture.content() == before);
}

TEST_CASE("a file that is no database is refused and left alone", "[store]") {
    Fixture fixture;
    std::ofstream(fixture.file) << std::string(5000, 'x') << "\nnot a database\n";
    const bool write = GENERATE(true, false);
    const std::string before = fixture.content();
    const auto store = fixture.open(write);
    REQUIRE(store.has_error());
    CHECK(store.error().code == ErrorCode::corrupt);
    check_one_line_about(store.error(), fixture.file);
    CHECK(fixture.content() == before);
}

TEST_CASE("a damaged database is refused", "[store]") {
    Fixture fixture;
    {
        const auto store = fixture.open(true).value();
        std::vector<search::SourceEmoji> many;
        for (int i = 0; i < 500; ++i) {
            many.push_back({"emoji_" + std::to_string(i), "https://e/" + std::to_string(i), ""});
        }
        store->catalogue().put_many("T1", many).value();
    }
    const auto size = std::filesystem::file_size(fixture.file);
    SECTION("overwritten in the middle") {
        // Every page but the first, which holds the header and the schema.
        fixture.overwrite(4096, std::string(size - 4096, '\x5A'));
    }
    SECTION("cut off") {
        std::filesystem::resize_file(fixture.file, size / 2);
    }
    const auto store = fixture.open(true);
    REQUIRE(store.has_error());
    CHECK(store.error().code == ErrorCode::corrupt);
    check_one_line_about(store.error(), fixture.file);

    const auto reader = fixture.open(false);
    const Error error =
        reader.has_error() ? reader.error() : (*reader)->catalogue().list("T1").error();
    CHECK(error.code == ErrorCode::corrupt);
    check_one_line_about(error, fixture.file);
}

TEST_CASE("a stored vector of the wrong size or with a NaN is reported", "[store]") {
    Fixture fixture;
    {
        const auto store = fixture.open(true).value();
        auto& catalogue = store->catalogue();
        catalogue.claim_model({"model", "1", 2}).value();
        const auto record = catalogue.put("T1", {"beer", "v", ""}).value();
        catalogue.complete(record.id, "v", {"f", "p", 1, 1, 1, {2, {1.0F, 0.0F}}, {}}).value();
    }
    SECTION("size") {
        fixture.execute("UPDATE vector SET embedding = x'0000803f'");
    }
    SECTION("NaN") {
        fixture.execute("UPDATE vector SET embedding = x'0000c07f0000803f'");
    }
    SECTION("text") {
        fixture.execute("UPDATE vector SET embedding = 'hello'");
    }
    SECTION("dimension") {
        fixture.execute("UPDATE meta SET value = 'many' WHERE key = 'model.dimension'");
    }
    const auto store = fixture.open(false).value();
    int visited = 0;
    const auto result =
        store->catalogue().for_each_vector("", [&](EmojiId, std::span<const float>) { ++visited; });
    REQUIRE(result.has_error());
    CHECK(result.error().code == ErrorCode::corrupt);
    check_one_line_about(result.error(), fixture.file);
    CHECK(visited == 0);
    const EmojiId id = store->catalogue().find("T1", "beer").value().id;
    CHECK(store->catalogue().facts(id).error().code == ErrorCode::corrupt);
}

TEST_CASE("a damaged fingerprint hides no other: it is told as empty", "[store]") {
    Fixture fixture;
    EmojiId id = 0;
    {
        const auto store = fixture.open(true).value();
        auto& catalogue = store->catalogue();
        catalogue.claim_model({"model", "1", 2}).value();
        id = catalogue.put("T1", {"beer", "v", ""}).value().id;
        catalogue.complete(id, "v", {"f", "p", 1, 1, 1, {2, {1.0F, 0.0F}}, {{1, 2}, {1.0F, 0.0F}}})
            .value();
    }
    SECTION("size") {
        fixture.execute("UPDATE fingerprint SET descriptors = x'000080'");
    }
    SECTION("NaN") {
        fixture.execute("UPDATE fingerprint SET descriptors = x'0000c07f0000803f'");
    }
    const auto store = fixture.open(false).value();
    int visited = 0;
    const auto result = store->catalogue().for_each_fingerprint(
        "", 0, [&](EmojiId told, std::span<const float> descriptors) {
            ++visited;
            CHECK(told == id);
            CHECK(descriptors.empty());
        });
    CHECK(result.has_value());
    CHECK(visited == 1);
    CHECK(store->catalogue().facts(id).error().code == ErrorCode::corrupt);
}

TEST_CASE("a folder that cannot be made is reported", "[store]") {
    Fixture fixture;
    const auto in_the_way = fixture.folder.path() / "file";
    std::ofstream(in_the_way) << "x";
    const auto store = Store::open(in_the_way / "data", {.write = true}, fixture.clock);
    REQUIRE(store.has_error());
    CHECK(store.error().code == ErrorCode::io);
    check_one_line_about(store.error(), in_the_way);
}

}  // namespace emojiscope::store
