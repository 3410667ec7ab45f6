// `/emoji …` from the typed text to the message.
#include "emojiscope/bot/command_registry.hpp"

#include "fakes/fake_embedder.hpp"
#include "fakes/fake_picture_comparer.hpp"
#include "fakes/fake_picture_reader.hpp"
#include "fakes/linear_index.hpp"
#include "fakes/memory_catalogue.hpp"
#include "fakes/memory_verdicts.hpp"
#include "slack/print_result.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace emojiscope::bot {
namespace {

constexpr const char* team = "T1";

/// A real library and search over fakes of everything below them.
struct Fixture {
    ManualClock clock;
    fakes::MemoryCatalogue catalogue{clock};
    fakes::FakeEmbedder embedder;
    search::EmojiLibrary library{
        catalogue, std::make_unique<fakes::LinearIndex>(fakes::FakeEmbedder::dimension), team};
    search::EmojiSearch search{library, embedder};
    fakes::MemoryVerdicts verdicts{catalogue};
    fakes::FakePictureComparer comparer;
    search::DuplicateFinder duplicates{
        catalogue, verdicts, comparer,
        std::make_unique<fakes::LinearIndex>(comparer.descriptor_dimension())};

    Fixture() { catalogue.claim_model(embedder.model()).value(); }

    void add(const std::string& name, Rgb colour) {
        const RgbaImage image = fakes::plain_image(8, 8, colour);
        const EmojiRecord record =
            catalogue.put(team, {name, "https://e/" + name + ".png", {}}).value();
        search::PictureFacts facts;
        facts.file_hash = "file " + name;
        facts.pixel_hash = "pixels " + name;
        facts.width = facts.height = 8;
        facts.frame_count = 1;
        const std::array<const RgbaImage*, 1> images{&image};
        facts.vectors = embedder.embed_images(images).value();
        facts.fingerprint = fakes::fake_fingerprint(image);
        catalogue.complete(record.id, record.value, facts).value();
        library.update(catalogue.find(record.id).value(), facts.vectors.values).value();
    }

    [[nodiscard]] Message say(std::string_view text, bool syncing = false) {
        return run_command(text, {search, library, catalogue, duplicates, team, 2, true,
                                  Language::english, syncing});
    }
};

Message help() {
    return plain_message(Language::english, Phrase::help);
}

bool says(const Message& message, const std::string& text) {
    return message.blocks.dump().find(text) != std::string::npos;
}

constexpr Rgb red{220, 10, 10};
constexpr Rgb dark_red{180, 10, 10};
constexpr Rgb blue{10, 10, 220};

}  // namespace

TEST_CASE("dupes lists what is there more than once, and is a query with anything else",
          "[command]") {
    Fixture fixture;
    fixture.add("crab", red);
    CHECK(says(fixture.say("dupes"), "No two emoji"));
    fixture.add("crab_again", {222, 10, 11});
    for (const char* form : {"dupes", "dupes 1", "dupes  7"}) {
        CAPTURE(form);
        const Message message = fixture.say(form);
        CHECK(says(message, "1 picture is there more than once"));
        CHECK(says(message, ":crab_again:"));
    }
    CHECK_FALSE(says(fixture.say("dupes of crabs"), "more than once"));
    CHECK_FALSE(says(fixture.say("dupesy"), "more than once"));
}

TEST_CASE("dupes takes a page, and only a page", "[command]") {
    Fixture fixture;
    // Eleven pictures, each there twice; far enough from each other for the fake comparer.
    for (int i = 0; i < 11; ++i) {
        const auto level = static_cast<std::uint8_t>(20 * i);
        const std::string name = "pair" + std::to_string(100 + i);
        fixture.add(name, {level, 250, 10});
        fixture.add(name + "_copy", {level, 250, 11});
    }
    const Message first = fixture.say("dupes");
    CHECK(says(first, "page 1 of 2"));
    CHECK_FALSE(says(first, "`:pair110:`"));
    CHECK(fixture.say("dupes 1").blocks == first.blocks);
    CHECK(fixture.say("dupes 0").blocks == first.blocks);
    const Message second = fixture.say(" dupes   2 ");
    CHECK(says(second, "page 2 of 2"));
    CHECK(says(second, "`:pair110_copy:`"));
    CHECK(fixture.say("dupes 999999").blocks == second.blocks);
    for (const char* query : {"dupes x", "dupesy", "dupes2", "dupes -1", "dupes 1 2", "dupes 1.5",
                              "dupes 1234567", "my dupes"}) {
        CAPTURE(query);
        CHECK_FALSE(says(fixture.say(query), "more than once"));
    }
}

TEST_CASE("dupes of another workspace are not told", "[command]") {
    Fixture fixture;
    fixture.add("crab", red);
    fixture.add("krab", red);
    const Message other = run_command(
        "dupes", {fixture.search, fixture.library, fixture.catalogue, fixture.duplicates, "T2", 2});
    CHECK(says(other, "No two emoji"));
}

