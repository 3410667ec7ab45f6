// What goes wrong on purpose. A fault is armed for a number of times, and spent as it strikes.
#pragma once

#include "emojiscope/core/error.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace emojiscope::simulator {

/// Of one HTTP exchange. `after`: the request is carried out first, and only its answer suffers.
struct HttpFault {
    enum class Kind {
        status,    ///< `status` with a page of HTML, and Retry-After if that is not 0
        html,      ///< 200 with a page of HTML
        redirect,  ///< 302 to `location`
        reset,     ///< the connection is reset without an answer
        hang,      ///< no answer; the connection stays open
        truncate,  ///< half of the announced body, then the end
        endless,   ///< a body without an end
        slow,      ///< the answer byte by byte
    };
    Kind kind = Kind::status;
    unsigned status = 500;
    int retry_after = 0;  ///< seconds
    std::string location;
    std::chrono::milliseconds delay{0};  ///< before anything else
    bool after = false;
};

/// Of one WebSocket handshake.
struct HandshakeFault {
    std::chrono::milliseconds delay{0};
    unsigned status = 0;  ///< 0: accepted, after the delay
};

/// Of one TLS connection.
enum class TlsFault { closed, wrong_host };

/// Of one socket, from its upgrade on.
struct SocketFault {
    bool hello = true;
    std::optional<int> pongs;  ///< so many pings are answered, then nothing is read any more
};

/// Of one envelope.
enum class EnvelopeFault {
    twice,         ///< sent two times, with the same envelope_id
    reset_midway,  ///< half of the frame, then a reset
    ack_lost,      ///< its acknowledgement is not noticed
};

/// One thread, that of the hub.
class Faults {
public:
    /// {"on":"http","path":PREFIX,"kind":…,…}, {"on":"handshake","status"?,"delay_ms"?},
    /// {"on":"tls","kind":"closed"|"wrong_host"},
    /// {"on":"socket","kind":"no_hello"|"deaf","pongs"?},
    /// {"on":"envelope","kind":"twice"|"reset_midway"|"ack_lost"}; with a `count`, 1 if absent.
    /// Error: invalid_argument, with a word for the one who asked.
    [[nodiscard]] Result<void> arm(const nlohmann::json& body);
    void clear();

    [[nodiscard]] std::optional<HttpFault> take_http(std::string_view path);
    [[nodiscard]] std::optional<HandshakeFault> take_handshake() { return take(handshakes_); }
    [[nodiscard]] std::optional<TlsFault> take_tls() { return take(tls_); }
    [[nodiscard]] std::optional<SocketFault> take_socket() { return take(sockets_); }
    /// Only if the next one is of that kind.
    [[nodiscard]] bool take_envelope(EnvelopeFault kind);

    /// How many are armed still.
    [[nodiscard]] std::size_t armed() const;

private:
    template <class Fault>
    struct Armed {
        Fault fault;
        int left = 1;
    };
    template <class Fault>
    using Queue = std::deque<Armed<Fault>>;
    struct OnPath {
        std::string prefix;
        HttpFault fault;
    };

    template <class Fault>
    static std::optional<Fault> take(Queue<Fault>& queue);
    Result<void> arm_http(const nlohmann::json& body, int count);

    Queue<OnPath> http_;
    Queue<HandshakeFault> handshakes_;
    Queue<TlsFault> tls_;
    Queue<SocketFault> sockets_;
    Queue<EnvelopeFault> envelopes_;
};

template <class Fault>
std::optional<Fault> Faults::take(Queue<Fault>& queue) {
    if (queue.empty()) {
        return std::nullopt;
    }
    Fault fault = queue.front().fault;
    if (--queue.front().left == 0) {
        queue.pop_front();
    }
    return fault;
}

}  // namespace emojiscope::simulator
