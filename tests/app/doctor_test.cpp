// The doctor's judgements, each on what it is given; and the questions that it puts to Slack, put
// to the local one.
#include "doctor/doctor.hpp"
#include "doctor/checks.hpp"
#include "doctor/report.hpp"
#include "token_files.hpp"

#include "emojiscope/app/config.hpp"
#include "emojiscope/simulator/simulator.hpp"
#include "fakes/temp_folder.hpp"
#include "slack/loopback_server.hpp"

#include <sys/stat.h>
#include <catch2/catch.hpp>

#include <fstream>
#include <future>
#include <thread>

namespace emojiscope::app::doctor {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_seconds;

constexpr std::uintmax_t mib = 1024 * 1024;
constexpr std::uintmax_t gib = 1024 * mib;

const Check& named(const Checks& checks, const std::string& name) {
    for (const Check& check : checks) {
        if (check.name == name) {
            return check;
        }
    }
    FAIL("no check is called " + name);
    throw std::logic_error(name);
}

Config config_for(const simulator::Simulator& slack, const simulator::Options& options) {
    Config config = default_config();
    config.slack.api_base_url = slack.api_base_url();
    config.slack.bot_token = options.bot_token;
    config.slack.app_token = options.app_token;
    config.slack.proxy = "";
    return config;
}

SlackAnswer accepted() {
    SlackAnswer answer;
    answer.ok = true;
    answer.team = "Local (T0LOCAL)";
    answer.user = "emojiscope";
    answer.scopes = needed_scopes();
    return answer;
}

SlackAnswer refused(const std::string& word) {
    SlackAnswer answer;
    answer.word = word;
    return answer;
}

/// The scopes under `bot:` in the manifest, each on a line of its own.
std::set<std::string> scopes_of_manifest() {
    std::ifstream in("manifests/slack-app.yaml");
    std::set<std::string> scopes;
    bool inside = false;
    for (std::string line; std::getline(in, line);) {
        const auto dash = line.find("- ");
        if (line.find("bot:") != std::string::npos && dash == std::string::npos) {
            inside = true;
        } else if (inside && dash == std::string::npos) {
            break;
        } else if (inside) {
            const std::string word = line.substr(dash + 2);
            scopes.insert(word.substr(0, word.find(' ')));
        }
    }
    return scopes;
}

}  // namespace

TEST_CASE("the doctor asks for the scopes of the manifest", "[doctor]") {
    REQUIRE(scopes_of_manifest().size() > 5);
    CHECK(needed_scopes() == scopes_of_manifest());
}

TEST_CASE("what Slack says of the bot token is told, with what mends it", "[doctor]") {
    CHECK(judge_bot_token(accepted()) ==
          ok("bot_token", "workspace Local (T0LOCAL), user emojiscope"));
    const Check swapped = judge_bot_token(refused("not_allowed_token_type"));
    CHECK(swapped.outcome == Outcome::failed);
    CHECK_THAT(swapped.remedy, Catch::Contains("swapped"));
    CHECK_THAT(judge_bot_token(refused("invalid_auth")).finding, Catch::EndsWith("invalid_auth"));
    CHECK_THAT(judge_bot_token(refused("token_revoked")).remedy, Catch::Contains("install"));
    CHECK_THAT(judge_bot_token(refused("invalid_auth")).remedy, Catch::Contains("copy it anew"));
    const Check unknown = judge_bot_token(refused("a_word_of_tomorrow"));
    CHECK(unknown.outcome == Outcome::failed);
    CHECK_THAT(unknown.finding, Catch::EndsWith("a_word_of_tomorrow"));
    CHECK_THAT(unknown.remedy, Catch::Contains("auth.test"));
}

TEST_CASE("trouble of Slack's own is no fault of the token", "[doctor]") {
    for (const char* word : {"ratelimited", "internal_error", "fatal_error", "service_unavailable",
                             "request_timeout"}) {
        const Check check = judge_bot_token(refused(word));
        INFO(word);
        CHECK(check.outcome == Outcome::warning);
        CHECK_THAT(check.finding, Catch::EndsWith(word));
        CHECK_THAT(check.remedy, Catch::Contains("try again"));
    }
}

