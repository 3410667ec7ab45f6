// The program as a user meets it: arguments in; exit status, stdout and stderr out.
#include "program.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace emojiscope;
using namespace emojiscope::app;
using nlohmann::json;

namespace fs = std::filesystem;

namespace {

/// A line on stderr that is the program's own, not the log's.
std::vector<std::string> complaints(const Run& done) {
    std::vector<std::string> found;
    for (const std::string& line : lines_of(done.err)) {
        if (line.starts_with("emojiscope: ")) {
            found.push_back(line);
        }
    }
    return found;
}

void check_one_complaint(const Run& done, int status, const std::string& what) {
    INFO(done.err);
    CHECK(done.status == status);
    REQUIRE(complaints(done).size() == 1);
    CHECK_THAT(complaints(done).front(), Catch::Contains(what));
}

void import_all(const Site& site) {
    const Run done = site({"import", site.pictures().string()});
    INFO(done.err);
    REQUIRE(done.status == 0);
}

json search_image(const Site& site, const fs::path& file) {
    const Run done = site({"search", "--image", file.string(), "--json"});
    INFO(done.err);
    REQUIRE(done.status == 0);
    REQUIRE(lines_of(done.out).size() == 1);
    return json::parse(done.out);
}

}  // namespace

TEST_CASE("a folder is imported once and then known", "[cli]") {
    const Site site;
    const Run first = site({"import", site.pictures().string()});
    INFO(first.err);
    CHECK(first.status == 0);
    CHECK(complaints(first).empty());
    CHECK_THAT(first.out, Catch::StartsWith("12 emoji"));
    // The twin is the same file, which is embedded once.
    CHECK_THAT(first.out, Catch::Contains("12 learnt (11 embedded), 0 unchanged, 0 failed"));
    const Run second = site({"import", site.pictures().string()});
    CHECK(second.status == 0);
    CHECK_THAT(second.out, Catch::Contains("0 learnt (0 embedded), 12 unchanged, 0 failed"));

    const Run list = site({"list"});
    CHECK(list.status == 0);
    CHECK(lines_of(list.out).size() == 12);
    CHECK_THAT(list.out, Catch::Contains(":ビール:  ready  64x64"));
}

TEST_CASE("a moved folder is not embedded again", "[cli]") {
    const Site site;
    import_all(site);
    fs::rename(site.pictures(), site.file("elsewhere"));
    const Run moved = site({"import", site.file("elsewhere").string()});
    CHECK(moved.status == 0);
    CHECK_THAT(moved.out, Catch::Contains("12 learnt (0 embedded), 0 unchanged, 0 failed"));
    CHECK(search_image(site, site.file("elsewhere") / "white.png")["results"][0]["name"] ==
          "white");
}

TEST_CASE("a picture finds itself, a name finds its bearer", "[cli]") {
    const Site site;
    import_all(site);
    for (const std::string name : {"green_dot", "blue_night", "white", "ビール"}) {
        const json answer = search_image(site, site.picture(name));
        CHECK(answer.at("query") == site.picture(name).string());
        CHECK(answer.at("results").size() == 10);
        CHECK(answer.at("results")[0].at("name") == name);
        CHECK(answer.at("results")[0].at("rank") == 1);
        CHECK(answer.at("results")[0].at("signals").at("image") >= 0.999);
        CHECK(answer.at("confident") == true);
    }
    const Run text = site({"search", "Green Dot", "-k", "3", "--json"});
    REQUIRE(text.status == 0);
    const json answer = json::parse(text.out);
    CHECK(answer.at("results").size() == 3);
    CHECK(answer.at("results")[0].at("name") == "green_dot");
    CHECK(answer.at("results")[0].at("signals").at("name") == 0.99);
    const Run plain = site({"search", "ﾋﾞｰﾙ", "-k", "1"});
    CHECK(plain.status == 0);
    CHECK_THAT(plain.out, Catch::Contains(":ビール:"));
    const Run by_name = site({"search", "disc", "--signals", "name", "--json"});
    CHECK(json::parse(by_name.out).at("results").size() == 3);
}

