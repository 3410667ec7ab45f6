// Slack's end of Socket Mode, scripted, and a client that talks to it.
#pragma once

#include "emojiscope/slack/socket_mode_client.hpp"
#include "slack/client_fixture.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <vector>

namespace emojiscope::loopback {

/// What happened, in order, on either end. Safe from any thread; wakes the client's loop.
class Journal {
public:
    explicit Journal(boost::asio::io_context& io) : io_(io) {}

    void add(const std::string& entry) {
        {
            const std::scoped_lock lock(mutex_);
            entries_.push_back(entry);
        }
        changed_.notify_all();
        boost::asio::post(io_, [] {});
    }
    [[nodiscard]] std::size_t count(const std::string& entry) const {
        const std::scoped_lock lock(mutex_);
        return counted(entry);
    }
    [[nodiscard]] bool has(const std::string& entry) const { return count(entry) > 0; }
    /// True if both happened, and the first of them first.
    [[nodiscard]] bool in_order(const std::string& earlier, const std::string& later) const {
        const std::scoped_lock lock(mutex_);
        const auto first = std::ranges::find(entries_, earlier);
        const auto second = std::ranges::find(entries_, later);
        return second != entries_.end() && first < second;
    }
    /// For scripts: blocks until it has happened so often. False: not within the deadline.
    bool wait_for(const std::string& entry, std::size_t times = 1) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, test_deadline, [&] { return counted(entry) >= times; });
    }

private:
    [[nodiscard]] std::size_t counted(const std::string& entry) const {
        return static_cast<std::size_t>(std::ranges::count(entries_, entry));
    }

    boost::asio::io_context& io_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> entries_;
};

/// Waits that the test ends, by name. For the client's thread.
class Gates {
public:
    boost::asio::awaitable<void> wait(std::string name) {
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor,
                                        std::chrono::steady_clock::time_point::max());
        timers_[name] = &timer;
        co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        timers_.erase(name);
    }
    [[nodiscard]] bool waits(const std::string& name) const { return timers_.contains(name); }
    void open(const std::string& name) { timers_.at(name)->cancel(); }

private:
    std::map<std::string, boost::asio::steady_timer*> timers_;
};

inline constexpr const char* hello = R"({"type":"hello","num_connections":1})";

inline std::string envelope(const std::string& id) {
    return nlohmann::json{{"envelope_id", id}, {"type", "events_api"}, {"payload", {{"is", id}}}}
        .dump();
}

inline std::string disconnect(const std::string& reason) {
    return nlohmann::json{{"type", "disconnect"}, {"reason", reason}}.dump();
}