TEST_CASE("tokens that only the service is shown are not looked at, and not missed", "[doctor]") {
    Config config = default_config();
    config.slack.bot_token_file = "/run/credentials/emojiscope-none.service/bot_token";
    config.slack.app_token_file = "/run/credentials/emojiscope-none.service/app_token";
    config.slack.token_problem = fail(ErrorCode::io, "cannot read the token file");
    const Checks checks = check_bot(config, true);
    for (const char* name : {"slack", "bot_token", "scopes", "clock"}) {
        CHECK(named(checks, name).outcome == Outcome::skipped);
    }
    CHECK_THAT(named(checks, "bot_token").remedy, Catch::Contains("start the service"));
    CHECK(check_app_token(config, true, checks).outcome == Outcome::skipped);

    // A file of one's own that is not there is a mistake.
    const fakes::TempFolder folder;
    config.slack.bot_token_file = (folder.path() / "bot_token").string();
    config.slack.app_token_file = (folder.path() / "app_token").string();
    CHECK(named(check_bot(config, true), "bot_token").outcome == Outcome::failed);
}

TEST_CASE("a token that cannot be one is a mistake, wherever the files are", "[doctor]") {
    Config config = default_config();
    config.slack.bot_token_file = "/run/credentials/emojiscope-none.service/bot_token";
    config.slack.app_token_file = "/run/credentials/emojiscope-none.service/app_token";
    const auto read = read_tokens({"xapp-secret", "xapp-1", {}}, config.slack);
    REQUIRE(read.has_error());
    config.slack.token_problem = read.error();
    const Check check = named(check_bot(config, true), "bot_token");
    CHECK(check.outcome == Outcome::failed);
    CHECK_THAT(check.finding, Catch::Contains("is an app-level token"));
    CHECK_THAT(check.finding, !Catch::Contains("secret"));
}

TEST_CASE("a model too large for the time is told as not looked at whole", "[doctor]") {
    const std::filesystem::path shipped = default_config().model;
    CHECK(check_model("model", shipped).outcome == Outcome::ok);
    const Check slow = check_model("model", shipped, -1ms);
    CHECK(slow.outcome == Outcome::warning);
    CHECK_THAT(slow.finding, Catch::Contains("too large to be read in this time"));
    CHECK_THAT(slow.remedy, Catch::Contains("model verify"));
}

TEST_CASE("scopes that are missing are named", "[doctor]") {
    CHECK(judge_scopes(accepted()).outcome == Outcome::ok);
    SlackAnswer answer = accepted();
    answer.scopes->insert("admin");  // more than needed is nobody's illness
    CHECK(judge_scopes(answer).outcome == Outcome::ok);
    answer.scopes->erase("emoji:read");
    answer.scopes->erase("files:write");
    const Check lacking = judge_scopes(answer);
    CHECK(lacking.outcome == Outcome::failed);
    CHECK_THAT(lacking.finding, Catch::EndsWith("lacks emoji:read, files:write"));
    answer.scopes.reset();
    CHECK(judge_scopes(answer).outcome == Outcome::skipped);
    CHECK(judge_scopes(refused("invalid_auth")).outcome == Outcome::skipped);
}

TEST_CASE("the clock may differ by a minute", "[doctor]") {
    const sys_seconds slack{1'700'000'000s};
    CHECK(judge_clock(slack, slack + 60s).outcome == Outcome::ok);
    CHECK(judge_clock(slack, slack - 60s).outcome == Outcome::ok);
    const Check ahead = judge_clock(slack, slack + 61s);
    CHECK(ahead.outcome == Outcome::warning);
    CHECK_THAT(ahead.finding, Catch::Contains("61 s ahead"));
    CHECK_THAT(judge_clock(slack, slack - 3600s).finding, Catch::Contains("3600 s behind"));
    CHECK(judge_clock(std::nullopt, slack).outcome == Outcome::skipped);
}

TEST_CASE("dates and scopes are read as HTTP and Slack write them", "[doctor]") {
    CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == sys_seconds{784'111'777s});
    for (const char* text : {"", "yesterday", "Sun, 06 Nov 1994 08:49:37 CET", "784111777"}) {
        CHECK(parse_http_date(text) == std::nullopt);
    }
    CHECK(parse_scopes("a:b,c, d ,") == std::set<std::string>{"a:b", "c", "d"});
    CHECK(parse_scopes("").empty());
}

