#include "slack/connect_proxy.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <sys/socket.h>

#include <array>
#include <mutex>
#include <set>
#include <thread>

namespace emojiscope::loopback {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

}  // namespace

struct ConnectProxy::Impl {
    unsigned short target_port = 0;
    Instead instead;
    asio::io_context io;
    tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
    unsigned short port = acceptor.local_endpoint().port();

    mutable std::mutex mutex;  // of everything below
    std::vector<std::string> heads;
    std::string seen;
    std::size_t tunnels = 0;
    std::set<int> open;  // native handles, to be shut down from outside
    bool stopping = false;
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
            open.insert(socket.native_handle());
            threads.emplace_back(
                [this, accepted = std::move(socket)]() mutable { serve(accepted); });
        }
    }

    void serve(tcp::socket& client) {
        tcp::socket target(io);
        if (ask(client, target)) {
            std::thread back([&] { copy(target, client, false); });
            copy(client, target, true);
            back.join();
        }
        const std::scoped_lock lock(mutex);
        error_code ignored;
        for (tcp::socket* socket : {&client, &target}) {
            open.erase(socket->native_handle());
            socket->close(ignored);
        }
    }

    /// True: a tunnel is open.
    bool ask(tcp::socket& client, tcp::socket& target) {
        error_code error;
        std::string head;
        asio::read_until(client, asio::dynamic_buffer(head), "\r\n\r\n", error);
        if (error) {
            return false;
        }
        {
            const std::scoped_lock lock(mutex);
            heads.push_back(head);
        }
        if (auto other = instead ? instead(head) : std::nullopt) {
            asio::write(client, asio::buffer(*other), error);
            return false;
        }
        target.connect({asio::ip::address_v4::loopback(), target_port}, error);
        const std::scoped_lock lock(mutex);
        if (error || stopping) {
            return false;
        }
        open.insert(target.native_handle());
        ++tunnels;
        asio::write(client,
                    asio::buffer(std::string("HTTP/1.1 200 Connection established\r\n\r\n")),
                    error);
        return !error;
    }

    void copy(tcp::socket& from, tcp::socket& to, bool from_client) {
        std::array<char, 16 * 1024> bytes{};
        error_code error;
        while (!error) {
            const std::size_t size = from.read_some(asio::buffer(bytes), error);
            if (from_client) {
                const std::scoped_lock lock(mutex);
                seen.append(bytes.data(), size);
            }
            error_code write_error;
            asio::write(to, asio::buffer(bytes.data(), size), write_error);
        }
        ::shutdown(to.native_handle(), SHUT_RDWR);
        ::shutdown(from.native_handle(), SHUT_RDWR);
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

ConnectProxy::ConnectProxy(unsigned short target_port, Instead instead)
    : impl_(std::make_unique<Impl>()) {
    impl_->target_port = target_port;
    impl_->instead = std::move(instead);
    impl_->accepting = std::thread([impl = impl_.get()] { impl->accept_all(); });
}

ConnectProxy::~ConnectProxy() {
    impl_->stop();
}

unsigned short ConnectProxy::port() const {
    return impl_->port;
}

std::vector<std::string> ConnectProxy::heads() const {
    const std::scoped_lock lock(impl_->mutex);
    return impl_->heads;
}

std::size_t ConnectProxy::tunnels() const {
    const std::scoped_lock lock(impl_->mutex);
    return impl_->tunnels;
}

std::string ConnectProxy::seen() const {
    const std::scoped_lock lock(impl_->mutex);
    return impl_->seen;
}

}  // namespace emojiscope::loopback
