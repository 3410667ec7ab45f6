// `/emoji map`: asked for now, made and sent when it is ready.
//
// A wish is an item of the outbox from the moment it is answered, so that a crash does not lose it;
// one after another they are drawn on a thread of their own, which comes after all others of the
// program. Each try is noted before it begins, so that one that brings the program down is not made
// for ever.
#pragma once

#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/map_maker.hpp"
#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/postbox.hpp"
#include "emojiscope/bot/queue_runner.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace emojiscope::bot {

/// The kind and the lane of its items in the outbox.
inline constexpr const char* map_kind = "map";

/// For the network thread.
class MapDesk {
public:
    /// `parts.map` null: there are no maps, unless `options.map_url` tells where one is.
    MapDesk(const Parts& parts, std::shared_ptr<slack::WebApi> api, Postbox& postbox,
            boost::asio::thread_pool& queries, const LiveSettings& live);

    /// Who waits since an earlier run; once, before anybody asks.
    [[nodiscard]] boost::asio::awaitable<void> remember();

    /// Answers at once; `key` names the command for good.
    [[nodiscard]] boost::asio::awaitable<Result<void>> ask(SlashCommand command, std::string key,
                                                           Language language);

    /// Makes and sends what an item of the outbox asks for: picture and page, in a direct message.
    [[nodiscard]] boost::asio::awaitable<Outcome> deliver(WorkItem item);

    /// Stops the drawing; what was not sent is made again by the next run.
    void stop() { stop_.request_stop(); }

    /// For whoever watches whether it gets on with its work.
    [[nodiscard]] boost::asio::thread_pool& pool() noexcept { return pool_; }

private:
    /// Users, each with the key of the one item that is theirs.
    using Waiting = std::map<std::string, std::string>;
    class Place;

    void let_go(const std::string& user, const std::string& key);
    [[nodiscard]] boost::asio::awaitable<Outcome> make_and_send(const WorkItem& item,
                                                                std::string user);
    [[nodiscard]] boost::asio::awaitable<Result<void>> send(std::string user,
                                                            std::shared_ptr<const MapFiles> files,
                                                            Language language);
    [[nodiscard]] boost::asio::awaitable<Outcome> again_or_refuse(const WorkItem& item, Error error,
                                                                  Phrase sentence);
    [[nodiscard]] boost::asio::awaitable<Outcome> refuse(const WorkItem& item, Error error,
                                                         Phrase sentence);

    Parts parts_;
    std::shared_ptr<slack::WebApi> api_;
    Postbox& postbox_;
    boost::asio::thread_pool& queries_;
    const LiveSettings& live_;
    Waiting waiting_;
    std::stop_source stop_;
    boost::asio::thread_pool pool_{1};  // last: joined before what it uses goes
};

}  // namespace emojiscope::bot