TEST_CASE("help is for who asks for it, or says nothing", "[command]") {
    Fixture fixture;
    fixture.add("help_me", red);
    for (const char* text : {"", "   ", "help", " help\t\n"}) {
        const Message message = fixture.say(text);
        CHECK(message.text == help().text);
        CHECK(message.blocks.front() == help().blocks.front());
        CHECK(says(message, "Search for 'help'"));
    }
    // Only the word alone; otherwise it is a query.
    CHECK(says(fixture.say("help me"), ":help_me:"));
}

TEST_CASE("find searches, whatever the word", "[command]") {
    Fixture fixture;
    fixture.add("new_year", red);
    fixture.add("sea", blue);
    CHECK(says(fixture.say("find new"), "Emoji for `new`"));
    CHECK(says(fixture.say("find  new"), "`:new_year:`"));
    CHECK(says(fixture.say("find sea"), "`:sea:`"));
    CHECK(fixture.say("find").text == help().text);
    CHECK(says(fixture.say("finding nemo"), "finding nemo"));
}

TEST_CASE("new shows the newest first, and leads to what the word finds", "[command]") {
    Fixture fixture;
    CHECK(says(fixture.say("new"), "no custom emoji yet"));
    for (const char* name : {"first", "second", "third"}) {
        fixture.add(name, red);
        fixture.clock.advance(std::chrono::minutes(1));
    }
    fixture.catalogue.put(team, {"pending", "https://e/pending.png", {}}).value();
    const Message message = fixture.say("new");
    CHECK(message.text == "The newest emoji: :third: :second:");  // as many as an answer has
    CHECK(says(message, "first seen <!date^"));
    CHECK(says(message, "Search for 'new'"));
    CHECK(says(fixture.say("new year"), "new year"));  // more words are a query
}

TEST_CASE("random shows any one", "[command]") {
    Fixture fixture;
    CHECK(says(fixture.say("random"), "no custom emoji yet"));
    fixture.add("crab", red);
    fixture.add("sea", blue);
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        seen.insert(fixture.say("random").text);
    }
    CHECK(seen == std::set<std::string>{":crab:", ":sea:"});  // fails once in 10^29
    CHECK(says(fixture.say("random"), "Another one"));
}

TEST_CASE("info tells what is known of an emoji, and is a query for what is none", "[command]") {
    Fixture fixture;
    fixture.add("crab", red);
    fixture.add("krab", {221, 10, 10});
    fixture.add("ketchup", dark_red);
    const EmojiRecord crab = fixture.catalogue.find(team, "crab").value();
    fixture.catalogue.put_alias(team, "kani", "crab").value();
    const std::array<search::ReadText, 1> read{{{"カニ", 0.9}}};
    fixture.catalogue.put_texts(crab.id, crab.pixel_hash, "reader", read).value();
    fixture.library.update(fixture.catalogue.find(crab.id).value(), {}).value();
    for (const char* form : {"info :crab:", "info crab", "info  :Crab:", "info :kani:"}) {
        CAPTURE(form);
        const Message message = fixture.say(form);
        CHECK(message.text == ":crab:");
        CHECK(says(message, "`:kani:`"));
        CHECK(says(message, "Reads* `カニ`"));
        CHECK(says(message, "Same picture as* `:krab:`"));
        CHECK(says(message, "8 × 8"));
        CHECK(says(message, "`:ketchup:`"));
    }
    CHECK(says(fixture.say("info :nobody:"), "info :nobody:"));
    CHECK(says(fixture.say("info desk"), "`info desk`"));
    CHECK(says(fixture.say("info"), "`info`"));
    CHECK(says(fixture.say("information"), "`information`"));
}

TEST_CASE("a slip of a sub-command finds what it says, and a remark tells the other", "[command]") {
    Fixture fixture;
    fixture.add("dups_face", red);
    for (const char* slip : {"dups", "dupess", "dpues", "dupe"}) {
        CAPTURE(slip);
        const Message message = fixture.say(slip);
        CHECK(says(message, "Did you mean */emoji dupes*?"));
        CHECK(says(message, std::string("`") + slip + "`"));
    }
    CHECK(says(fixture.say("dups"), "`:dups_face:`"));
    CHECK(says(fixture.say("ranom"), "Did you mean */emoji random*?"));
    CHECK(says(fixture.say("hlep"), "Did you mean */emoji help*?"));
    for (const char* word : {"dupes", "help", "beer", "du", "duplicates", "dudes", "kind", "hell",
                             "into", "hlep me", "mind blown", "now", "ma"}) {
        CAPTURE(word);
        CHECK_FALSE(says(fixture.say(word), "Did you mean"));
    }
    // An emoji of that name was meant.
    fixture.add("dupe", blue);
    CHECK_FALSE(says(fixture.say("dupe"), "Did you mean"));
}

