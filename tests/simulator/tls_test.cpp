#include "emojiscope/simulator/simulator.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <catch2/catch.hpp>

#include <filesystem>
#include <string>

#include <unistd.h>

using namespace emojiscope::simulator;
namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

struct CertificateFile {
    std::filesystem::path path = std::filesystem::temp_directory_path() /
                                 ("emojiscope-simulator-" + std::to_string(::getpid()) + ".pem");
    CertificateFile() = default;
    CertificateFile(const CertificateFile&) = delete;
    CertificateFile& operator=(const CertificateFile&) = delete;
    ~CertificateFile() {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
};

/// The status of GET /sim/state, with the certificate checked for `name`; 0 if the check fails.
unsigned status_over_tls(const Simulator& slack, const std::filesystem::path& trusted,
                         const std::string& name) {
    asio::io_context io;
    asio::ssl::context context(asio::ssl::context::tls_client);
    if (!trusted.empty()) {
        context.load_verify_file(trusted.string());
    }
    asio::ssl::stream<tcp::socket> stream(io, context);
    stream.set_verify_mode(asio::ssl::verify_peer);
    stream.set_verify_callback(asio::ssl::host_name_verification(name));
    const std::string url = slack.page_url();
    const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
    boost::system::error_code refused;
    stream.handshake(asio::ssl::stream_base::client, refused);
    if (refused) {
        return 0;
    }
    http::request<http::empty_body> request{http::verb::get, "/sim/state", 11};
    request.set(http::field::host, "localhost");
    http::write(stream, request);
    boost::beast::flat_buffer buffer;
    http::response<http::string_body> answer;
    http::read(stream, buffer, answer);
    return answer.result_int();
}

/// Whatever certificate is shown.
void post_over_tls(const Simulator& slack, const std::string& target, const std::string& body) {
    asio::io_context io;
    asio::ssl::context context(asio::ssl::context::tls_client);
    asio::ssl::stream<tcp::socket> stream(io, context);
    const std::string url = slack.page_url();
    const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), port});
    stream.handshake(asio::ssl::stream_base::client);
    http::request<http::string_body> request{http::verb::post, target, 11};
    request.set(http::field::host, "localhost");
    request.body() = body;
    request.prepare_payload();
    http::write(stream, request);
    boost::beast::flat_buffer buffer;
    http::response<http::string_body> answer;
    http::read(stream, buffer, answer);
    REQUIRE(answer.result_int() == 200);
}

}  // namespace

TEST_CASE("the certificate holds for loopback, and for whoever trusts it") {
    const CertificateFile file;
    Options options;
    options.tls = true;
    options.certificate_file = file.path;
    const auto slack = Simulator::start(options).value();
    CHECK(slack->api_base_url().starts_with("https://127.0.0.1:"));
    CHECK(status_over_tls(*slack, file.path, "127.0.0.1") == 200);
    CHECK(status_over_tls(*slack, file.path, "localhost") == 200);
    CHECK(status_over_tls(*slack, file.path, "evil.example") == 0);
    CHECK(status_over_tls(*slack, {}, "localhost") == 0);
}

TEST_CASE("a TLS connection is closed, or shown a certificate for another host") {
    const CertificateFile file;
    Options options;
    options.tls = true;
    options.certificate_file = file.path;
    const auto slack = Simulator::start(options).value();
    post_over_tls(*slack, "/sim/fault", R"({"on":"tls","kind":"closed"})");
    CHECK(status_over_tls(*slack, file.path, "localhost") == 0);
    post_over_tls(*slack, "/sim/fault", R"({"on":"tls","kind":"wrong_host"})");
    CHECK(status_over_tls(*slack, file.path, "localhost") == 0);
    CHECK(status_over_tls(*slack, file.path, "localhost") == 200);
}

TEST_CASE("TLS without a place for the certificate does not start") {
    Options options;
    options.tls = true;
    const auto slack = Simulator::start(options);
    REQUIRE(slack.has_error());
    CHECK(slack.error().message.find("certificate") != std::string::npos);
}
