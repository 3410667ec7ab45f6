// An envelope on its way, between the parts of the hub.
#pragma once

#include "hub.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace emojiscope::simulator {

struct Hub::Envelope {
    explicit Envelope(const boost::asio::any_io_executor& executor) : timer(executor) {}

    std::string id;
    nlohmann::json frame;
    std::string command;  ///< id of the slash command; empty for an event
    int attempt = 0;
    std::string retry_reason;
    std::weak_ptr<Peer> peer;
    std::chrono::steady_clock::time_point sent;
    boost::asio::steady_timer timer;
};

}  // namespace emojiscope::simulator
