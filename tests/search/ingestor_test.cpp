#include "world.hpp"

#include <catch2/catch.hpp>

using namespace emojiscope;
using namespace emojiscope::search;

namespace {

/// Named in the catalogue, still to be learnt.
IngestItem item_of(World& world, const std::string& name, const File& file,
                   const std::string& url = "") {
    const SourceEmoji source{name, url.empty() ? url_of(name) : url, ""};
    return {world.workspace.put(std::span(&source, 1)).value().front(), file};
}

Result<EmojiRecord> ingest_one(World& world, const IngestItem& item) {
    return world.ingestor.ingest({item}).front();
}

const File not_a_picture{'n', 'o', 'n', 'e'};

}  // namespace

TEST_CASE("a learnt picture is ready, stored and found", "[ingestor]") {
    World world;
    const IngestItem item = item_of(world, "crab", file_of(red));
    const EmojiRecord record = ingest_one(world, item).value();
    CHECK(record.id == item.record.id);
    CHECK(record.state == EmojiState::ready);
    CHECK(record.width == 8);
    CHECK(record.height == 8);
    CHECK(record.frame_count == 1);
    CHECK(record.file_hash == world.reader.file_hash(item.bytes));
    CHECK(record.pixel_hash == world.reader.read(item.bytes).value().pixel_hash);
    CHECK(world.catalogue.facts(record.id).value().vectors.values == vector_of(world, red));
    REQUIRE(world.library.find("crab"));
    CHECK(world.ingestor.embedded() == 1);
    CHECK(world.ingestor.ingest({}).empty());
}

TEST_CASE("each of several pictures gets its own frames", "[ingestor]") {
    World world;
    const std::vector<RgbaImage> frames{red, blue, pink};
    const std::vector<IngestItem> items{item_of(world, "one", file_of(green)),
                                        item_of(world, "three", fakes::fake_picture_file(frames)),
                                        item_of(world, "two", file_of(blue))};
    const auto results = world.ingestor.ingest(items);
    REQUIRE(results.size() == 3);
    CHECK(results[1].value().frame_count == 3);
    auto expected = vector_of(world, red);
    for (const RgbaImage& frame : {blue, pink}) {
        const auto more = vector_of(world, frame);
        expected.insert(expected.end(), more.begin(), more.end());
    }
    const auto rows = [&](std::size_t i) {
        return world.catalogue.facts(results[i].value().id).value().vectors.values;
    };
    CHECK(rows(0) == vector_of(world, green));
    CHECK(rows(1) == expected);
    CHECK(rows(2) == vector_of(world, blue));
    CHECK(world.ingestor.embedded() == 3);  // pictures, not frames
}

TEST_CASE("a file that was seen before is not embedded again", "[ingestor]") {
    World world;
    const EmojiRecord first = learn(world, "crab", red);
    const std::size_t before = world.embedder.images_embedded();
    const EmojiRecord second = learn(world, "lobster", red);
    CHECK(world.embedder.images_embedded() == before);
    CHECK(world.ingestor.embedded() == 1);
    CHECK(second.id != first.id);
    CHECK(second.state == EmojiState::ready);
    CHECK(second.pixel_hash == first.pixel_hash);
    CHECK(world.catalogue.facts(second.id).value().vectors.values == vector_of(world, red));
    CHECK(world.library.neighbours(vector_of(world, red)).value().size() == 2);

    SECTION("not even if another workspace has it") {
        const EmojiRecord foreign = world.catalogue.put("T2", {"krabbe", "v", ""}).value();
        ingest_one(world, {foreign, file_of(red)}).value();
        CHECK(world.ingestor.embedded() == 1);
    }
    SECTION("other bytes of the same pixels are embedded") {
        learn(world, "crayfish", file_of(red, 1));
        CHECK(world.ingestor.embedded() == 2);
    }
}

TEST_CASE("the same file at another URL is not embedded again", "[ingestor]") {
    World world;
    const EmojiRecord before = learn(world, "crab", red);
    const auto moved = item_of(world, "crab", file_of(red), "https://elsewhere.example/crab");
    CHECK(moved.record.state == EmojiState::pending);
    CHECK(moved.record.file_hash.empty());
    CHECK(world.library.find("crab") == nullptr);
    const EmojiRecord after = ingest_one(world, moved).value();
    CHECK(after.id == before.id);
    CHECK(after.state == EmojiState::ready);
    CHECK(after.value == "https://elsewhere.example/crab");
    CHECK(after.file_hash == before.file_hash);
    CHECK(after.pixel_hash == before.pixel_hash);
    CHECK(after.width == before.width);
    CHECK(after.frame_count == before.frame_count);
    CHECK(world.ingestor.embedded() == 1);
    REQUIRE(world.library.find("crab"));
    CHECK(world.library.neighbours(vector_of(world, red)).value().front().cosine ==
          Approx(1.0).margin(1e-5));
}

