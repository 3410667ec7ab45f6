#include "emojiscope/app/picture_fetcher.hpp"

#include "fakes/temp_folder.hpp"
#include "slack/loopback_server.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <fstream>
#include <future>
#include <thread>

using namespace emojiscope;
using namespace emojiscope::app;
using std::chrono::milliseconds;

namespace {

EmojiRecord at(const std::string& value, const std::string& team = "T1") {
    EmojiRecord record;
    record.team_id = team;
    record.value = value;
    return record;
}

/// The API is on this machine, as the local Slack's is.
FetchOptions local(std::vector<milliseconds> delays = {}) {
    return {{},
            slack::DownloadRules::for_workspace(slack::parse_url("http://127.0.0.1:1/api/").value(),
                                                {}),
            std::move(delays)};
}

std::string text_of(const Result<std::vector<std::uint8_t>>& bytes) {
    return bytes ? std::string(bytes->begin(), bytes->end()) : bytes.error().message;
}

}  // namespace

TEST_CASE("pictures are fetched from the disk and from the web", "[fetch]") {
    const fakes::TempFolder folder;
    std::ofstream(folder.path() / "a.png") << "from the disk";
    loopback::LoopbackServer server([](const loopback::Request& request) {
        return request.target() == "/b.png" ? loopback::answer(200, "from the web")
                                            : loopback::answer(404, "no");
    });
    PictureFetcher fetcher(local({milliseconds{1}, milliseconds{1}}));
    CHECK(text_of(fetcher.fetch(at((folder.path() / "a.png").string(), "local"))) ==
          "from the disk");
    CHECK(text_of(fetcher.fetch(at(server.url("/b.png")))) == "from the web");
    CHECK(fetcher.fetch(at(server.url("/c.png"))).error().code == ErrorCode::not_found);
    CHECK(fetcher.fetch(at((folder.path() / "d.png").string(), "local")).error().code ==
          ErrorCode::not_found);
    // What is not there is not asked for again.
    CHECK(server.requests().size() == 2);
}

TEST_CASE("many are fetched at once, each with its own connection", "[fetch]") {
    loopback::LoopbackServer server([](const loopback::Request& request) {
        return loopback::answer(200, std::string(request.target()));
    });
    PictureFetcher fetcher(local());
    std::vector<std::future<bool>> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.push_back(std::async(std::launch::async, [&, thread] {
            bool good = true;
            for (int i = 0; i < 25; ++i) {
                const std::string target = "/" + std::to_string(thread) + "/" + std::to_string(i);
                good = good && text_of(fetcher.fetch(at(server.url(target)))) == target;
            }
            return good;
        }));
    }
    for (auto& thread : threads) {
        CHECK(thread.get());
    }
    CHECK(server.connections() <= 4);
}

TEST_CASE("what may succeed later is tried again, until that is in vain", "[fetch]") {
    std::atomic<int> failing{2};
    loopback::LoopbackServer server([&](const loopback::Request&) {
        return failing-- > 0 ? loopback::answer(503, "busy") : loopback::answer(200, "here");
    });
    PictureFetcher fetcher(local({milliseconds{1}, milliseconds{1}}));
    CHECK(text_of(fetcher.fetch(at(server.url("/a")))) == "here");
    CHECK(server.requests().size() == 3);
    failing = 1'000'000;
    CHECK(fetcher.fetch(at(server.url("/a"))).error().code == ErrorCode::network);
    CHECK(server.requests().size() == 6);
    // Of the next ones nobody expects more.
    CHECK(fetcher.fetch(at(server.url("/a"))).has_error());
    CHECK(fetcher.fetch(at(server.url("/a"))).has_error());
    CHECK(server.requests().size() == 8);
    failing = 0;
    CHECK(fetcher.fetch(at(server.url("/a"))).has_value());
    failing = 2;
    CHECK(fetcher.fetch(at(server.url("/a"))).has_value());
}

