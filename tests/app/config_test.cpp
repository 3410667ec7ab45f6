#include "emojiscope/app/config.hpp"

#include "fakes/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <optional>

using namespace emojiscope;
using namespace emojiscope::app;

namespace fs = std::filesystem;

namespace {

class Folder {
public:
    fs::path write(const std::string& name, const std::string& text) const {
        const fs::path file = folder_.path() / name;
        std::ofstream(file, std::ios::binary) << text;
        return file;
    }
    [[nodiscard]] fs::path path() const { return folder_.path(); }

private:
    fakes::TempFolder folder_;
};

Result<Config> read(const std::string& yaml) {
    const Folder folder;
    Config config;
    if (auto done = read_config(folder.write("config.yaml", yaml), config); !done) {
        return done.error();
    }
    return config;
}

void check_refused(const std::string& yaml, const std::string& what) {
    const auto config = read(yaml);
    CAPTURE(yaml);
    REQUIRE(config.has_error());
    CHECK(config.error().code == ErrorCode::invalid_argument);
    CHECK_THAT(config.error().message, Catch::Contains(what));
    CHECK_THAT(config.error().message, Catch::Contains("config.yaml"));
    CHECK(config.error().message.find('\n') == std::string::npos);
}

/// An environment variable for the time of a test.
class Variable {
public:
    Variable(const char* name, const char* value) : name_(name) {
        if (const char* const old = std::getenv(name)) {
            old_ = old;
        }
        value == nullptr ? ::unsetenv(name) : ::setenv(name, value, 1);
    }
    ~Variable() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;

private:
    const char* name_;
    std::optional<std::string> old_;
};

}  // namespace

