// The Home tab: what it shows, what it keeps, and when it is published.
#include "home_desk.hpp"

#include "block_check.hpp"
#include "desk_fixture.hpp"

#include "fakes/memory_settings.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace emojiscope::bot {
namespace {

using nlohmann::json;
using search::learn;
using simulator::check_view;

bool says(const json& part, const std::string& text) {
    return part.dump().find(text) != std::string::npos;
}

/// The menu with this action.
json menu_in(const json& view, std::string_view action) {
    for (const json& block : view.at("blocks")) {
        if (block.value("accessory", json::object()).value("action_id", "") == action) {
            return block.at("accessory");
        }
    }
    return nullptr;
}

Parts with_settings(Parts parts, SettingsBook& book) {
    parts.settings = &book;
    return parts;
}

struct Desk : DeskFixture {
    Desk() {
        learn(world, "crab", search::red);
        learn(world, "lobster", search::pink);
        learn(world, "frog", search::green);
    }

    /// As the bot finds people out: by what they chose.
    boost::asio::awaitable<Person> know(std::string user_id) {
        Person person;
        person.settings = book.load(search::team, user_id).value();
        person.language = parse_language(person.settings.language).value_or(Language::english);
        co_return person;
    }
    void open(const std::string& user = "U1") { client.run(home.opened({user})).value(); }
    Result<void> choose(std::string_view action, const std::string& value) {
        return client.run(home.choose({std::string(action), value, "U1", {"V1", "home", ""}}));
    }
    std::vector<json> published() { return calls("views.publish"); }

    fakes::MemorySettings book;
    HomeDesk home{client.io.get_executor(),
                  with_settings(parts, book),
                  client.api,
                  disk,
                  [this](std::string user_id) { return know(std::move(user_id)); },
                  options};
};

}  // namespace

TEST_CASE("Home is within Slack's limits, with everything as long as it can be", "[home]") {
    HomeFacts facts;
    facts.emoji = facts.more_names = 1'000'000;
    facts.duplicates = 99'999;
    facts.similar_among = 300;
    for (int i = 0; i < 40; ++i) {
        facts.newest.emplace_back(100, 'n');
        facts.similar.emplace_back(std::string(100, 'a'), std::string(100, 'b'));
    }
    for (const Language language : {Language::english, Language::japanese}) {
        const HomeFrame frame{language, 8, "https://e/" + std::string(2000, 'm')};
        for (const UserSettings& settings :
             {UserSettings{}, UserSettings{20, "ja"}, UserSettings{7, "xx"}}) {
            CHECK(check_view(home_view(facts, settings, frame)).empty());
        }
        CHECK(check_view(home_view({}, {}, frame)).empty());
    }
}

TEST_CASE("what is chosen is shown as chosen, and what is not offered is not taken", "[home]") {
    const json usual = home_view({}, {}, {});
    CHECK(menu_in(usual, action_home_results).at("initial_option").at("value") == "usual");
    CHECK(menu_in(usual, action_home_language).at("initial_option").at("value") == "usual");
    const json chosen = home_view({}, {12, "ja"}, {});
    CHECK(menu_in(chosen, action_home_results).at("initial_option").at("value") == "12");
    CHECK(menu_in(chosen, action_home_language).at("initial_option").at("value") == "ja");
    // Every option is understood.
    for (const auto action : {action_home_results, action_home_language}) {
        for (const json& option : menu_in(chosen, action).at("options")) {
            CHECK(chosen_in(action, option.at("value").get<std::string>(), {}).has_value());
        }
    }
    CHECK(chosen_in(action_home_results, "usual", {12, "ja"}) == UserSettings{0, "ja"});
    CHECK(chosen_in(action_home_results, "3", {12, "ja"}) == UserSettings{3, "ja"});
    CHECK(chosen_in(action_home_language, "en", {12, "ja"}) == UserSettings{12, "en"});
    CHECK(chosen_in(action_home_results, "4", {}) == std::nullopt);
    CHECK(chosen_in(action_home_results, "", {}) == std::nullopt);
    CHECK(chosen_in(action_home_language, "de", {}) == std::nullopt);
    CHECK(chosen_in("home.other", "3", {}) == std::nullopt);
}

