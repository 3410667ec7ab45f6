// The Home tab: published when somebody first looks at it, and again when what it shows has
// changed.
#pragma once

#include "thumbnail_desk.hpp"

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
#include <vector>

namespace emojiscope::bot {

/// Who talks to the bot, and how they want to be answered.
struct Person {
    Language language = Language::english;
    std::size_t results = 8;
    UserSettings settings;  ///< what of that they chose
};

struct GatheredHome {
    HomeFacts facts;
    bool complete = true;  ///< false: something could not be found out, and is left out
};

/// Blocking, and slow: compares emoji with each other.
[[nodiscard]] GatheredHome gather_home_facts(const Parts& parts, const std::string& team_id,
                                             const std::stop_token& stop);
/// The part of it that is quick.
[[nodiscard]] GatheredHome quick_home_facts(const Parts& parts, const std::string& team_id);

struct HomePace {
    /// At most so often what has changed is looked for.
    std::chrono::milliseconds look_every{3'000};
    /// Whoever looked at it that long ago sees changes; others do when they look again.
    std::chrono::milliseconds looks_on{600'000};
    /// Whoever looks, or chooses something, is shown it within this; otherwise it is left to `run`,
    /// since a rate limit may last for minutes, and events wait for no more than this.
    std::chrono::milliseconds patience{2'500};
    /// After a time when not everything could be found out.
    std::chrono::milliseconds gather_again_after{60'000};
};

/// For the network thread.
class HomeDesk {
public:
    /// Looks up a person.
    using Know = std::function<boost::asio::awaitable<Person>(std::string user_id)>;

    /// Finds out all that Home shows; called on a thread of the desk's own, once at a time.
    using Gather = std::function<GatheredHome(const std::stop_token& stop)>;

    HomeDesk(boost::asio::any_io_executor executor, const Parts& parts,
             std::shared_ptr<slack::WebApi> api, boost::asio::thread_pool& disk,
             ThumbnailDesk& thumbnail, Know know, Gather gather, std::string team_id,
             const LiveSettings& live, const HomePace& pace);

    /// Somebody looks at it: what is known is published, unless they see it already, and `run` is
    /// woken to find out the rest. Waits for nothing that is slow.
    [[nodiscard]] boost::asio::awaitable<Result<void>> opened(HomeOpened event);

    /// Keeps what somebody chose, and shows it. Error: of the disk.
    [[nodiscard]] boost::asio::awaitable<Result<void>> choose(ViewAction action);

    /// Until `stop`: finds out what is new, and shows it to whoever looked a short time ago. The
    /// only one that gathers.
    [[nodiscard]] boost::asio::awaitable<void> run();

    /// To whoever looked a short time ago, what is known by now.
    [[nodiscard]] boost::asio::awaitable<void> show_to_all();

    /// What everybody sees may be another: `run` shows it soon.
    void changed();

    void stop();

    /// For whoever watches whether it gets on with its work.
    [[nodiscard]] boost::asio::thread_pool& pool() noexcept { return pool_; }

private:
    struct Viewer {
        std::size_t shown = 0;  ///< hash of what Slack has; 0: nothing of ours
        SystemTime opened{};
        bool publishing = false;  ///< one at a time, so that the last one is the newest
        bool again = false;       ///< what is being published is old already
        bool late = false;        ///< was to see it, and Slack had no time for it
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
    /// Brings the facts up to date.
    [[nodiscard]] boost::asio::awaitable<void> gather();
    [[nodiscard]] std::vector<std::string> looking() const;
    [[nodiscard]] boost::asio::awaitable<void> gather_and_show();
    [[nodiscard]] nlohmann::json view_for(const Person& person, const HomeMap& map) const;
    [[nodiscard]] boost::asio::awaitable<Result<void>> publish_once(
        std::string user_id, std::chrono::milliseconds patience);
    /// If it is being published already, that goes on with what is known by then. What fails is
    /// logged, and tried again by `run` if that may help.
    [[nodiscard]] boost::asio::awaitable<void> publish(std::string user_id,
                                                       std::chrono::milliseconds patience);
    [[nodiscard]] boost::asio::awaitable<void> pause();

    Parts parts_;
    std::shared_ptr<slack::WebApi> api_;
    boost::asio::thread_pool& disk_;
    ThumbnailDesk& thumbnail_;
    Know know_;
    Gather gather_;
    std::string team_id_;
    const LiveSettings& live_;
    HomePace pace_;
    std::map<std::string, Viewer> viewers_;
    HomeFacts facts_;
    Moment moment_;            ///< of the facts, if they are complete
    SystemTime not_before_{};  ///< nothing is gathered
    boost::asio::steady_timer timer_;
    bool have_facts_ = false;
    bool woken_ = false;
    bool stopping_ = false;
    std::stop_source stop_;
    boost::asio::thread_pool pool_{1};  ///< last: joined before what it uses goes
};

}  // namespace emojiscope::bot
