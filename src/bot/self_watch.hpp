// The bot looks after itself every few seconds: whether the threads of its pools still get through
// with their work, and how much waits in the queues.
#pragma once

#include "emojiscope/bot/bot_observer.hpp"
#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/pool.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace emojiscope::bot {

/// For the network thread.
class SelfWatch {
public:
    struct Pool {
        std::string name;  ///< for people: "the thread for searches"
        boost::asio::thread_pool* pool = nullptr;
        std::chrono::milliseconds patience{60'000};  ///< longer than any of its work takes
    };

    /// Refers to the pools and to `observer`.
    SelfWatch(boost::asio::any_io_executor executor, std::vector<Pool> pools, const Memory& memory,
              const Clock& clock, boost::asio::thread_pool& disk, BotObserver& observer,
              std::chrono::milliseconds every = std::chrono::seconds(5));

    /// Until `stop`.
    [[nodiscard]] boost::asio::awaitable<void> run();
    void stop();

    /// Names of the pools to which a beat was given that did not come back in time: of a pool of
    /// several threads all of them are busy, or stand still, for so long.
    [[nodiscard]] std::vector<std::string> standing_still() const;

private:
    using Time = std::chrono::steady_clock::time_point;
    /// Shared with what is posted to the pool, which may come back when we are gone.
    struct Beat {
        std::optional<Time> given;  ///< it is on its way
    };
    struct Watched {
        Pool what;
        std::shared_ptr<Beat> beat;
    };

    void give_beats();
    void look() const;

    boost::asio::any_io_executor executor_;
    std::vector<Watched> pools_;
    Memory memory_;
    const Clock& clock_;
    boost::asio::thread_pool& disk_;
    BotObserver& observer_;
    std::chrono::milliseconds every_;
    boost::asio::steady_timer timer_;
    bool stopping_ = false;
};

}  // namespace emojiscope::bot
