// A server on 127.0.0.1 that answers each request with bytes of the test's own, well-formed or not.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace emojiscope::loopback {

/// One connection after another, each for one request, on a thread of its own.
class RawServer {
public:
    /// False: the client is gone.
    using Write = std::function<bool(std::string_view)>;
    using Script = std::function<void(const Write&)>;

    explicit RawServer(Script script)
        : script_(std::move(script)), thread_([this] { accept_all(); }) {}

    ~RawServer() {
        {
            const std::scoped_lock lock(mutex_);
            stopping_ = true;
            ::shutdown(acceptor_.native_handle(), SHUT_RDWR);  // wakes the accept
            if (open_ >= 0) {
                ::shutdown(open_, SHUT_RDWR);
            }
        }
        thread_.join();
    }
    RawServer(const RawServer&) = delete;
    RawServer& operator=(const RawServer&) = delete;

    [[nodiscard]] std::string url(const std::string& target) const {
        return "http://127.0.0.1:" + std::to_string(port_) + target;
    }
    [[nodiscard]] int requests() const { return requests_; }

private:
    using tcp = boost::asio::ip::tcp;

    void accept_all() {
        for (;;) {
            boost::system::error_code error;
            tcp::socket socket(io_);
            acceptor_.accept(socket, error);
            {
                const std::scoped_lock lock(mutex_);
                if (error || stopping_) {
                    return;
                }
                open_ = socket.native_handle();
            }
            serve(socket);
            const std::scoped_lock lock(mutex_);
            open_ = -1;
        }
    }

    void serve(tcp::socket& socket) {
        boost::system::error_code error;
        std::string head;
        boost::asio::read_until(socket, boost::asio::dynamic_buffer(head), "\r\n\r\n", error);
        if (error) {
            return;
        }
        ++requests_;
        script_([&](std::string_view bytes) {
            boost::asio::write(socket, boost::asio::buffer(bytes), error);
            return !error;
        });
    }

    Script script_;
    boost::asio::io_context io_;
    tcp::acceptor acceptor_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
    unsigned short port_ = acceptor_.local_endpoint().port();
    std::atomic<int> requests_{0};
    std::mutex mutex_;  // of everything below
    int open_ = -1;     // native handle, to be shut down from outside
    bool stopping_ = false;
    std::thread thread_;  // last, since it uses all of the others
};

}  // namespace emojiscope::loopback
