// Moving a catalogue to another model, as a user does it: killed, resumed, abandoned.
#include "answers.hpp"

#include "emojiscope/image/decode.hpp"
#include "emojiscope/store/store.hpp"
#include "fakes/model_package.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <optional>
#include <thread>

using namespace emojiscope;
using namespace emojiscope::app;

namespace fs = std::filesystem;

namespace {

/// A site with two small models of different dimensions; the catalogue is of the old one.
struct MovingSite : Site {
    fs::path old_model = file("old_model");
    fs::path next_model = file("next_model");

    MovingSite() {
        fakes::write_model_package(old_model, "old", "1", 16, 3);
        fakes::write_model_package(next_model, "next", "2", 24, 7);
        model = old_model;
    }
    void import_all() {
        const Run done = (*this)({"import", pictures().string()});
        INFO(done.err);
        REQUIRE(done.status == 0);
    }
    /// A command with the other model.
    [[nodiscard]] std::vector<std::string> with_next(const std::vector<std::string>& command) {
        model = next_model;
        auto all = arguments(command);
        model = old_model;
        return all;
    }
    Run next(const std::vector<std::string>& command) { return run(with_next(command)); }
    Run reembed() { return next({"reembed"}); }

    [[nodiscard]] std::unique_ptr<store::Store> open(bool write = false) const {
        static const SystemClock clock;
        return store::Store::open(data(), {.write = write}, clock).value();
    }
    [[nodiscard]] std::optional<search::MoveProgress> progress() const {
        return open()->model_move().progress().value();
    }
    [[nodiscard]] std::string model_of_catalogue() const {
        return open()->catalogue().model().value()->name;
    }
};

using Vectors = std::map<std::string, std::vector<float>>;

Vectors vectors_of(const MovingSite& site) {
    const auto store = site.open();
    Vectors all;
    store->catalogue()
        .for_each_vector("",
                         [&](EmojiId id, std::span<const float> row) {
                             auto& rows = all[store->catalogue().find(id).value().name];
                             rows.insert(rows.end(), row.begin(), row.end());
                         })
        .value();
    return all;
}

/// Numbers up to the rounding of pictures that were embedded in other company.
bool same_vectors(const Vectors& a, const Vectors& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& two) {
        return one.first == two.first &&
               std::equal(one.second.begin(), one.second.end(), two.second.begin(),
                          two.second.end(), [](float x, float y) {
                              return std::abs(static_cast<double>(x) - static_cast<double>(y)) <=
                                     1e-5;
                          });
    });
}

void check_one_line(const Run& done, const std::string& what) {
    INFO(done.err);
    CHECK(done.status == 1);
    CHECK(done.out.empty());
    std::size_t complaints = 0;
    for (const std::string& line : lines_of(done.err)) {
        complaints += line.starts_with("emojiscope: ") ? 1 : 0;
    }
    CHECK(complaints == 1);
    CHECK_THAT(done.err, Catch::Contains(what));
}

}  // namespace

TEST_CASE("a catalogue moves to another model", "[cli]") {
    MovingSite site;
    site.import_all();
    const auto reembed = "emojiscope --model " + site.next_model.string() + " reembed";
    check_one_line(site.next({"search", "white"}), reembed);
    check_one_line(site.next({"import", site.pictures().string()}), reembed);

    const Run moved = site.reembed();
    INFO(moved.err);
    CHECK(moved.status == 0);
    CHECK_THAT(moved.out, Catch::StartsWith("12 emoji moved from old 1 to next 2 in ") &&
                              Catch::Contains(": 11 files embedded, 0 emoji from their small "
                                              "copies, 0 given up"));
    check_one_line(site({"search", "white"}), "was made with model next 2, not with old 1");
    const Run again = site.reembed();
    CHECK(again.status == 0);
    CHECK(again.out == "the catalogue is of model next 2 already\n");

    // All is known: nothing is embedded again.
    const Run known = site.next({"import", site.pictures().string()});
    CHECK(known.status == 0);
    CHECK_THAT(known.out, Catch::Contains("0 embedded), 12 unchanged"));
    const Vectors by_move = vectors_of(site);
    site.model = site.next_model;
    const auto answered = answers(site);
    fs::remove_all(site.data());
    site.import_all();
    CHECK(same_vectors(by_move, vectors_of(site)));
    CHECK(same_but_for_rounding(answered, answers(site)));
}

