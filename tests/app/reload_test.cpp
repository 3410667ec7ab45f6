// Which settings hold at once when the configuration is read anew, and which at the next start.
#include "reload.hpp"

#include "log.hpp"
#include "reloader.hpp"
#include "stopper.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <catch2/catch.hpp>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <set>

using namespace emojiscope;
using namespace emojiscope::app;

namespace asio = boost::asio;

namespace {

using Names = std::vector<std::string>;

/// Another value for every field of the configuration: how many each struct has is counted by the
/// bindings, which a new field breaks. It then belongs here and in `config_keys`.
std::map<std::string, std::function<void(Config&)>> other_values() {
    static_cast<void>([](const SlackConfig& config) {
        const auto& [api_base_url, bot_token, app_token, token_problem, open_token_files,
                     bot_token_file, app_token_file, ca_file, proxy, connections, alert_channel,
                     alert_kinds, results, map_url, language, resync_every, download_hosts, admins,
                     commands_per_minute] = config;
        static_cast<void>(api_base_url);
    });
    static_cast<void>([](const StatusConfig& config) {
        const auto& [address, port] = config;
        static_cast<void>(address);
    });
    static_cast<void>([](const LogConfig& config) {
        const auto& [level, json, queries] = config;
        static_cast<void>(level);
    });
    static_cast<void>([](const InferenceConfig& config) {
        const auto& [threads, allow_reference_blas, precision] = config;
        static_cast<void>(threads);
    });
    static_cast<void>([](const SearchConfig& config) {
        const auto& [standard_emoji] = config;
        static_cast<void>(standard_emoji);
    });
    static_cast<void>([](const Config& config) {
        const auto& [data, model, next_model, concepts, slack, status, log, search, inference] =
            config;
        static_cast<void>(data);
    });
    return {
        {"data", [](Config& c) { c.data = "/other"; }},
        {"model", [](Config& c) { c.model = "/other"; }},
        {"next_model", [](Config& c) { c.next_model = "/other"; }},
        {"concepts", [](Config& c) { c.concepts = "/other"; }},
        {"log_level", [](Config& c) { c.log.level = "debug"; }},
        {"log_format", [](Config& c) { c.log.json = true; }},
        {"log_queries", [](Config& c) { c.log.queries = true; }},
        {"slack.api_base_url", [](Config& c) { c.slack.api_base_url = "https://e/"; }},
        {"the bot token", [](Config& c) { c.slack.bot_token = "xoxb-other"; }},
        {"the app-level token", [](Config& c) { c.slack.app_token = "xapp-other"; }},
        {"the tokens", [](Config& c) { c.slack.token_problem = fail(ErrorCode::io, "other"); }},
        {"who may read them",
         [](Config& c) {
             c.slack.open_token_files = {{"/bot", "0644"}};
         }},
        {"slack.bot_token_file", [](Config& c) { c.slack.bot_token_file = "/other"; }},
        {"slack.app_token_file", [](Config& c) { c.slack.app_token_file = "/other"; }},
        {"slack.ca_file", [](Config& c) { c.slack.ca_file = "/other"; }},
        {"slack.proxy", [](Config& c) { c.slack.proxy = ""; }},
        {"slack.connections", [](Config& c) { c.slack.connections = 2; }},
        {"slack.alert_channel", [](Config& c) { c.slack.alert_channel = "C2"; }},
        {"slack.alert_kinds", [](Config& c) { c.slack.alert_kinds.clear(); }},
        {"slack.results", [](Config& c) { c.slack.results = 3; }},
        {"slack.map_url", [](Config& c) { c.slack.map_url = "https://e/map"; }},
        {"slack.language", [](Config& c) { c.slack.language = bot::Language::japanese; }},
        {"slack.resync_minutes", [](Config& c) { c.slack.resync_every = std::chrono::minutes(5); }},
        {"slack.download_hosts", [](Config& c) { c.slack.download_hosts.clear(); }},
        {"slack.admins", [](Config& c) { c.slack.admins = {"U1"}; }},
        {"slack.commands_per_minute", [](Config& c) { c.slack.commands_per_minute = 1; }},
        {"status.address", [](Config& c) { c.status.address = "::1"; }},
        {"status.port", [](Config& c) { c.status.port = 1; }},
        {"search.standard_emoji", [](Config& c) { c.search.standard_emoji = false; }},
        {"inference.threads", [](Config& c) { c.inference.threads = 1; }},
        {"inference.allow_reference_blas",
         [](Config& c) { c.inference.allow_reference_blas = true; }},
        {"inference.precision",
         [](Config& c) { c.inference.precision = embedding::Precision::int8; }},
    };
}

const std::set<std::string> at_once{"log_level",
                                    "log_format",
                                    "log_queries",
                                    "slack.alert_channel",
                                    "slack.alert_kinds",
                                    "slack.results",
                                    "slack.map_url",
                                    "slack.language",
                                    "slack.resync_minutes",
                                    "slack.admins",
                                    "slack.commands_per_minute",
                                    "search.standard_emoji"};
const std::set<std::string> unseen{"the bot token", "the app-level token", "the tokens",
                                   "who may read them"};

/// A configuration file that a test writes, and what is done with it.
struct Reloading {
    Result<Config> file = Config{};
    asio::io_context io{1};
    std::vector<Config> applied;
    Reloader reloader{io, Config{}, [this] { return file; }};

    Reloading() {
        reloader.on_change([this](const Config& now) { applied.push_back(now); });
    }
};

}  // namespace

