// Asio's and Beast's error codes as our errors.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/slack/url.hpp"

#include <boost/system/error_code.hpp>

#include <string>
#include <string_view>

namespace emojiscope::slack {

/// "HOST: what failed: why"; a deadline that passed is ErrorCode::timeout.
[[nodiscard]] Error net_error(const Url& url, const std::string& what,
                              const boost::system::error_code& error);

/// The body of a refusal as far as it may stand in a log: a word of Slack's (expired_url), or how
/// much it was. What stands between us and Slack may send back what we sent.
[[nodiscard]] std::string shown_refusal(std::string_view body);

}  // namespace emojiscope::slack