TEST_CASE("there must be a catalogue and a model", "[cli]") {
    MovingSite site;
    check_one_line(site.reembed(), "no catalogue in " + site.data().string());
    CHECK_FALSE(fs::exists(site.data()));
    site.import_all();
    site.next_model = site.file("nowhere");
    check_one_line(site.reembed(), "no model package");
    CHECK(site({"reembed", "--abandon", "now"}).status == 2);
    CHECK(site({"reembed", "--abandon"}).out == "no move to another model is under way\n");
    site.open(true)->catalogue().remove("local", "white").value();
    const Run writer = [&] {
        const auto other = site.open(true);
        return site({"reembed"});
    }();
    check_one_line(writer, "is writing to the catalogue");
}

TEST_CASE("files that are gone or have changed move by their small copies", "[cli]") {
    MovingSite site;
    site.import_all();
    fs::remove(site.picture("white"));
    write_png(site.picture("blue_dot"), disc({200, 0, 200}, {0, 90, 0}, 15));
    const Run moved = site.reembed();
    CHECK(moved.status == 0);
    CHECK_THAT(moved.out, Catch::Contains("11 files embedded, 2 emoji from their small copies, 0 "
                                          "given up"));
    std::vector<std::string> told;
    for (const std::string& line : lines_of(moved.err)) {
        if (line.starts_with("emojiscope: ")) {
            told.push_back(line);
        }
    }
    REQUIRE(told.size() == 1);
    CHECK_THAT(told.front(), Catch::StartsWith("emojiscope: 2 emoji could not be had") &&
                                 Catch::Contains(":blue_dot: (") && Catch::Contains(":white: ("));
    // They are found by what they looked like.
    write_png(site.file("white.png"), fakes::plain_image(64, 64, {255, 255, 255}));
    const Run found = site.next({"search", "--image", site.file("white.png").string(), "--json"});
    CHECK(json::parse(found.out).at("results").at(0).at("name") == "white");
}

TEST_CASE("what cannot be embedded at all is named, and the rest moves", "[cli]") {
    MovingSite site;
    site.import_all();
    {
        // As a release before small copies left it.
        const auto store = site.open(true);
        const auto record = store->catalogue().find("local", "white").value();
        auto facts = store->catalogue().facts(record.id).value();
        facts.fingerprint = {};
        store->catalogue().complete(record.id, record.value, facts).value();
    }
    fs::remove(site.picture("white"));
    const Run moved = site.reembed();
    CHECK(moved.status == 1);
    CHECK_THAT(moved.err, Catch::Contains("emojiscope: :white: cannot be embedded: "));
    CHECK_THAT(moved.out, Catch::Contains("1 given up"));
    CHECK(site.model_of_catalogue() == "next");
    CHECK_THAT(site({"list"}).out, Catch::Contains(":white:  failed"));
    write_png(site.picture("white"), fakes::plain_image(64, 64, {255, 255, 255}));
    CHECK_THAT(site.next({"import", site.pictures().string()}).out,
               Catch::Contains("1 learnt (1 embedded), 11 unchanged"));
}

TEST_CASE("a move that was begun can be abandoned, or made way for another", "[cli]") {
    MovingSite site;
    site.import_all();
    const auto before = answers(site);
    const Vectors vectors = vectors_of(site);
    {
        const auto store = site.open(true);
        auto& move = store->model_move();
        move.begin({"next", "2", 24}).value();
        search::MovedFile file{move.waiting("", 1).value().front().file_hash, {24, {}}, false, ""};
        file.vectors.values.assign(24, 0.0F);
        file.vectors.values.front() = 1.0F;
        move.put({"next", "2", 24}, {&file, 1}).value();
    }
    check_one_line(site.next({"search", "white"}),
                   "it is being moved (1 of 12 emoji are done): "
                   "`emojiscope --model ");
    CHECK(same_but_for_rounding(answers(site), before));
    const Run already = site({"reembed"});
    CHECK(already.status == 0);
    CHECK_THAT(already.out, Catch::Contains("is of model old 1 already") &&
                                Catch::Contains("reembed --abandon drops it"));
    SECTION("abandoned") {
        const Run dropped = site({"reembed", "--abandon"});
        CHECK(dropped.status == 0);
        CHECK(dropped.out ==
              "the move to next 2 is abandoned (1 of 12 emoji were done); the "
              "catalogue stays with old 1\n");
        CHECK(site.progress() == std::nullopt);
        CHECK(same_but_for_rounding(answers(site), before));
        CHECK(same_vectors(vectors_of(site), vectors));
    }
    SECTION("made way") {
        fakes::write_model_package(site.next_model, "third", "1", 24, 9);
        const Run moved = site.reembed();
        CHECK(moved.status == 0);
        CHECK_THAT(moved.out, Catch::Contains("moved from old 1 to third 1") &&
                                  Catch::Contains("11 files embedded"));
    }
}

