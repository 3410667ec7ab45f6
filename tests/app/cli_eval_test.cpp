// `eval --duplicates` over a small labelled stream, with pictures altered by this test.
#include "program.hpp"

#include "emojiscope/image/encode.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace emojiscope;
using namespace emojiscope::app;
using nlohmann::json;

namespace fs = std::filesystem;

namespace {

/// A square with a notch, unlike in every direction, drawn on white.
RgbaImage notched(Rgb colour, int side) {
    RgbaImage image = fakes::plain_image(side, side, {255, 255, 255});
    for (int y = side / 8; y < side * 7 / 8; ++y) {
        for (int x = side / 8; x < side * 7 / 8; ++x) {
            const bool notch = x > side / 2 && y > side / 4 && y < side / 2;
            const auto at = static_cast<std::size_t>(4 * (side * y + x));
            if (!notch) {
                image.pixels[at] = colour.r;
                image.pixels[at + 1] = colour.g;
                image.pixels[at + 2] = colour.b;
            }
        }
    }
    return image;
}

void write_jpeg(const fs::path& file, const RgbaImage& image) {
    RgbImage opaque{image.width, image.height, {}};
    for (std::size_t i = 0; i < image.pixels.size(); i += 4) {
        opaque.pixels.insert(opaque.pixels.end(), {image.pixels[i], image.pixels[i + 1],
                                                   image.pixels[i + 2]});
    }
    const auto bytes = image::encode_jpeg(opaque, 80).value();
    write_text(file, std::string(bytes.begin(), bytes.end()));
}

/// A folder with `uploads.jsonl`.
class Stream {
public:
    explicit Stream(const Site& site) : folder_(site.file("stream")) {
        fs::create_directory(folder_);
    }

    [[nodiscard]] const fs::path& folder() const { return folder_; }

    void add(const std::string& file, const std::string& kind, const std::string& expect,
             const json& original) {
        lines_ += json{{"name", fs::path(file).stem().string()},
                       {"file", file},
                       {"class", kind},
                       {"expect", expect},
                       {"original", original}}
                      .dump() +
                  "\n";
        write_text(folder_ / "uploads.jsonl", lines_);
    }

private:
    fs::path folder_;
    std::string lines_;
};

}  // namespace

TEST_CASE("duplicates are measured class by class, each upload by what came before it", "[cli]") {
    const Site site;
    Stream stream(site);
    const RgbaImage red = notched({220, 30, 30}, 64);
    write_png(stream.folder() / "red.png", red);
    write_png(stream.folder() / "red-same.png", red);
    write_jpeg(stream.folder() / "red-jpeg.jpg", red);
    write_png(stream.folder() / "blue.png", notched({30, 60, 220}, 64));
    write_png(stream.folder() / "blue-early.png", notched({30, 60, 220}, 64));
    stream.add("red.png", "clean", "none", nullptr);
    stream.add("red-same.png", "same_bytes", "identical", "red");
    stream.add("red-jpeg.jpg", "jpeg", "same_image", "red");
    // Its original comes only later: it must be missed.
    stream.add("blue-early.png", "early", "identical", "blue");
    stream.add("blue.png", "clean", "none", nullptr);

    const Run done = site({"eval", stream.folder().string(), "--duplicates", "--json"});
    INFO(done.err);
    REQUIRE(done.status == 0);
    const json result = json::parse(done.out);
    const json& classes = result.at("classes");
    CHECK(classes.at("clean").at("uploads") == 2);
    CHECK(classes.at("clean").at("alerts") == 0);
    CHECK(classes.at("same_bytes").at("identical") == 1);
    CHECK(classes.at("same_bytes").at("byte_hash") == 1);
    CHECK(classes.at("jpeg").at("alerts") == 1);
    CHECK(classes.at("jpeg").at("right_original") == 1);
    CHECK(classes.at("jpeg").at("byte_hash") == 0);
    CHECK(classes.at("early").at("alerts") == 0);
    CHECK(result.at("misses") == json{"blue-early ~ blue"});
    CHECK(result.at("false_alerts").empty());
    CHECK_FALSE(fs::exists(site.data()));  // nothing was written to the user's catalogue
}

