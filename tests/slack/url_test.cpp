// Where requests may go, and where the token may go with them.
#include "emojiscope/slack/url.hpp"

#include "slack/print_result.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::slack {
namespace {

bool refused(std::string_view text) {
    const auto url = parse_url(text);
    return !url && url.error().code == ErrorCode::invalid_argument;
}

}  // namespace

TEST_CASE("a URL is taken apart", "[url]") {
    const Url plain = parse_url("https://slack.com").value();
    CHECK(plain.tls);
    CHECK(plain.host == "slack.com");
    CHECK(plain.port == "443");
    CHECK(plain.target == "/");
    CHECK(plain.authority() == "slack.com");

    const Url socket = parse_url("WSS://Wss-Primary.Slack.com:8443/link/?ticket=a%20b&x=1").value();
    CHECK(socket.tls);
    CHECK(socket.host == "wss-primary.slack.com");
    CHECK(socket.port == "8443");
    CHECK(socket.target == "/link/?ticket=a%20b&x=1");
    CHECK(socket.authority() == "wss-primary.slack.com:8443");

    CHECK(parse_url("https://slack.com?a=1#part").value().target == "/?a=1");
    CHECK(parse_url("https://slack.com:443/x").value().authority() == "slack.com");
    CHECK(parse_url("http://localhost:443/").value().authority() == "localhost:443");
    CHECK(parse_url("http://localhost:/").value().port == "80");
    CHECK(parse_url("https://slack.com:0443/").value().same_origin(plain));
}

TEST_CASE("plain connections are for loopback only", "[url]") {
    for (const char* good : {"http://127.0.0.1:8080/a", "ws://127.1.2.3/", "http://[::1]:9/",
                             "ws://localhost/", "http://LOCALHOST/"}) {
        CAPTURE(good);
        REQUIRE(parse_url(good));
        CHECK_FALSE(parse_url(good)->tls);
    }
    for (const char* bad :
         {"http://slack.com/", "ws://10.0.0.1/", "http://128.0.0.1/", "http://[::2]/",
          "http://localhost.example.com/", "http://127.0.0.1.example.com/", "http://0.0.0.0/"}) {
        CAPTURE(bad);
        CHECK(refused(bad));
    }
}

TEST_CASE("other schemes, user names and nonsense are refused", "[url]") {
    for (const char* bad : {"",
                            "slack.com",
                            "/api/",
                            "//slack.com/",
                            "ftp://slack.com/",
                            "file:///etc/passwd",
                            "https://",
                            "https:///path",
                            "https://user@slack.com/",
                            "https://user:secret@slack.com/",
                            "https://slack.com@evil.com/",
                            "https://slack.com:0/",
                            "https://slack.com:99999/",
                            "https://slack.com:x/",
                            "https://slack.com:443evil.com/",
                            "https://1.2.3.4.slack.com/",
                            "https://slack .com/",
                            "https://slack.com/\r\nHost: evil",
                            "https://slack%2ecom/",
                            "https://slack.com%0d%0aHost:%20evil/",
                            "https://slack%20com/",
                            "https://sl%61ck.com/",
                            "https://a;b/",
                            "https://a,b/",
                            "https://[fe80::1%25eth0]/",
                            "https://%C3%BC.com/"}) {
        CAPTURE(bad);
        CHECK(refused(bad));
    }
}

TEST_CASE("an overlong URL is refused and not repeated in the error", "[url]") {
    const std::string head = "https://slack.com/";
    CHECK(parse_url(head + std::string(8000, 'a')));
    const auto refusal = parse_url(head + std::string(9000, 'a'));
    REQUIRE_FALSE(refusal);
    CHECK(refusal.error().code == ErrorCode::invalid_argument);
    CHECK(refusal.error().message.size() < 400);
}

TEST_CASE("an error names the host of a URL, and nothing that may be a secret", "[url]") {
    for (const char* text :
         {"http://slack.com/link?ticket=secret", "http://slack.com/commands/T1/2/secret",
          "http://slack.com?secret", "http://slack.com#secret", "http://user:secret@slack.com/",
          "http://user:sec@secret@slack.com/x@y", "http://slack.com\\secret"}) {
        const auto refusal = parse_url(text);
        CAPTURE(text);
        REQUIRE_FALSE(refusal);
        CHECK(refusal.error().message.find("http://slack.com") != std::string::npos);
        CHECK(refusal.error().message.find("sec") == std::string::npos);
    }
}

TEST_CASE("an IPv6 host has brackets in the authority only", "[url]") {
    const Url url = parse_url("https://[2001:DB8::1]:8443/x").value();
    CHECK(url.host == "2001:db8::1");
    CHECK(url.authority() == "[2001:db8::1]:8443");
    CHECK(parse_url("https://[::1]/").value().authority() == "[::1]");
}

TEST_CASE("an origin is scheme, host and port", "[url]") {
    const Url url = parse_url("https://slack.com/api/").value();
    CHECK(url.same_origin(parse_url("https://SLACK.com:443/other?x").value()));
    CHECK(url.same_origin(parse_url("wss://slack.com/").value()));
    CHECK_FALSE(url.same_origin(parse_url("https://slack.com:444/").value()));
    CHECK_FALSE(url.same_origin(parse_url("https://files.slack.com/").value()));
    const Url loopback = parse_url("http://localhost:443/").value();
    CHECK_FALSE(loopback.same_origin(parse_url("https://localhost:443/").value()));
}

TEST_CASE("the token goes to Slack's own hosts only", "[url]") {
    const Url api = parse_url("https://slack.com/api/").value();
    const auto may = [&](const char* to) { return may_send_token(api, parse_url(to).value()); };
    CHECK(may("https://slack.com/x"));
    CHECK(may("https://files.slack.com/files-pri/T1-F1/a.png"));
    CHECK(may("https://hooks.slack.com/commands/1"));
    CHECK_FALSE(may("https://evil-slack.com/"));
    CHECK_FALSE(may("https://slack.com.evil.com/"));
    CHECK_FALSE(may("https://slack.community/"));
    CHECK_FALSE(may("https://example.com/slack.com"));
    CHECK_FALSE(may("http://127.0.0.1/"));
    CHECK_FALSE(may("https://localhost/"));
}

TEST_CASE("the token of a loopback API stays with that server", "[url]") {
    const Url api = parse_url("http://127.0.0.1:9000/api/").value();
    CHECK(may_send_token(api, parse_url("http://127.0.0.1:9000/files/1").value()));
    CHECK_FALSE(may_send_token(api, parse_url("http://127.0.0.1:9001/files/1").value()));
    CHECK_FALSE(may_send_token(api, parse_url("https://files.slack.com/1").value()));
    CHECK_FALSE(may_send_token(parse_url("https://example.com/api/").value(),
                               parse_url("https://files.slack.com/1").value()));
}

}  // namespace emojiscope::slack
