// Certificates: which ones are trusted.
#include "fakes/temp_folder.hpp"
#include "slack/client_fixture.hpp"

#include <fstream>

namespace emojiscope::slack {
namespace {

using loopback::answer;
using loopback::Certificate;
using loopback::Client;
using loopback::LoopbackServer;
using loopback::Request;

struct Fixture {
    explicit Fixture(const std::string& host) : certificate(loopback::make_certificate(host)) {
        trust(certificate);
    }

    void trust(const Certificate& trusted) const { std::ofstream(ca_file) << trusted.certificate; }

    fakes::TempFolder folder;
    std::filesystem::path ca_file = folder.path() / "ca.pem";
    Certificate certificate;
    LoopbackServer server{
        [](const Request&) { return answer(200, R"({"ok":true,"team_id":"T1"})"); },
        {},
        certificate};
};

/// Refused by TLS, so that no request was heard.
void check_refused(const Fixture& fixture, const std::string& base,
                   const std::filesystem::path& ca_file) {
    Client client(base, ca_file);
    const auto info = client.run(client.api->auth_test());
    REQUIRE_FALSE(info);
    CHECK(info.error().code == ErrorCode::network);
    CHECK(info.error().message.find("TLS") != std::string::npos);
    CHECK(fixture.server.requests().empty());
}

}  // namespace

TEST_CASE("a certificate that the CA file vouches for is trusted", "[tls]") {
    Fixture fixture("127.0.0.1");
    Client client(fixture.server.url("/api/"), fixture.ca_file);
    CHECK(client.run(client.api->auth_test()).value().team_id == "T1");
    CHECK(client.run(client.api->auth_test()));
    CHECK(fixture.server.connections() == 1);
}

TEST_CASE("a certificate for a name is trusted for that name alone", "[tls]") {
    Fixture fixture("localhost");
    const std::string base = "https://localhost:" + std::to_string(fixture.server.port()) + "/api/";
    check_refused(fixture, fixture.server.url("/api/"), fixture.ca_file);
    Client client(base, fixture.ca_file);
    CHECK(client.run(client.api->auth_test()));
}

TEST_CASE("a certificate for another host is refused", "[tls]") {
    Fixture fixture("slack.com");
    check_refused(fixture, fixture.server.url("/api/"), fixture.ca_file);
}

TEST_CASE("a certificate that nobody vouches for is refused", "[tls]") {
    Fixture fixture("127.0.0.1");
    check_refused(fixture, fixture.server.url("/api/"), {});
    fixture.trust(loopback::make_certificate("127.0.0.1"));  // another key, the same name
    check_refused(fixture, fixture.server.url("/api/"), fixture.ca_file);
}

TEST_CASE("a CA file that cannot be read is an error at once", "[tls]") {
    boost::asio::io_context io;
    fakes::TempFolder folder;
    DialerOptions options;
    options.ca_file = folder.path() / "ca.pem";
    const auto missing = Dialer::create(io.get_executor(), options);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message.find("ca.pem") != std::string::npos);
    std::ofstream(options.ca_file) << "no certificate";
    CHECK_FALSE(Dialer::create(io.get_executor(), options));
}

}  // namespace emojiscope::slack
