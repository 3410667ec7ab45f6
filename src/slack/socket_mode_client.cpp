#include "emojiscope/slack/socket_mode_client.hpp"

#include "socket_session.hpp"

#include "emojiscope/slack/dial_policy.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <random>
#include <utility>
#include <vector>

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using TimePoint = steady_clock::time_point;
using SessionPtr = std::shared_ptr<SocketSession>;
using Ending = SocketSession::Ending;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

Error switched_off() {
    return fail(ErrorCode::auth,
                "Socket Mode is switched off for this app (Slack says link_disabled): switch it "
                "on, then start again");
}

/// One of the connections that are to be kept.
struct Slot {
    explicit Slot(const SocketModeOptions& options)
        : backoff(options.backoff_base, options.backoff_cap) {}

    SessionPtr current;
    std::uint64_t epoch = 0;           ///< of `current`
    std::vector<SessionPtr> retiring;  ///< replaced: they drain, or are being closed
    Backoff backoff;
    TimePoint not_before = TimePoint{};  ///< of the next dial
    bool wanted = true;                  ///< that there be another socket than `current`
    bool asked_for = false;              ///< by Slack, in good order: not counted by the bucket
    bool served = false;                 ///< there has been a socket
};

}  // namespace

struct SocketModeClient::Impl : std::enable_shared_from_this<Impl> {
    Impl(std::shared_ptr<Dialer> dialer_in, std::shared_ptr<WebApi> api_in, Handler handler_in,
         Connected connected_in, const SocketModeOptions& options_in, Answering answering_in)
        : dialer(std::move(dialer_in)),
          api(std::move(api_in)),
          handler(std::move(handler_in)),
          greeted(std::move(connected_in)),
          options(options_in),
          answering(std::move(answering_in)),
          slots(static_cast<std::size_t>(std::max(options.connections, 1)), Slot(options)),
          bucket(options.dial_burst, options.dial_refill),
          timer(dialer->executor()) {}

    std::shared_ptr<Dialer> dialer;
    std::shared_ptr<WebApi> api;
    Handler handler;
    Connected greeted;
    SocketModeOptions options;
    Answering answering;
    std::vector<Slot> slots;
    SessionPtr opening;  ///< dialled, and not greeted yet
    TokenBucket bucket;
    TimePoint not_before = TimePoint{};  ///< Slack's own word on apps.connections.open
    asio::steady_timer timer;            ///< cancelled when `run` has something to look at
    std::mt19937_64 random{std::random_device{}()};
    std::uint64_t epochs = 0;
    std::optional<Error> fatal;
    bool greeted_before = false;
    bool stopping = false;

    [[nodiscard]] bool over() const { return stopping || fatal.has_value(); }

    [[nodiscard]] std::size_t open_sockets() const {
        const auto is_open = [](const SessionPtr& session) { return session && session->open(); };
        std::ptrdiff_t count = 0;
        for (const Slot& slot : slots) {
            count += is_open(slot.current) ? 1 : 0;
            count += std::ranges::count_if(slot.retiring, is_open);
        }
        return static_cast<std::size_t>(count);
    }

    [[nodiscard]] bool connected() const { return open_sockets() > 0; }

    void stop() {
        stopping = true;
        close_all();
        timer.cancel();
    }

    void close_all() {
        for (Slot& slot : slots) {
            if (slot.current) {
                slot.retiring.push_back(std::exchange(slot.current, nullptr));
            }
            for (const SessionPtr& session : slot.retiring) {
                session->close();
            }
        }
        if (opening) {
            opening->close();
        }
    }

    void end_with(Error error) {
        if (!fatal) {
            fatal = std::move(error);
        }
        close_all();
        timer.cancel();
    }

    /// News of a socket's end.
    void changed(std::uint64_t epoch, const Ending& ending) {
        const auto found = std::ranges::find_if(
            slots, [&](const Slot& slot) { return slot.current && slot.epoch == epoch; });
        if (found == slots.end() || over()) {
            spdlog::debug("Socket Mode: {} (of a socket that was replaced)", ending.why);
            return;
        }
        if (ending.kind == Ending::Kind::link_disabled) {
            end_with(switched_off());
            return;
        }
        spdlog::info("Socket Mode: a new connection is needed ({})", ending.why);
        if (options.observer != nullptr) {
            options.observer->reconnecting(ending.kind);
        }
        plan_next(*found, ending.kind);
        if (ending.kind == Ending::Kind::refresh) {
            timer.cancel();
            return;
        }
        const SessionPtr gone = std::exchange(found->current, nullptr);
        if (ending.kind == Ending::Kind::too_many) {
            gone->close();
            found->retiring.push_back(gone);
        }
        timer.cancel();
    }

    void plan_next(Slot& slot, Ending::Kind kind) {
        const TimePoint now = steady_clock::now();
        const bool refresh = kind == Ending::Kind::refresh;
        const bool stable = now - slot.current->greeted_at() >=
                            (refresh ? options.settled_after : options.stable_after);
        if (stable && !slot.wanted) {
            slot.backoff.reset();
        }
        slot.asked_for = refresh && stable;
        if (refresh && slot.backoff.failures() == 0) {
            // At once, while the old socket still serves; but not in a tight loop.
            if (!stable) {
                slot.backoff.count();
            }
            slot.not_before = now;
        } else if (!slot.wanted || kind == Ending::Kind::too_many) {
            slot.not_before = now + slot.backoff.next(random);
        }
        slot.wanted = true;
    }

