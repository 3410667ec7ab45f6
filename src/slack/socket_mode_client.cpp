#include "emojiscope/slack/socket_mode_client.hpp"

#include "socket_session.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

/// Beyond this the cap has long been reached.
constexpr int max_doublings = 16;

}  // namespace

SocketModeClient::SocketModeClient(std::shared_ptr<Dialer> dialer, std::shared_ptr<WebApi> api,
                                   Handler handler, Connected connected,
                                   const SocketModeOptions& options, Answering answering)
    : dialer_(std::move(dialer)),
      api_(std::move(api)),
      handler_(std::move(handler)),
      connected_(std::move(connected)),
      options_(options),
      answering_(std::move(answering)),
      backoff_timer_(dialer_->executor()),
      random_(std::random_device{}()) {}

SocketModeClient::~SocketModeClient() = default;

bool SocketModeClient::connected() const {
    return current_ && current_->open();
}

asio::awaitable<Result<std::shared_ptr<SocketSession>>> SocketModeClient::open() {
    auto url = co_await api_->open_connection();
    if (!url) {
        co_return url.error();
    }
    auto stream = co_await dialer_->dial(*url);
    if (!stream) {
        co_return stream.error();
    }
    if (stopping_) {
        co_return fail(ErrorCode::cancelled, "stopped while connecting");
    }
    auto session =
        std::make_shared<SocketSession>(std::move(*stream), *url, handler_, answering_, options_);
    opening_ = session;
    auto hello = co_await session->greet();
    if (!hello) {
        co_return hello.error();
    }
    spdlog::info("Socket Mode: connected to {} ({} connection(s) of this app)", url->host,
                 hello->connections);
    session->start();
    co_return session;
}

asio::awaitable<void> SocketModeClient::back_off() {
    const auto doubled = options_.backoff_base * (1LL << std::min(failures_, max_doublings));
    const auto longest = std::min<std::chrono::milliseconds>(doubled, options_.backoff_cap);
    ++failures_;
    std::uniform_int_distribution<std::int64_t> jitter(0, longest.count());
    backoff_timer_.expires_after(std::chrono::milliseconds(jitter(random_)));
    if (!stopping_) {
        co_await backoff_timer_.async_wait(as_tuple);
    }
}

asio::awaitable<Result<void>> SocketModeClient::run() {
    using Kind = SocketSession::Ending::Kind;
    while (!stopping_) {
        auto next = co_await open();
        if (stopping_) {
            if (next) {
                (*next)->close();
            }
            break;
        }
        if (!next) {
            if (next.error().code == ErrorCode::auth) {
                co_return next.error();
            }
            spdlog::warn("Socket Mode: {}; trying again", next.error().message);
            co_await back_off();
            continue;
        }
        if (current_) {
            current_->drain();
            draining_ = current_;
        }
        current_ = *next;
        const bool first = !greeted_before_;
        greeted_before_ = true;
        connected_(first);
        const SocketSession::Ending ending = co_await current_->wait();
        if (stopping_) {
            break;
        }
        const bool was_stable =
            steady_clock::now() - current_->greeted_at() >= options_.stable_after;
        if (was_stable) {
            failures_ = 0;
        }
        if (ending.kind == Kind::link_disabled) {
            current_->close();
            co_return fail(ErrorCode::auth,
                           "Socket Mode is switched off for this app (Slack says "
                           "link_disabled): switch it on, then start again");
        }
        spdlog::info("Socket Mode: a new connection is needed ({})", ending.why);
        if (ending.kind == Kind::refresh) {
            // At once, while the old socket still serves; but not in a tight loop.
            if (!was_stable && ++failures_ > 1) {
                co_await back_off();
            }
            continue;
        }
        if (ending.kind == Kind::too_many) {
            current_->close();
        }
        current_.reset();
        co_await back_off();
    }
    co_return Result<void>{};
}

void SocketModeClient::stop() {
    stopping_ = true;
    backoff_timer_.cancel();
    if (current_) {
        current_->close();
    }
    for (const auto& other : {opening_.lock(), draining_.lock()}) {
        if (other) {
            other->close();
        }
    }
}

}  // namespace emojiscope::slack