TEST_CASE("a stop ends what is under way, and all that comes after", "[fetch]") {
    std::promise<void> asked;
    std::promise<void> let_go;
    loopback::LoopbackServer server([&](const loopback::Request&) {
        asked.set_value();
        let_go.get_future().wait();
        return loopback::answer(200, "too late");
    });
    PictureFetcher fetcher(local({std::chrono::hours{1}}));
    auto waiting =
        std::async(std::launch::async, [&] { return fetcher.fetch(at(server.url("/a"))); });
    asked.get_future().wait();
    fetcher.stop();
    CHECK(waiting.get().error().code == ErrorCode::cancelled);
    let_go.set_value();
    CHECK(fetcher.fetch(at(server.url("/a"))).error().code == ErrorCode::cancelled);
    CHECK(fetcher.fetch(at("/no/file")).error().code == ErrorCode::cancelled);
}

TEST_CASE("a stop ends the wait between two tries", "[fetch]") {
    std::promise<void> asked;
    loopback::LoopbackServer server([&](const loopback::Request&) {
        asked.set_value();
        return loopback::answer(503, "busy");
    });
    PictureFetcher fetcher(local({std::chrono::hours{1}}));
    auto waiting =
        std::async(std::launch::async, [&] { return fetcher.fetch(at(server.url("/a"))); });
    asked.get_future().wait();
    fetcher.stop();
    CHECK(waiting.get().error().code == ErrorCode::cancelled);
}

TEST_CASE("what a workspace names is fetched from hosts that the configuration names", "[fetch]") {
    loopback::LoopbackServer server(
        [](const loopback::Request&) { return loopback::answer(200, "here"); });
    FetchOptions options{
        {},
        slack::DownloadRules::for_workspace(slack::parse_url("https://slack.com/api/").value(),
                                            slack::slack_download_hosts()),
        {milliseconds{1}}};
    PictureFetcher fetcher(std::move(options));
    const auto refused = fetcher.fetch(at(server.url("/a")));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::invalid_argument);
    CHECK_THAT(refused.error().message, Catch::Contains("slack.download_hosts"));
    CHECK(server.connections() == 0);
    // What an operator wrote into a list is another matter.
    CHECK(text_of(fetcher.fetch(at(server.url("/a"), "local"))) == "here");
}

TEST_CASE("what a workspace names is never read from the disk", "[fetch]") {
    const fakes::TempFolder folder;
    const std::string file = (folder.path() / "secret").string();
    std::ofstream(file) << "from the disk";
    PictureFetcher fetcher(local());
    for (const std::string& value : {file, "file://" + file, std::string(), "HTTP:" + file}) {
        CAPTURE(value);
        const auto refused = fetcher.fetch(at(value));
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == ErrorCode::invalid_argument);
        CHECK(refused.error().message.find("secret") == std::string::npos);
    }
}

TEST_CASE("an import asks nobody in a private network", "[fetch]") {
    UrlFetcher fetcher({}, slack::DownloadRules::for_imports());
    for (const char* url : {"https://10.0.0.1/a.png", "https://[fd00::1]/a.png",
                            "https://169.254.169.254/latest/meta-data/", "https://2130706433/"}) {
        CAPTURE(url);
        CHECK(fetcher.fetch(url).error().code == ErrorCode::invalid_argument);
    }
}

TEST_CASE("a web page is no picture", "[fetch]") {
    loopback::LoopbackServer server([](const loopback::Request&) {
        return loopback::answer(200, "\n<!DOCTYPE html><title>Sign in</title>", "image/png");
    });
    UrlFetcher fetcher({}, slack::DownloadRules::for_imports());
    const auto bytes = fetcher.fetch(server.url("/a"));
    REQUIRE_FALSE(bytes.has_value());
    CHECK(bytes.error().code == ErrorCode::not_found);
    CHECK_THAT(bytes.error().message, Catch::Contains("web page"));
}