TEST_CASE("words find emoji by name and by sight", "[command]") {
    Fixture fixture;
    fixture.add("wine", red);
    fixture.add("beer_mug", blue);
    fixture.add("sea", blue);
    const Message by_name = fixture.say("  beer ");
    CHECK(says(by_name, "Emoji for `beer`"));
    CHECK(says(by_name, "`:beer_mug:`"));
    CHECK(says(by_name, "https://e/beer_mug.png"));

    fixture.embedder.teach("rouge", fakes::plain_image(8, 8, red));
    const Message by_sight = fixture.say("rouge");
    CHECK(by_sight.text.find(": :wine:") != std::string::npos);  // first of the list
}

TEST_CASE("an answer has as many emoji as asked for", "[command]") {
    Fixture fixture;
    for (const char* name : {"mug_a", "mug_b", "mug_c", "mug_d"}) {
        fixture.add(name, red);
    }
    const Message message = fixture.say("mug");
    // Title, row, divider, two blocks for each of the two, and the buttons.
    CHECK(message.blocks.size() == 3 + 2 * 2 + 1);
}

TEST_CASE("a name in colons finds what looks like that emoji", "[command]") {
    Fixture fixture;
    fixture.add("wine", red);
    fixture.add("ketchup", dark_red);
    fixture.add("sea", blue);
    const Message message = fixture.say(":Wine:");
    CHECK(says(message, "Emoji that look like :wine:"));
    CHECK(says(message, "`:ketchup:`"));
    CHECK_FALSE(says(message, "`:wine:`"));  // not itself
    CHECK(message.text.find(": :ketchup:") != std::string::npos);
}

TEST_CASE("a name in colons that is no custom emoji is a query", "[command]") {
    Fixture fixture;
    fixture.add("wine_glass", red);
    const Message message = fixture.say(":wine:");
    CHECK(says(message, "Emoji for `wine`"));
    CHECK(says(message, "`:wine_glass:`"));
    CHECK(says(fixture.say(":wine: :glass:"), "`:wine_glass:`"));
}

TEST_CASE("colons around nothing do no harm", "[command]") {
    Fixture fixture;
    fixture.add("wine", red);
    for (const char* text : {":", "::", ":::", ": :", ":_:"}) {
        CAPTURE(text);
        CHECK_FALSE(fixture.say(text).text.empty());
    }
    CHECK(fixture.say("::").text == help().text);  // nothing to search for
}

TEST_CASE("without emoji there is a sentence, and during the first sync another", "[command]") {
    Fixture fixture;
    CHECK(says(fixture.say("beer"), "no custom emoji yet"));
    CHECK(says(fixture.say(":beer:"), "no custom emoji yet"));
    CHECK(says(fixture.say("beer", true), "still learning"));
    fixture.add("beer", red);
    CHECK(says(fixture.say("beer", true), "`:beer:`"));
}

TEST_CASE("an overlong query is refused kindly", "[command]") {
    Fixture fixture;
    fixture.add("a", red);
    CHECK(says(fixture.say(std::string(501, 'a')), "too long"));
    CHECK_FALSE(says(fixture.say(std::string(500, 'a')), "too long"));
}

TEST_CASE("a search that fails is a sentence for the user", "[command]") {
    Fixture fixture;
    fixture.add("wine", red);
    fixture.embedder.fail_next({ErrorCode::internal, "secret detail"});
    const Message message = fixture.say("beer");
    CHECK(says(message, "search failed"));
    CHECK_FALSE(says(message, "secret detail"));
}

TEST_CASE("only the word alone asks for a map, which a desk of its own brings", "[command]") {
    CHECK(deferred_command("map") == Deferred::map);
    CHECK(deferred_command("  map ") == Deferred::map);
    CHECK(deferred_command("resync") == Deferred::resync);
    CHECK(deferred_command(" resync\n") == Deferred::resync);
    for (const char* text : {"resync icon", "Resync", "resync 2", "find resync", ":resync:"}) {
        CHECK(deferred_command(text) == Deferred::no);
    }
    CHECK(deferred_command("") == Deferred::picker);
    CHECK(deferred_command(" \n") == Deferred::picker);
    for (const char* text : {"maps", "map of japan", "help", "dupes 2", "like :a:", "beer"}) {
        CHECK(deferred_command(text) == Deferred::no);
    }
    Fixture fixture;
    fixture.add("map", red);
    CHECK(says(fixture.say("map"), "`:map:`"));  // in a direct message it is a query
}

TEST_CASE("each command has a name of a small set", "[command]") {
    CHECK(sub_command_name("") == "picker");
    CHECK(sub_command_name("  ") == "picker");
    CHECK(sub_command_name("help") == "help");
    CHECK(sub_command_name(" info :beer:") == "info");
    CHECK(sub_command_name("map") == "map");
    CHECK(sub_command_name("resync") == "resync");
    CHECK(sub_command_name("find map") == "find");
    CHECK(sub_command_name(":beer:") == "like");
    CHECK(sub_command_name("whatever somebody types") == "query");
    const auto names = sub_command_names();
    CHECK(std::set<std::string_view>(names.begin(), names.end()).size() == names.size());
    for (const char* name : {"picker", "help", "info", "map", "resync", "find", "like", "query"}) {
        CHECK(std::ranges::find(names, name) != names.end());
    }
}

}  // namespace emojiscope::bot