TEST_CASE("the channel of alerts is judged by its form", "[doctor]") {
    CHECK(check_alert_channel("C0123456789").outcome == Outcome::ok);
    CHECK(check_alert_channel("").outcome == Outcome::warning);
    CHECK(check_alert_channel("#general").outcome == Outcome::warning);
    CHECK(check_alert_channel("D0123456789").outcome == Outcome::warning);
}

TEST_CASE("the catalogue's model is compared with those that are configured", "[doctor]") {
    const search::ModelId small{"small", "1", 2};
    const search::ModelId large{"large", "1", 3};
    CHECK(judge_catalogue_model(small, small, std::nullopt).outcome == Outcome::ok);
    CHECK(judge_catalogue_model(large, small, large).outcome == Outcome::ok);
    const Check other = judge_catalogue_model(large, small, std::nullopt);
    CHECK(other.outcome == Outcome::failed);
    CHECK_THAT(other.remedy, Catch::Contains("reembed"));
    CHECK(judge_catalogue_model(std::nullopt, small, large).outcome == Outcome::skipped);
    CHECK(judge_catalogue_model(small, std::nullopt, large).outcome == Outcome::skipped);
}

TEST_CASE("the database is judged by what was seen of it", "[doctor]") {
    store::DatabaseHealth health;
    health.content.emoji = 7;
    health.content.schema = 9;
    CHECK(judge_database(health).outcome == Outcome::ok);
    CHECK_THAT(judge_database(health).finding, Catch::StartsWith("7 emoji, schema 9"));
    SECTION("damaged") {
        health.damage = "a page is missing";
        CHECK(judge_database(health).outcome == Outcome::failed);
        CHECK_THAT(judge_database(health).remedy, Catch::Contains("restore"));
    }
    SECTION("not looked at whole") {
        health.checked = false;
        CHECK(judge_database(health).outcome == Outcome::warning);
    }
    SECTION("older") {
        health.content.older = true;
        CHECK(judge_database(health).outcome == Outcome::warning);
    }
    SECTION("with a long log") {
        health.log_bytes = 300 * mib;
        CHECK_THAT(judge_database(health).finding, Catch::Contains("a log of 300.0 MiB"));
    }
    CHECK(judge_database(fail(ErrorCode::not_found, "none")).outcome == Outcome::skipped);
    CHECK(judge_database(fail(ErrorCode::unsupported, "newer")).outcome == Outcome::failed);
    CHECK_THAT(judge_database(fail(ErrorCode::io, "may not")).remedy, Catch::Contains("sudo -u"));
}

TEST_CASE("room on the disk and in memory is judged by what is needed", "[doctor]") {
    CHECK(judge_disk("/d", true, 10 * gib, mib).outcome == Outcome::ok);
    CHECK(judge_disk("/d", true, gib - 1, mib).outcome == Outcome::warning);
    CHECK(judge_disk("/d", true, 3 * gib, 2 * gib).outcome == Outcome::warning);
    CHECK(judge_disk("/d", true, 60 * mib, mib).outcome == Outcome::failed);
    CHECK(judge_disk("/d", false, 10 * gib, mib).outcome == Outcome::failed);
    CHECK(judge_memory(gib, 500 * mib).outcome == Outcome::ok);
    CHECK(judge_memory(400 * mib, 500 * mib).outcome == Outcome::warning);
    CHECK(in_words(1536 * mib) == "1.5 GiB");
    CHECK(in_words(0) == "0.0 MiB");
}

TEST_CASE("the reference BLAS is an illness unless it is allowed", "[doctor]") {
    CHECK(judge_linear_algebra({"OpenBLAS 0.3.21", false}, false).outcome == Outcome::ok);
    CHECK(judge_linear_algebra({"reference BLAS", true}, false).outcome == Outcome::failed);
    CHECK(judge_linear_algebra({"reference BLAS", true}, true).outcome == Outcome::warning);
}