/// Milliseconds instead of seconds; patience where a test does not ask for the contrary.
inline slack::SocketModeOptions quick_options() {
    using std::chrono::milliseconds;
    slack::SocketModeOptions options;
    options.hello_timeout = milliseconds(9'000);
    options.ping_every = milliseconds(10);
    options.dead_after = milliseconds(9'000);
    options.drain = milliseconds(50);
    options.close_timeout = milliseconds(100);
    options.backoff_base = milliseconds(1);
    options.backoff_cap = milliseconds(5);
    options.dial_burst = 1'000;
    return options;
}

/// A handler that looks at each envelope for itself.
template <class HandleOne>
slack::SocketModeClient::Handler one_by_one(HandleOne handle) {
    return [handle](std::span<const slack::Envelope> envelopes)
               -> boost::asio::awaitable<std::vector<bool>> {
        std::vector<bool> durable;
        for (const slack::Envelope& envelope : envelopes) {
            const bool good = co_await handle(envelope);
            durable.push_back(good);
        }
        co_return durable;
    };
}

/// The journal gets "open" for each apps.connections.open, "connected" for each hello, "ended" when
/// `run` has ended, and from `serve`: "socket N", "N acks ID" ("N answers ID PAYLOAD" with a
/// payload), "control N" and "closed N".
struct SocketMode {
    /// Plays the Nth connection.
    using Script = std::function<void(int number, ServerSocket& socket)>;
    using Handle = std::function<boost::asio::awaitable<bool>(slack::Envelope)>;
    /// On a thread of the server, for the Nth apps.connections.open or WebSocket: what is answered
    /// in place of the usual, if anything.
    using Instead = std::function<std::optional<Response>(int number)>;

    explicit SocketMode(Script script_for, slack::SocketModeOptions options = quick_options(),
                        Handle handle_one = {}, slack::Answering answering = {})
        : script(std::move(script_for)), handle(std::move(handle_one)) {
        socket.emplace(
            client.dialer, client.api,
            one_by_one([this](slack::Envelope taken) { return take(std::move(taken)); }),
            [this](bool first) {
                journal.add("connected");
                firsts.push_back(first);
            },
            options, std::move(answering));
        boost::asio::co_spawn(client.io, socket->run(),
                              [this](const std::exception_ptr& thrown, Result<void> ended) {
                                  problem = thrown;
                                  result = std::move(ended);
                                  journal.add("ended");
                              });
    }

    /// Stops the client; everything of it must have ended within the deadline.
    ~SocketMode() {
        socket->stop();
        client.io.restart();
        client.io.run_for(test_deadline);
        ended_in_time = client.io.stopped();
        server.reset();
        CHECK(ended_in_time);
        CHECK(journal.has("ended"));
        CHECK(problem == nullptr);
    }
    SocketMode(const SocketMode&) = delete;
    SocketMode& operator=(const SocketMode&) = delete;

    void wait_until(const std::function<bool()>& condition) { run_until(client.io, condition); }
    void wait_for(const std::string& entry, std::size_t times = 1) {
        wait_until([&, entry, times] { return journal.count(entry) >= times; });
    }

    /// Reads, and notes, until the socket is closed.
    void read_on(int number, ServerSocket& end) {
        const std::string name = std::to_string(number);
        end.on_control([this, name] { journal.add("control " + name); });
        while (const auto text = end.read()) {
            const auto frame = nlohmann::json::parse(*text, nullptr, false);
            const bool answers = frame.contains("payload");
            journal.add(name + (answers ? " answers " : " acks ") +
                        frame.value("envelope_id", "?") +
                        (answers ? " " + frame.at("payload").dump() : ""));
        }
        journal.add("closed " + name);
    }

private:
    static int number_of(const std::string& target) {
        return std::stoi(target.substr(target.find('=') + 1));
    }

    Response answer_call(const Request& request) {
        if (!request.target().ends_with("/apps.connections.open")) {
            return answer(404, "{}");
        }
        journal.add("open");
        if (instead_of_url) {
            if (auto other = instead_of_url(static_cast<int>(journal.count("open")))) {
                return std::move(*other);
            }
        }
        if (!refusal.empty()) {
            return answer(200, nlohmann::json{{"ok", false}, {"error", refusal}}.dump());
        }
        const std::string url = "ws://127.0.0.1:" + std::to_string(server->port()) +
                                "/link?n=" + std::to_string(journal.count("open"));
        return answer(200, nlohmann::json{{"ok", true}, {"url", url}}.dump());
    }

    void play(ServerSocket& end) {
        const int number = number_of(end.target());
        journal.add("socket " + std::to_string(number));
        script(number, end);
    }

    boost::asio::awaitable<bool> take(slack::Envelope taken) {
        const std::string id = taken.id;
        journal.add("took " + id);
        const bool good = handle ? co_await handle(std::move(taken)) : true;
        journal.add("handled " + id);
        co_return good;
    }

    Script script;
    Handle handle;
    // The client's loop is older than the journal that wakes it, the server is made last.
    std::unique_ptr<LoopbackServer> server = std::make_unique<LoopbackServer>(
        [this](const Request& request) { return answer_call(request); },
        [this](ServerSocket& end) { play(end); }, std::nullopt,
        [this](const Request& request) {
            return instead_of_socket ? instead_of_socket(number_of(std::string(request.target())))
                                     : std::nullopt;
        });

public:
    // To be set before the first wait.
    std::string refusal;  ///< Slack's error word for apps.connections.open
    Instead instead_of_url;
    Instead instead_of_socket;
    Client client{server->url("/api/")};
    Journal journal{client.io};
    std::optional<slack::SocketModeClient> socket;
    std::vector<bool> firsts;
    Result<void> result;
    std::exception_ptr problem;
    bool ended_in_time = false;
};

}  // namespace emojiscope::loopback
