// Who the people are that talk to the bot: their language, as Slack knows it.
#pragma once

#include "emojiscope/bot/wording.hpp"
#include "emojiscope/core/clock.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace emojiscope::bot {

/// For the network thread. What Slack said is remembered for a day.
class People {
public:
    People(std::shared_ptr<slack::WebApi> api, const Clock& clock, Language otherwise);

    /// Asks Slack (users.info) about somebody new, and all that wait for one answer wait for two
    /// seconds at most. `otherwise` if it does not answer in time, will not say, or nobody in
    /// particular is meant. What is known but old is taken as it is, and asked for anew behind.
    [[nodiscard]] boost::asio::awaitable<Language> language_of(std::string user_id);

private:
    class Register;

    std::shared_ptr<Register> register_;  ///< outlives this while somebody is asked about
};

}  // namespace emojiscope::bot