TEST_CASE("Home tells how many, which are new, which are double, and which are alike", "[home]") {
    Desk desk;
    desk.world.clock.advance(std::chrono::hours(1));
    learn(desk.world, "crab_again", search::red);
    search::put_alias(desk.world, "krabbe", "crab");
    const HomeFacts facts = gather_home_facts(desk.parts, search::team, {});
    CHECK(facts.emoji == 4);
    CHECK(facts.more_names == 1);
    REQUIRE_FALSE(facts.newest.empty());
    CHECK(facts.newest.front() == "crab_again");
    CHECK(facts.duplicates == 1);
    CHECK(facts.similar_among == 0);
    REQUIRE_FALSE(facts.similar.empty());
    // Not the two that are the same: those are among the doubles.
    const auto [one, other] = facts.similar.front();
    CHECK((one == "lobster" || other == "lobster"));
    const json view = home_view(facts, {}, {});
    CHECK(says(view, "4 custom emoji, other names: 1"));
    CHECK(says(view, "`:crab_again:`"));
    CHECK(says(view, "1 picture is there more than once"));
    CHECK(says(view, "`:lobster:`"));
}

TEST_CASE("Home is published once, and not on every look", "[home]") {
    Desk desk;
    desk.open();
    const auto first = desk.published();
    REQUIRE_FALSE(first.empty());
    CHECK(first.back().at("user_id") == "U1");
    CHECK(says(first.back(), "3 custom emoji"));
    CHECK(says(first.back(), "No two emoji"));
    desk.open();
    desk.open();
    CHECK(desk.published().size() == first.size());
    // Another person sees it for the first time.
    desk.open("U2");
    CHECK(desk.published().size() == first.size() + 1);
    CHECK(desk.published().back().at("user_id") == "U2");
}

TEST_CASE("Home is published again when the emoji have changed", "[home]") {
    Desk desk;
    desk.open();
    const std::size_t before = desk.published().size();
    learn(desk.world, "cat", search::blue);
    desk.open();
    REQUIRE(desk.published().size() == before + 1);
    CHECK(says(desk.published().back(), "4 custom emoji"));
    CHECK(says(desk.published().back(), "`:cat:`"));
}

TEST_CASE("whoever looks on sees changes without opening it again", "[home]") {
    Desk desk;
    desk.open();
    const std::size_t before = desk.published().size();
    bool ended = false;
    boost::asio::co_spawn(desk.client.io, desk.home.run(),
                          [&](const std::exception_ptr&) { ended = true; });
    learn(desk.world, "cat", search::blue);
    loopback::run_until(desk.client.io, [&] { return desk.published().size() > before; });
    CHECK(says(desk.published().back(), "`:cat:`"));
    desk.home.stop();
    loopback::run_until(desk.client.io, [&] { return ended; });
}

TEST_CASE("a setting is kept and shown", "[home]") {
    Desk desk;
    desk.open();
    const std::size_t before = desk.published().size();
    REQUIRE(desk.choose(action_home_language, "ja"));
    REQUIRE(desk.choose(action_home_results, "12"));
    CHECK(desk.book.load(search::team, "U1").value() == UserSettings{12, "ja"});
    REQUIRE(desk.published().size() == before + 2);
    const json view = desk.published().back().at("view");
    CHECK(says(view, "カスタム絵文字 3 個"));
    CHECK(menu_in(view, action_home_results).at("initial_option").at("value") == "12");
    REQUIRE(desk.choose(action_home_results, "1000000"));
    CHECK(desk.book.load(search::team, "U1").value() == UserSettings{12, "ja"});
}

TEST_CASE("a choice in a Home of an earlier run does not empty it", "[home]") {
    Desk desk;
    REQUIRE(desk.choose(action_home_results, "3"));
    REQUIRE_FALSE(desk.published().empty());
    CHECK(says(desk.published().back(), "3 custom emoji"));
}

TEST_CASE("a setting that cannot be kept is tried again", "[home]") {
    Desk desk;
    desk.open();
    desk.book.failure = Error{ErrorCode::io, "the disk is full"};
    CHECK(desk.choose(action_home_results, "12").has_error());
}

TEST_CASE("a Home that Slack does not take is published at the next look", "[home]") {
    Desk desk;
    desk.answers["views.publish"] = R"({"ok":false,"error":"internal_error"})";
    desk.open();
    const std::size_t tried = desk.published().size();
    CHECK(tried > 0);
    desk.answers.erase("views.publish");
    desk.open();
    CHECK(desk.published().size() > tried);
}

}  // namespace emojiscope::bot
