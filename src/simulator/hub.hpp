// The sockets of Socket Mode and the envelopes on their way.
//
// An envelope goes to one of the open sockets in turn. An event that is not acknowledged in time,
// or whose socket goes, is sent again at once, after a minute, and after five; a command is not.
// One thread: that of the executor.
#pragma once

#include "faults.hpp"
#include "surfaces.hpp"
#include "workspace_state.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>
#include <set>

namespace emojiscope::simulator {

/// One open WebSocket, as the hub sees it.
class Peer {
public:
    virtual ~Peer() = default;
    virtual void send(std::string frame) = 0;
    virtual void close() = 0;   ///< with a close frame, bounded
    virtual void reset() = 0;   ///< TCP reset
    virtual void freeze() = 0;  ///< nothing is read or sent any more; the connection stays open
    virtual void send_binary(std::string bytes) = 0;
    virtual void break_off(std::string frame) = 0;  ///< sends half of the frame, then a reset
    virtual void answer_pings(int count) = 0;       ///< then nothing is read any more
};

/// What no app understands.
enum class OddFrame { binary, oversized, broken_json };

/// Milliseconds, collected for percentiles.
class Latencies {
public:
    void add(double ms) { values_.push_back(ms); }
    /// {"n","p50","p99","max"}
    [[nodiscard]] nlohmann::json summary() const;

private:
    std::vector<double> values_;
};

class Hub {
public:
    /// `changed` is called whenever something that a long poll may wait for has changed.
    Hub(boost::asio::any_io_executor executor, const Options& options, WorkspaceState& state,
        Surfaces& surfaces, std::function<void()> changed);

    /// How long until another connection may be opened; 0: now.
    [[nodiscard]] int seconds_to_dial();
    /// A ticket, good for one socket, for as long as the program runs.
    [[nodiscard]] std::string new_ticket();
    [[nodiscard]] bool take_ticket(const std::string& ticket);

    /// A socket has been opened: greets it, or, beyond the limit, turns it away.
    void joined(const std::shared_ptr<Peer>& peer);
    void left(const std::shared_ptr<Peer>& peer);
    /// A socket of which nothing is read any more, as a fault wanted.
    void turned_deaf() { ++counts_.deaf; }
    void received(const std::shared_ptr<Peer>& peer, const std::string& frame);

    /// Wraps and sends an event; keeps trying.
    void raise_event(nlohmann::json event);

    /// Sends the envelope of a slash command; tells the command what became of it.
    void dispatch(CommandEntry& command, const std::string& user, const std::string& origin);

    /// Sends the envelope of a click (block_actions); `action` is the clicked element with its
    /// block_id, `message` the one that holds it.
    void dispatch_click(CommandEntry& click, const std::string& user, const std::string& origin,
                        const nlohmann::json& message, nlohmann::json action);

    /// Sends the envelope of what was done in a view or chosen from a menu of Slack's.
    void dispatch_interaction(CommandEntry& entry, nlohmann::json payload);

    void answered(CommandEntry& command, nlohmann::json message);

    /// Something changed that a long poll may wait for.
    void changed() { changed_(); }

    [[nodiscard]] Faults& faults() { return faults_; }
    /// Events are kept back until `release`, which sends them in their order or in the opposite
    /// one.
    void hold();
    void release(bool reversed);
    void send_to_all(OddFrame kind);
    /// An envelope of a type that is not known yet.
    void raise_unknown();

    void disconnect(const std::string& reason);
    void cut(std::chrono::milliseconds refuse_for);
    void freeze(std::chrono::milliseconds time);
    [[nodiscard]] bool refuses() const;  ///< connections, after a cut

    void violation(std::string what);
    [[nodiscard]] nlohmann::json state() const;
    void stop();

private:
    struct Envelope;

    void deliver(const std::shared_ptr<Envelope>& envelope);
    void unacknowledged(const std::shared_ptr<Envelope>& envelope, const char* reason);
    void acknowledged(const std::shared_ptr<Envelope>& envelope, const nlohmann::json& frame);
    /// The payload of an acknowledgement; null if there was none.
    void take_payload(CommandEntry& entry, const nlohmann::json& payload);
    void take_submission(CommandEntry& entry, const nlohmann::json& payload);
    [[nodiscard]] std::shared_ptr<Peer> next_peer();

    boost::asio::any_io_executor executor_;
    Options options_;
    WorkspaceState& state_;
    Surfaces& surfaces_;
    std::function<void()> changed_;
    std::set<std::string> tickets_;
    std::vector<std::shared_ptr<Peer>> peers_;
    std::set<Peer*> retiring_;
    std::map<std::string, std::shared_ptr<Envelope>> waiting_;
    std::set<std::string> acked_;
    std::set<std::string> lost_acks_;
    std::set<std::string> sent_twice_;  ///< on purpose, and to be acknowledged twice once
    Faults faults_;
    std::vector<std::shared_ptr<Envelope>> held_;
    bool holding_ = false;
    std::set<std::shared_ptr<boost::asio::steady_timer>> timers_;
    std::size_t turn_ = 0;
    std::size_t most_sockets_ = 0;  ///< at one time
    std::chrono::steady_clock::time_point refuse_until_{};
    Latencies ack_ms_;
    Latencies answer_ms_;
    Latencies suggest_ms_;
    std::vector<std::string> violations_;
    std::size_t violation_count_ = 0;
    struct {
        std::size_t clicks = 0, commands = 0, answered = 0, events = 0, acked = 0, unacked = 0,
                    dropped = 0, dials = 0, dials_refused = 0, deaf = 0;
    } counts_;
    double dials_left_;
    std::chrono::steady_clock::time_point last_dial_;
    bool stopped_ = false;
};

}  // namespace emojiscope::simulator