TEST_CASE("a move killed at any moment goes on where it was", "[cli][crash]") {
    MovingSite site;
    write_many(site);
    site.import_all();
    const auto old_answers = answers(site);
    const Vectors old_vectors = vectors_of(site);
    std::mt19937 random(5);
    std::size_t reached = 0;
    std::size_t resumed = 0;
    for (int kills = 0; kills < 6; ++kills) {
        // Somewhere in what is left, be it before the first batch or after the last; the first time
        // early, so that there is something to go on with.
        const std::size_t left_over = kills == 0 ? 100 : many + 12 - reached;
        const std::size_t until = reached + random() % (left_over + 1);
        CAPTURE(kills, until);
        Program killed(site.with_next({"reembed"}));
        while (killed.is_running()) {
            const auto progress = site.progress();
            if (progress && progress->settled >= until) {
                break;
            }
            std::this_thread::yield();
        }
        killed.kill();
        if (site.model_of_catalogue() == "next") {
            break;  // it was faster than we
        }
        const auto left = site.progress();
        if (left) {
            CHECK(left->settled >= reached);  // nothing is lost
            reached = left->settled;
            check_one_line(site.next({"search", "white"}),
                           "(" + std::to_string(reached) + " of 412 emoji are done)");
            ++resumed;
        }
        CHECK(same_but_for_rounding(answers(site), old_answers));
        CHECK(same_vectors(vectors_of(site), old_vectors));
    }
    CHECK(resumed > 0);
    const Run last = site.reembed();
    INFO(last.err);
    CHECK(last.status == 0);
    const Vectors by_move = vectors_of(site);
    CHECK(by_move.size() == many + 12);
    site.model = site.next_model;
    const auto answered = answers(site);
    fs::remove_all(site.data());
    site.import_all();
    CHECK(same_vectors(by_move, vectors_of(site)));
    CHECK(same_but_for_rounding(answered, answers(site)));
}

TEST_CASE("all commands follow the catalogue from model to next_model", "[cli]") {
    MovingSite site;
    write_text(site.file("both.yaml"),
               "inference: {threads: 1, allow_reference_blas: true}\nmodel: " +
                   site.old_model.string() + "\nnext_model: " + site.next_model.string() + "\n");
    const auto command = [&](std::vector<std::string> words) {
        std::vector<std::string> all{"--config", site.file("both.yaml").string(), "--data",
                                     site.data().string()};
        all.insert(all.end(), words.begin(), words.end());
        return run(all);
    };
    site.import_all();
    CHECK(command({"search", "white"}).status == 0);
    CHECK(site.model_of_catalogue() == "old");
    // Without --model it moves to the next one.
    CHECK_THAT(command({"reembed"}).out, Catch::Contains("12 emoji moved from old 1 to next 2"));
    CHECK(command({"search", "white"}).status == 0);
    const Run import = command({"import", site.pictures().string()});
    CHECK(import.status == 0);
    CHECK_THAT(import.err, Catch::Contains("`model` of the configuration can be set to"));
    // What was typed goes before the configuration.
    check_one_line(site({"search", "white"}), "not with old 1");
    // An empty catalogue has nothing to move.
    fs::remove_all(site.data());
    CHECK(command({"import", site.pictures().string()}).status == 0);
    CHECK(site.model_of_catalogue() == "next");
}