TEST_CASE("a batch answers line by line, in order", "[cli]") {
    const Site site;
    import_all(site);
    SECTION("of words") {
        write_text(site.file("queries"), "\xEF\xBB\xBFgreen dot\r\n\nビール\nred night\n");
        const Run done = site({"search", "--queries", site.file("queries").string(), "--json"});
        CHECK(done.status == 1);  // for the empty line
        CHECK(complaints(done).size() == 1);
        const auto lines = lines_of(done.out);
        REQUIRE(lines.size() == 4);
        CHECK(json::parse(lines[0]).at("query") == "green dot");
        CHECK(json::parse(lines[0]).at("results")[0].at("name") == "green_dot");
        CHECK(json::parse(lines[1]).at("results").empty());
        CHECK(json::parse(lines[2]).at("results")[0].at("name") == "ビール");
        CHECK(json::parse(lines[3]).at("results")[0].at("name") == "red_night");
    }
    SECTION("of pictures") {
        write_text(site.file("images"), site.picture("white").string() + "\n" +
                                            site.file("nowhere.png").string() + "\n" +
                                            site.picture("blue_dot").string() + "\n");
        const Run done = site({"search", "--images", site.file("images").string(), "--json"});
        CHECK(done.status == 1);
        CHECK_THAT(done.err, Catch::Contains("nowhere.png"));
        const auto lines = lines_of(done.out);
        REQUIRE(lines.size() == 3);
        CHECK(json::parse(lines[0]).at("results")[0].at("name") == "white");
        CHECK(json::parse(lines[1]).at("results").empty());
        CHECK(json::parse(lines[2]).at("results")[0].at("name") == "blue_dot");
    }
    SECTION("for people") {
        write_text(site.file("queries"), "xyzzyqq\n\n");
        const Run done = site({"search", "--queries", site.file("queries").string()});
        CHECK(done.status == 1);
        CHECK(done.out == "xyzzyqq\n  nothing fits\n\n  no answer\n");
    }
}

TEST_CASE("duplicates are told, in the catalogue and before they are in it", "[cli]") {
    const Site site;
    import_all(site);
    const Run dupes = site({"dupes", "--json"});
    CHECK(dupes.status == 0);
    CHECK(json::parse(dupes.out) ==
          json::parse(R"({"groups":[{"kind":"identical","names":["red_disc","twin"]}]})"));
    CHECK(site({"dupes"}).out == "identical: :red_disc: :twin:\n");

    const fs::path copy = site.file("copy.png");
    fs::copy_file(site.picture("white"), copy);
    const fs::path fresh = site.file("fresh.png");
    write_png(fresh, disc({1, 2, 3}, {200, 200, 200}, 5));
    const Run check = site({"check", "--json", copy.string(), fresh.string()});
    CHECK(check.status == 0);
    const auto lines = lines_of(check.out);
    REQUIRE(lines.size() == 2);
    CHECK(json::parse(lines[0]) ==
          json{{"file", copy.string()},
               {"alert", true},
               {"matches", json::parse(R"([{"name":"white","kind":"identical","score":1.0}])")}});
    CHECK(json::parse(lines[1]).at("alert") == false);
    CHECK(json::parse(lines[1]).at("matches").empty());
    CHECK_THAT(site({"check", copy.string()}).out, Catch::Contains("identical to :white:"));

    const Run bad = site({"check", "--json", site.file("nowhere.png").string(), copy.string()});
    check_one_complaint(bad, 1, "nowhere.png");
    CHECK(lines_of(bad.out).size() == 1);
}

TEST_CASE("a listed catalogue can be imported into a fresh one", "[cli]") {
    const Site site;
    const fs::path names = site.file("names.yaml");
    write_text(names,
               "- {name: yes, value: pictures/white.png, updated: '2024'}\n"
               "- {name: 100, value: pictures/blue_dot.png}\n"
               "- {name: on, value: 'alias:yes'}\n"
               "- {name: plus, value: 'alias:thumbsup'}\n");
    REQUIRE(site({"import", site.pictures().string(), names.string()}).status == 0);
    const Run list = site({"list", "--yaml"});
    REQUIRE(list.status == 0);

    const Site other;
    write_text(other.file("list.yaml"), list.out);
    const Run again = other({"import", other.file("list.yaml").string()});
    INFO(again.err);
    CHECK(again.status == 0);
    CHECK_THAT(again.out, Catch::StartsWith("14 emoji"));
    CHECK(other({"list", "--yaml"}).out == list.out);
    const Run found = other({"search", "on", "-k", "1", "--json"});
    CHECK(json::parse(found.out).at("results")[0].at("name") == "yes");
}

