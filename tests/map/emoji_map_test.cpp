#include "emojiscope/map/emoji_map.hpp"

#include "emojiscope/image/sketch.hpp"
#include "fakes/fake_language.hpp"
#include "fakes/lloyd_clusterer.hpp"
#include "search/world.hpp"

#include <catch2/catch.hpp>

#include <omp.h>

#include <algorithm>

using namespace emojiscope;
using namespace emojiscope::map;
using search::learn;
using search::plain;
using search::World;

namespace {

struct MapWorld {
    MapWorld() {
        concepts.known["🐸"] = {"frog", {"frog", "ribbit"}};
        for (int i = 0; i < 9; ++i) {
            const auto shade = static_cast<std::uint8_t>(8 * i);
            learn(world, "ribbit_" + std::to_string(i), plain({shade, 250, 0}));
            learn(world, "crab_" + std::to_string(i), plain({250, shade, 0}));
        }
    }

    [[nodiscard]] Result<EmojiMap> make(const MapOptions& options) {
        return make(options, clusterer);
    }
    [[nodiscard]] Result<EmojiMap> make(const MapOptions& options, const search::Clusterer& by) {
        return make_map({world.catalogue,
                         world.duplicates,
                         {nullptr, &concepts},
                         by,
                         [](int dimension) -> Result<std::unique_ptr<search::VectorIndex>> {
                             return std::unique_ptr<search::VectorIndex>(
                                 std::make_unique<fakes::LinearIndex>(dimension));
                         }},
                        search::team, options);
    }

    World world;
    fakes::FakeConcepts concepts;
    fakes::LloydClusterer clusterer;
};

const MappedEmoji& named(const EmojiMap& map, const std::string& name) {
    return *std::find_if(map.emoji.begin(), map.emoji.end(),
                         [&](const MappedEmoji& emoji) { return emoji.name == name; });
}

std::string kind(const std::string& name) {
    return name.substr(0, name.find('_'));
}

}  // namespace

TEST_CASE("emoji that look alike are one cluster, and called by what they are", "[map]") {
    MapWorld w;
    for (const ClusterOn on : {ClusterOn::map, ClusterOn::embedding}) {
        MapOptions options;
        options.clusters = 2;
        options.cluster_on = on;
        const EmojiMap map = w.make(options).value();
        REQUIRE(map.emoji.size() == 18);
        REQUIRE(map.clusters.size() == 2);
        CHECK(std::is_sorted(map.emoji.begin(), map.emoji.end(),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));
        for (const MappedEmoji& emoji : map.emoji) {
            CHECK(map.clusters[emoji.cluster].size == 9);
            CHECK(emoji.cluster == named(map, kind(emoji.name) + "_0").cluster);
            CHECK(emoji.at[2] == 0);
            REQUIRE(emoji.nearest.size() == 8);
            for (const std::uint32_t other : emoji.nearest) {
                CHECK(kind(map.emoji[other].name) == kind(emoji.name));
                CHECK(map.emoji[other].name != emoji.name);
            }
        }
        CHECK(map.clusters[named(map, "crab_0").cluster].label == "crab");
        CHECK(map.clusters[named(map, "ribbit_0").cluster].label == "🐸 frog");
        CHECK(kind(map.emoji[map.clusters[named(map, "crab_0").cluster].middle].name) == "crab");
    }
}

TEST_CASE("no two clusters are called the same", "[map]") {
    MapWorld w;
    MapOptions options;
    options.clusters = 4;  // two of frogs, two of crabs, or three and one
    const EmojiMap map = w.make(options).value();
    std::vector<std::string> labels;
    for (const MapCluster& cluster : map.clusters) {
        labels.push_back(cluster.label);
        CHECK_FALSE(cluster.label.empty());
    }
    std::sort(labels.begin(), labels.end());
    CHECK(std::adjacent_find(labels.begin(), labels.end()) == labels.end());
}

TEST_CASE("a map knows aliases, words, animations and duplicates", "[map]") {
    MapWorld w;
    put_alias(w.world, "pinchy", "crab_3");
    const EmojiRecord frog = w.world.catalogue.find(search::team, "ribbit_2").value();
    const std::vector<search::ReadText> texts{{"ケロ", 0.9}, {"クロ", 0.3}};
    w.world.catalogue.put_texts(frog.id, frog.pixel_hash, "reader 1", texts).value();
    learn(w.world, "crab_again", plain({250, 24, 0}));  // the pixels of crab_3
    const std::vector<RgbaImage> frames{plain({0, 0, 255}), plain({0, 0, 200})};
    learn(w.world, "wave", fakes::fake_picture_file(frames));

    const EmojiMap map = w.make({}).value();
    CHECK(map.emoji.size() == 20);
    CHECK(named(map, "crab_3").aliases == std::vector<std::string>{"pinchy"});
    CHECK(named(map, "ribbit_2").words == std::vector<std::string>{"ケロ", "クロ"});
    CHECK(named(map, "wave").animated);
    CHECK_FALSE(named(map, "crab_3").animated);
    const auto together = [&](const std::string& a, const std::string& b) {
        return std::any_of(map.duplicates.begin(), map.duplicates.end(), [&](const auto& group) {
            const auto has = [&](const std::string& name) {
                return std::any_of(group.begin(), group.end(),
                                   [&](std::uint32_t i) { return map.emoji[i].name == name; });
            };
            return has(a) && has(b);
        });
    };
    CHECK(together("crab_3", "crab_again"));
    CHECK_FALSE(together("crab_3", "ribbit_3"));
}

