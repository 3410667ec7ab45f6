// What may be seen of the traffic with Slack, for whoever counts it. Nothing here holds a token, an
// id, or what people write.
#pragma once

#include "emojiscope/core/error.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace emojiscope::slack {

/// Why a socket must be replaced. In this order: one that is to be replaced may still be lost.
enum class SocketEnd {
    refresh,        ///< Slack wants another connection; this one still works
    too_many,       ///< to be closed before anything else is dialled
    link_disabled,  ///< Socket Mode was switched off
    lost,           ///< the connection is gone, or no longer of use
};

/// Why an envelope is not acknowledged: Slack gives it once more, or shows that nothing came of it.
enum class Unacknowledged {
    refused,  ///< not taken in: too late or too many, or it could not be stored
    unsent,   ///< taken in, but its socket was gone by then
};

/// Calls that are no methods of the Web API.
inline constexpr std::string_view call_response_url = "response_url";
inline constexpr std::string_view call_upload = "upload";
inline constexpr std::string_view call_download = "download";
inline constexpr std::array<std::string_view, 3> other_calls{call_response_url, call_upload,
                                                             call_download};

/// Called on the network thread, in the midst of things: it must not block, nor call back.
/// What is not overridden is not observed.
class SlackObserver {
public:
    using Duration = std::chrono::steady_clock::duration;

    virtual ~SlackObserver() = default;

    virtual void reconnecting(SocketEnd /*why*/) {}
    virtual void dial_failed(ErrorCode /*why*/) {}

    /// `type` as Slack gave it: anything.
    virtual void envelope_came(std::string_view /*type*/) {}
    /// Sent; `after` its envelope was read.
    virtual void acknowledged(Duration /*after*/) {}
    virtual void not_acknowledged(Unacknowledged /*why*/, std::size_t /*count*/) {}

    /// A request was answered, or came to nothing. `what`: a method, or one of `other_calls`.
    virtual void exchanged(std::string_view /*what*/, Duration /*took*/, bool /*rate_limited*/) {}
    /// A call ended, in success or in an error; it may be tried again. Besides `exchanged`, which
    /// knows nothing of what an answer means.
    virtual void called(std::string_view /*what*/, const std::optional<ErrorCode>& /*error*/) {}
    virtual void downloaded(std::size_t /*bytes*/) {}
};

}  // namespace emojiscope::slack