TEST_CASE("every key of the configuration is taken over", "[config]") {
    const Folder folder;
    const fs::path bot = folder.write("bot", "xoxb-1\n");
    const fs::path app = folder.write("app", "xapp-2");
    const fs::path file = folder.write("config.yaml",
                                       "data: /var/lib/e\n"
                                       "model: /opt/model\n"
                                       "next_model: /opt/next\n"
                                       "concepts: /opt/concepts.gz\n"
                                       "search: {standard_emoji: false}\n"
                                       "log_level: debug\n"
                                       "slack:\n"
                                       "  api_base_url: https://slack.example/api/\n"
                                       "  bot_token_file: " +
                                           bot.string() +
                                           "\n"
                                           "  app_token_file: " +
                                           app.string() +
                                           "\n"
                                           "  ca_file: /etc/ca.pem\n"
                                           "  connections: 4\n"
                                           "  alert_channel: '#emoji'\n"
                                           "  results: 20\n"
                                           "  resync_minutes: 10080\n"
                                           "inference:\n"
                                           "  threads: 3\n"
                                           "  precision: bfloat16\n"
                                           "  allow_reference_blas: true\n");
    Config config;
    read_config(file, config).value();
    CHECK(config.data == "/var/lib/e");
    CHECK(config.model == "/opt/model");
    CHECK(config.next_model == "/opt/next");
    CHECK(config.concepts == "/opt/concepts.gz");
    CHECK_FALSE(config.search.standard_emoji);
    CHECK(config.log.level == "debug");
    CHECK(config.slack.api_base_url == "https://slack.example/api/");
    CHECK(config.slack.bot_token == "xoxb-1");
    CHECK(config.slack.app_token == "xapp-2");
    CHECK(config.slack.ca_file == "/etc/ca.pem");
    CHECK(config.slack.connections == 4);
    CHECK(config.slack.alert_channel == "#emoji");
    CHECK(config.slack.results == 20);
    CHECK(config.slack.resync_every == std::chrono::minutes(10'080));
    CHECK(config.inference.threads == 3);
    CHECK(config.inference.precision == embedding::Precision::bfloat16);
    CHECK(config.inference.allow_reference_blas);
}

TEST_CASE("what the file leaves out stays as it was", "[config]") {
    const Config config = read("slack: {results: 3}\n").value();
    CHECK(config.slack.results == 3);
    CHECK(config.slack.api_base_url == "https://slack.com/api/");
    CHECK(config.slack.resync_every == std::chrono::minutes(60));
    CHECK(config.slack.bot_token.empty());
    CHECK(config.search.standard_emoji);
    CHECK(config.inference.threads == 0);
    CHECK_FALSE(config.inference.precision.has_value());
    CHECK_FALSE(config.inference.allow_reference_blas);
}

TEST_CASE("the kinds of duplicates that raise an alert are a list", "[config]") {
    using search::DuplicateKind;
    using Kinds = std::set<DuplicateKind>;
    const auto kinds = [](const std::string& list) {
        return read("slack: {alert_kinds: " + list + "}\n").value().slack.alert_kinds;
    };
    CHECK(read("slack: {results: 3}\n").value().slack.alert_kinds ==
          Kinds{DuplicateKind::identical, DuplicateKind::same_image});
    CHECK(kinds("[near]") == Kinds{DuplicateKind::near});
    CHECK(kinds("[near, identical, near]") == Kinds{DuplicateKind::identical, DuplicateKind::near});
    CHECK(kinds("[identical, same_image, near]").size() == 3);
    CHECK(kinds("[]").empty());
    CHECK(read("slack:\n  alert_kinds:\n    - same_image\n").value().slack.alert_kinds ==
          Kinds{DuplicateKind::same_image});
}

TEST_CASE("what is no list of kinds is refused", "[config]") {
    for (const char* value : {"near", "{near: true}", "7", "\"\""}) {
        check_refused(std::string("slack: {alert_kinds: ") + value + "}\n",
                      "'slack.alert_kinds' must be a list");
    }
    check_refused("slack: {alert_kinds: [identical, alike]}\n", "not 'alike'");
    check_refused("slack: {alert_kinds: [Identical]}\n", "not 'Identical'");
    check_refused("slack: {alert_kinds: [\"\"]}\n", "'slack.alert_kinds'");
    check_refused("slack: {alert_kinds: [[near]]}\n", "'slack.alert_kinds'");
    check_refused("slack: {alert_kinds: [{near: true}]}\n", "'slack.alert_kinds'");
    check_refused("slack: {alert_kinds: [\"two\\nlines\"]}\n", "not 'two lines'");
}

TEST_CASE("Socket Mode keeps one to four connections", "[config]") {
    CHECK(read("slack: {}")->slack.connections == 1);
    for (const char* number : {"0", "5", "-1", "two"}) {
        check_refused(std::string("slack: {connections: ") + number + "}\n", "slack.connections");
    }
}

TEST_CASE("a proxy of the configuration replaces the environment's, and may be none", "[config]") {
    CHECK_FALSE(read("slack: {}")->slack.proxy.has_value());
    CHECK_FALSE(read("slack:\n  proxy:\n")->slack.proxy.has_value());
    CHECK(read("slack: {proxy: ''}")->slack.proxy == "");
    CHECK(read("slack: {proxy: 'http://u:p@proxy:3128'}")->slack.proxy == "http://u:p@proxy:3128");
    for (const char* url : {"socks5://proxy:1080", "https://proxy:1", "proxy:port"}) {
        check_refused(std::string("slack: {proxy: '") + url + "'}\n", "'slack.proxy'");
    }
}

TEST_CASE("a map may lie somewhere already", "[config]") {
    CHECK(read("slack: {map_url: 'https://intranet.example/map.html'}")->slack.map_url ==
          "https://intranet.example/map.html");
    CHECK(read("slack: {}")->slack.map_url.empty());
    for (const char* link : {"javascript:alert(1)", "map.html", "https://a|b", "https://a>b"}) {
        check_refused(std::string("slack: {map_url: \"") + link + "\"}", "slack.map_url");
    }
}

TEST_CASE("an unknown key is refused by its name, with those that are known", "[config]") {
    check_refused("date: /x\n", "'date'");
    check_refused(
        "date: /x\n",
        "concepts, data, inference, log_format, log_level, log_queries, model, next_model, "
        "search, slack, status");
    check_refused("slack: {token: x}\n", "'slack.token'");
    check_refused("inference: {gpu: true}\n", "'inference.gpu'");
    check_refused("inference: {gpu: true}\n", "allow_reference_blas, precision, threads");
}

TEST_CASE("a value of a wrong type is refused by its key", "[config]") {
    check_refused("data: [a, b]\n", "'data'");
    check_refused("slack: {results: many}\n", "'slack.results'");
    check_refused("slack: {results: 1.5}\n", "'slack.results'");
    check_refused("slack: {resync_minutes: hourly}\n", "'slack.resync_minutes'");
    check_refused("slack: {api_base_url: {}}\n", "'slack.api_base_url'");
    check_refused("search: {standard: true}\n", "'search.standard'");
    check_refused("search: {standard_emoji: perhaps}\n", "'search.standard_emoji'");
    check_refused("inference: {threads: all}\n", "'inference.threads'");
    check_refused("inference: {precision: half}\n", "float32, bfloat16 and int8, not 'half'");
    check_refused("inference: {allow_reference_blas: 7}\n", "'inference.allow_reference_blas'");
    check_refused("slack: yes\n", "slack");
    check_refused("inference: [1]\n", "inference");
    check_refused("- data\n", "keys and values");
    check_refused("just words\n", "keys and values");
    check_refused("slack: [\n", "config.yaml");
    check_refused("? [a, b]\n: c\n", "config.yaml");
}

TEST_CASE("a number out of its range is refused by its key", "[config]") {
    for (const char* results : {"0", "21", "-1", "99999999999999999999"}) {
        check_refused(std::string("slack: {results: ") + results + "}\n", "slack.results");
    }
    for (const char* minutes : {"0", "-5", "10081"}) {
        check_refused(std::string("slack: {resync_minutes: ") + minutes + "}\n",
                      "slack.resync_minutes");
    }
    for (const char* threads : {"-1", "257"}) {
        check_refused(std::string("inference: {threads: ") + threads + "}\n", "inference.threads");
    }
}

TEST_CASE("a token file must be there and hold a token", "[config]") {
    const Folder folder;
    const auto with = [&](const fs::path& file) {
        return "slack: {bot_token_file: \"" + file.string() + "\"}\n";
    };
    check_refused(with(folder.path() / "nowhere"), "nowhere");
    check_refused(with(folder.path()), "token file");
    check_refused(with(folder.write("empty", "")), "is empty");
    check_refused(with(folder.write("blank", "\nxoxb-1\n")), "is empty");
    check_refused(with(folder.write("big", std::string(5'000, 'x'))), "cannot read");
    CHECK(read(with(folder.write("crlf", "xoxb-1\r\n"))).value().slack.bot_token == "xoxb-1");
    CHECK(read(with(folder.write("spaced", "  xoxb-1 \n"))).value().slack.bot_token == "xoxb-1");
}

TEST_CASE("a file that is missing or oversized is no configuration", "[config]") {
    const Folder folder;
    Config config;
    CHECK(read_config(folder.path() / "nowhere.yaml", config).error().code == ErrorCode::not_found);
    const fs::path big = folder.write("big.yaml", "data: x\n" + std::string(2'000'000, '#'));
    CHECK(read_config(big, config).error().code == ErrorCode::too_large);
    CHECK(read_config(folder.path(), config).has_error());
    CHECK(read("").has_value());
    CHECK(read("# nothing is set\n").value().slack.results == 8);
}

TEST_CASE("the environment goes over the file", "[config]") {
    Config config;
    config.slack.bot_token = "xoxb-file";
    config.slack.alert_channel = "C1";
    const Variable bot("SLACK_BOT_TOKEN", "xoxb-environment");
    const Variable app("SLACK_APP_TOKEN", "xapp-environment");
    const Variable url("EMOJISCOPE_SLACK_API_URL", "https://127.0.0.1/api/");
    const Variable ca("EMOJISCOPE_SLACK_CA_FILE", "/ca.pem");
    const Variable channel("EMOJISCOPE_ALERT_CHANNEL", "");
    read_environment(config);
    CHECK(config.slack.bot_token == "xoxb-environment");
    CHECK(config.slack.app_token == "xapp-environment");
    CHECK(config.slack.api_base_url == "https://127.0.0.1/api/");
    CHECK(config.slack.ca_file == "/ca.pem");
    CHECK(config.slack.alert_channel == "C1");  // an empty variable says nothing
}

TEST_CASE("the default folders are the user's and the source tree's", "[config]") {
    {
        const Variable xdg("XDG_DATA_HOME", "/data");
        CHECK(default_config().data == "/data/emojiscope");
    }
    const Variable xdg("XDG_DATA_HOME", nullptr);
    const Variable home("HOME", "/home/someone");
    CHECK(default_config().data == "/home/someone/.local/share/emojiscope");
    CHECK(fs::exists(default_config().model / "model.yaml"));
}
