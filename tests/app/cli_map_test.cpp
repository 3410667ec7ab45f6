// The command `map`, as a user meets it.
#include "answers.hpp"
#include "program.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <thread>

using namespace emojiscope;
using namespace emojiscope::app;
using nlohmann::json;

namespace fs = std::filesystem;

namespace {

/// True, with a word, if this build was made without plotly.js.
bool makes_no_pages(const Run& done) {
    const bool missing = done.err.find("built without plotly.js") != std::string::npos;
    if (missing) {
        REQUIRE(std::getenv("EMOJISCOPE_REQUIRE_PLOTLY") == nullptr);
        WARN("SKIP: built without plotly.js (npm ci in src/map/page)");
    }
    return missing;
}

struct MapSite : Site {
    MapSite() { REQUIRE((*this)({"import", pictures().string()}).status == 0); }

    [[nodiscard]] Run map(std::vector<std::string> rest) const {
        rest.insert(rest.begin(), "map");
        return (*this)(rest);
    }
    [[nodiscard]] std::string page() const { return file("map.html").string(); }
};

/// What lies there of pages, whole or not.
std::vector<std::string> maps_in(const Site& site) {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(site.file("map.html").parent_path())) {
        if (const std::string name = entry.path().filename().string(); name.starts_with("map")) {
            found.push_back(name);
        }
    }
    return found;
}

json data_of(const std::string& file) {
    const std::string page = read_text(file);
    const std::string open = "id=\"data\">";
    const auto from = page.find(open) + open.size();
    return json::parse(page.substr(from, page.find("</script>", from) - from));
}

}  // namespace

TEST_CASE("map writes one page with every emoji", "[cli]") {
    const MapSite site;
    const Run done = site.map({"-o", site.page()});
    if (makes_no_pages(done)) {
        return;
    }
    INFO(done.err);
    REQUIRE(done.status == 0);
    CHECK_THAT(done.out, Catch::StartsWith("12 emoji in "));
    const json data = data_of(site.page());
    CHECK(data["emoji"]["names"].size() == 12);
    CHECK(data["dims"] == 2);
    CHECK(data["labels"] == true);
    CHECK(lines_of(done.out).size() == 1 + data["clusters"].size());
    // red_disc and twin have the same pixels.
    CHECK(data["duplicates"].size() == 1);
    CHECK(maps_in(site).size() == 1);

    // The same again gives the same page.
    const std::string first = read_text(site.page());
    REQUIRE(site.map({"-o", site.page()}).status == 0);
    CHECK(read_text(site.page()) == first);
    REQUIRE(site.map({"-o", site.page(), "--seed", "5"}).status == 0);
    CHECK(read_text(site.page()) != first);
}

TEST_CASE("a map can be had in three dimensions, in clusters of one's choice", "[cli]") {
    const MapSite site;
    for (const char* on : {"embedding", "map"}) {
        const Run done = site.map({"-o", site.page(), "--dims", "3", "--clusters", "3",
                                   "--cluster-on", on, "--labels", "off", "--perplexity", "4"});
        if (makes_no_pages(done)) {
            return;
        }
        INFO(done.err);
        REQUIRE(done.status == 0);
        const json data = data_of(site.page());
        CHECK(data["dims"] == 3);
        CHECK(data["emoji"]["z"].size() == 12);
        CHECK(data["clusters"].size() == 3);
        CHECK(data["labels"] == false);
    }
}

TEST_CASE("what map cannot do is said in one line", "[cli]") {
    const MapSite site;
    const auto complains = [&](const std::vector<std::string>& rest, int status,
                               const std::string& what) {
        const Run done = site.map(rest);
        if (makes_no_pages(done)) {
            return;
        }
        INFO(done.err);
        CHECK(done.status == status);
        CHECK(lines_of(done.err).size() == 1);
        CHECK_THAT(done.err, Catch::Contains(what));
        CHECK(done.out.empty());
    };
    complains({}, 2, "--out");
    complains({"-o", site.page(), "--dims", "4"}, 2, "--dims");
    complains({"-o", site.page(), "--clusters", "0"}, 2, "--clusters");
    complains({"-o", site.page(), "--cluster-on", "names"}, 2, "--cluster-on");
    complains({"-o", site.page(), "--labels", "perhaps"}, 2, "--labels");
    complains({"-o", site.page(), "--perplexity", "12"}, 1, "between 1 and 11");
    complains({"-o", "/no/such/folder/map.html"}, 1, "cannot write /no/such/folder/map.html");
    CHECK(maps_in(site).empty());
}

TEST_CASE("a page is written wherever it is wanted", "[cli]") {
    const MapSite site;
    const Run piped = site.map({"-o", "/dev/stdout"});
    if (makes_no_pages(piped)) {
        return;
    }
    REQUIRE(piped.status == 0);
    CHECK_THAT(piped.out, Catch::StartsWith("<!"));
    CHECK_THAT(piped.out, Catch::EndsWith("</html>\n"));  // and nothing else
    CHECK_THAT(piped.err, Catch::Contains("12 emoji in "));
    REQUIRE(site.map({"-o", site.page()}).status == 0);
    const std::string kept = read_text(site.page());
    CHECK(kept == piped.out);
    // What went wrong is told, and what was there stays.
    const Run folder = site.map({"-o", site.pictures().string()});
    CHECK(folder.status == 1);
    CHECK_THAT(folder.err, Catch::Contains("directory"));
    CHECK(site.map({"-o", site.page(), "--perplexity", "12"}).status == 1);
    CHECK(read_text(site.page()) == kept);
    CHECK(maps_in(site).size() == 1);
}

TEST_CASE("Ctrl-C ends the drawing of a map and leaves nothing", "[cli]") {
    const MapSite site;
    write_many(site);  // a drawing that takes a while
    REQUIRE(site({"import", site.pictures().string()}).status == 0);
    Program program(site.arguments({"map", "-o", site.page()}));
    while (maps_in(site).empty() && program.is_running()) {
        std::this_thread::yield();  // until it has opened its file, which it does before it begins
    }
    if (!program.is_running()) {
        CHECK(makes_no_pages({1, program.out(), program.err()}));
        return;
    }
    program.signal(SIGINT);
    CHECK(program.wait() == 1);
    CHECK_THAT(program.err(), Catch::Contains("stopped"));
    CHECK(maps_in(site).empty());
}

TEST_CASE("an empty catalogue has no map", "[cli]") {
    const Site site;
    fs::create_directory(site.file("none"));
    static_cast<void>(site({"import", site.file("none").string()}));
    const Run done = site({"map", "-o", site.file("map.html").string()});
    if (makes_no_pages(done)) {
        return;
    }
    CHECK(done.status == 1);
    CHECK_THAT(done.err, Catch::Contains("no emoji yet"));
    CHECK_FALSE(fs::exists(site.file("map.html")));
}
