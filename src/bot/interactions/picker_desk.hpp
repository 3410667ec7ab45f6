// The picker: a modal that finds emoji while somebody types, and posts the one that is chosen.
#pragma once

#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/picker_view.hpp"
#include "emojiscope/bot/postbox.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace emojiscope::bot {

/// What the menu offers for what was typed. Blocking; never fails: what cannot be searched offers
/// nothing.
[[nodiscard]] nlohmann::json suggest_emoji(const Suggestion& asked, const Parts& parts);

/// For the network thread.
class PickerDesk {
public:
    /// What is offered for what was typed; called on a thread of the desk's own.
    using Search = std::function<nlohmann::json(const Suggestion& asked)>;

    PickerDesk(const Parts& parts, std::shared_ptr<slack::WebApi> api, Postbox& postbox,
               boost::asio::thread_pool& queries, Search search, const LiveSettings& live);

    /// Opens the modal at once, as its trigger lasts three seconds. If Slack does not take it,
    /// whoever asked is told by the response_url, if there is one; `key` names the request.
    /// True if it is open. Error: of the queue.
    [[nodiscard]] boost::asio::awaitable<Result<bool>> open(std::string trigger_id,
                                                            PickerState state, std::string key);

    /// The payload of an acknowledgement. Whoever has waited too long already is offered nothing;
    /// so, at once, is whoever typed on in the same view: only the newest of a view is searched.
    [[nodiscard]] boost::asio::awaitable<nlohmann::json> suggest(Suggestion asked);

    /// Shows what was chosen. A view that is closed by now is no error.
    [[nodiscard]] boost::asio::awaitable<Result<void>> preview(ViewAction action);

    /// Posts what was chosen, for everybody. Whoever left the picker open for so long that the
    /// response_url is none any more is told so in a direct message. Error: of the queue.
    [[nodiscard]] boost::asio::awaitable<Result<void>> insert(ViewSubmitted submitted,
                                                              std::string key);

    /// For whoever watches whether it gets on with its work.
    [[nodiscard]] boost::asio::thread_pool& pool() noexcept { return typing_; }

private:
    struct Typed {
        explicit Typed(const boost::asio::any_io_executor& executor)
            : answered(executor, std::chrono::steady_clock::time_point::max()) {}
        std::atomic<bool> superseded{false};
        bool done = false;
        nlohmann::json options;
        boost::asio::steady_timer answered;  ///< cancelled when there is nothing to wait for
    };

    Parts parts_;
    std::shared_ptr<slack::WebApi> api_;
    Postbox& postbox_;
    boost::asio::thread_pool& queries_;
    Search search_;
    const LiveSettings& live_;
    std::map<std::string, std::shared_ptr<Typed>> newest_;  ///< by view
    boost::asio::thread_pool typing_{1};  ///< last; its own, so that no long query is in the way
};

}  // namespace emojiscope::bot
