#include "slack/loopback_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <sys/socket.h>

#include <array>
#include <mutex>
#include <set>
#include <thread>

namespace emojiscope::loopback {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

/// `Stream` is a socket, or TLS over one.
template <class Stream>
class BlockingSocket final : public ServerSocket {
public:
    BlockingSocket(Stream& beneath, const Request& request)
        : beneath_(beneath), stream_(beneath), target_(request.target()) {}

    bool accept(const Request& request) {
        error_code error;
        stream_.accept(request, error);
        return !error;
    }
    [[nodiscard]] std::string target() const override { return target_; }
    bool send(std::string_view text) override { return write(text, true); }
    bool send_binary(std::string_view bytes) override { return write(bytes, false); }
    bool send_raw(std::string_view bytes) override {
        error_code error;
        asio::write(beneath_, asio::buffer(bytes), error);
        return !error;
    }
    void reset() override {
        error_code error;
        auto& socket = beast::get_lowest_layer(beneath_);
        socket.set_option(asio::socket_base::linger(true, 0), error);
        socket.close(error);
    }
    [[nodiscard]] std::optional<std::string> read() override {
        beast::flat_buffer buffer;
        error_code error;
        stream_.read(buffer, error);
        if (error) {
            return std::nullopt;
        }
        return beast::buffers_to_string(buffer.data());
    }
    void ignore() override {
        std::array<char, 4096> bytes{};
        error_code error;
        while (!error) {
            beneath_.read_some(asio::buffer(bytes), error);
        }
    }
    void on_control(std::function<void()> callback) override {
        stream_.control_callback(
            [callback = std::move(callback)](websocket::frame_type kind, beast::string_view) {
                if (kind != websocket::frame_type::close) {
                    callback();
                }
            });
    }

private:
    bool write(std::string_view bytes, bool text) {
        error_code error;
        stream_.text(text);
        stream_.write(asio::buffer(bytes), error);
        return !error;
    }

    Stream& beneath_;
    websocket::stream<Stream&> stream_;
    std::string target_;
};

}  // namespace

Response answer(unsigned status, std::string body, const std::string& content_type) {
    Response response;
    response.version(11);
    response.result(status);
    response.set(http::field::content_type, content_type);
    response.body() = std::move(body);
    return response;
}

struct LoopbackServer::Impl {
    Handler handler;
    SocketScript sockets;
    Gate gate;
    std::optional<asio::ssl::context> tls;
    asio::io_context io;
    tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
    unsigned short port = acceptor.local_endpoint().port();

    mutable std::mutex mutex;  // of everything below
    std::vector<Request> requests;
    std::size_t connections = 0;
    std::set<int> open;  // native handles, to be shut down from outside
    bool stopping = false;
    std::mutex handling;
    std::vector<std::thread> threads;
    std::thread accepting;

    void accept_all() {
        for (;;) {
            error_code error;
            tcp::socket socket(io);
            acceptor.accept(socket, error);
            const std::scoped_lock lock(mutex);
            if (error || stopping) {
                return;
            }
            ++connections;
            open.insert(socket.native_handle());
            threads.emplace_back(
                [this, accepted = std::move(socket)]() mutable { serve(accepted); });
        }
    }

    void serve(tcp::socket& socket) {
        const int handle = socket.native_handle();
        error_code error;
        if (tls) {
            beast::ssl_stream<tcp::socket&> stream(socket, *tls);
            stream.handshake(asio::ssl::stream_base::server, error);
            if (!error) {
                serve_http(stream);
            }
        } else {
            serve_http(socket);
        }
        const std::scoped_lock lock(mutex);
        open.erase(handle);
        socket.close(error);
    }

    template <class Stream>
    void serve_http(Stream& stream) {
        beast::flat_buffer buffer;
        for (bool more = true; more;) {
            error_code error;
            Request request;
            http::read(stream, buffer, request, error);
            if (error) {
                return;
            }
            const bool upgrade = websocket::is_upgrade(request);
            auto refused = upgrade && gate ? gate(request) : std::nullopt;
            if (upgrade && !refused) {
                BlockingSocket<Stream> socket(stream, request);
                if (sockets && socket.accept(request)) {
                    sockets(socket);
                }
                return;
            }
            Response response = refused ? std::move(*refused) : handle(request);
            more = response.erase(close_silently) == 0 && response.keep_alive();
            const bool cut = response.erase(cut_off) > 0;
            response.prepare_payload();
            if (cut) {
                response.body().pop_back();  // the header still counts it
                more = false;
            }
            http::write(stream, response, error);
            more = more && !error;
        }
    }

    Response handle(const Request& request) {
        {
            const std::scoped_lock lock(mutex);
            requests.push_back(request);
        }
        const std::scoped_lock lock(handling);
        return handler(request);
    }

    void stop() {
        {
            const std::scoped_lock lock(mutex);
            stopping = true;
            for (const int handle : open) {
                ::shutdown(handle, SHUT_RDWR);
            }
            ::shutdown(acceptor.native_handle(), SHUT_RDWR);  // wakes the accept
        }
        accepting.join();
        for (std::thread& thread : threads) {
            thread.join();
        }
    }
};

LoopbackServer::LoopbackServer(Handler handler, SocketScript sockets,
                               const std::optional<Certificate>& certificate, Gate gate)
    : impl_(std::make_unique<Impl>()) {
    impl_->handler = std::move(handler);
    impl_->sockets = std::move(sockets);
    impl_->gate = std::move(gate);
    if (certificate) {
        auto& context = impl_->tls.emplace(asio::ssl::context::tls_server);
        context.use_certificate_chain(asio::buffer(certificate->certificate));
        context.use_private_key(asio::buffer(certificate->key), asio::ssl::context::pem);
    }
    impl_->accepting = std::thread([impl = impl_.get()] { impl->accept_all(); });
}

LoopbackServer::~LoopbackServer() {
    impl_->stop();
}

unsigned short LoopbackServer::port() const {
    return impl_->port;
}

std::string LoopbackServer::url(const std::string& target) const {
    return (impl_->tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port()) +
           target;
}

std::vector<Request> LoopbackServer::requests() const {
    const std::scoped_lock lock(impl_->mutex);
    return impl_->requests;
}

std::size_t LoopbackServer::connections() const {
    const std::scoped_lock lock(impl_->mutex);
    return impl_->connections;
}

}  // namespace emojiscope::loopback
