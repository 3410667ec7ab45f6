#include "token_files.hpp"

#include "environment.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <system_error>

namespace emojiscope::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_token_bytes = 4096;

/// One of the two.
struct Kind {
    const char* what;
    std::string_view prefix;
    const char* variable;
    const char* key;
    const char* credential;
    const char* where;  ///< where Slack shows it
};

constexpr Kind bot_kind{"bot token",       "xoxb-",
                        "SLACK_BOT_TOKEN", "slack.bot_token_file",
                        "bot_token",       "'Install App' on the app's page"};
constexpr Kind app_kind{
    "app-level token", "xapp-",
    "SLACK_APP_TOKEN", "slack.app_token_file",
    "app_token",       "'Basic Information', 'App-Level Tokens' on the app's page"};

class Descriptor {
public:
    explicit Descriptor(const fs::path& file)
        : number_(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
    ~Descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

struct TokenFile {
    std::string token;
    mode_t mode = 0;
};

std::string_view trimmed(std::string_view line) {
    // Editors leave carriage returns and spaces behind, shells line ends; no token holds any.
    const auto first = line.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos
               ? std::string_view{}
               : line.substr(first, line.find_last_not_of(" \t\r\n") - first + 1);
}

Result<TokenFile> read_file(const fs::path& file) {
    const std::string head = "cannot read the token file " + file.string();
    const auto refused = [&head] {
        const int number = errno;
        return fail(number == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                    head + ": " + std::generic_category().message(number));
    };
    const Descriptor in(file);
    struct stat about {};
    if (in.number() < 0 || ::fstat(in.number(), &about) != 0) {
        return refused();
    }
    if (!S_ISREG(about.st_mode)) {
        return fail(ErrorCode::invalid_argument, head + ": it is no regular file");
    }
    std::array<char, max_token_bytes + 1> buffer{};
    std::size_t size = 0;
    while (size < buffer.size()) {
        const auto count = ::read(in.number(), buffer.data() + size, buffer.size() - size);
        if (count < 0 && errno != EINTR) {
            return refused();
        }
        if (count == 0) {
            break;
        }
        size += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
    if (size > max_token_bytes) {
        return fail(ErrorCode::invalid_argument, head + ": it is too large for a token");
    }
    const std::string_view text(buffer.data(), size);
    const auto token = trimmed(text.substr(0, text.find('\n')));
    if (token.empty()) {
        return fail(ErrorCode::invalid_argument,
                    "the token file " + file.string() + " is empty: its first line is the token");
    }
    return TokenFile{std::string(token), about.st_mode};
}

bool lies_below(const fs::path& file, const fs::path& folder) {
    if (folder.empty()) {
        return false;
    }
    const auto relative = file.lexically_normal().lexically_relative(folder.lexically_normal());
    return !relative.empty() && *relative.begin() != "..";
}

/// What stands in place of `kind`, in words; a token that is not known in its beginning is not
/// spelled out.
std::string likeness(std::string_view token, const Kind& kind) {
    if (token.starts_with(bot_kind.prefix)) {
        return "is a bot token (xoxb-…)";
    }
    if (token.starts_with(app_kind.prefix)) {
        return "is an app-level token (xapp-…)";
    }
    if (token.starts_with("xoxp-")) {
        return "is a token of a user (xoxp-…)";
    }
    if (token.starts_with("xoxe")) {
        return "is of token rotation (xoxe…), which is to be off";
    }
    return "does not look like " + std::string(kind.prefix) + "…";
}

Result<void> check(const std::string& token, const Kind& kind, const std::string& source) {
    const std::string head = std::string("the ") + kind.what + " of " + source + " ";
    const std::string mend = std::string("; the ") + kind.what + " begins with " +
                             std::string(kind.prefix) + " and stands under " + kind.where;
    if (!token.starts_with(kind.prefix)) {
        return fail(ErrorCode::invalid_argument, head + likeness(token, kind) + mend);
    }
    const bool whole = token.size() > kind.prefix.size() && token.size() <= max_token_bytes &&
                       std::ranges::all_of(token, [](char c) { return c > ' ' && c < 127; });
    if (!whole) {
        return fail(ErrorCode::invalid_argument,
                    head + "is cut off, or holds more than the token" + mend);
    }
    return {};
}

/// A token and where it was found.
struct Found {
    std::string token;
    std::string source;
};

Result<Found> find(const Kind& kind, const std::string& given, const std::string& named,
                   const fs::path& credentials, std::vector<OpenTokenFile>& open) {
    if (!given.empty()) {
        return Found{std::string(trimmed(given)), kind.variable};
    }
    fs::path file = named;
    std::string source = std::string(kind.key) + " (" + named + ")";
    if (file.empty()) {
        std::error_code error;
        if (credentials.empty() || !fs::exists(credentials / kind.credential, error)) {
            return Found{};
        }
        file = credentials / kind.credential;
        source = "the credential " + file.string();
    }
    auto read = read_file(file);
    if (!read) {
        return read.error();
    }
    if ((read->mode & 077U) != 0 && !lies_below(file, credentials) &&
        !is_credential_of_service(file)) {
        std::array<char, 8> mode{};
        std::snprintf(mode.data(), mode.size(), "%04o", read->mode & 07777U);
        open.push_back({file.string(), mode.data()});
    }
    return Found{std::move(read->token), std::move(source)};
}

}  // namespace

TokenSources take_token_sources() {
    TokenSources sources{take_secret(bot_kind.variable), take_secret(app_kind.variable), {}};
    if (const char* const folder = std::getenv("CREDENTIALS_DIRECTORY")) {
        sources.credentials = folder;
    }
    return sources;
}

bool is_credential_of_service(const fs::path& file) {
    return lies_below(file, "/run/credentials");
}

Result<void> read_tokens(const TokenSources& sources, SlackConfig& slack) {
    std::vector<OpenTokenFile> open;
    auto bot = find(bot_kind, sources.bot_token, slack.bot_token_file, sources.credentials, open);
    if (!bot) {
        return bot.error();
    }
    auto app = find(app_kind, sources.app_token, slack.app_token_file, sources.credentials, open);
    if (!app) {
        return app.error();
    }
    if (bot->token.starts_with(app_kind.prefix) && app->token.starts_with(bot_kind.prefix)) {
        return fail(ErrorCode::invalid_argument, "the two tokens are exchanged: " + bot->source +
                                                     " holds the app-level token (xapp-…), " +
                                                     app->source + " the bot token (xoxb-…)");
    }
    for (const auto& [found, kind] : {std::pair(&*bot, &bot_kind), std::pair(&*app, &app_kind)}) {
        if (found->source.empty()) {
            continue;  // whoever needs it says so
        }
        if (auto good = check(found->token, *kind, found->source); !good) {
            return good.error();
        }
    }
    slack.bot_token = std::move(bot->token);
    slack.app_token = std::move(app->token);
    slack.open_token_files = std::move(open);
    return {};
}

}  // namespace emojiscope::app