TEST_CASE("a configuration that gives a password away is told", "[doctor]") {
    const fakes::TempFolder folder;
    ConfigReading reading{folder.path() / "config.yaml", {}};
    Config config = default_config();
    std::ofstream(reading.file).flush();
    const auto with_mode = [&](mode_t mode) {
        REQUIRE(::chmod(reading.file.c_str(), mode) == 0);
        return check_configuration(reading, config).outcome;
    };
    CHECK(with_mode(0644) == Outcome::ok);
    CHECK(with_mode(0646) == Outcome::warning);
    config.slack.proxy = "http://user:password@proxy:3128";
    CHECK(with_mode(0644) == Outcome::warning);
    CHECK_THAT(check_configuration(reading, config).finding, !Catch::Contains("user:"));
    CHECK(with_mode(0640) == Outcome::ok);
    reading.problem = "unknown key 'slak'";
    CHECK(check_configuration(reading, config).outcome == Outcome::failed);
    CHECK_THAT(check_configuration(reading, config).finding, Catch::Contains("slak"));
    CHECK(check_configuration({}, config).outcome == Outcome::ok);
}

TEST_CASE("token files that others may read are told, each with its mode", "[doctor]") {
    SlackConfig slack;
    CHECK(check_token_files(slack, true) == ok("token_files", "there are none"));
    CHECK(check_token_files(slack, false).outcome == Outcome::skipped);
    slack.bot_token = "xoxb-secret";
    CHECK(check_token_files(slack, true) ==
          ok("token_files", "none that was read is open to others"));
    slack.open_token_files = {{"/etc/bot", "0644"}, {"/etc/app", "0640"}};
    CHECK(check_token_files(slack, true) ==
          warning("token_files", "open to others: /etc/bot (mode 0644) /etc/app (mode 0640)",
                  "chmod 600 /etc/bot /etc/app"));
    slack.token_problem = Error{ErrorCode::invalid_argument, "the two tokens are exchanged"};
    CHECK(check_token_files(slack, true).outcome == Outcome::skipped);
}

TEST_CASE("the local Slack finds both tokens, the scopes and the clock in order", "[doctor]") {
    const simulator::Options options;
    const auto slack = simulator::Simulator::start(options).value();
    const Config config = config_for(*slack, options);
    const Checks checks = check_bot(config, true);
    for (const char* name : {"slack", "bot_token", "scopes", "clock"}) {
        INFO(name << ": " << named(checks, name).finding);
        CHECK(named(checks, name).outcome == Outcome::ok);
    }
    CHECK(named(checks, "bot_token").finding == "workspace Local (T0LOCAL), user emojiscope");
    CHECK(check_app_token(config, true, checks).outcome == Outcome::ok);
}

TEST_CASE("what is wrong at Slack is found there", "[doctor]") {
    simulator::Options options;
    options.scopes = "commands,emoji:read";
    options.clock_ahead = 300s;
    const auto slack = simulator::Simulator::start(options).value();
    Config config = config_for(*slack, options);
    const Checks checks = check_bot(config, true);
    CHECK_THAT(named(checks, "scopes").finding, Catch::Contains("lacks app_mentions:read"));
    CHECK_THAT(named(checks, "clock").finding, Catch::Contains("s behind Slack"));

    config.slack.bot_token = "xoxb-of-somebody-else";
    const Checks wrong = check_bot(config, true);
    CHECK(named(wrong, "bot_token").outcome == Outcome::failed);
    CHECK_THAT(named(wrong, "bot_token").finding, Catch::EndsWith("invalid_auth"));
    CHECK(named(wrong, "scopes").outcome == Outcome::skipped);
    config.slack.app_token = "xapp-of-somebody-else";
    CHECK(check_app_token(config, true, wrong).outcome == Outcome::failed);
}

TEST_CASE("a Slack that cannot be reached is one finding", "[doctor]") {
    simulator::Options options;
    auto slack = simulator::Simulator::start(options).value();
    const Config config = config_for(*slack, options);
    slack.reset();  // nothing listens there any more
    const Checks checks = check_bot(config, true);
    CHECK(named(checks, "slack").outcome == Outcome::failed);
    for (const char* name : {"bot_token", "scopes", "clock"}) {
        CHECK(named(checks, name).outcome == Outcome::skipped);
    }
    CHECK(check_app_token(config, true, checks).outcome == Outcome::skipped);
}

