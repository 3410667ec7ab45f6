// A way through a proxy. https://www.rfc-editor.org/rfc/rfc9110#CONNECT
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/slack/proxy.hpp"
#include "emojiscope/slack/url.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>

namespace emojiscope::slack {

/// `tcp` is connected to the proxy, and its deadline holds; afterwards it is as if connected to
/// the target. Errors: network, timeout; the line names both and no credentials.
[[nodiscard]] boost::asio::awaitable<Result<void>> open_tunnel(boost::beast::tcp_stream& tcp,
                                                               const Url& target,
                                                               const Proxy& proxy);

}  // namespace emojiscope::slack
