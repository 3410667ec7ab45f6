#include "proxy_tunnel.hpp"

#include "net_errors.hpp"

#include "emojiscope/core/text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include <openssl/evp.h>

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

/// A proxy's answer has no body that we read.
constexpr std::uint32_t max_header_bytes = 16 * 1024;

std::string base64(const std::string& bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(
        reinterpret_cast<unsigned char*>(text.data()),  // OpenSSL's bytes
        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::string connect_request(const Url& target, const Proxy& proxy) {
    const bool v6 = target.host.find(':') != std::string::npos;
    const std::string where = (v6 ? "[" + target.host + "]" : target.host) + ":" + target.port;
    std::string request =
        "CONNECT " + where + " HTTP/1.1\r\nHost: " + where + "\r\nUser-Agent: emojiscope\r\n";
    if (!proxy.credentials.empty()) {
        request += "Proxy-Authorization: Basic " + base64(proxy.credentials) + "\r\n";
    }
    return request + "\r\n";
}

std::string refusal(unsigned status, bool with_credentials) {
    if (status == 407) {
        return with_credentials ? "refuses the user name and password (status 407)"
                                : "asks for a user name and password (status 407)";
    }
    return "refuses the connection with status " + std::to_string(status);
}

}  // namespace

asio::awaitable<Result<void>> open_tunnel(beast::tcp_stream& tcp, const Url& target,
                                          const Proxy& proxy) {
    const std::string who = "the proxy " + proxy.name();
    const std::string request = connect_request(target, proxy);
    auto [write_error, written] = co_await asio::async_write(tcp, asio::buffer(request), as_tuple);
    if (write_error) {
        co_return net_error(target, "asking " + who, write_error);
    }
    beast::flat_buffer buffer(2 * std::size_t{max_header_bytes});
    http::response_parser<http::empty_body> parser;
    parser.header_limit(max_header_bytes);
    parser.skip(true);
    auto [read_error, read] = co_await http::async_read_header(tcp, buffer, parser, as_tuple);
    if (read_error) {
        co_return net_error(target, "the answer of " + who, read_error);
    }
    const unsigned status = parser.get().result_int();
    if (status < 200 || status > 299) {
        co_return fail(ErrorCode::network, target.authority() + ": " + who + " " +
                                               refusal(status, !proxy.credentials.empty()));
    }
    if (buffer.size() > 0) {
        // The target does not speak before it is spoken to.
        co_return fail(ErrorCode::network,
                       target.authority() + ": " + who + " sent more than its answer");
    }
    co_return Result<void>{};
}

}  // namespace emojiscope::slack
