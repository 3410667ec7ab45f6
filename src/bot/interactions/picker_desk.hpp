// The picker: a modal that finds emoji while somebody types, and posts the one that is chosen.
#pragma once

#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/picker_view.hpp"
#include "emojiscope/bot/postbox.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace emojiscope::bot {

/// What the menu offers for what was typed. Blocking; never fails: what cannot be searched offers
/// nothing.
[[nodiscard]] nlohmann::json suggest_emoji(const Suggestion& asked, const Parts& parts);

/// For the network thread.
class PickerDesk {
public:
    PickerDesk(const Parts& parts, std::shared_ptr<slack::WebApi> api, Postbox& postbox,
               boost::asio::thread_pool& queries, const BotOptions& options);

    /// Opens the modal at once, as its trigger lasts three seconds. If Slack does not take it,
    /// whoever asked is told by the response_url, if there is one; `key` names the request.
    /// Error: of the queue.
    [[nodiscard]] boost::asio::awaitable<Result<void>> open(std::string trigger_id,
                                                            PickerState state, std::string key);

    /// The payload of an acknowledgement. Whoever has waited too long already is offered nothing.
    [[nodiscard]] boost::asio::awaitable<nlohmann::json> suggest(Suggestion asked);

    /// Shows what was chosen. A view that is closed by now is no error.
    [[nodiscard]] boost::asio::awaitable<Result<void>> preview(ViewAction action);

    /// Posts what was chosen, for everybody. Error: of the queue.
    [[nodiscard]] boost::asio::awaitable<Result<void>> insert(ViewSubmitted submitted,
                                                              std::string key);

private:
    Parts parts_;
    std::shared_ptr<slack::WebApi> api_;
    Postbox& postbox_;
    boost::asio::thread_pool& queries_;
    BotOptions options_;
    boost::asio::thread_pool typing_{1};  ///< last; its own, so that no long query is in the way
};

}  // namespace emojiscope::bot
