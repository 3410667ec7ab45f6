// The program beside others and after a crash: killed imports, a second writer, another model.
#include "emojiscope/store/store.hpp"
#include "answers.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>

using namespace emojiscope;
using namespace emojiscope::app;
using nlohmann::json;

namespace fs = std::filesystem;

namespace {

struct Progress {
    std::size_t listed = 0;
    std::size_t ready = 0;
};

/// What a reader sees of the catalogue at this moment; nothing, as long as there is none.
Progress progress_of(const Site& site) {
    const SystemClock clock;
    const auto store = store::Store::open(site.data(), {.write = false}, clock);
    if (!store) {
        return {};
    }
    const auto records = (*store)->catalogue().list("local");
    if (!records) {
        return {};
    }
    const auto ready = std::count_if(records->begin(), records->end(), [](const EmojiRecord& r) {
        return r.state == EmojiState::ready;
    });
    return {records->size(), static_cast<std::size_t>(ready)};
}

}  // namespace

TEST_CASE("an import killed in the middle is ended by the next", "[cli][crash]") {
    const Site site;
    write_many(site);
    const auto import = site.arguments({"import", site.pictures().string()});
    Program whole(import);
    REQUIRE(whole.wait() == 0);
    const Run list = site({"list", "--yaml"});
    const auto expected = answers(site);
    REQUIRE(lines_of(list.out).size() >= many);

    for (const std::size_t ready : {std::size_t{0}, std::size_t{1}, std::size_t{150}}) {
        CAPTURE(ready);
        fs::remove_all(site.data());
        Program killed(import);
        Progress seen;
        while (killed.is_running() && (seen.listed == 0 || seen.ready < ready)) {
            seen = progress_of(site);
            std::this_thread::yield();
        }
        killed.kill();
        const Progress left = progress_of(site);
        CHECK(left.listed == many + 12);
        CHECK(left.ready >= ready);
        CHECK(left.ready < many);

        const Run again = site({"import", site.pictures().string()});
        INFO(again.err);
        CHECK(again.status == 0);
        // What was learnt before the crash is not learnt again.
        CHECK_THAT(again.out, Catch::Contains(" " + std::to_string(left.ready) + " unchanged"));
        CHECK(site({"list", "--yaml"}).out == list.out);
        // The batches of the second import hold other pictures together.
        const auto answered = answers(site);
        INFO(json(answered).dump(2));
        CHECK(same_but_for_rounding(answered, expected));
    }
}

TEST_CASE("there is one writer at a time; readers go on", "[cli][crash]") {
    const Site site;
    REQUIRE(site({"import", site.pictures().string()}).status == 0);
    const SystemClock clock;
    const auto writer = store::Store::open(site.data(), {.write = true}, clock).value();
    const Run second = site({"import", site.pictures().string()});
    CHECK(second.status == 1);
    CHECK_THAT(second.err,
               Catch::Contains("another program (process " + std::to_string(::getpid()) +
                               ") is writing to the catalogue"));
    CHECK(second.out.empty());
    CHECK(site({"search", "white"}).status == 0);
    CHECK(lines_of(site({"list"}).out).size() == 12);
}

TEST_CASE("a catalogue of another model is refused", "[cli][crash]") {
    Site site;
    REQUIRE(site({"import", site.pictures().string()}).status == 0);
    fs::copy(site.model, site.file("model"), fs::copy_options::recursive);
    const fs::path yaml = site.file("model") / "model.yaml";
    std::string text = read_text(yaml);
    const auto at = text.find("version: ");
    REQUIRE(at != std::string::npos);
    text.replace(at, text.find('\n', at) - at, "version: 'another'");
    write_text(yaml, text);

    const fs::path shipped = site.model;
    site.model = site.file("model");
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"import", site.pictures().string()}, {"search", "white"}}) {
        const Run refused = site(command);
        CHECK(refused.status == 1);
        CHECK(refused.out.empty());
        const auto lines = lines_of(refused.err);
        const auto told = std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
            return line.starts_with("emojiscope: ") && line.find("another") != std::string::npos &&
                   line.find("emojiclip") != std::string::npos;
        });
        CHECK(told == 1);
    }
    // Nothing was harmed: what needs no model goes on, and so does the model of before.
    CHECK(site({"dupes"}).status == 0);
    site.model = shipped;
    CHECK(site({"search", "white"}).status == 0);
}
