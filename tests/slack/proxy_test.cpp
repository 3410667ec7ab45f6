// Which connections go through a proxy, by what the environment says.
#include "emojiscope/slack/proxy.hpp"

#include "slack/print_result.hpp"

#include <catch2/catch.hpp>

#include <map>

namespace emojiscope::slack {
namespace {

Url url(const std::string& text) {
    return parse_url(text).value();
}

/// "host:port" of the proxy for `text`; empty: direct.
std::string proxy_for(const std::string& text, std::map<std::string, std::string> variables) {
    const auto rules = ProxyRules::from([&](const char* name) { return variables[name]; });
    const auto proxy = rules.for_url(url(text)).value();
    return proxy ? proxy->name() : "";
}

bool is_direct(const std::string& list, const std::string& text) {
    return DirectHosts(list).contains(url(text));
}

}  // namespace

TEST_CASE("a proxy's URL is taken apart", "[proxy]") {
    const Proxy proxy = parse_proxy("HTTP://us%40er:p%3Aa%25ss@Proxy.Example:3128/").value();
    CHECK(proxy.host == "proxy.example");
    CHECK(proxy.port == "3128");
    CHECK(proxy.credentials == "us@er:p:a%ss");
    CHECK(proxy.name() == "proxy.example:3128");
    CHECK(parse_proxy("proxy:8080").value().name() == "proxy:8080");
    CHECK(parse_proxy("proxy").value().name() == "proxy:1080");
    CHECK(parse_proxy("http://[::1]:3128").value().name() == "[::1]:3128");
    CHECK(parse_proxy("user@proxy").value().credentials == "user:");
}

TEST_CASE("what is no proxy that we can use is refused, and no password is repeated", "[proxy]") {
    for (const char* text : {"https://u:secret@proxy:1", "socks5://u:secret@proxy:1"}) {
        CHECK(parse_proxy(text).error().code == ErrorCode::unsupported);
        CHECK(parse_proxy(text).error().message.find("secret") == std::string::npos);
    }
    for (const char* text :
         {"", "http://", "http://:3128", "proxy:0", "proxy:70000", "proxy:x", "[::1", "a b:1",
          "u:secret%2@proxy", "u:secret%zz@proxy", "http://u:secret@", "pro\nxy:1"}) {
        const auto proxy = parse_proxy(text);
        REQUIRE_FALSE(proxy);
        CHECK(proxy.error().code == ErrorCode::invalid_argument);
        CHECK(proxy.error().message.find("secret") == std::string::npos);
    }
}

TEST_CASE("the variable for the scheme decides, in lower case first", "[proxy]") {
    const std::string slack = "wss://wss.slack.com/link";
    CHECK(proxy_for(slack, {}).empty());
    CHECK(proxy_for(slack, {{"HTTPS_PROXY", "big:1"}}) == "big:1");
    CHECK(proxy_for(slack, {{"HTTPS_PROXY", "big:1"}, {"https_proxy", "small:1"}}) == "small:1");
    CHECK(proxy_for(slack, {{"HTTP_PROXY", "big:1"}, {"http_proxy", "small:1"}}).empty());
    CHECK(proxy_for("https://127.0.0.1/", {{"HTTPS_PROXY", "big:1"}}) == "big:1");
}

TEST_CASE("plain http goes through a proxy on this machine, and through no other", "[proxy]") {
    const std::string local = "http://127.0.0.1:8080/api/";
    CHECK(proxy_for(local, {{"HTTP_PROXY", "127.0.0.1:3128"}}) == "127.0.0.1:3128");
    CHECK(proxy_for(local, {{"http_proxy", "localhost:3128"}}) == "localhost:3128");
    CHECK(proxy_for(local, {{"HTTP_PROXY", "proxy.example:3128"}}).empty());
    CHECK(proxy_for(local, {{"HTTPS_PROXY", "127.0.0.1:3128"}}).empty());
    CHECK(proxy_for(local, {{"HTTP_PROXY", "127.0.0.1:3128"}, {"NO_PROXY", "127.0.0.1"}}).empty());
}

TEST_CASE("a variable that cannot be read is an error where it would be needed", "[proxy]") {
    const auto rules = ProxyRules::from([](const char* name) {
        return std::string(name) == "HTTPS_PROXY" ? "socks5://proxy:1" : "";
    });
    const auto refused = rules.for_url(url("https://slack.com/"));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("HTTPS_PROXY") != std::string::npos);
    CHECK(rules.for_url(url("http://localhost/")));
}

TEST_CASE("NO_PROXY names what goes direct", "[proxy]") {
    const std::string slack = "https://files.slack.com/a";
    CHECK(proxy_for(slack, {{"HTTPS_PROXY", "p:1"}, {"NO_PROXY", "slack.com"}}).empty());
    CHECK(proxy_for(slack, {{"HTTPS_PROXY", "p:1"}, {"no_proxy", "slack.com"}}).empty());
    // The one in lower case goes first here, too.
    CHECK(proxy_for(slack, {{"HTTPS_PROXY", "p:1"},
                            {"no_proxy", "example.com"},
                            {"NO_PROXY", "slack.com"}}) == "p:1");
}

TEST_CASE("names in NO_PROXY stand for everything under them", "[proxy]") {
    for (const char* list :
         {"slack.com", ".slack.com", "SLACK.com", "slack.com.", "*", "a, slack.com", "a slack.com",
          "x,*", "slack.com:443", "files.slack.com"}) {
        INFO(list);
        CHECK(is_direct(list, "https://files.slack.com/"));
    }
    for (const char* list :
         {"", ",", "lack.com", "notslack.com", "slack", "*.slack.com", "slack.com:8443",
          "other.slack.com", "slack.com:x", "com.slack", "."}) {
        INFO(list);
        CHECK_FALSE(is_direct(list, "https://files.slack.com/"));
    }
    CHECK(is_direct(".slack.com", "https://slack.com/"));
    CHECK_FALSE(is_direct("slack.com", "https://slack.com.evil.example/"));
    CHECK_FALSE(is_direct("slack.com", "https://myslack.com/"));
}

TEST_CASE("addresses and ranges in NO_PROXY stand for addresses", "[proxy]") {
    for (const char* list :
         {"10.1.2.3", "10.0.0.0/8", "10.1.2.3/32", "0.0.0.0/0", "10.1.2.3:443"}) {
        INFO(list);
        CHECK(is_direct(list, "https://10.1.2.3/"));
    }
    for (const char* list : {"10.1.2.4", "11.0.0.0/8", "10.1.2.2/32", "10.0.0.0/33", "10.0.0.0/x",
                             "10.0.0.0/", "::/0", "2.3", "10.1.2.3:80", "/8"}) {
        INFO(list);
        CHECK_FALSE(is_direct(list, "https://10.1.2.3/"));
    }
    for (const char* list : {"::1", "[::1]", "[::1]:443", "::/0", "0:0::/127", "0::1"}) {
        INFO(list);
        CHECK(is_direct(list, "https://[::1]/"));
    }
    CHECK_FALSE(is_direct("::2", "https://[::1]/"));
    CHECK_FALSE(is_direct("10.0.0.0/8", "https://ten.example/"));
}

}  // namespace emojiscope::slack
