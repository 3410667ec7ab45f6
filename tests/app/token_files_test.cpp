#include "token_files.hpp"

#include "fakes/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>

using namespace emojiscope;
using namespace emojiscope::app;

namespace fs = std::filesystem;

namespace {

class Folder {
public:
    fs::path write(const std::string& name, const std::string& text, int mode = 0600) const {
        const fs::path file = folder_.path() / name;
        std::ofstream(file, std::ios::binary) << text;
        fs::permissions(file, static_cast<fs::perms>(mode));
        return file;
    }
    [[nodiscard]] fs::path path() const { return folder_.path(); }

private:
    fakes::TempFolder folder_;
};

SlackConfig naming(const fs::path& bot, const fs::path& app = {}) {
    SlackConfig slack;
    slack.bot_token_file = bot.string();
    slack.app_token_file = app.string();
    return slack;
}

/// The one line that refuses these; no word of a token may stand in it.
std::string refusal(const TokenSources& sources, SlackConfig slack) {
    const auto read = read_tokens(sources, slack);
    REQUIRE(read.has_error());
    CHECK(slack.bot_token.empty());
    CHECK(slack.app_token.empty());
    const std::string& line = read.error().message;
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find("secret") == std::string::npos);
    return line;
}

}  // namespace

TEST_CASE("the environment comes before a named file, and that before a credential", "[tokens]") {
    const Folder folder;
    const Folder credentials;
    credentials.write("bot_token", "xoxb-credential\n");
    credentials.write("app_token", "xapp-credential\n");
    const auto bot = folder.write("bot", "xoxb-file\n");
    const auto app = folder.write("app", "xapp-file\n");

    SlackConfig slack = naming(bot, app);
    read_tokens({"xoxb-environment", "xapp-environment", credentials.path()}, slack).value();
    CHECK(slack.bot_token == "xoxb-environment");
    CHECK(slack.app_token == "xapp-environment");

    slack = naming(bot, app);
    read_tokens({"", "", credentials.path()}, slack).value();
    CHECK(slack.bot_token == "xoxb-file");
    CHECK(slack.app_token == "xapp-file");

    slack = {};
    read_tokens({"", "", credentials.path()}, slack).value();
    CHECK(slack.bot_token == "xoxb-credential");
    CHECK(slack.app_token == "xapp-credential");

    // Each by itself.
    slack = naming(bot);
    read_tokens({"", "xapp-environment", credentials.path()}, slack).value();
    CHECK(slack.bot_token == "xoxb-file");
    CHECK(slack.app_token == "xapp-environment");
}

TEST_CASE("tokens that are nowhere stay empty", "[tokens]") {
    const Folder folder;
    SlackConfig slack;
    read_tokens({}, slack).value();
    read_tokens({"", "", folder.path()}, slack).value();
    CHECK(slack.open_token_files.empty());
    CHECK(slack.bot_token.empty());
    CHECK(slack.app_token.empty());
}

TEST_CASE("a token is the first line of its file, without blanks", "[tokens]") {
    const Folder folder;
    for (const char* text :
         {"xoxb-1", "xoxb-1\n", "xoxb-1\r\n", "  xoxb-1 \n", "xoxb-1\n# old\n"}) {
        SlackConfig slack = naming(folder.write("bot", text));
        read_tokens({}, slack).value();
        CHECK(slack.bot_token == "xoxb-1");
    }
    SlackConfig slack;
    read_tokens({" xoxb-1\n", "xapp-1\r", {}}, slack).value();
    CHECK(slack.bot_token == "xoxb-1");
    CHECK(slack.app_token == "xapp-1");
}

