// doctor, backup and restore as a user meets them.
#include "program.hpp"

#include "emojiscope/core/clock.hpp"
#include "emojiscope/simulator/simulator.hpp"
#include "emojiscope/store/store.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <map>
#include <set>

using namespace emojiscope;
using namespace emojiscope::app;
using nlohmann::json;

namespace fs = std::filesystem;

namespace {

/// A catalogue as sync leaves it before anything is learnt: for what needs no model.
std::unique_ptr<store::Store> open_store(const Site& site) {
    static const ManualClock clock;
    return store::Store::open(site.data(), {.write = true}, clock).value();
}

void make_catalogue(const Site& site, const std::string& name) {
    open_store(site)->catalogue().put("T1", {name, "https://e/" + name, ""}).value();
}

std::map<std::string, json> checks_of(const Run& done) {
    INFO(done.out);
    INFO(done.err);
    std::map<std::string, json> checks;
    const json answer = json::parse(done.out);
    for (const json& check : answer.at("checks")) {
        checks[check.at("name")] = check;
    }
    CHECK(answer.at("ok") == (done.status == 0));
    return checks;
}

/// As Site runs it, but with a configuration of the test's own.
Run run_with(const Site& site, const std::string& config, const std::vector<std::string>& command) {
    const fs::path file = site.file("own.yaml");
    write_text(file, config);
    std::vector<std::string> all{"--config", file.string(), "--data", site.data().string()};
    all.insert(all.end(), command.begin(), command.end());
    return run(all);
}

std::set<std::string> names_in(const fs::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        names.insert(entry.path().filename().string());
    }
    return names;
}

}  // namespace

TEST_CASE("a backup is written, put back, and told of", "[cli]") {
    const Site site;
    make_catalogue(site, "beer");
    const std::string copy = site.file("copy.db").string();
    const Run backup = site({"backup", copy});
    INFO(backup.err);
    REQUIRE(backup.status == 0);
    CHECK_THAT(backup.out, Catch::StartsWith("wrote " + copy + ": 1 emoji, schema "));

    const Run again = site({"backup", copy});
    CHECK(again.status == 1);
    CHECK_THAT(again.err, Catch::Contains("is there already"));
    CHECK(site({"backup", "--force", copy}).status == 0);

    make_catalogue(site, "wine");
    const Run restore = site({"restore", copy});
    INFO(restore.err);
    REQUIRE(restore.status == 0);
    CHECK_THAT(restore.out, Catch::Contains("1 emoji") &&
                                Catch::Contains("catalogue.db.before-restore-") &&
                                Catch::Contains("start the bot again"));
    const Run list = site({"list"});
    CHECK_THAT(list.out, Catch::Contains(":beer:") && !Catch::Contains(":wine:"));
}

TEST_CASE("a backup beside a running program, a restore not", "[cli]") {
    const Site site;
    const auto running = open_store(site);
    running->catalogue().put("T1", {"beer", "https://e/beer", ""}).value();
    const std::string copy = site.file("copy.db").string();
    CHECK(site({"backup", copy}).status == 0);
    const Run restore = site({"restore", copy});
    CHECK(restore.status == 1);
    REQUIRE(lines_of(restore.err).size() == 1);
    CHECK_THAT(restore.err, Catch::Contains("stop it first"));
}

TEST_CASE("a backup or restore that cannot be is one line", "[cli]") {
    const Site site;
    const auto one_line = [&](const std::vector<std::string>& command, const std::string& words) {
        const Run done = site(command);
        INFO(done.err);
        CHECK(done.status == 1);
        REQUIRE(lines_of(done.err).size() == 1);
        CHECK_THAT(done.err, Catch::Contains(words));
    };
    one_line({"backup", site.file("copy.db").string()}, "no catalogue in");
    one_line({"restore", site.file("none.db").string()}, "there is no file");
    CHECK_FALSE(fs::exists(site.data()));
    make_catalogue(site, "beer");
    one_line({"backup", site.file("no/folder/copy.db").string()}, "cannot write");
    one_line({"restore", site.picture("white").string()}, "not a database");
    CHECK(site({"backup"}).status == 2);
    CHECK(site({"restore"}).status == 2);
}

TEST_CASE("what waited in a backup is left out when it is put back, and that is told", "[cli]") {
    const Site site;
    {
        const auto store = open_store(site);
        store->outbox().push("a", "post", "x").value();
        store->outbox().push("b", "post", "x").value();
    }
    const std::string copy = site.file("copy.db").string();
    CHECK_THAT(site({"backup", copy}).out, Catch::Contains("2 items waiting"));
    CHECK_THAT(site({"restore", copy}).out, Catch::Contains("left out: 2 items"));
    CHECK(open_store(site)->outbox().counts().value().waiting == 0);
    CHECK_THAT(site({"restore", "--keep-queues", copy}).out, !Catch::Contains("left out"));
    CHECK(open_store(site)->outbox().counts().value().waiting == 2);
}

