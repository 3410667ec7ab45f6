// Who the people are that talk to the bot: their language, as Slack knows it.
#pragma once

#include "emojiscope/bot/wording.hpp"
#include "emojiscope/core/clock.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace emojiscope::bot {

/// For the network thread. What Slack said is remembered for a day.
class People {
public:
    People(std::shared_ptr<slack::WebApi> api, const Clock& clock, Language otherwise);

    /// Asks Slack (users.info) about somebody new, for at most two seconds; the language of the
    /// workspace if it does not answer in time, will not say, or nobody in particular is meant.
    [[nodiscard]] boost::asio::awaitable<Language> language_of(std::string user_id);

private:
    struct Known {
        Language language = Language::english;
        SystemTime until{};
    };
    struct Memory;

    std::shared_ptr<slack::WebApi> api_;
    std::shared_ptr<Memory> memory_;  ///< outlives this while somebody is asked about
};

}  // namespace emojiscope::bot
