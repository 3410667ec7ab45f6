// Asio's and Beast's error codes as our errors.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/slack/url.hpp"

#include <boost/system/error_code.hpp>

#include <string>

namespace emojiscope::slack {

/// "HOST: what failed: why"; a deadline that passed is ErrorCode::timeout.
[[nodiscard]] Error net_error(const Url& url, const std::string& what,
                              const boost::system::error_code& error);

}  // namespace emojiscope::slack