TEST_CASE("a token file must be there and hold a token", "[tokens]") {
    const Folder folder;
    const auto nowhere = refusal({}, naming(folder.path() / "nowhere"));
    CHECK_THAT(nowhere, Catch::Contains("cannot read the token file"));
    CHECK_THAT(nowhere, Catch::Contains("nowhere"));
    CHECK_THAT(refusal({}, naming(folder.path())), Catch::Contains("no regular file"));
    CHECK_THAT(refusal({}, naming("/dev/zero")), Catch::Contains("no regular file"));
    CHECK_THAT(refusal({}, naming(folder.write("empty", ""))), Catch::Contains("is empty"));
    CHECK_THAT(refusal({}, naming(folder.write("blank", "\nxoxb-secret\n"))),
               Catch::Contains("is empty"));
    CHECK_THAT(refusal({}, naming(folder.write("big", std::string(5'000, 'x')))),
               Catch::Contains("too large"));
}

TEST_CASE("what cannot be the token is refused by what it is, and not shown", "[tokens]") {
    CHECK_THAT(refusal({"xapp-secret", "", {}}, {}),
               Catch::Contains("the bot token of SLACK_BOT_TOKEN is an app-level token (xapp-…)"));
    CHECK_THAT(refusal({"", "xoxb-secret", {}}, {}),
               Catch::Contains("the app-level token of SLACK_APP_TOKEN is a bot token (xoxb-…)"));
    CHECK_THAT(refusal({"xoxp-secret", "", {}}, {}), Catch::Contains("a token of a user (xoxp-…)"));
    CHECK_THAT(refusal({"xoxe.xoxb-secret", "", {}}, {}), Catch::Contains("of token rotation"));
    CHECK_THAT(refusal({"a secret", "", {}}, {}), Catch::Contains("does not look like xoxb-…"));
    CHECK_THAT(refusal({"xoxb-", "", {}}, {}), Catch::Contains("is cut off"));
    CHECK_THAT(refusal({"xoxb-a secret", "", {}}, {}),
               Catch::Contains("holds more than the token"));
    CHECK_THAT(refusal({"xoxb-1\r\nsecret: yes", "", {}}, {}),
               Catch::Contains("holds more than the token"));
    const Folder folder;
    const auto file = folder.write("bot", "SLACK_BOT_TOKEN=xoxb-secret\n");
    CHECK_THAT(refusal({}, naming(file)),
               Catch::Contains("slack.bot_token_file (" + file.string() + ") does not look like"));
    const Folder credentials;
    credentials.write("app_token", "secret\n");
    CHECK_THAT(refusal({"", "", credentials.path()}, {}),
               Catch::Contains("the credential " + (credentials.path() / "app_token").string()));
}

TEST_CASE("tokens that were exchanged are told so", "[tokens]") {
    const Folder folder;
    const auto line =
        refusal({"xapp-secret", "", {}}, naming({}, folder.write("a", "xoxb-secret")));
    CHECK_THAT(line, Catch::Contains("exchanged"));
    CHECK_THAT(line, Catch::Contains("SLACK_BOT_TOKEN holds the app-level token"));
    CHECK_THAT(line, Catch::Contains("slack.app_token_file ("));
}

TEST_CASE("a token file that others may read is told, a credential is not", "[tokens]") {
    const Folder folder;
    const auto open = [&](int mode, const fs::path& credentials = {}) {
        SlackConfig slack = naming(folder.write("bot", "xoxb-secret\n", mode));
        read_tokens({"", "", credentials}, slack).value();
        return slack.open_token_files;
    };
    CHECK(open(0600).empty());
    CHECK(open(0400).empty());
    for (const auto& [mode, shown] : {std::pair(0644, "0644"), std::pair(0640, "0640")}) {
        CHECK(open(mode) == std::vector<OpenTokenFile>{{(folder.path() / "bot").string(), shown}});
    }
    CHECK(open(0444, folder.path()).empty());
    CHECK(open(0444, folder.path().string() + "/").empty());
    CHECK(open(0444, folder.path() / "deeper").size() == 1);
    // Nobody is told to change the mode of what is not read.
    SlackConfig slack = naming(folder.write("bot", "xoxb-secret\n", 0644));
    read_tokens({"xoxb-environment", "", {}}, slack).value();
    CHECK(slack.open_token_files.empty());
}

TEST_CASE("a credential of a service is known by its place", "[tokens]") {
    // An access list makes it look as if its group might read it.
    CHECK(is_credential_of_service("/run/credentials/emojiscope.service/bot_token"));
    CHECK_FALSE(is_credential_of_service("/run/credentials/../secrets/bot_token"));
    CHECK_FALSE(is_credential_of_service("/etc/emojiscope/bot_token"));
    CHECK_FALSE(is_credential_of_service(""));
}

TEST_CASE("what the process was given is taken out of its environment", "[tokens]") {
    ::setenv("SLACK_BOT_TOKEN", "xoxb-fake", 1);
    ::setenv("SLACK_APP_TOKEN", "xapp-fake", 1);
    ::setenv("CREDENTIALS_DIRECTORY", "/run/credentials/x", 1);
    const TokenSources sources = take_token_sources();
    ::unsetenv("CREDENTIALS_DIRECTORY");
    CHECK(sources.bot_token == "xoxb-fake");
    CHECK(sources.app_token == "xapp-fake");
    CHECK(sources.credentials == "/run/credentials/x");
    CHECK(std::getenv("SLACK_BOT_TOKEN") == nullptr);
    CHECK(std::getenv("SLACK_APP_TOKEN") == nullptr);
    CHECK(take_token_sources().bot_token.empty());
}