TEST_CASE("pictures known to be the same are set aside, others are false alerts", "[cli]") {
    const Site site;
    Stream stream(site);
    const RgbaImage red = notched({220, 30, 30}, 64);
    write_png(stream.folder() / "first.png", red);
    write_jpeg(stream.folder() / "second.jpg", red);
    stream.add("first.png", "clean", "none", nullptr);
    stream.add("second.jpg", "clean", "none", nullptr);

    const std::vector<std::string> command{"eval", stream.folder().string(), "--duplicates", "--json"};
    const json blamed = json::parse(site(command).out);
    CHECK(blamed.at("classes").at("clean").at("alerts") == 1);
    CHECK(blamed.at("false_alerts").size() == 1);

    write_text(stream.folder() / "same_pictures.tsv", "second\tfirst\tthe same file, re-encoded\n");
    const json excused = json::parse(site(command).out);
    CHECK(excused.at("classes").at("clean").at("alerts") == 0);
    CHECK(excused.at("classes").at("clean").at("set_aside") == 1);
    CHECK(excused.at("false_alerts").empty());
}

TEST_CASE("a folder without a labelled stream, or a damaged one, ends with one line", "[cli]") {
    const Site site;
    const Run none = site({"eval", site.pictures().string(), "--duplicates"});
    CHECK(none.status == 1);
    CHECK_THAT(none.err, Catch::Contains("emojiscope: no uploads.jsonl in "));
    write_text(site.pictures() / "uploads.jsonl", "{\"name\": 3}\n");
    const Run damaged = site({"eval", site.pictures().string(), "--duplicates"});
    CHECK(damaged.status == 1);
    CHECK_THAT(damaged.err, Catch::Contains("uploads.jsonl"));
}

TEST_CASE("answers to labelled queries are measured beside simpler ways to search", "[cli]") {
    const Site site;
    REQUIRE(site({"import", site.pictures().string()}).status == 0);
    const fs::path folder = site.file("labels");
    fs::create_directory(folder);
    write_text(folder / "labels.jsonl",
               "{\"query\": \"disc red\", \"stratum\": \"words\", \"relevant\": [\"red_disc\"]}\n"
               "{\"query\": \"green dot\", \"stratum\": \"words\", \"relevant\": [\"green_dot\"]}\n"
               "{\"query\": \"qwxzvk\", \"stratum\": \"nothing\", \"relevant\": []}\n");

    const Run done = site({"eval", folder.string(), "--json", "--items"});
    INFO(done.err);
    REQUIRE(done.status == 0);
    std::map<std::string, json> methods;
    for (const std::string& line : lines_of(done.out)) {
        const json method = json::parse(line);
        methods[method.at("method")] = method;
    }
    for (const char* name : {"emojiscope", "name", "text", "concept", "image", "bm25",
                             "subsequence", "0.7/0.3 blend", "random"}) {
        CAPTURE(name);
        REQUIRE(methods.contains(name));
        CHECK(methods.at(name).at("strata").at("words").at("queries") == 2);
    }
    const auto recall = [&](const char* name) {
        return methods.at(name).at("strata").at("words").at("recall_at_1").at(0).get<double>();
    };
    CHECK(recall("emojiscope") == 1);
    CHECK(recall("name") == 1);
    CHECK(recall("bm25") == 1);
    CHECK(recall("subsequence") == 0.5);  // 'discred' is no subsequence of 'reddisc'
    CHECK(recall("text") == 0);
    const json& ours = methods.at("emojiscope");
    CHECK(ours.at("strata").at("nothing").at("refused").at(0) == 1);
    CHECK(ours.at("abstention_auroc") == 1);
    REQUIRE(ours.at("items").size() == 3);
    CHECK(ours.at("items")[0].at("query") == "disc red");
    CHECK(ours.at("items")[0].at("rank") == 1);
    CHECK(ours.at("items")[2].at("answer").empty());

    const Run names_only = site({"eval", folder.string(), "--signals", "image"});
    REQUIRE(names_only.status == 0);
    CHECK_THAT(names_only.out, Catch::Contains("recall@10"));
    CHECK_THAT(names_only.out, Catch::Contains("words"));
}

TEST_CASE("an evaluation without labels, or with a wrong signal, ends with one line", "[cli]") {
    const Site site;
    const Run none = site({"eval", site.pictures().string()});
    CHECK(none.status == 1);
    CHECK_THAT(none.err, Catch::Contains("no labelled queries"));
    const Run wrong = site({"eval", site.pictures().string(), "--signals", "smell"});
    CHECK(wrong.status == 2);
    CHECK_THAT(wrong.err, Catch::Contains("name, text, concept, image"));
}
