// The frames of Socket Mode. https://api.slack.com/apis/socket-mode
#pragma once

#include "emojiscope/core/error.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace emojiscope::slack {

/// Frames of this many bytes or more are dropped by Slack, or close the socket.
inline constexpr std::size_t frame_bytes_too_many = 20'480;

/// The socket may be used.
struct Hello {
    std::string app_id;   ///< may be empty
    int connections = 0;  ///< sockets of this app, this one included; 0 if not told
};

/// Slack is about to close this socket, or asks us to.
struct Disconnect {
    std::string reason;  ///< warning, refresh_requested, link_disabled, too_many_websockets, …
};

/// Something for the app, to be acknowledged by its id.
struct Envelope {
    std::string id;
    std::string type;  ///< events_api, slash_commands, interactive, or something newer
    bool accepts_response_payload = false;
    int retry_attempt = 0;
    std::string retry_reason;
    nlohmann::json payload;
    std::size_t bytes = 0;  ///< of its frame
    std::chrono::steady_clock::time_point read_at{};
};

/// Slack waits so long for an acknowledgement. Then it sends an event again; whoever typed a
/// command or clicked is shown that the app did not respond.
inline constexpr std::chrono::seconds acknowledged_within{3};

/// A frame of a kind that we do not know, without an id to acknowledge: to be logged.
struct UnknownFrame {
    std::string type;
};

using Frame = std::variant<Hello, Disconnect, Envelope, UnknownFrame>;

/// Types and reasons come shortened to a hundred bytes of one line. Errors: corrupt if `text` is no
/// JSON object; too_large beyond `frame_bounds`.
[[nodiscard]] Result<Frame> parse_frame(std::string_view text);

/// {"envelope_id":…}: what tells Slack that the envelope is in safe hands. `payload`, if not null,
/// is the answer: only for an envelope that accepts one.
[[nodiscard]] std::string acknowledgement(std::string_view envelope_id,
                                          const nlohmann::json& payload = nullptr);

}  // namespace emojiscope::slack