    /// The one whose dial is due first; null if no other socket is wanted.
    [[nodiscard]] Slot* next_slot() {
        Slot* next = nullptr;
        for (Slot& slot : slots) {
            if (slot.wanted && (next == nullptr || slot.not_before < next->not_before)) {
                next = &slot;
            }
        }
        return next;
    }

    asio::awaitable<Result<void>> run() {
        const auto self = shared_from_this();
        while (!over()) {
            Slot* const slot = next_slot();
            const TimePoint turn = slot == nullptr
                                       ? TimePoint::max()
                                       : std::max({slot->not_before, not_before,
                                                   slot->asked_for ? TimePoint{} : bucket.next()});
            if (turn > steady_clock::now()) {
                timer.expires_at(turn);
                co_await timer.async_wait(as_tuple);
                continue;
            }
            // No more than one old socket beside the new one, and none that Slack found too many.
            co_await close_retired(slot);
            if (!over()) {
                co_await dial(*slot);
            }
        }
        close_all();
        for (Slot& slot : slots) {
            co_await close_retired(&slot);
        }
        if (fatal) {
            co_return *fatal;
        }
        co_return Result<void>{};
    }

    /// Those of `slot`, and of the others those that are being closed: until they are gone, which
    /// they are within `close_timeout`.
    asio::awaitable<void> close_retired(const Slot* mine) {
        std::vector<SessionPtr> going;
        for (Slot& slot : slots) {
            for (const SessionPtr& session : slot.retiring) {
                if (&slot == mine || !session->open()) {
                    going.push_back(session);
                }
            }
        }
        for (const SessionPtr& session : going) {
            session->close();
        }
        for (const SessionPtr& session : going) {
            co_await session->closed();
        }
        for (Slot& slot : slots) {
            std::erase_if(slot.retiring,
                          [](const SessionPtr& session) { return session->is_closed(); });
        }
    }

    asio::awaitable<void> dial(Slot& slot) {
        // If that is too often for Slack, it will say so, and when to come again.
        if (!std::exchange(slot.asked_for, false)) {
            bucket.take(steady_clock::now());
        }
        const std::uint64_t epoch = ++epochs;
        auto session = co_await open(epoch);
        opening = nullptr;
        if (session && over()) {
            (*session)->close();
            slot.retiring.push_back(*session);
            co_return;
        }
        if (over()) {
            co_return;
        }
        if (!session) {
            dial_failed(slot, session.error());
            co_return;
        }
        install(slot, *session, epoch);
    }

    void dial_failed(Slot& slot, const Error& error) {
        if (options.observer != nullptr) {
            options.observer->dial_failed(error.code);
        }
        if (error.code == ErrorCode::auth) {
            end_with(error);
            return;
        }
        const milliseconds wait = slot.backoff.next(random);
        slot.not_before = std::max(slot.not_before, steady_clock::now() + wait);
        spdlog::warn("Socket Mode: {}; trying again in {:.1f} s", error.message,
                     std::chrono::duration<double>(wait).count());
    }

    void install(Slot& slot, const SessionPtr& session, std::uint64_t epoch) {
        const bool missed_nothing = connected() && !slot.served;
        if (slot.current) {
            slot.current->drain();
            slot.retiring.push_back(slot.current);
        }
        slot.current = session;
        slot.epoch = epoch;
        slot.wanted = false;
        slot.served = true;
        session->start();
        const bool first = !greeted_before;
        greeted_before = true;
        if (!missed_nothing) {
            greeted(first);
        }
    }

    asio::awaitable<Result<SessionPtr>> open(std::uint64_t epoch) {
        auto url = co_await api->open_connection();
        if (!url) {
            not_before = api->next_turn(Method::apps_connections_open);
            co_return url.error();
        }
        auto stream = co_await dialer->dial(*url);
        if (!stream) {
            co_return stream.error();
        }
        if (over()) {
            co_return fail(ErrorCode::cancelled, "stopped while connecting");
        }
        opening =
            std::make_shared<SocketSession>(std::move(*stream), *url, handler, answering, options);
        const SessionPtr session = opening;
        session->on_ending([weak = weak_from_this(), epoch](const Ending& ending) {
            if (const auto self = weak.lock()) {
                self->changed(epoch, ending);
            }
        });
        auto hello = co_await session->greet();
        if (!hello) {
            not_before = std::max(not_before, steady_clock::now() + session->retry_after());
            co_return session->link_disabled() ? switched_off() : hello.error();
        }
        spdlog::info("Socket Mode: connected to {} ({} connection(s) of this app)", url->host,
                     hello->connections);
        co_return session;
    }
};

SocketModeClient::SocketModeClient(std::shared_ptr<Dialer> dialer, std::shared_ptr<WebApi> api,
                                   Handler handler, Connected connected,
                                   const SocketModeOptions& options, Answering answering)
    : impl_(std::make_shared<Impl>(std::move(dialer), std::move(api), std::move(handler),
                                   std::move(connected), options, std::move(answering))) {}

SocketModeClient::~SocketModeClient() = default;

bool SocketModeClient::connected() const {
    return impl_->connected();
}

std::size_t SocketModeClient::open_sockets() const {
    return impl_->open_sockets();
}

asio::awaitable<Result<void>> SocketModeClient::run() {
    return impl_->run();
}

void SocketModeClient::stop() {
    impl_->stop();
}

}  // namespace emojiscope::slack
