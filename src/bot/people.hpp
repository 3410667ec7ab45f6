// Who the people are that talk to the bot: their language, as Slack knows it.
#pragma once

#include "emojiscope/bot/wording.hpp"
#include "emojiscope/core/clock.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace emojiscope::bot {

/// Of whoever waits for an answer in words.
inline constexpr std::chrono::milliseconds people_patience{2'000};
/// Of whoever opens a modal: the trigger lasts three seconds in all.
inline constexpr std::chrono::milliseconds modal_patience{200};

/// For the network thread. What Slack said is remembered for a day.
class People {
public:
    People(std::shared_ptr<slack::WebApi> api, const Clock& clock, Language otherwise);

    /// From now on, also for those of whom Slack has said that they have none.
    void speak_otherwise(Language language);

    /// Asks Slack (users.info) about somebody new, and waits for `patience` at most since it was
    /// asked. `otherwise` if it does not answer in time, will not say, or nobody in
    /// particular is meant. What is known but old is taken as it is, and asked for anew behind.
    [[nodiscard]] boost::asio::awaitable<Language> language_of(
        std::string user_id, std::chrono::milliseconds patience = people_patience);

private:
    class Register;

    std::shared_ptr<Register> register_;  ///< outlives this while somebody is asked about
};

}  // namespace emojiscope::bot
