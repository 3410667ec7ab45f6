// HTTP and WebSocket spoken to the local Slack by hand, with nothing of the room `slack`.
// Blocking; one thread.
#pragma once

#include "emojiscope/simulator/simulator.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <string>

namespace emojiscope::simulator::test {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

using Headers = std::map<std::string, std::string>;
using Answer = http::response<http::string_body>;

/// A running workspace, and requests to it.
class RawClient {
public:
    /// Throws if the workspace cannot start.
    explicit RawClient(const Options& options = {})
        : options_(options), slack_(Simulator::start(options).value()) {
        const std::string url = slack_->page_url();
        const auto host = url.find("://") + 3;
        authority_ = url.substr(host, url.size() - 1 - host);
        endpoint_ = {
            asio::ip::make_address(options.address),
            static_cast<std::uint16_t>(std::stoi(authority_.substr(authority_.rfind(':') + 1)))};
    }

    [[nodiscard]] Simulator& slack() { return *slack_; }
    [[nodiscard]] const Options& options() const { return options_; }
    [[nodiscard]] const std::string& authority() const { return authority_; }

    Answer request(http::verb method, const std::string& target, const std::string& body = {},
                   const Headers& headers = {}) {
        asio::ip::tcp::socket socket(io_);
        socket.connect(endpoint_);
        http::request<http::string_body> request{method, target, 11};
        request.set(http::field::host, authority_);
        for (const auto& [name, value] : headers) {
            request.set(name, value);
        }
        request.body() = body;
        request.prepare_payload();
        http::write(socket, request);
        beast::flat_buffer buffer;
        Answer answer;
        http::read(socket, buffer, answer);
        return answer;
    }

    Answer get(const std::string& target, const Headers& headers = {}) {
        return request(http::verb::get, target, {}, headers);
    }

    Answer post(const std::string& target, const nlohmann::json& body, Headers headers = {}) {
        headers.emplace("Content-Type", "application/json; charset=utf-8");
        return request(http::verb::post, target, body.dump(), headers);
    }

    /// A Web API method with a JSON body.
    nlohmann::json call(const std::string& method, const std::string& token,
                        const nlohmann::json& arguments = nlohmann::json::object()) {
        const Headers headers =
            token.empty() ? Headers{} : Headers{{"Authorization", "Bearer " + token}};
        return nlohmann::json::parse(post("/api/" + method, arguments, headers).body());
    }

    /// The JSON of a /sim address.
    nlohmann::json sim(const std::string& target) {
        return nlohmann::json::parse(get(target).body());
    }

    /// Path and query of an URL of this workspace.
    [[nodiscard]] static std::string target_of(const std::string& url) {
        return url.substr(url.find('/', url.find("://") + 3));
    }

    /// A fresh socket's address (path and query), by apps.connections.open.
    std::string link() {
        return target_of(call("apps.connections.open", options_.app_token).at("url"));
    }

    asio::io_context& io() { return io_; }
    [[nodiscard]] const asio::ip::tcp::endpoint& endpoint() const { return endpoint_; }

private:
    asio::io_context io_;
    Options options_;
    std::unique_ptr<Simulator> slack_;
    std::string authority_;
    asio::ip::tcp::endpoint endpoint_;
};

/// One WebSocket of Socket Mode, from the client's side.
class RawSocket {
public:
    /// Throws boost::system::system_error if the upgrade is refused.
    RawSocket(RawClient& client, const std::string& link, const std::string& origin = {})
        : socket_(client.io()) {
        socket_.next_layer().connect(client.endpoint());
        socket_.set_option(beast::websocket::stream_base::decorator(
            [origin](beast::websocket::request_type& request) {
                if (!origin.empty()) {
                    request.set(http::field::origin, origin);
                }
            }));
        socket_.handshake(client.authority(), link);
    }

    nlohmann::json read() {
        beast::flat_buffer buffer;
        socket_.read(buffer);
        return nlohmann::json::parse(beast::buffers_to_string(buffer.data()));
    }

    /// The next frame of this type; others are passed over.
    nlohmann::json read(const std::string& type) {
        for (;;) {
            nlohmann::json frame = read();
            if (frame.at("type") == type) {
                return frame;
            }
        }
    }

    void write(const std::string& frame) {
        socket_.auto_fragment(false);
        socket_.write(asio::buffer(frame));
    }

    void ack(const nlohmann::json& envelope) {
        write(nlohmann::json{{"envelope_id", envelope.at("envelope_id")}}.dump());
    }

    /// Reads to the end of the connection; gives the code of the close frame, 0 if none came.
    unsigned close_code() {
        beast::flat_buffer buffer;
        boost::system::error_code error;
        while (!error) {
            socket_.read(buffer, error);
        }
        return socket_.reason().code;
    }

private:
    beast::websocket::stream<asio::ip::tcp::socket> socket_;
};

}  // namespace emojiscope::simulator::test
