// Keeping the catalogue equal to the workspace: what one bad entry costs.
#include "emojiscope/bot/workspace_keeper.hpp"

#include "bot/desk_fixture.hpp"

namespace emojiscope::bot {
namespace {

struct Keeping : DeskFixture {
    boost::asio::thread_pool pool{1};

    ~Keeping() { pool.join(); }

    std::string picture(const std::string& target, const RgbaImage& image) {
        const auto bytes = search::file_of(image);
        files[target] = std::string(bytes.begin(), bytes.end());
        return server.url(target);
    }
    SyncReport sync(const std::map<std::string, std::string>& emoji) {
        answers["emoji.list"] = nlohmann::json{{"ok", true}, {"emoji", emoji}}.dump();
        WorkspaceKeeper keeper(parts, client.api, pool, options);
        return client.run(keeper.sync({}, {})).value();
    }
};

}  // namespace

TEST_CASE("an emoji at a host that is not named is reported, and the others are learnt",
          "[keeper]") {
    Keeping keeping;
    const auto report = keeping.sync({{"beer", keeping.picture("/beer.png", search::red)},
                                      {"far", "https://pictures.example/far.png"},
                                      {"inside", "https://10.0.0.1/inside.png"},
                                      {"tea", keeping.picture("/tea.png", search::blue)}});
    CHECK(report.learnt == 2);
    CHECK(report.failed == 2);
    REQUIRE(report.problems.size() == 2);
    for (const std::string& problem : report.problems) {
        CAPTURE(problem);
        CHECK(problem.find("slack.download_hosts") != std::string::npos);
        CHECK(problem.find('\n') == std::string::npos);
    }
    CHECK(keeping.world.library.size() == 2);
    // Noted with its reason, and tried again by the next sync: the list may have been mended.
    const auto far = keeping.world.catalogue.find(search::team, "far").value();
    CHECK(far.state == EmojiState::failed);
    const auto again = keeping.sync({{"beer", keeping.server.url("/beer.png")},
                                     {"far", keeping.picture("/far.png", search::green)},
                                     {"tea", keeping.server.url("/tea.png")}});
    CHECK(again.learnt == 1);
    CHECK(again.failed == 0);
}

}  // namespace emojiscope::bot
