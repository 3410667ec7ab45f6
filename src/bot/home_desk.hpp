// The Home tab: published when somebody first looks at it, and again when what it shows has
// changed.
#pragma once

#include "emojiscope/bot/home_view.hpp"
#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/pool.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

namespace emojiscope::bot {

/// Who talks to the bot, and how they want to be answered.
struct Person {
    Language language = Language::english;
    std::size_t results = 8;
    UserSettings settings;  ///< what of that they chose
};

/// Blocking, and slow: compares emoji with each other. What cannot be found out is left out.
[[nodiscard]] HomeFacts gather_home_facts(const Parts& parts, const std::string& team_id,
                                          const std::stop_token& stop);
/// The part of it that is quick.
[[nodiscard]] HomeFacts quick_home_facts(const Parts& parts, const std::string& team_id);

/// For the network thread.
class HomeDesk {
public:
    /// Looks up a person.
    using Know = std::function<boost::asio::awaitable<Person>(std::string user_id)>;

    HomeDesk(boost::asio::any_io_executor executor, const Parts& parts,
             std::shared_ptr<slack::WebApi> api, boost::asio::thread_pool& disk, Know know,
             const BotOptions& options);

    /// Somebody looks at it: it is published if they do not see the present state already.
    [[nodiscard]] boost::asio::awaitable<Result<void>> opened(HomeOpened event);

    /// Keeps what somebody chose, and shows it. Error: of the disk.
    [[nodiscard]] boost::asio::awaitable<Result<void>> choose(ViewAction action);

    /// Until `stop`: whoever looked at it a short time ago sees changes of the emoji.
    [[nodiscard]] boost::asio::awaitable<void> run();

    void stop();

private:
    struct Viewer {
        std::size_t shown = 0;  ///< hash of what Slack has; 0: nothing of ours
        SystemTime opened{};
    };
    /// By what a change of the emoji is told.
    struct Moment {
        search::LibraryEntries entries;
        std::size_t verdicts = 0;

        friend bool operator==(const Moment&, const Moment&) = default;
    };

    [[nodiscard]] Moment now() const;
    /// At least the quick facts, if there are none yet.
    [[nodiscard]] boost::asio::awaitable<void> have_something();
    /// Brings the facts up to date, once for all who wait for that.
    [[nodiscard]] boost::asio::awaitable<void> gather();
    [[nodiscard]] boost::asio::awaitable<Result<void>> publish(std::string user_id);
    [[nodiscard]] boost::asio::awaitable<void> pause(std::chrono::milliseconds time);

    Parts parts_;
    std::shared_ptr<slack::WebApi> api_;
    boost::asio::thread_pool& disk_;
    Know know_;
    BotOptions options_;
    std::map<std::string, Viewer> viewers_;
    HomeFacts facts_;
    Moment moment_;  ///< of the facts
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer gathered_;  ///< cancelled when the facts are there
    bool have_facts_ = false;
    bool gathering_ = false;
    bool stopping_ = false;
    std::stop_source stop_;
    boost::asio::thread_pool pool_{1};  ///< last: joined before what it uses goes
};

}  // namespace emojiscope::bot
