// Rows that we did not write: what is read of them is within bounds, and errors stay on one line.
#include "emojiscope/store/store.hpp"

#include "fakes/temp_folder.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

namespace emojiscope::store {
namespace {

struct Fixture {
    fakes::TempFolder folder;
    ManualClock clock;
    std::unique_ptr<Store> store = Store::open(folder.path(), {.write = true}, clock).value();

    void execute(const std::string& sql) const {
        SQLite::Database database((folder.path() / "catalogue.db").string(),
                                  SQLite::OPEN_READWRITE);
        database.exec("PRAGMA ignore_check_constraints = ON");
        database.exec(sql);
    }
};

}  // namespace

TEST_CASE("more results than anybody can choose are as if nobody had chosen", "[store]") {
    const Fixture fixture;
    fixture.execute(
        "INSERT INTO user_settings (team_id, user_id, results, language, chosen_at) VALUES"
        " ('T1', 'most', 20, 'en', 0), ('T1', 'more', 21, 'en', 0), ('T1', 'less', -3, 'en', 0),"
        " ('T1', 'far', 9223372036854775807, 'en', 0), ('T1', 'word', 'many', 'en', 0)");
    const auto results = [&](std::string_view user) {
        return fixture.store->settings().load("T1", user).value().results;
    };
    CHECK(results("most") == most_results_chosen);
    for (const char* user : {"more", "less", "far", "word"}) {
        CAPTURE(user);
        CHECK(results(user) == 0);
    }
}

TEST_CASE("a thumbnail of negative numbers is one of none", "[store]") {
    const Fixture fixture;
    fixture.execute(
        "INSERT INTO map_thumbnail (team_id, file_id, old_file_id, emoji, newest, look, drawn_at,"
        " tried_at, failures) VALUES ('T1', 'F1', '', -7, 0, '', 0, 0, -1),"
        " ('T2', 'F1', '', 7, 0, '', 0, 0, 2147483647)");
    const auto negative = fixture.store->thumbnails().load("T1").value();
    CHECK(negative.emoji == 0);
    CHECK(negative.failures == 0);
    const auto large = fixture.store->thumbnails().load("T2").value();
    CHECK(large.emoji == 7);
    CHECK(large.failures == 1000);
}

TEST_CASE("a name with line breaks is told in one line", "[store]") {
    const Fixture fixture;
    auto& catalogue = fixture.store->catalogue();
    for (const Error& error : {catalogue.find("T1", "be\ner").error(),
                               catalogue.rename("T1", "be\ner", "ale").error()}) {
        CHECK(error.code == ErrorCode::not_found);
        CHECK_THAT(error.message, Catch::Contains(":be er:"));
    }
}

TEST_CASE("a model whose name is no line is told in one short line", "[store]") {
    const Fixture fixture;
    auto& catalogue = fixture.store->catalogue();
    catalogue.claim_model({"two\nlines" + std::string(10'000, 'x'), "1\n2", 2}).value();
    const auto record = catalogue.put("T1", {"beer", "v", ""}).value();
    const search::PictureFacts facts{"f", "p", 8, 8, 1, {3, {1, 0, 0}}, {{1, 2, 3}, {1, 0, 0}}};
    const auto refused = catalogue.complete(record.id, "v", facts);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == ErrorCode::conflict);
    CHECK_THAT(refused.error().message, Catch::Contains("two linesxxx"));
    CHECK_THAT(refused.error().message, !Catch::Contains("\n"));
    CHECK(refused.error().message.size() < 1'000);
}

}  // namespace emojiscope::store