TEST_CASE("another file at another URL is embedded", "[ingestor]") {
    World world;
    learn(world, "crab", red);
    const EmojiRecord after =
        ingest_one(world, item_of(world, "crab", file_of(green), "https://e/new")).value();
    CHECK(world.ingestor.embedded() == 2);
    CHECK(world.catalogue.facts(after.id).value().vectors.values == vector_of(world, green));
    CHECK(world.library.neighbours(vector_of(world, green)).value().front().cosine ==
          Approx(1.0).margin(1e-5));
}

TEST_CASE("the same bytes twice in one batch are embedded once", "[ingestor]") {
    World world;
    const std::vector<IngestItem> items{item_of(world, "one", file_of(red)),
                                        item_of(world, "other", file_of(green)),
                                        item_of(world, "again", file_of(red))};
    const auto results = world.ingestor.ingest(items);
    REQUIRE(results.size() == 3);
    CHECK(results[0].value().name == "one");
    CHECK(results[1].value().name == "other");
    CHECK(results[2].value().name == "again");
    CHECK(world.ingestor.embedded() == 2);
    CHECK(world.embedder.images_embedded() == 2);
    CHECK(world.catalogue.facts(results[2].value().id).value().vectors.values ==
          vector_of(world, red));
    CHECK(world.library.size() == 3);
}

TEST_CASE("pictures are decoded ahead and change nothing until they are learnt", "[ingestor]") {
    World world;
    const IngestItem crab = item_of(world, "crab", file_of(red));
    const IngestItem lobster = item_of(world, "lobster", file_of(red));
    const IngestItem junk = item_of(world, "junk", not_a_picture);
    const IngestItem gone = item_of(world, "gone", file_of(green));
    // Both were decoded when neither was known.
    ReadBatch first = world.ingestor.read({crab, junk});
    ReadBatch second = world.ingestor.read({gone, lobster});
    REQUIRE(second.records().size() == 2);
    CHECK(second.records().back().name == "lobster");
    CHECK(world.embedder.images_embedded() == 0);
    for (const std::string name : {"crab", "junk", "lobster"}) {
        CHECK(world.catalogue.find(team, name).value().state == EmojiState::pending);
    }
    world.workspace.remove("gone").value();

    const auto learnt = world.ingestor.learn(std::move(first));
    REQUIRE(learnt.size() == 2);
    CHECK(learnt[0].value().state == EmojiState::ready);
    CHECK(learnt[1].error().code == ErrorCode::unsupported);
    CHECK(world.catalogue.find(team, "junk").value().state == EmojiState::failed);
    const auto later = world.ingestor.learn(std::move(second));
    REQUIRE(later.size() == 2);
    CHECK(later[0].error().code == ErrorCode::not_found);
    CHECK(later[1].value().state == EmojiState::ready);
    // What the first batch taught is not embedded again for the second.
    CHECK(world.embedder.images_embedded() == 2);
    CHECK(world.library.neighbours(vector_of(world, red)).value().size() == 2);
    CHECK(world.ingestor.learn(world.ingestor.read({})).empty());
}

TEST_CASE("a file that was known when it was read, and no more when it is learnt, is decoded then",
          "[ingestor]") {
    World world;
    learn(world, "crab", red);
    ReadBatch batch = world.ingestor.read({item_of(world, "lobster", file_of(red))});
    world.workspace.remove("crab").value();
    const auto learnt = world.ingestor.learn(std::move(batch));
    CHECK(learnt.front().value().state == EmojiState::ready);
    CHECK(world.ingestor.embedded() == 2);
    CHECK(world.library.neighbours(vector_of(world, red)).value().size() == 1);
}

TEST_CASE("a bad picture among good ones fails alone and is noted", "[ingestor]") {
    World world;
    File cut = file_of(blue);
    cut.pop_back();
    const std::vector<IngestItem> items{
        item_of(world, "crab", file_of(red)),        item_of(world, "junk", not_a_picture),
        item_of(world, "frog", file_of(green)),      item_of(world, "cut", cut),
        item_of(world, "junk_again", not_a_picture), item_of(world, "empty", {})};
    const auto results = world.ingestor.ingest(items);
    REQUIRE(results.size() == 6);
    CHECK(results[0].has_value());
    CHECK(results[1].error().code == ErrorCode::unsupported);
    CHECK(results[2].has_value());
    CHECK(results[3].error().code == ErrorCode::corrupt);
    CHECK(results[4].error().code == ErrorCode::unsupported);
    CHECK(results[5].error().code == ErrorCode::unsupported);
    for (const std::string name : {"junk", "cut", "junk_again", "empty"}) {
        const EmojiRecord noted = world.catalogue.find(team, name).value();
        CAPTURE(name);
        CHECK(noted.state == EmojiState::failed);
        CHECK(!noted.last_error.empty());
    }
    CHECK(world.library.size() == 2);
    CHECK(world.catalogue.facts(results[2].value().id).value().vectors.values ==
          vector_of(world, green));

    SECTION("and can be good at the next try") {
        const EmojiRecord mended = learn(world, "junk", blue);
        CHECK(mended.state == EmojiState::ready);
        CHECK(mended.last_error.empty());
        CHECK(world.library.find("junk") != nullptr);
    }
}

