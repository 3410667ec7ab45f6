// Copies of a catalogue, made while it is in use.
#include "backup_fixture.hpp"
#include "no_room.hpp"

#include <sys/stat.h>

namespace emojiscope::store {

using namespace backup_fixture;

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
        for (const char* own : {"catalogue.db-wal", "catalogue.db.part", "writer.lock"}) {
            INFO(own);
            check_refused(back_up(fixture.folder, fixture.folder / own, true).error(),
                          ErrorCode::invalid_argument, "the catalogue itself");
        }
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
    const fs::path part = fixture.target.string() + ".part";
    SECTION("of which the first page was written") {
        std::ofstream(part) << "SQLite format 3" << '\0' << std::string(1'000'000, 'x');
    }
    SECTION("of which later pages were written first") {
        std::ofstream(part) << std::string(4096, '\0') << std::string(1'000'000, 'x');
    }
    SECTION("of which nothing was written") {
        std::ofstream(part).flush();
    }
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

TEST_CASE("what is no unfinished copy is not overwritten by one", "[backup]") {
    Fixture fixture;
    fixture.make();
    const auto [words, tag] = GENERATE(table<std::string, int>(
        {{"precious", 0}, {"a longer text that is precious", 1}, {std::string(3, '\0') + "x", 2}}));
    CAPTURE(tag);
    SECTION("by a backup") {
        const fs::path other = fixture.target.string() + ".part";
        std::ofstream(other) << words;
        check_refused(back_up(fixture.folder, fixture.target, true).error(), ErrorCode::conflict,
                      "no unfinished copy");
        CHECK(content_of(other) == words);
        CHECK_FALSE(fs::exists(fixture.target));
    }
    SECTION("by a restore") {
        back_up(fixture.folder, fixture.target, false).value();
        const fs::path other = fixture.catalogue.string() + ".part";
        std::ofstream(other) << words;
        check_refused(fixture.put_back().error(), ErrorCode::conflict, "no unfinished copy");
        CHECK(content_of(other) == words);
    }
}

}  // namespace emojiscope::store
