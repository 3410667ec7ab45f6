// The bot's maps: drawn once, and again when anything of them has changed.
#include "map_service.hpp"

#include "emojiscope/image/decode.hpp"

#include "fakes/fake_language.hpp"
#include "fakes/lloyd_clusterer.hpp"
#include "search/world.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <thread>

using namespace emojiscope;
using namespace emojiscope::app;
using search::learn;
using search::plain;
using search::team;

namespace {

/// Counts its maps, and calls back while one is drawn.
class WatchedClusterer final : public search::Clusterer {
public:
    Result<search::Clustering> cluster(std::span<const float> points, std::size_t dimension,
                                       std::size_t clusters, std::uint64_t seed) const override {
        on_cluster();
        return lloyd_.cluster(points, dimension, clusters, seed);
    }
    std::function<void()> on_cluster = [] {};

private:
    fakes::LloydClusterer lloyd_;
};

struct Fixture {
    search::World world;
    WatchedClusterer clusterer;
    map::MapSources sources{world.catalogue,
                            world.duplicates,
                            {},
                            clusterer,
                            [](int dimension) -> Result<std::unique_ptr<search::VectorIndex>> {
                                return std::unique_ptr<search::VectorIndex>(
                                    std::make_unique<fakes::LinearIndex>(dimension));
                            }};
    MapService service{sources, world.verdicts, team};

    Fixture() {
        for (int i = 0; i < 6; ++i) {
            const auto shade = static_cast<std::uint8_t>(40 * i);
            learn(world, "e" + std::to_string(i), plain({shade, 200, 0}));
        }
    }

    [[nodiscard]] std::shared_ptr<const bot::MapFiles> drawn() { return service.make({}).value(); }
    [[nodiscard]] EmojiRecord emoji(const std::string& name) const {
        return world.catalogue.find(team, name).value();
    }
};

}  // namespace

TEST_CASE("a map is drawn once", "[map_service]") {
    Fixture fixture;
    CHECK_FALSE(fixture.service.is_ready());
    const auto first = fixture.drawn();
    CHECK(first->emoji == 6);
    CHECK_FALSE(first->clusters.empty());
    CHECK_FALSE(first->picture.empty());
    CHECK(fixture.service.is_ready());
    CHECK(fixture.drawn() == first);
}

TEST_CASE("a map is drawn again when anything of it has changed", "[map_service]") {
    Fixture fixture;
    const EmojiRecord one = fixture.emoji("e1");
    const std::vector<std::pair<const char*, std::function<void()>>> changes{
        {"a name", [&] { fixture.world.workspace.rename("e0", "renamed").value(); }},
        {"an alias", [&] { put_alias(fixture.world, "other_name", "e1"); }},
        {"a new emoji",
         [&] {
             learn(fixture.world, "new", plain({9, 9, 250}));
         }},
        {"an emoji that went", [&] { fixture.world.workspace.remove("e2").value(); }},
        {"words in a picture",
         [&] {
             const std::vector<search::ReadText> texts{{"乾杯", 0.9}};
             fixture.world.catalogue.put_texts(one.id, one.pixel_hash, "reader 1", texts).value();
         }},
        {"a small copy and vectors that came later",
         [&] {
             search::PictureFacts facts = fixture.world.catalogue.facts(one.id).value();
             facts.fingerprint.sketch.push_back(7);
             fixture.world.catalogue.complete(one.id, one.value, facts).value();
         }},
        {"a verdict",
         [&] {
             fixture.world.verdicts.say_not_duplicates(one.id, fixture.emoji("e3").id, "U1")
                 .value();
         }},
    };
    auto last = fixture.drawn();
    for (const auto& [what, change] : changes) {
        INFO(what);
        change();
        CHECK_FALSE(fixture.service.is_ready());
        const auto next = fixture.drawn();
        CHECK(next != last);
        CHECK(fixture.service.is_ready());
        last = next;
    }
    // What is no part of it changes nothing.
    static_cast<void>(fixture.world.catalogue.put(team, {"pending", "v", ""}).value());
    CHECK(fixture.drawn() == last);
}

TEST_CASE("a stop in the middle of a map leaves none behind", "[map_service]") {
    Fixture fixture;
    std::stop_source stop;
    fixture.clusterer.on_cluster = [&] { stop.request_stop(); };
    CHECK(fixture.service.make(stop.get_token()).error().code == ErrorCode::cancelled);
    CHECK_FALSE(fixture.service.is_ready());
    fixture.clusterer.on_cluster = [] {};
    CHECK(fixture.drawn()->emoji == 6);
}

TEST_CASE("who asks while a map is drawn gets the same one", "[map_service]") {
    Fixture fixture;
    std::atomic<int> begun{0};
    fixture.clusterer.on_cluster = [&] { ++begun; };
    static_cast<void>(fixture.drawn());
    const int of_one = begun;
    learn(fixture.world, "new", plain({9, 9, 250}));
    begun = 0;
    std::shared_ptr<const bot::MapFiles> one;
    std::shared_ptr<const bot::MapFiles> other;
    {
        const std::jthread first([&] { one = fixture.drawn(); });
        const std::jthread second([&] { other = fixture.drawn(); });
    }
    CHECK(one == other);
    CHECK(begun <= of_one + 1);
}

TEST_CASE("without emoji there is no map", "[map_service]") {
    Fixture fixture;
    for (int i = 0; i < 6; ++i) {
        fixture.world.workspace.remove("e" + std::to_string(i)).value();
    }
    CHECK(fixture.service.make({}).error().code == ErrorCode::not_found);
    CHECK(fixture.service.make_thumbnail({}).error().code == ErrorCode::not_found);
}

TEST_CASE("a thumbnail is a small picture of the same map, which is laid out once") {
    Fixture fixture;
    int laid_out = 0;
    fixture.clusterer.on_cluster = [&] { ++laid_out; };
    const auto small = fixture.service.make_thumbnail({}).value();
    const std::vector<std::uint8_t> bytes(small->begin(), small->end());
    const Picture picture = image::decode(bytes).value();
    CHECK(picture.width() == 720);
    CHECK(picture.height() == 480);
    CHECK(small->size() < 1024 * 1024);
    CHECK_FALSE(fixture.service.is_ready());  // the large ones are not made for it
    const int once = laid_out;
    CHECK(once > 0);
    CHECK(fixture.drawn()->emoji == 6);
    CHECK(*fixture.service.make_thumbnail({}).value() == *small);
    CHECK(laid_out == once);
    learn(fixture.world, "new", plain({9, 9, 250}));
    CHECK(*fixture.service.make_thumbnail({}).value() != *small);
    CHECK(laid_out > once);
    std::stop_source stop;
    stop.request_stop();
    CHECK(fixture.service.make_thumbnail(stop.get_token()).error().code == ErrorCode::cancelled);
}