TEST_CASE("a ready picture that cannot be read again stays as it was", "[ingestor]") {
    World world;
    const EmojiRecord crab = learn(world, "crab", red);
    CHECK(ingest_one(world, {crab, not_a_picture}).has_error());
    CHECK(world.library.find("crab") != nullptr);
    CHECK(world.library.neighbours(vector_of(world, red)).value().size() == 1);
    CHECK(world.catalogue.facts(crab.id).has_value());
    CHECK_FALSE(world.catalogue.find(crab.id).value().last_error.empty());
}

TEST_CASE("a new picture under an old name that cannot be read is found no more", "[ingestor]") {
    World world;
    const EmojiRecord crab = learn(world, "crab", red);
    const IngestItem moved = item_of(world, "crab", not_a_picture, "https://e/new");
    CHECK(ingest_one(world, moved).has_error());
    CHECK(world.library.find("crab") == nullptr);
    CHECK(world.library.neighbours(vector_of(world, red)).value().empty());
    CHECK(world.catalogue.facts(crab.id).error().code == ErrorCode::not_found);
}

TEST_CASE("a record that was removed meanwhile stays removed", "[ingestor]") {
    World world;
    const IngestItem good = item_of(world, "crab", file_of(red));
    const IngestItem bad = item_of(world, "junk", not_a_picture);
    const IngestItem kept = item_of(world, "frog", file_of(green));
    world.workspace.remove("crab").value();
    world.workspace.remove("junk").value();
    const std::vector<IngestItem> items{good, bad, kept};
    const auto results = world.ingestor.ingest(items);
    REQUIRE(results.size() == 3);
    CHECK(results[0].error().code == ErrorCode::not_found);
    CHECK(results[1].has_error());
    CHECK(results[2].has_value());
    CHECK(world.catalogue.list(team).value().size() == 1);
    CHECK(world.library.size() == 1);
}

TEST_CASE("a picture that was replaced meanwhile is not stored under the new URL", "[ingestor]") {
    World world;
    const IngestItem old = item_of(world, "crab", file_of(red));
    const IngestItem now = item_of(world, "crab", file_of(green), "https://e/new");
    REQUIRE(now.record.id == old.record.id);
    CHECK(ingest_one(world, old).error().code == ErrorCode::not_found);
    CHECK(world.catalogue.find(now.record.id).value().state == EmojiState::pending);
    CHECK(world.library.size() == 0);
    CHECK(ingest_one(world, now).value().state == EmojiState::ready);
}

TEST_CASE("what could not be had at all is given up", "[ingestor]") {
    World world;
    const EmojiRecord crab = item_of(world, "crab", file_of(red)).record;
    world.ingestor.give_up(crab, fail(ErrorCode::network, "the server said\r\nno")).value();
    const EmojiRecord noted = world.catalogue.find(crab.id).value();
    CHECK(noted.state == EmojiState::failed);
    CHECK(noted.last_error.find('\n') == std::string::npos);
    CHECK(noted.last_error.find("the server said") == 0);
    CHECK(world.library.size() == 0);
    world.workspace.remove("crab").value();
    CHECK(world.ingestor.give_up(crab, fail(ErrorCode::network, "x")).error().code ==
          ErrorCode::not_found);
}

TEST_CASE("a failing model fails its pictures, not those that it need not see", "[ingestor]") {
    World world;
    learn(world, "known", red);
    const std::vector<IngestItem> items{item_of(world, "again", file_of(red)),
                                        item_of(world, "frog", file_of(green)),
                                        item_of(world, "whale", file_of(blue))};
    world.embedder.fail_next(fail(ErrorCode::internal, "inference failed"));
    const auto results = world.ingestor.ingest(items);
    // Together they failed; one by one each has its own fate.
    for (const auto& result : results) {
        CHECK(result.value().state == EmojiState::ready);
    }
    CHECK(world.ingestor.embedded() == 3);

    const IngestItem pony = item_of(world, "pony", file_of(pink));
    world.embedder.fail_next(fail(ErrorCode::internal, "inference failed"));
    CHECK(ingest_one(world, pony).error().message == "inference failed");
    CHECK(world.catalogue.find(team, "pony").value().last_error == "inference failed");
    CHECK(world.ingestor.embedded() == 3);
    CHECK(ingest_one(world, pony).value().state == EmojiState::ready);
}
