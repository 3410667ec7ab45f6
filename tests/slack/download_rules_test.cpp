// Where files may be downloaded from.
#include "emojiscope/slack/download_rules.hpp"

#include "slack/print_result.hpp"

#include <catch2/catch.hpp>

#include <optional>

namespace emojiscope::slack {
namespace {

DownloadRules of_workspace(const char* api,
                           std::vector<std::string> hosts = slack_download_hosts()) {
    return DownloadRules::for_workspace(parse_url(api).value(), std::move(hosts));
}

/// Nothing: refused, by the URL's form or by the rules.
std::optional<Addresses> allowed(const DownloadRules& rules, const std::string& url) {
    const auto parsed = parse_url(url);
    if (!parsed) {
        return std::nullopt;
    }
    const auto addresses = rules.check(*parsed);
    if (!addresses) {
        CHECK(addresses.error().code == ErrorCode::invalid_argument);
        return std::nullopt;
    }
    return *addresses;
}

}  // namespace

TEST_CASE("a workspace's files come from Slack's hosts and the API's", "[download_rules]") {
    const DownloadRules rules = of_workspace("https://slack.com/api/");
    for (const char* url :
         {"https://emoji.slack-edge.com/T1/beer/1.png", "https://a.slack-edge.com/simple_smile.png",
          "https://files.slack.com/files-pri/T1-F1/a.png", "https://EMOJI.Slack-Edge.com:443/a.png",
          "https://emoji.slack-edge.com:/a.png"}) {
        CAPTURE(url);
        CHECK(allowed(rules, url) == Addresses::public_only);
    }
    // We talk to it anyhow.
    CHECK(allowed(rules, "https://slack.com/x.png") == Addresses::any);
}

TEST_CASE("no spelling brings another host past the list", "[download_rules]") {
    const DownloadRules rules = of_workspace("https://slack.com/api/");
    for (const char* url : {"https://example.com/a.png",
                            "https://slack-edge.com/a.png",
                            "https://x.emoji.slack-edge.com/a.png",
                            "https://emoji.slack-edge.com.evil.com/a.png",
                            "https://xemoji.slack-edge.com/a.png",
                            "https://emoji.slack-edge.com./a.png",
                            "https://emoji.slack-edge.com@evil.com/a.png",
                            "https://evil.com#emoji.slack-edge.com",
                            "https://evil.com\\@emoji.slack-edge.com/",
                            "https://emoji.slack-edge.com%00.evil.com/",
                            "https://emoji%2eslack-edge.com/a.png",
                            "https://emoji.slack-edge.com:8443/a.png",
                            "https://emoji.slack-edge.com:80/a.png",
                            "http://emoji.slack-edge.com/a.png",
                            "https://slack.com:8443/a.png",
                            "https://slack.com./a.png",
                            "https://127.0.0.1/a.png",
                            "http://127.0.0.1/a.png",
                            "https://localhost/a.png",
                            "https://2130706433/a.png",
                            "https://0x7f000001/a.png",
                            "https://0177.0.0.1/a.png",
                            "https://[::1]/a.png",
                            "https://[::ffff:127.0.0.1]/a.png",
                            "https://1.1.1.1/a.png",
                            "file:///etc/passwd"}) {
        CAPTURE(url);
        CHECK(allowed(rules, url) == std::nullopt);
    }
}

TEST_CASE("a refused host is named with the key that would allow it, in one line",
          "[download_rules]") {
    const DownloadRules rules = of_workspace("https://slack.com/api/");
    const std::string host = std::string(1'000, 'a') + ".example";
    const auto refused = rules.check(parse_url("https://" + host + "/a.png").value());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.starts_with(std::string(200, 'a')));
    CHECK(refused.error().message.find("slack.download_hosts") != std::string::npos);
    CHECK(refused.error().message.size() < 400);
}

TEST_CASE("the configuration's list is the list", "[download_rules]") {
    const DownloadRules rules =
        of_workspace("https://chat.example:8443/api/", {"pictures.example", "10.0.0.5"});
    CHECK(allowed(rules, "https://pictures.example/a.png") == Addresses::public_only);
    CHECK(allowed(rules, "https://chat.example:8443/a.png") == Addresses::any);
    CHECK(allowed(rules, "https://chat.example/a.png") == Addresses::public_only);
    CHECK(allowed(rules, "https://10.0.0.5/a.png") == Addresses::public_only);  // so: refused later
    CHECK(allowed(rules, "https://chat.example:9443/a.png") == std::nullopt);
    CHECK(allowed(rules, "https://emoji.slack-edge.com/a.png") == std::nullopt);
}

TEST_CASE("an API on this machine may name what is on this machine", "[download_rules]") {
    const DownloadRules plain = of_workspace("http://127.0.0.1:8080/api/");
    for (const char* url : {"http://127.0.0.1:8080/a.png", "http://127.0.0.1:9000/a.png",
                            "http://localhost:9000/a.png", "https://[::1]:9000/a.png",
                            "https://emoji.slack-edge.com/a.png"}) {
        CAPTURE(url);
        CHECK(allowed(plain, url) == Addresses::any);
    }
    CHECK(allowed(plain, "https://example.com/a.png") == std::nullopt);
    CHECK(allowed(plain, "https://10.0.0.1/a.png") == std::nullopt);

    const DownloadRules encrypted = of_workspace("https://localhost:8443/api/");
    CHECK(allowed(encrypted, "https://127.0.0.1:9000/a.png") == Addresses::any);
    CHECK(allowed(encrypted, "http://127.0.0.1:9000/a.png") == std::nullopt);
}

TEST_CASE("an import may name every host, and of this machine only what is written so",
          "[download_rules]") {
    const DownloadRules rules = DownloadRules::for_imports();
    CHECK(allowed(rules, "https://pictures.example:8443/a.png") == Addresses::public_only);
    CHECK(allowed(rules, "https://10.0.0.1/a.png") == Addresses::public_only);
    CHECK(allowed(rules, "https://localhost./a.png") == Addresses::public_only);
    CHECK(allowed(rules, "https://7up.example/a.png") == Addresses::public_only);
    CHECK(allowed(rules, "https://cafe/a.png") == Addresses::public_only);
    CHECK(allowed(rules, "http://127.0.0.1:8000/a.png") == Addresses::any);
    CHECK(allowed(rules, "https://localhost/a.png") == Addresses::any);
    CHECK(allowed(rules, "https://[::1]/a.png") == Addresses::any);
    for (const char* odd : {"https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/",
                            "https://127.1/", "https://127.0.0.1./", "https://0x7f.0x1/"}) {
        CAPTURE(odd);
        CHECK(allowed(rules, odd) == std::nullopt);
    }
}

}  // namespace emojiscope::slack
