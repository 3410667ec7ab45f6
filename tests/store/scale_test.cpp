// A workspace of thousands, and reading beside writing.
#include "emojiscope/store/store.hpp"

#include "fakes/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <thread>

namespace emojiscope::store {
namespace {

constexpr int many = 5000;
/// A tenth of a second is usual; the rest is room for a busy machine and for sanitizers.
constexpr auto plenty = std::chrono::seconds(5);

std::vector<search::SourceEmoji> source(int count) {
    std::vector<search::SourceEmoji> emoji;
    for (int i = 0; i < count; ++i) {
        emoji.push_back({"emoji_" + std::to_string(i),
                         "https://emoji.example.test/T1/" + std::to_string(i) + ".png", ""});
    }
    return emoji;
}

struct Fixture {
    fakes::TempFolder folder;
    ManualClock clock;
    std::unique_ptr<Store> store = Store::open(folder.path(), {.write = true}, clock).value();
    search::Catalogue& catalogue = store->catalogue();
};

}  // namespace

TEST_CASE("thousands of emoji are put and listed at once", "[store]") {
    Fixture fixture;
    std::vector<AliasRecord> aliases;
    for (int i = 0; i < many; ++i) {
        aliases.push_back({"", "alias_" + std::to_string(i), "emoji_" + std::to_string(i % 100)});
    }
    const auto start = std::chrono::steady_clock::now();
    CHECK(fixture.catalogue.put_many("T1", source(many)).value().size() == many);
    fixture.catalogue.put_aliases("T1", aliases).value();
    const auto records = fixture.catalogue.list("T1").value();
    const auto took = std::chrono::steady_clock::now() - start;
    REQUIRE(records.size() == many);
    CHECK(records.front().name == "emoji_0");
    CHECK(records.front().aliases.size() == many / 100);
    CHECK(took < plenty);
}

TEST_CASE("thousands of vectors are stored and streamed", "[store]") {
    Fixture fixture;
    constexpr int dimension = 512;
    fixture.catalogue.claim_model({"model", "1", dimension}).value();
    const auto records = fixture.catalogue.put_many("T1", source(2000)).value();
    search::PictureFacts facts{"f", "p", 128, 128, 1, {dimension, std::vector<float>(dimension)}, {}};
    for (const EmojiRecord& record : records) {
        std::fill(facts.vectors.values.begin(), facts.vectors.values.end(), 0.0F);
        facts.vectors.values[static_cast<std::size_t>(record.id) % dimension] = 1.0F;
        fixture.catalogue.complete(record.id, record.value, facts).value();
    }
    std::size_t right = 0;
    fixture.catalogue
        .for_each_vector("T1",
                         [&](EmojiId id, std::span<const float> vector) {
                             right += vector[static_cast<std::size_t>(id) % dimension] == 1.0F;
                         })
        .value();
    CHECK(right == 2000);
}

TEST_CASE("threads read while others write, and see whole batches", "[store]") {
    Fixture fixture;
    constexpr std::size_t batch = 50;
    std::atomic<bool> stop{false};
    std::atomic<int> torn{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 6; ++i) {
        readers.emplace_back([&] {
            while (!stop) {
                torn += fixture.catalogue.list("").value().size() % batch != 0;
            }
        });
    }
    std::vector<std::thread> writers;
    for (int i = 0; i < 3; ++i) {
        writers.emplace_back([&, i] {
            for (int round = 0; round < 10; ++round) {
                fixture.catalogue
                    .put_many("T" + std::to_string(i) + "_" + std::to_string(round), source(batch))
                    .value();
                fixture.store->inbox()
                    .push(std::to_string(i) + "/" + std::to_string(round), "kind", "")
                    .value();
            }
        });
    }
    for (std::thread& writer : writers) {
        writer.join();
    }
    stop = true;
    for (std::thread& reader : readers) {
        reader.join();
    }
    CHECK(torn == 0);
    CHECK(fixture.catalogue.list("").value().size() == 30 * batch);
    CHECK(fixture.store->inbox().counts().value().waiting == 30);
}

}  // namespace emojiscope::store