TEST_CASE("every field of the configuration is a key with a moment at which it holds", "[reload]") {
    const auto others = other_values();
    std::set<std::string> named;
    for (const ConfigKey& key : config_keys()) {
        CAPTURE(key.name);
        CHECK(named.insert(key.name).second);
        CHECK(others.contains(key.name));
    }
    CHECK(named.size() == others.size());
    for (const auto& [name, change] : others) {
        CAPTURE(name);
        const Config before;
        Config after;
        change(after);
        const ConfigChanges found = changes(before, after);
        CHECK(found.at_once == (at_once.contains(name) ? Names{name} : Names{}));
        const bool named_later = !at_once.contains(name) && !unseen.contains(name);
        CHECK(found.at_next_start == (named_later ? Names{name} : Names{}));
        // What holds at once is taken, and nothing else is.
        const Config now = reloaded(before, after);
        CHECK(changes(now, after).at_once.empty());
        CHECK(changes(before, now).at_next_start.empty());
        CHECK(changes(before, now).at_once == found.at_once);
    }
}

TEST_CASE("tokens are never taken anew", "[reload]") {
    Config next;
    next.slack.bot_token = "xoxb-other";
    next.slack.results = 3;
    Config running;
    running.slack.bot_token = "xoxb-fake";
    CHECK(reloaded(running, next).slack.bot_token == "xoxb-fake");
}

TEST_CASE("a reload hands on what holds at once, and keeps the rest", "[reload]") {
    Reloading reloading;
    reloading.file->slack.results = 3;
    reloading.file->slack.proxy = "";
    reloading.reloader.reload();
    REQUIRE(reloading.applied.size() == 1);
    CHECK(reloading.applied[0].slack.results == 3);
    CHECK_FALSE(reloading.applied[0].slack.proxy.has_value());
    CHECK(reloading.reloader.running().slack.results == 3);
    // Nothing else changed: nobody is bothered.
    reloading.reloader.reload();
    CHECK(reloading.applied.size() == 1);
    // Back to where it was.
    reloading.file = Config{};
    reloading.reloader.reload();
    REQUIRE(reloading.applied.size() == 2);
    CHECK(reloading.applied[1].slack.results == Config{}.slack.results);
}

TEST_CASE("of a configuration that cannot be used nothing is taken", "[reload]") {
    Reloading reloading;
    SECTION("it cannot be read") {
        reloading.file = fail(ErrorCode::invalid_argument, "config.yaml: unknown key 'slak'");
    }
    SECTION("the log refuses it") {
        reloading.file->slack.results = 3;
        reloading.file->log.level = "loud";
    }
    reloading.reloader.reload();
    CHECK(reloading.applied.empty());
    CHECK(reloading.reloader.running().slack.results == Config{}.slack.results);
    CHECK(reloading.reloader.running().log.level.empty());
}

TEST_CASE("a configuration that throws ends nothing", "[reload]") {
    asio::io_context io{1};
    Reloader reloader(io, Config{},
                      []() -> Result<Config> { throw std::runtime_error("the disk is away"); });
    CHECK_NOTHROW(reloader.reload());
}

TEST_CASE("a SIGHUP is answered once the network thread runs, however early it comes", "[reload]") {
    Reloading reloading;
    reloading.file->slack.results = 3;
    std::raise(SIGHUP);  // would have ended the test
    CHECK(reloading.applied.empty());
    while (reloading.applied.empty()) {
        reloading.io.run_one();
    }
    reloading.file->slack.results = 4;
    std::raise(SIGHUP);
    while (reloading.applied.size() < 2) {
        reloading.io.run_one();
    }
    CHECK(reloading.reloader.running().slack.results == 4);
}

TEST_CASE("a hang-up ends what was started from a terminal, and nothing else", "[reload]") {
    const int before = ::dup(STDIN_FILENO);
    const int nothing = ::open("/dev/null", O_RDONLY);
    ::dup2(nothing, STDIN_FILENO);
    CHECK_FALSE(hang_up_ends_us());
    const int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
    REQUIRE(terminal >= 0);
    REQUIRE(::grantpt(terminal) == 0);
    REQUIRE(::unlockpt(terminal) == 0);
    const int side = ::open(::ptsname(terminal), O_RDWR | O_NOCTTY);
    REQUIRE(side >= 0);
    ::dup2(side, STDIN_FILENO);
    CHECK(hang_up_ends_us());
    const auto handled = std::signal(SIGHUP, SIG_IGN);  // as nohup does
    CHECK_FALSE(hang_up_ends_us());
    std::signal(SIGHUP, handled);
    ::dup2(before, STDIN_FILENO);
    for (const int one : {before, nothing, terminal, side}) {
        ::close(one);
    }
}

TEST_CASE("the first signal drains, the second one ends at once", "[stopper]") {
    asio::io_context io{1};
    int drained = 0;
    const int signal = GENERATE(SIGTERM, SIGINT, SIGHUP);
    Stopper stopper(
        io, [&] { ++drained; }, true, std::chrono::hours(1));
    std::raise(signal);
    while (drained == 0) {
        io.run_one();
    }
    CHECK_FALSE(io.stopped());
    std::raise(signal);
    io.run();
    CHECK(io.stopped());
    CHECK(drained == 1);
}

TEST_CASE("draining has a limit", "[stopper]") {
    asio::io_context io{1};
    Stopper stopper(
        io, [] {}, false, std::chrono::milliseconds(1));
    std::raise(SIGTERM);
    io.run();  // the wait for a second signal would last for ever
    CHECK(io.stopped());
}

TEST_CASE("what has drained in time keeps nobody waiting", "[stopper]") {
    asio::io_context io{1};
    std::optional<Stopper> stopper;
    stopper.emplace(
        io, [&] { asio::post(io, [&] { stopper->done(); }); }, false, std::chrono::hours(1));
    std::raise(SIGTERM);
    CHECK(io.run() > 0);  // ends by itself: nothing is left to wait for
}