TEST_CASE("an answer that is JSON without end is none", "[doctor]") {
    std::size_t levels = 10;
    loopback::LoopbackServer server([&](const loopback::Request&) {
        return loopback::answer(200, R"({"ok":true,"team":"Deep","x":)" + std::string(levels, '[') +
                                         std::string(levels, ']') + "}");
    });
    Config config = default_config();
    config.slack.api_base_url = server.url("/api/");
    config.slack.proxy = "";
    const auto ask = [&] { return ask_slack(config, slack::Method::auth_test, "xoxb-fake", 10s); };
    const auto good = ask();
    REQUIRE(good.has_value());
    CHECK(good->team == "Deep");
    levels = 1'000;
    const auto refused = ask();
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == ErrorCode::network);
    CHECK_THAT(refused.error().message, Catch::Contains("no JSON"));
}

TEST_CASE("tokens that are not there are told by who would miss them", "[doctor]") {
    Config config = default_config();
    const Checks none = check_bot(config, true);
    CHECK(named(none, "bot_token").outcome == Outcome::warning);
    CHECK_THAT(named(none, "bot_token").remedy, Catch::Contains("SLACK_BOT_TOKEN"));
    for (const char* name : {"slack", "scopes", "clock"}) {
        CHECK(named(none, name).outcome == Outcome::skipped);
    }
    CHECK(check_app_token(config, true, {}).outcome == Outcome::warning);
    CHECK(named(check_bot(config, false), "bot_token").outcome == Outcome::skipped);
    config.slack.app_token = "xapp-1";
    CHECK(named(check_bot(config, true), "bot_token").outcome == Outcome::failed);
}

TEST_CASE("a step that hangs or throws does not end the others", "[doctor]") {
    std::promise<void> release;
    const std::shared_future<void> released = release.get_future().share();
    std::promise<void> gone;
    const std::vector<Step> steps{
        {"first", [](const Checks&) { return Checks{ok("first", "well")}; }},
        {"hanging",
         [released, &gone](const Checks&) {
             released.wait();
             gone.set_value_at_thread_exit();
             return Checks{};
         }},
        {"throwing", [](const Checks&) -> Checks { throw std::runtime_error("no\nway"); }},
        {"last",
         [](const Checks& so_far) {
             return Checks{ok("last", std::to_string(so_far.size()) + " before it")};
         }},
    };
    const Diagnosis diagnosis = go_through(steps, 200ms);
    release.set_value();
    gone.get_future().wait();
    CHECK(diagnosis.overdue);
    REQUIRE(diagnosis.checks.size() == 4);
    CHECK(named(diagnosis.checks, "hanging").outcome == Outcome::warning);
    CHECK_THAT(named(diagnosis.checks, "hanging").finding, Catch::Contains("not looked at"));
    CHECK_THAT(named(diagnosis.checks, "throwing").finding, Catch::EndsWith("no way"));
    CHECK(named(diagnosis.checks, "last").finding == "3 before it");
}

TEST_CASE("the report is aligned, counted, and without secrets", "[doctor]") {
    Checks checks{ok("disk", "5.0 GiB free"), warning("clock", "late", "set it"),
                  failed("bot_token", "xoxb-secret is refused\nby Slack", "renew xoxb-secret"),
                  skipped("next_model", "none")};
    hide(checks, {"xoxb-secret", "", "x"});
    CHECK(for_people(checks, false) ==
          "✓ ok       disk        5.0 GiB free\n"
          "! warning  clock       late\n"
          "                       → set it\n"
          "✗ failed   bot_token   (hidden) is refused by Slack\n"
          "                       → renew (hidden)\n"
          "- skipped  next_model  none\n"
          "\n"
          "1 ok, 1 warning(s), 1 failed, 1 skipped\n");
    CHECK(for_people(checks, true).find("\x1b[31m✗ failed \x1b[0m  bot_token") !=
          std::string::npos);
    CHECK_FALSE(all_well(checks));
    const nlohmann::json json = for_scripts(checks);
    CHECK(json.at("ok") == false);
    CHECK(json.at("warnings") == 1);
    CHECK(json.at("failures") == 1);
    CHECK(json.at("checks")[1] == nlohmann::json{{"name", "clock"},
                                                 {"outcome", "warning"},
                                                 {"finding", "late"},
                                                 {"remedy", "set it"}});
}

}  // namespace emojiscope::app::doctor
