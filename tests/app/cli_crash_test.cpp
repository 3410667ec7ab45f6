// The program beside others and after a crash: killed imports, a second writer, another model.
#include "emojiscope/store/store.hpp"
#include "program.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <thread>

using namespace emojiscope;
using namespace emojiscope::app;
using nlohmann::json;

namespace fs = std::filesystem;

namespace {

constexpr std::size_t many = 400;

/// So many pictures that an import takes several batches.
void write_many(const Site& site) {
    std::mt19937 random(11);
    for (std::size_t i = 0; i < many; ++i) {
        RgbaImage noise = fakes::plain_image(16, 16, {});
        for (std::uint8_t& value : noise.pixels) {
            value = static_cast<std::uint8_t>(random());
        }
        write_png(site.picture("noise" + std::to_string(i)), noise);
    }
}

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

/// Whether two documents say the same, numbers up to the rounding of sums made in another order.
bool same_but_for_rounding(const json& a, const json& b) {
    constexpr double rounding = 2e-5;
    if (a.is_number_float() && b.is_number_float()) {
        return std::abs(a.get<double>() - b.get<double>()) <= rounding;
    }
    if (a.type() != b.type() || a.size() != b.size()) {
        return false;
    }
    if (a.is_array()) {
        return std::equal(a.begin(), a.end(), b.begin(), same_but_for_rounding);
    }
    if (a.is_object()) {
        return std::all_of(a.items().begin(), a.items().end(), [&b](const auto& item) {
            return b.contains(item.key()) && same_but_for_rounding(item.value(), b[item.key()]);
        });
    }
    return a == b;
}

/// The answers to some queries, without the time they took.
std::vector<json> answers(const Site& site) {
    write_text(site.file("queries"), "beer\nnoise7\nred disc\nビール\nnight\n");
    const Run done = site({"search", "--queries", site.file("queries").string(), "--json"});
    REQUIRE(done.status == 0);
    std::vector<json> all;
    for (const std::string& line : lines_of(done.out)) {
        all.push_back(json::parse(line));
        all.back().erase("took_ms");
    }
    return all;
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
