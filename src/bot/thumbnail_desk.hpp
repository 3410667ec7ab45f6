// The map's thumbnail in the Home tab: a file that Slack keeps and nobody but the app owns.
//
// It is drawn while somebody looks at Home, and rarely even then (thumbnail_policy.hpp), on a
// thread of its own, which comes after all others of the program. What was drawn, and each try
// before it begins, is remembered in the database: a restart uploads nothing anew, and a drawing
// that ends the program is not begun again at once.
#pragma once

#include "thumbnail_policy.hpp"

#include "emojiscope/bot/home_view.hpp"
#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/pool.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace emojiscope::bot {

struct ThumbnailPace {
    /// At most so often it is asked whether one is due.
    std::chrono::milliseconds look_every{3'000};
    /// After somebody looked at Home; then nothing is drawn until somebody does again.
    std::chrono::milliseconds looks_on{600'000};
    /// Slack takes some seconds to look at an upload, and refuses views with it until then: it is
    /// asked first after this, and then after twice as long each time.
    std::chrono::milliseconds ask_first{500};
    int asks = 8;
    /// A drawing that takes longer is given up.
    std::chrono::milliseconds longest_drawing{900'000};
    ThumbnailPolicy policy;
};

/// For the network thread.
class ThumbnailDesk {
public:
    /// Whether the catalogue has what Slack has: until then nothing is drawn.
    using Complete = std::function<bool()>;
    /// Shows a new one to whoever looks at Home.
    using Show = std::function<boost::asio::awaitable<void>()>;

    /// `parts.map` or `parts.thumbnails` null, or, as long as that is so, `map_url` set: there is
    /// none.
    ThumbnailDesk(boost::asio::any_io_executor executor, const Parts& parts,
                  std::shared_ptr<slack::WebApi> api, boost::asio::thread_pool& disk,
                  Complete complete, std::string team_id, const LiveSettings& live,
                  const ThumbnailPace& pace);

    /// Before `run`.
    void on_new(Show show) { show_ = std::move(show); }

    /// Reads what an earlier run left; once, before anybody looks.
    [[nodiscard]] boost::asio::awaitable<void> remember();

    /// What a Home shows now; without a file id: nothing.
    [[nodiscard]] HomeMap shown() const;

    /// Somebody looks at Home.
    void want();

    /// Slack took a view with this file.
    [[nodiscard]] boost::asio::awaitable<void> accepted(std::string file_id);
    /// Slack took a view without this file, and none with it: it is shown no more, and another one
    /// is made later.
    [[nodiscard]] boost::asio::awaitable<void> refused(std::string file_id);

    /// Until `stop`: draws what is due, and deletes what it replaces.
    [[nodiscard]] boost::asio::awaitable<void> run();

    void stop();

    /// For whoever watches whether it gets on with its work.
    [[nodiscard]] boost::asio::thread_pool& pool() noexcept { return pool_; }

private:
    /// Whether there ever may be one.
    [[nodiscard]] bool possible() const;
    [[nodiscard]] bool enabled() const;
    [[nodiscard]] boost::asio::awaitable<void> look();
    /// Of the present emoji; nothing if they cannot be read.
    [[nodiscard]] boost::asio::awaitable<std::optional<MapNow>> now();
    [[nodiscard]] boost::asio::awaitable<void> draw(MapNow now);
    /// The id of a file that views may show.
    [[nodiscard]] boost::asio::awaitable<Result<std::string>> make_and_bring();
    [[nodiscard]] boost::asio::awaitable<Result<std::shared_ptr<const std::string>>> make();
    [[nodiscard]] boost::asio::awaitable<Result<std::string>> bring(
        std::shared_ptr<const std::string> picture);
    [[nodiscard]] boost::asio::awaitable<Result<void>> until_ready(std::string file_id);
    [[nodiscard]] boost::asio::awaitable<void> delete_old();
    /// Logs what fails.
    [[nodiscard]] boost::asio::awaitable<bool> drop(std::string file_id);
    [[nodiscard]] boost::asio::awaitable<bool> save();
    [[nodiscard]] boost::asio::awaitable<void> pause(boost::asio::steady_timer& timer,
                                                     std::chrono::milliseconds time);

    Parts parts_;
    std::shared_ptr<slack::WebApi> api_;
    boost::asio::thread_pool& disk_;
    Complete complete_;
    std::string team_id_;
    const LiveSettings& live_;
    ThumbnailPace pace_;
    Show show_;
    MapThumbnail kept_;
    bool known_ = false;  ///< whether `kept_` was read
    std::optional<SystemTime> wanted_;
    bool bringing_ = false;  ///< `kept_.old_file_id` may be the next one
    bool woken_ = false;
    bool stopping_ = false;
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer asking_;  ///< another one: a look must not hurry it
    std::stop_source drawing_;
    boost::asio::thread_pool pool_{1};  ///< last: joined before what it uses goes
};

}  // namespace emojiscope::bot
