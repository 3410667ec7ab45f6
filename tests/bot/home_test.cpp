// The Home tab: what it shows, what it keeps, and when it is published.
#include "home_desk.hpp"

#include "block_check.hpp"
#include "desk_fixture.hpp"
#include "thumbnail_fixture.hpp"

#include "fakes/memory_settings.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <future>
#include <stdexcept>

namespace emojiscope::bot {
namespace {

using nlohmann::json;
using search::learn;
using simulator::check_view;

/// The menu with this action.
json menu_in(const json& view, std::string_view action) {
    for (const json& block : view.at("blocks")) {
        if (block.value("accessory", json::object()).value("action_id", "") == action) {
            return block.at("accessory");
        }
    }
    return nullptr;
}

/// The only picture; null if there is none.
json picture_in(const json& view) {
    for (const json& block : view.at("blocks")) {
        if (block.at("type") == "image") {
            return block;
        }
    }
    return nullptr;
}

Parts with_settings(Parts parts, SettingsBook& book) {
    parts.settings = &book;
    return parts;
}

struct Desk : DeskFixture {
    explicit Desk(std::chrono::milliseconds max_rate_limit_wait = std::chrono::milliseconds(100))
        : DeskFixture(max_rate_limit_wait) {
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
    GatheredHome gather(const std::stop_token& stop) {
        ++gathered;
        boost::asio::post(client.io, [] {});  // so that the loop looks at it
        return instead ? instead() : gather_home_facts(parts, search::team, stop);
    }
    void open(const std::string& user = "U1") { client.run(home.opened({user})).value(); }
    void remember() {
        client
            .run([](ThumbnailDesk& desk) -> boost::asio::awaitable<Result<void>> {
                co_await desk.remember();
                co_return Result<void>{};
            }(thumbnail))
            .value();
    }
    /// Lets `home.run()` run beside what the test does, until `condition`.
    void run_until(const std::function<bool()>& condition) {
        if (!running) {
            running = true;
            boost::asio::co_spawn(client.io, home.run(), [&](const std::exception_ptr& thrown) {
                running = false;
                CHECK_FALSE(thrown);
            });
        }
        loopback::run_until(client.io, condition);
    }
    /// ... until everything is known and shown to this many people.
    void settle(std::size_t people = 1) {
        run_until([&] {
            std::size_t full = 0;
            for (const json& one : published()) {
                full += says(one, "No two emoji") ? 1 : 0;
            }
            return full >= people;
        });
    }
    ~Desk() {
        home.stop();
        if (running) {
            loopback::run_until(client.io, [&] { return !running; });
        }
    }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;
    Result<void> choose(std::string_view action, const std::string& value) {
        return client.run(home.choose({std::string(action), value, "U1", {"V1", "home", ""}}));
    }
    std::vector<json> published() { return calls("views.publish"); }

    fakes::MemorySettings book;
    std::function<GatheredHome()> instead;  ///< of what is gathered; on another thread
    std::atomic<int> gathered{0};
    bool running = false;
    FakeThumbnailMaker maker;
    fakes::MemoryThumbnails thumbnails;
    ThumbnailDesk thumbnail{client.io.get_executor(),
                            with_thumbnails(parts, maker, thumbnails),
                            client.api,
                            disk,
                            [] { return true; },
                            options.team_id,
                            live,
                            {}};
    HomeDesk home{client.io.get_executor(),
                  with_settings(with_thumbnails(parts, maker, thumbnails), book),
                  client.api,
                  disk,
                  thumbnail,
                  [this](std::string user_id) { return know(std::move(user_id)); },
                  [this](const std::stop_token& stop) { return gather(stop); },
                  options.team_id,
                  live,
                  {std::chrono::milliseconds(1), std::chrono::minutes(10),
                   std::chrono::milliseconds(200), std::chrono::minutes(1)}};
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
        const json menu = menu_in(chosen, action);
        for (const json& option : menu.at("options")) {
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
    const auto gathered = gather_home_facts(desk.parts, search::team, {});
    CHECK(gathered.complete);
    const HomeFacts& facts = gathered.facts;
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
    REQUIRE(desk.published().size() == 1);  // at once, with what is quickly known
    CHECK(desk.published().back().at("user_id") == "U1");
    CHECK(says(desk.published().back(), "3 custom emoji"));
    CHECK_FALSE(says(desk.published().back(), "No two emoji"));
    desk.settle();
    REQUIRE(desk.published().size() == 2);
    desk.open();
    desk.open();
    CHECK(desk.published().size() == 2);
    // Another person sees all of it for the first time.
    desk.open("U2");
    REQUIRE(desk.published().size() == 3);
    CHECK(desk.published().back().at("user_id") == "U2");
    CHECK(says(desk.published().back(), "No two emoji"));
    CHECK(desk.gathered == 1);
}

TEST_CASE("whoever looks on sees changes without opening it again", "[home]") {
    Desk desk;
    desk.open();
    desk.settle();
    const std::size_t before = desk.published().size();
    learn(desk.world, "cat", search::blue);
    desk.run_until([&] { return desk.published().size() > before; });
    CHECK(says(desk.published().back(), "4 custom emoji"));
    CHECK(says(desk.published().back(), "`:cat:`"));
    // After ten minutes they do when they look again.
    desk.world.clock.advance(std::chrono::minutes(11));
    const int gathered = desk.gathered;
    learn(desk.world, "dog", search::green);
    desk.client.io.restart();
    desk.client.io.run_for(std::chrono::milliseconds(20));
    CHECK(desk.gathered == gathered);
    desk.open();
    desk.run_until([&] { return says(desk.published().back(), "`:dog:`"); });
}

TEST_CASE("what everybody is shown by default changes for whoever looks on", "[home]") {
    Desk desk;
    desk.open();
    desk.settle();
    CHECK_FALSE(says(desk.published().back(), "intranet.example"));
    LiveOptions other = *desk.live.now();
    other.map_url = "https://intranet.example/map.html";
    desk.live.set(other);
    desk.home.changed();
    desk.run_until([&] { return says(desk.published().back(), "intranet.example"); });
}

TEST_CASE("however many look, nobody waits while emoji are compared", "[home]") {
    Desk desk;
    std::promise<void> let_go;
    const auto gate = let_go.get_future().share();
    desk.instead = [&, gate] {
        gate.wait();
        return gather_home_facts(desk.parts, search::team, {});
    };
    desk.open("U0");
    desk.run_until([&] { return desk.gathered == 1; });
    // More than the inbox handles at once; each of them returns.
    for (int i = 1; i <= 40; ++i) {
        desk.open("U" + std::to_string(i));
    }
    CHECK(desk.published().size() == 41);
    CHECK(desk.gathered == 1);
    let_go.set_value();
    desk.settle(41);
    CHECK(desk.gathered == 1);
}

TEST_CASE("a Home that cannot be gathered is tried again, and ends nothing", "[home]") {
    Desk desk;
    bool incomplete = false;
    SECTION("it throws") {
        desk.instead = []() -> GatheredHome { throw std::runtime_error("out of order"); };
    }
    SECTION("something is missing") {
        incomplete = true;
        desk.instead = [] { return GatheredHome{{}, false}; };
    }
    desk.open();
    desk.run_until([&] { return desk.gathered == 1; });
    desk.run_until([&] { return !incomplete || desk.published().size() == 2; });
    desk.client.io.restart();
    desk.client.io.run_for(std::chrono::milliseconds(20));
    CHECK(desk.gathered == 1);  // not at once
    desk.instead = {};
    desk.world.clock.advance(std::chrono::minutes(2));
    desk.settle();
    CHECK(desk.gathered == 2);
}

TEST_CASE("what is published for one person is never overtaken by what is older", "[home]") {
    Desk desk;
    desk.open();
    const std::size_t before = desk.published().size();
    int ended = 0;
    for (const char* results : {"3", "5", "8", "12"}) {
        boost::asio::co_spawn(
            desk.client.io,
            desk.home.choose({std::string(action_home_results), results, "U1", {"V1", "home", ""}}),
            [&](const std::exception_ptr&, const Result<void>& chosen) {
                CHECK(chosen);
                ++ended;
            });
    }
    loopback::run_until(desk.client.io, [&] { return ended == 4; });
    const std::string kept = std::to_string(desk.book.load(search::team, "U1").value().results);
    REQUIRE(desk.published().size() > before);
    const json menu = menu_in(desk.published().back().at("view"), action_home_results);
    CHECK(menu.at("initial_option").at("value") == kept);
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

TEST_CASE("a look waits for no rate limit, and is answered once that has passed", "[home]") {
    Desk desk(std::chrono::minutes(2));
    desk.limited_method = "views.publish";
    desk.limited = 1;
    desk.retry_after = "3";  // more than this machine may stall
    const auto before = std::chrono::steady_clock::now();
    const auto passed = [&] { return std::chrono::steady_clock::now() - before; };
    desk.open();
    REQUIRE(desk.choose(action_home_results, "12"));
    CHECK(passed() < std::chrono::milliseconds(2'900));
    CHECK(desk.published().size() == 1);  // the one that was refused
    desk.settle();
    CHECK(passed() >= std::chrono::milliseconds(2'900));
    CHECK(menu_in(desk.published().back().at("view"), action_home_results)
              .at("initial_option")
              .at("value") == "12");
}

TEST_CASE("Home shows the map's thumbnail, and says what it is in the viewer's language",
          "[home]") {
    HomeFacts facts;
    facts.emoji = 40;
    HomeFrame frame;
    frame.map = {"F012345678", 39};
    const json view = home_view(facts, {}, frame);
    CHECK(check_view(view).empty());
    CHECK(picture_in(view).at("slack_file") == json{{"id", "F012345678"}});
    CHECK(picture_in(view).at("alt_text") ==
          "A map of 39 emoji: those that look alike lie together");
    CHECK(says(view, "/emoji map"));  // beside it, how to get all of it
    frame.language = Language::japanese;
    CHECK(says(home_view(facts, {}, frame), "絵文字 39 個の地図"));
    // On so few nothing is to be seen.
    facts.emoji = 2;
    CHECK(picture_in(home_view(facts, {}, frame)).is_null());
    facts.emoji = 40;
    frame.map = {};
    CHECK(picture_in(home_view(facts, {}, frame)).is_null());
    CHECK(says(home_view(facts, {}, frame), "/emoji map"));
    // Where there are no maps, nobody is told to ask for one.
    frame.draws_maps = false;
    CHECK_FALSE(says(home_view(facts, {}, frame), "/emoji map"));
    frame.map_url = "https://intranet.example/map.html";
    CHECK(says(home_view(facts, {}, frame), "https://intranet.example/map.html"));
}

TEST_CASE("a Home that Slack refuses with the thumbnail is published without it", "[home]") {
    Desk desk;
    desk.thumbnails.save(search::team, thumbnail_of("F012345678")).value();
    desk.remember();
    const char* refusal = GENERATE("invalid_blocks", "invalid_arguments");
    desk.decide = [&](const std::string& method, const std::string& body) -> std::string {
        const bool with_file = body.find("slack_file") != std::string::npos;
        return method == "views.publish" && with_file
                   ? json{{"ok", false}, {"error", refusal}}.dump()
                   : "";
    };
    desk.open();
    REQUIRE(desk.published().size() == 2);
    CHECK(says(desk.published().front(), "F012345678"));
    CHECK_FALSE(says(desk.published().back(), "slack_file"));
    CHECK(says(desk.published().back(), "3 custom emoji"));
    CHECK(desk.thumbnails.load(search::team).value().file_id.empty());
    CHECK(desk.thumbnails.load(search::team).value().old_file_id == "F012345678");
    // Not once more, for anybody.
    desk.open();
    desk.open("U2");
    CHECK(desk.published().size() == 3);
}

TEST_CASE("a Home that Slack does not take either way costs no thumbnail", "[home]") {
    Desk desk;
    desk.thumbnails.save(search::team, thumbnail_of("F012345678")).value();
    desk.remember();
    desk.answers["views.publish"] = R"({"ok":false,"error":"user_not_found"})";
    desk.open();
    CHECK(desk.thumbnails.load(search::team).value().file_id == "F012345678");
    desk.answers.erase("views.publish");
    desk.open();
    CHECK(says(desk.published().back(), "F012345678"));
}

}  // namespace emojiscope::bot
