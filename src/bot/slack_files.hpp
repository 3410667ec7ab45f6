// The files that people send.
#pragma once

#include "emojiscope/slack/web_api.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace emojiscope::bot {

/// The bytes of a file, of which an event may have told no more than the id. Errors: too_large, and
/// those of the Web API.
[[nodiscard]] boost::asio::awaitable<Result<std::vector<std::uint8_t>>> fetch_file(
    std::shared_ptr<slack::WebApi> api, slack::SlackFile file, std::size_t max_bytes);

}  // namespace emojiscope::bot
