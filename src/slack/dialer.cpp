#include "emojiscope/slack/dialer.hpp"

#include "net_errors.hpp"
#include "net_stream.hpp"
#include "proxy_tunnel.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <string>
#include <vector>

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

/// A name look-up cannot be cancelled, so it is left alone when the time is up.
struct Lookup {
    explicit Lookup(const asio::any_io_executor& executor) : resolver(executor), timer(executor) {}
    tcp::resolver resolver;
    asio::steady_timer timer;
    bool done = false;
    error_code error;
    tcp::resolver::results_type results;
};

asio::awaitable<Result<tcp::resolver::results_type>> look_up(
    const Url& url, const std::string& whose, std::chrono::steady_clock::time_point until) {
    auto lookup = std::make_shared<Lookup>(co_await asio::this_coro::executor);
    lookup->timer.expires_at(until);
    lookup->resolver.async_resolve(
        url.host, url.port, [lookup](const error_code& error, tcp::resolver::results_type results) {
            lookup->done = true;
            lookup->error = error;
            lookup->results = std::move(results);
            lookup->timer.cancel();
        });
    if (!lookup->done) {
        co_await lookup->timer.async_wait(as_tuple);
    }
    if (!lookup->done) {
        co_return fail(ErrorCode::timeout,
                       url.authority() + ": the name look-up" + whose + " took too long");
    }
    if (lookup->error) {
        co_return net_error(url, "the name look-up" + whose, lookup->error);
    }
    co_return std::move(lookup->results);
}

Error not_public(const Url& url, const asio::ip::address& address) {
    return fail(ErrorCode::invalid_argument,
                url.authority() + ": nothing is downloaded from the address " +
                    address.to_string() + ", which is not one of the public internet");
}

Result<std::vector<tcp::endpoint>> allowed_of(const Url& url,
                                              const tcp::resolver::results_type& found,
                                              Addresses addresses) {
    std::vector<tcp::endpoint> allowed;
    for (const auto& entry : found) {
        const tcp::endpoint endpoint = entry.endpoint();
        if (addresses == Addresses::any || is_public_address(endpoint.address())) {
            allowed.push_back(endpoint);
        }
    }
    if (allowed.empty() && !found.empty()) {
        return not_public(url, found.begin()->endpoint().address());
    }
    return allowed;
}

/// For a URL that a proxy will look at: only an address in the URL itself can be judged here.
Result<void> check_written(const Url& url, Addresses addresses) {
    error_code error;
    const auto address = asio::ip::make_address(url.host, error);
    if (!error && addresses == Addresses::public_only && !is_public_address(address)) {
        return not_public(url, address);
    }
    return {};
}

}  // namespace

struct Dialer::Impl {
    asio::any_io_executor executor;
    asio::ssl::context context{asio::ssl::context::tls_client};
    DialerOptions options;

    Result<void> prepare() {
        context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                            asio::ssl::context::no_tlsv1_1);
        context.set_verify_mode(asio::ssl::verify_peer);
        error_code error;
        if (options.ca_file.empty()) {
            context.set_default_verify_paths(error);
        } else {
            context.load_verify_file(options.ca_file.string(), error);
        }
        if (error) {
            return fail(ErrorCode::not_found,
                        "cannot read the certificates" +
                            (options.ca_file.empty() ? std::string(" of the system")
                                                     : " in " + options.ca_file.string()) +
                            ": " + error.message());
        }
        return {};
    }
};

Dialer::Dialer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Dialer::~Dialer() = default;

const asio::any_io_executor& Dialer::executor() const noexcept {
    return impl_->executor;
}

Result<std::shared_ptr<Dialer>> Dialer::create(asio::any_io_executor executor,
                                               const DialerOptions& options) {
    auto impl = std::make_unique<Impl>();
    impl->executor = std::move(executor);
    impl->options = options;
    if (auto prepared = impl->prepare(); !prepared) {
        return prepared.error();
    }
    return std::shared_ptr<Dialer>(new Dialer(std::move(impl)));
}

asio::awaitable<Result<std::unique_ptr<NetStream>>> Dialer::dial(
    Url url, std::chrono::steady_clock::time_point deadline, Addresses addresses) {
    const auto until =
        std::min(deadline, std::chrono::steady_clock::now() + impl_->options.timeout);
    const auto proxy = impl_->options.proxies.for_url(url);
    if (!proxy) {
        co_return proxy.error();
    }
    const Url first = *proxy ? Url{false, (*proxy)->host, (*proxy)->port, "/"} : url;
    const std::string what = *proxy ? " (the proxy's)" : "";
    if (auto good = check_written(url, addresses); !good) {
        co_return good.error();
    }
    auto found = co_await look_up(first, what, until);
    if (!found) {
        co_return found.error();
    }
    auto endpoints = allowed_of(first, *found, *proxy ? Addresses::any : addresses);
    if (!endpoints) {
        co_return endpoints.error();
    }
    NetStream::Tcp tcp(impl_->executor);
    tcp.expires_at(until);
    auto [error, endpoint] = co_await tcp.async_connect(*endpoints, as_tuple);
    if (error) {
        co_return net_error(first, "the connection" + what, error);
    }
    if (*proxy) {
        auto opened = co_await open_tunnel(tcp, url, **proxy);
        if (!opened) {
            co_return opened.error();
        }
    }
    error_code ignored;
    tcp.socket().set_option(tcp::no_delay(true), ignored);
    if (!url.tls) {
        tcp.expires_never();
        co_return std::make_unique<NetStream>(std::move(tcp));
    }
    auto stream = std::make_unique<NetStream>(std::move(tcp), impl_->context);
    NetStream::Tls& tls = *stream->tls();
    tls.set_verify_callback(asio::ssl::host_name_verification(url.host));
    // Server name indication takes names, not addresses; a failure only means a wrong certificate,
    // which the verification reports.
    // (The macro SSL_set_tlsext_host_name is this call with a C-style cast.)
    SSL_ctrl(tls.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             url.host.data());
    auto [refused] = co_await tls.async_handshake(asio::ssl::stream_base::client, as_tuple);
    if (refused) {
        co_return net_error(url, "the TLS handshake", refused);
    }
    stream->next_layer().expires_never();
    co_return stream;
}

}  // namespace emojiscope::slack
