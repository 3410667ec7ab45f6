// Contract of search::ModelMove.
#include "catalogue_contract.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <utility>

namespace emojiscope::contract {
namespace {

using search::MovedFile;
using Rows = std::vector<std::pair<EmojiId, std::vector<float>>>;

constexpr std::size_t many = 100;
/// Of another dimension than the catalogue's own.
const search::ModelId next{"next", "2", 2};

std::vector<float> east() {
    return {1.0F, 0.0F};
}
std::vector<float> north() {
    return {0.0F, 1.0F};
}

MovedFile moved(const std::string& hash, std::vector<float> vectors = east()) {
    return {hash, {2, std::move(vectors)}, false, ""};
}
MovedFile given_up(const std::string& hash, const std::string& why) {
    return {hash, {}, false, why};
}

void put(search::ModelMove& move, const MovedFile& file) {
    move.put(next, {&file, 1}).value();
}

Names waiting(const search::ModelMove& move, const std::string& after = "",
              std::size_t most = many) {
    Names found;
    for (const search::WaitingFile& file : move.waiting(after, most).value()) {
        std::string line = file.file_hash + ":";
        for (const EmojiRecord& record : file.emoji) {
            line += " " + record.name;
        }
        found.push_back(line);
    }
    return found;
}

template <class Source>
Rows rows_of(const Source& source, const std::string& team = "") {
    Rows rows;
    source
        .for_each_vector(team,
                         [&](EmojiId id, std::span<const float> vector) {
                             rows.emplace_back(id, std::vector(vector.begin(), vector.end()));
                         })
        .value();
    return rows;
}

/// Emoji a (file f1) and b (file f2) of workspace T1 and c (file f2 as well) of T2; a move begun.
template <class Harness>
struct Moving {
    Harness harness;
    search::Catalogue& catalogue = harness.catalogue();
    search::ModelMove& move = harness.move();
    EmojiRecord a, b, c;