TEST_CASE("the doctor finds a whole installation in order", "[cli]") {
    const Site site;
    make_catalogue(site, "beer");
    const auto before = names_in(site.data());
    const simulator::Options options;
    const auto slack = simulator::Simulator::start(options).value();
    write_text(site.file("bot"), options.bot_token + "\n");
    write_text(site.file("app"), options.app_token + "\n");
    fs::permissions(site.file("bot"), fs::perms::owner_read | fs::perms::owner_write);
    fs::permissions(site.file("app"), fs::perms::owner_read | fs::perms::owner_write);
    const std::string config = "slack:\n  api_base_url: " + slack->api_base_url() +
                               "\n  bot_token_file: " + site.file("bot").string() +
                               "\n  app_token_file: " + site.file("app").string() +
                               "\n  proxy: \"\"\n  alert_channel: C0EMOJI\n"
                               "inference: {allow_reference_blas: true}\n";
    const Run done = run_with(site, config, {"doctor", "--json"});
    auto checks = checks_of(done);
    CHECK(done.status == 0);
    for (const char* name : {"configuration", "token_files", "slack", "bot_token", "scopes",
                             "clock", "app_token", "alert_channel", "model", "database", "writer",
                             "words_in_pictures", "japanese", "meanings"}) {
        INFO(checks[name].dump());
        CHECK(checks[name].at("outcome") == "ok");
        CHECK(checks[name].at("remedy") == "");
    }
    CHECK(names_in(site.data()) == before);
    for (const std::string& token : {options.bot_token, options.app_token}) {
        CHECK(done.out.find(token) == std::string::npos);
        CHECK(done.err.find(token) == std::string::npos);
    }

    fs::permissions(site.file("bot"), fs::perms(0644));
    const Run people = run_with(site, config, {"doctor"});
    CHECK(people.status == 0);
    CHECK_THAT(people.out, Catch::Contains(site.file("bot").string() + " (mode 0644)"));
    CHECK_THAT(people.err, !Catch::Contains("open to others"));  // told once
    const Run synced = run_with(site, config, {"sync"});
    CHECK_THAT(synced.err, Catch::Contains("is open to others (mode 0644): chmod 600 " +
                                           site.file("bot").string()));
    CHECK(synced.err.find(options.bot_token) == std::string::npos);
    CHECK_THAT(people.out, Catch::StartsWith("✓ ok       configuration") &&
                               Catch::Contains("0 failed") && !Catch::Contains("\x1b["));
}

TEST_CASE("the doctor works where nothing is", "[cli]") {
    const Site site;
    const Run broken = run_with(site, "slak: {}\n", {"doctor", "--json"});
    auto checks = checks_of(broken);
    CHECK(broken.status == 1);
    CHECK(checks["configuration"].at("outcome") == "failed");
    CHECK_THAT(checks["configuration"].at("finding").get<std::string>(), Catch::Contains("slak"));
    CHECK(checks["bot_token"].at("outcome") == "skipped");
    CHECK(checks["token_files"].at("outcome") == "skipped");
    CHECK(checks["database"].at("outcome") == "skipped");
    CHECK(checks["model"].at("outcome") == "ok");
    CHECK_FALSE(fs::exists(site.data()));

    const Run absent =
        run({"--config", site.file("none.yaml").string(), "--data", site.data().string(), "--model",
             site.file("none").string(), "doctor", "--json"});
    checks = checks_of(absent);
    CHECK(absent.status == 1);
    CHECK(checks["configuration"].at("outcome") == "failed");
    CHECK(checks["model"].at("outcome") == "failed");
}

TEST_CASE("the doctor sees who writes, and a database that is damaged", "[cli]") {
    const Site site;
    make_catalogue(site, "beer");
    {
        const auto running = open_store(site);
        const auto checks = checks_of(site({"doctor", "--json"}));
        CHECK_THAT(checks.at("writer").at("finding").get<std::string>(),
                   Catch::Contains("process " + std::to_string(::getpid())));
        CHECK(checks.at("database").at("outcome") == "ok");
        running->catalogue().put("T1", {"wine", "https://e/wine", ""}).value();
    }
    fs::resize_file(site.data() / "catalogue.db", fs::file_size(site.data() / "catalogue.db") / 2);
    const Run done = site({"doctor", "--json"});
    CHECK(done.status == 1);
    const json check = checks_of(done).at("database");
    CHECK(check.at("outcome") == "failed");
    CHECK_THAT(check.at("remedy").get<std::string>(), Catch::Contains("emojiscope restore"));
}