TEST_CASE("broken files among good ones are named, the rest is kept", "[cli]") {
    const Site site;
    write_text(site.picture("junk"), "no picture");
    fs::resize_file(site.picture("green_disc"), fs::file_size(site.picture("green_disc")) / 2);
    write_text(site.picture("empty"), "");
    const Run done = site({"import", site.pictures().string()});
    CHECK(done.status == 1);
    CHECK_THAT(done.out, Catch::Contains("11 learnt (10 embedded), 0 unchanged, 3 failed"));
    REQUIRE(complaints(done).size() == 3);
    for (const std::string name : {"junk", "green_disc", "empty"}) {
        CHECK_THAT(done.err, Catch::Contains(site.picture(name).string()));
    }
    CHECK_THAT(site({"list"}).out, Catch::Contains(":junk:  failed"));
    CHECK(search_image(site, site.picture("white"))["results"][0]["name"] == "white");

    write_png(site.picture("junk"), disc({9, 99, 199}, {0, 0, 0}, 15));
    fs::remove(site.picture("green_disc"));
    fs::remove(site.picture("empty"));
    const Run mended = site({"import", site.pictures().string()});
    CHECK(mended.status == 0);
    CHECK_THAT(mended.out, Catch::Contains("1 learnt (1 embedded), 11 unchanged, 0 failed"));
}

TEST_CASE("what cannot be downloaded is told by its name, not by its URL", "[cli]") {
    const Site site;
    write_text(site.file("list.yaml"),
               "- {name: inner, value: 'https://10.0.0.1/private?key=hidden'}\n"
               "- {name: plain, value: 'http://192.0.2.1/private?key=hidden'}\n");
    const Run done = site({"import", site.file("list.yaml").string()});
    INFO(done.err);
    CHECK(done.status == 1);
    REQUIRE(complaints(done).size() == 2);
    for (const std::string name : {"'inner': ", "'plain': "}) {
        CHECK_THAT(done.err, Catch::Contains(name));
    }
    CHECK(done.err.find("private") == std::string::npos);
    CHECK(done.err.find("hidden") == std::string::npos);
}

TEST_CASE("wrong usage ends with 2", "[cli]") {
    const Site site;
    const std::vector<std::vector<std::string>> wrong{
        {},
        {"frobnicate"},
        {"import"},
        {"search"},
        {"search", "a", "--image", "b"},
        {"search", "a", "-k", "0"},
        {"search", "a", "-k", "many"},
        {"search", "a", "--signals", "smell"},
        {"search", "a", "--frobnicate"},
        {"check"},
        {"check", "a.png", "--files", "b"},
        {"model"},
    };
    for (const auto& command : wrong) {
        const Run done = site(command);
        CAPTURE(command, done.err);
        CHECK(done.status == 2);
        CHECK(complaints(done).size() == 1);
        CHECK(done.out.empty());
    }
    CHECK(site({"--help"}).status == 0);
    CHECK(site({"--version"}).status == 0);
}

TEST_CASE("what is missing ends with 1 and one line", "[cli]") {
    Site site;
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"search", "a"}, {"list"}, {"dupes"}, {"check", "a.png"}}) {
        const Run done = site(command);
        CAPTURE(command);
        check_one_complaint(done, 1, site.data().string());
        CHECK(done.out.empty());
    }
    CHECK_FALSE(fs::exists(site.data()));
    import_all(site);
    site.model = site.file("none");
    check_one_complaint(site({"search", "a"}), 1, "no model package");
    check_one_complaint(run({"--config", site.file("none.yaml").string(), "list"}), 1, "none.yaml");
    write_text(site.file("bad.yaml"), "colour: red\n");
    check_one_complaint(run({"--config", site.file("bad.yaml").string(), "list"}), 1, "'colour'");
}

TEST_CASE("the model package can be looked at and verified", "[cli]") {
    Site site;
    CHECK_THAT(site({"model", "info"}).out, Catch::Contains("emojiclip"));
    const Run verified = site({"model", "verify"});
    CHECK(verified.status == 0);
    CHECK_THAT(verified.out, Catch::StartsWith("ok: emojiclip"));
    fs::copy("models/emojiclip", site.file("model"), fs::copy_options::recursive);
    write_text(site.file("model") / "image.pt", "damaged");
    site.model = site.file("model");
    check_one_complaint(site({"model", "verify"}), 1, "image.pt");
}
