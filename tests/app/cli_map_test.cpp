// The command `map`, as a user meets it.
#include "program.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace emojiscope;
using namespace emojiscope::app;
using nlohmann::json;

namespace fs = std::filesystem;

namespace {

/// True, with a word, if this build was made without plotly.js.
bool makes_no_pages(const Run& done) {
    const bool missing = done.err.find("built without plotly.js") != std::string::npos;
    if (missing) {
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
    CHECK_FALSE(fs::exists(site.page() + ".part"));

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
    CHECK_FALSE(fs::exists(site.page()));
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
