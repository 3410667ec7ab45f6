// `/emoji map`: asked for now, made and sent when it is ready.
//
// A wish is an item of the outbox from the moment it is answered, so that a crash does not lose it;
// one after another they are drawn on a thread of their own, and queries never wait for them.
#pragma once

#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/map_maker.hpp"
#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/postbox.hpp"
#include "emojiscope/bot/queue_runner.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>

namespace emojiscope::bot {

/// `map` and nothing else.
[[nodiscard]] bool is_map(std::string_view text);

/// The kind and the lane of its items in the outbox.
inline constexpr const char* map_kind = "map";

/// For the network thread.
class MapDesk {
public:
    /// `parts.map` null: there are no maps, unless `options.map_url` tells where one is.
    MapDesk(const Parts& parts, std::shared_ptr<slack::WebApi> api, Postbox& postbox,
            boost::asio::thread_pool& queries, const BotOptions& options)
        : parts_(parts),
          api_(std::move(api)),
          postbox_(postbox),
          queries_(queries),
          options_(options) {}

    /// Answers at once; `key` names the command for good.
    [[nodiscard]] boost::asio::awaitable<Result<void>> ask(SlashCommand command, std::string key);

    /// Makes and sends what an item of the outbox asks for: picture and page, in a direct message.
    [[nodiscard]] boost::asio::awaitable<Outcome> deliver(WorkItem item);

    /// Stops the drawing; what was not sent is made again by the next run.
    void stop() { stop_.request_stop(); }

private:
    [[nodiscard]] boost::asio::awaitable<Outcome> make_and_send(WorkItem item, std::string user);
    [[nodiscard]] boost::asio::awaitable<Result<void>> send(const std::string& user,
                                                            const MapFiles& files);
    [[nodiscard]] boost::asio::awaitable<Outcome> refuse(const WorkItem& item, const Error& error,
                                                         std::string_view sentence);

    Parts parts_;
    std::shared_ptr<slack::WebApi> api_;
    Postbox& postbox_;
    boost::asio::thread_pool& queries_;
    BotOptions options_;
    std::set<std::string> waiting_;  ///< users; each waits for one map at most
    std::stop_source stop_;
    boost::asio::thread_pool pool_{1};  // last: joined before what it uses goes
};

}  // namespace emojiscope::bot