TEST_CASE("a map of three dimensions uses the third", "[map]") {
    MapWorld w;
    MapOptions options;
    options.layout.dims = 3;
    const EmojiMap map = w.make(options).value();
    CHECK(map.dims == 3);
    CHECK(std::any_of(map.emoji.begin(), map.emoji.end(),
                      [](const MappedEmoji& emoji) { return std::abs(emoji.at[2]) > 0.01F; }));
}

TEST_CASE("what has no vectors is not on the map, and nothing makes an empty one", "[map]") {
    MapWorld w;
    static_cast<void>(w.world.catalogue.put(search::team, {"pending", "v", ""}).value());
    CHECK(w.make({}).value().emoji.size() == 18);

    World empty;
    w.world.catalogue.remove(search::team, "pending").value();
    for (const auto& record : w.world.catalogue.list(search::team).value()) {
        static_cast<void>(w.world.catalogue.remove(search::team, record.name).value());
    }
    const EmojiMap map = w.make({}).value();
    CHECK(map.emoji.empty());
    CHECK(map.clusters.empty());
}

TEST_CASE("a map that is stopped says so", "[map]") {
    MapWorld w;
    std::stop_source stop;
    stop.request_stop();
    MapOptions options;
    options.layout.stop = stop.get_token();
    CHECK(w.make(options).error().code == ErrorCode::cancelled);
}

TEST_CASE("a map can be stopped in every part of the work", "[map]") {
    MapWorld w;
    learn(w.world, "crab_again", plain({250, 24, 0}));
    std::vector<std::string> parts;
    MapOptions options;
    options.progress = [&](std::string_view part, std::size_t done, std::size_t all) {
        CHECK(done <= all);
        if (parts.empty() || parts.back() != part) {
            parts.emplace_back(part);
        }
    };
    REQUIRE(w.make(options).has_value());
    CHECK(parts == std::vector<std::string>{"laying out", "finding neighbours", "choosing clusters",
                                            "finding duplicates"});
    for (const std::string& last : parts) {
        MapWorld fresh;  // with nothing compared yet
        learn(fresh.world, "crab_again", plain({250, 24, 0}));
        std::stop_source stop;
        std::vector<std::string> after;
        options.layout.stop = stop.get_token();
        options.progress = [&](std::string_view part, std::size_t, std::size_t) {
            if (stop.stop_requested()) {
                after.emplace_back(part);
            }
            if (part == last) {
                stop.request_stop();
            }
        };
        INFO("stopped in " << last);
        CHECK(fresh.make(options).error().code == ErrorCode::cancelled);
        // Nothing else is begun; what is under way on other cores may end.
        CHECK(std::all_of(after.begin(), after.end(),
                          [&](const std::string& part) { return part == last; }));
    }
}

TEST_CASE("one thread means one, of libraries as well", "[map]") {
    class Watching final : public search::Clusterer {
    public:
        Result<search::Clustering> cluster(std::span<const float> points, std::size_t dimension,
                                           std::size_t clusters,
                                           std::uint64_t seed) const override {
            most = std::max(most, omp_get_max_threads());
            return lloyd.cluster(points, dimension, clusters, seed);
        }
        fakes::LloydClusterer lloyd;
        mutable int most = 0;
    };
    MapWorld w;
    const int before = omp_get_max_threads();
    omp_set_num_threads(4);
    MapOptions options;
    const Watching free;
    REQUIRE(w.make(options, free).has_value());
    CHECK(free.most == 4);
    options.layout.threads = 1;
    const Watching bound;
    REQUIRE(w.make(options, bound).has_value());
    CHECK(bound.most == 1);
    CHECK(omp_get_max_threads() == 4);  // for whatever comes next
    omp_set_num_threads(before);
}

TEST_CASE("the small picture of an emoji comes from its sketch", "[map]") {
    World world;
    const EmojiRecord record = world.catalogue.put(search::team, {"disc", "v", ""}).value();
    Picture picture;
    picture.frames.push_back({fakes::plain_image(200, 100, {10, 90, 200}), {}});
    search::PictureFacts facts;
    facts.file_hash = "f";
    facts.pixel_hash = "p";
    facts.width = 200;
    facts.height = 100;
    facts.frame_count = 1;
    facts.vectors = {world.embedder.model().dimension,
                     vector_of(world, fakes::plain_image(8, 8, {10, 90, 200}))};
    facts.fingerprint.sketch = image::encode_sketch(image::make_sketch(picture)).value();
    world.catalogue.complete(record.id, "v", facts).value();
    const auto small = small_picture(world.catalogue, record.id);
    REQUIRE(small);
    CHECK(std::max(small->width, small->height) <= 80);
    CHECK(small->pixels[0] == 10);
    CHECK(small->pixels[2] == 200);

    const EmojiRecord plain_emoji = learn(world, "crab", search::red);  // a fake's sketch
    CHECK_FALSE(small_picture(world.catalogue, plain_emoji.id));
    CHECK_FALSE(small_picture(world.catalogue, 99999));
}