    Moving() {
        catalogue.claim_model(model).value();
        a = put_ready(catalogue, "T1", "a", facts_of("f1", "p1", axis(0)));
        b = put_ready(catalogue, "T1", "b", facts_of("f2", "p2", axis(1)));
        c = put_ready(catalogue, "T2", "c", facts_of("f2", "p2", axis(1)));
        move.begin(next).value();
    }
    /// The emoji shows another file from now on.
    void change(const EmojiRecord& record, const std::string& file) {
        catalogue.put(record.team_id, {record.name, "https://e/changed", ""}).value();
        catalogue.complete(record.id, "https://e/changed", facts_of(file, "p", axis(2))).value();
    }
    void check_untouched() {
        CHECK(catalogue.model().value() == model);
        CHECK(rows_of(catalogue).size() == 3);
    }
};

}  // namespace

TEMPLATE_TEST_CASE("old vectors are what is seen until all are exchanged at once", "[move]",
                   MemoryHarness, SqliteHarness) {
    Moving<TestType> m;
    CHECK(waiting(m.move) == Names{"f1: a", "f2: b c"});
    CHECK(waiting(m.move, "", 1) == Names{"f1: a"});
    CHECK(waiting(m.move, "f1") == Names{"f2: b c"});
    CHECK(m.move.progress().value()->to == next);
    CHECK(m.move.progress().value()->emoji == 3);
    CHECK(m.move.progress().value()->settled == 0);

    put(m.move, moved("f2", {0.0F, 1.0F, 1.0F, 0.0F}));
    CHECK(m.move.progress().value()->settled == 2);
    CHECK(waiting(m.move) == Names{"f1: a"});
    const auto early = m.move.finish(next);
    REQUIRE(early.has_error());
    CHECK(early.error().code == ErrorCode::conflict);
    CHECK_THAT(early.error().message, Catch::StartsWith("1 ") || Catch::StartsWith("not every"));
    m.check_untouched();
    CHECK(rows_of(m.catalogue) == Rows{{m.a.id, axis(0)}, {m.b.id, axis(1)}, {m.c.id, axis(1)}});

    put(m.move, moved("f1"));
    CHECK(m.move.progress().value()->whole());
    const Rows expected{
        {m.a.id, east()}, {m.b.id, north()}, {m.b.id, east()}, {m.c.id, north()}, {m.c.id, east()}};
    CHECK(rows_of(m.move) == expected);
    CHECK(rows_of(m.move, "T2") == Rows{{m.c.id, north()}, {m.c.id, east()}});
    m.check_untouched();

    m.move.finish(next).value();
    CHECK(m.catalogue.model().value() == next);
    CHECK(rows_of(m.catalogue) == expected);
    CHECK(m.move.progress().value() == std::nullopt);
    CHECK(waiting(m.move).empty());
    CHECK(rows_of(m.move).empty());
    // All the rest is as it was.
    const auto facts = m.catalogue.facts(m.b.id).value();
    CHECK(facts.vectors.dimension == 2);
    CHECK(facts.pixel_hash == "p2");
    CHECK(facts.fingerprint.sketch == std::vector<std::uint8_t>{1, 2, 3});
    CHECK(m.catalogue.find(m.a.id).value().state == EmojiState::ready);
    // And new pictures are the new model's.
    CHECK(m.catalogue.claim_model(model).error().code == ErrorCode::conflict);
    m.catalogue.claim_model(next).value();
}

TEMPLATE_TEST_CASE("a move goes on where it was, and another one starts anew", "[move]",
                   MemoryHarness, SqliteHarness) {
    Moving<TestType> m;
    put(m.move, moved("f1"));
    m.move.begin(next).value();
    CHECK(waiting(m.move) == Names{"f2: b c"});
    m.move.begin({"next", "3", 2}).value();
    CHECK(m.move.progress().value()->to.version == "3");
    CHECK(waiting(m.move) == Names{"f1: a", "f2: b c"});
    CHECK(rows_of(m.move).empty());
    const MovedFile late = moved("f1");
    CHECK(m.move.put(next, {&late, 1}).error().code == ErrorCode::conflict);
    CHECK(m.move.finish(next).error().code == ErrorCode::conflict);

    m.move.abandon().value();
    m.move.abandon().value();
    CHECK(m.move.progress().value() == std::nullopt);
    CHECK(waiting(m.move).empty());
    CHECK(m.move.finish({"next", "3", 2}).error().code == ErrorCode::conflict);
    m.check_untouched();
}

TEMPLATE_TEST_CASE("there must be something to move, to another model", "[move]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    auto& catalogue = harness.catalogue();
    auto& move = harness.move();
    CHECK(move.begin(next).error().code == ErrorCode::conflict);
    catalogue.claim_model(model).value();
    CHECK(move.begin(next).error().code == ErrorCode::conflict);
    put_ready(catalogue, "T1", "a", facts_of("f1", "p1"));
    CHECK(move.begin(model).error().code == ErrorCode::conflict);
    CHECK(move.begin({"", "1", 2}).error().code == ErrorCode::invalid_argument);
    CHECK(move.begin({"next", "1", 0}).error().code == ErrorCode::invalid_argument);
    CHECK(move.progress().value() == std::nullopt);
    move.begin(next).value();
    // With the last emoji goes what was to be moved.
    catalogue.remove("T1", "a").value();
    catalogue.claim_model(next).value();
    CHECK(move.progress().value() == std::nullopt);
}

TEMPLATE_TEST_CASE("what happens to emoji meanwhile is right at the end", "[move]", MemoryHarness,
                   SqliteHarness) {
    Moving<TestType> m;
    put(m.move, moved("f1"));
    put(m.move, moved("f2", north()));

    SECTION("uploaded") {
        const auto d = put_ready(m.catalogue, "T1", "d", facts_of("f3", "p3", axis(2)));
        CHECK(waiting(m.move) == Names{"f3: d"});
        CHECK(m.move.finish(next).error().code == ErrorCode::conflict);
        put(m.move, moved("f3"));
        m.move.finish(next).value();
        CHECK(rows_of(m.catalogue).back() == Rows::value_type{d.id, east()});
    }
    SECTION("uploaded, of a known file") {
        const auto d = put_ready(m.catalogue, "T2", "d", facts_of("f2", "p2", axis(1)));
        m.move.finish(next).value();
        CHECK(rows_of(m.catalogue).back() == Rows::value_type{d.id, north()});
    }
    SECTION("changed") {
        m.change(m.b, "f3");
        CHECK(waiting(m.move) == Names{"f3: b"});
        put(m.move, moved("f3"));
        m.move.finish(next).value();
        CHECK(rows_of(m.catalogue) == Rows{{m.a.id, east()}, {m.b.id, east()}, {m.c.id, north()}});
    }
    SECTION("renamed and removed") {
        m.catalogue.rename("T1", "a", "z").value();
        m.catalogue.remove("T1", "b").value();
        m.move.finish(next).value();
        CHECK(rows_of(m.catalogue) == Rows{{m.a.id, east()}, {m.c.id, north()}});
        CHECK(m.catalogue.find("T1", "z").value().id == m.a.id);
    }
    SECTION("moved to another URL, and not yet read there") {
        m.catalogue.put("T1", {"a", "https://e/elsewhere", ""}).value();
        m.move.finish(next).value();
        CHECK(rows_of(m.catalogue) == Rows{{m.b.id, north()}, {m.c.id, north()}});
        // The same file may come: what is kept of it is of the new model.
        const auto facts = m.catalogue.facts(m.a.id).value();
        CHECK(facts.vectors.values == east());
        m.catalogue.complete(m.a.id, "https://e/elsewhere", facts).value();
        CHECK(rows_of(m.catalogue).front() == Rows::value_type{m.a.id, east()});
    }
    SECTION("pending since before, with a file that nobody shows any more") {
        m.change(m.a, "f9");
        m.catalogue.put("T1", {"a", "https://e/elsewhere", ""}).value();
        m.move.finish(next).value();
        // No vectors of the old model are left to be taken for the new one's.
        CHECK(m.catalogue.facts(m.a.id).error().code == ErrorCode::not_found);
    }
}

TEMPLATE_TEST_CASE("flaws are told, and tried again by the next run", "[move]", MemoryHarness,
                   SqliteHarness) {
    Moving<TestType> m;
    MovedFile small = moved("f2", north());
    small.from_sketch = true;
    small.why = "the file\nis gone";
    put(m.move, small);
    put(m.move, given_up("f1", "no file, no copy"));
    const auto flaws = m.move.flaws().value();
    REQUIRE(flaws.size() == 3);
    CHECK(flaws[0].emoji.name == "a");
    CHECK(flaws[0].given_up);
    CHECK(flaws[0].why == "no file, no copy");
    CHECK(flaws[2].emoji.name == "c");
    CHECK_FALSE(flaws[2].given_up);
    CHECK(flaws[2].why == "the file is gone");
    CHECK(m.move.progress().value()->whole());
    CHECK(m.move.progress().value()->given_up == 1);

    SECTION("begun again") {
        m.move.begin(next).value();
        CHECK(waiting(m.move) == Names{"f1: a", "f2: b c"});
        CHECK(m.move.flaws().value().empty());
    }
    SECTION("learnt again: the file is there after all") {
        m.catalogue.complete(m.c.id, m.c.value, facts_of("f2", "p2", axis(1))).value();
        CHECK(waiting(m.move) == Names{"f2: b c"});
    }
    SECTION("finished") {
        m.move.finish(next).value();
        CHECK(rows_of(m.catalogue) == Rows{{m.b.id, north()}, {m.c.id, north()}});
        const EmojiRecord failed = m.catalogue.find(m.a.id).value();
        CHECK(failed.state == EmojiState::failed);
        CHECK(failed.last_error == "no file, no copy");
        CHECK(failed.file_hash.empty());
        CHECK(m.catalogue.facts(m.a.id).error().code == ErrorCode::not_found);
        CHECK(m.catalogue.sketch(m.a.id).error().code == ErrorCode::not_found);
        CHECK(m.move.flaws().value().empty());
    }
}

TEMPLATE_TEST_CASE("vectors that are not the new model's are refused", "[move]", MemoryHarness,
                   SqliteHarness) {
    Moving<TestType> m;
    const auto code = [&](MovedFile file) {
        // One bad file keeps out those that come with it.
        const std::vector<MovedFile> both{moved("f1"), std::move(file)};
        return m.move.put(next, both).error().code;
    };
    CHECK(code({"f2", {3, axis(0)}, false, ""}) == ErrorCode::conflict);
    CHECK(code(moved("f2", {1.0F, 1.0F})) == ErrorCode::invalid_argument);
    CHECK(code(moved("f2", {1.0F, 0.0F, 1.0F})) == ErrorCode::invalid_argument);
    CHECK(code(moved("f2", {std::numeric_limits<float>::quiet_NaN(), 0.0F})) ==
          ErrorCode::invalid_argument);
    CHECK(code(moved("")) == ErrorCode::invalid_argument);
    CHECK(waiting(m.move).size() == 2);
    put(m.move, moved("f2", east()));
    put(m.move, moved("f2", north()));
    CHECK(rows_of(m.move) == Rows{{m.b.id, north()}, {m.c.id, north()}});
}

TEMPLATE_TEST_CASE("a picture without a file hash is refused", "[catalogue]", MemoryHarness,
                   SqliteHarness) {
    TestType harness;
    harness.catalogue().claim_model(model).value();
    const EmojiRecord record = harness.catalogue().put("T1", {"one", "v", ""}).value();
    CHECK(harness.catalogue().complete(record.id, "v", facts_of("", "p")).error().code ==
          ErrorCode::invalid_argument);
}

}  // namespace emojiscope::contract
