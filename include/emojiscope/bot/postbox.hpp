// Where messages to Slack are left: durable at once, sent when the outbox's runner comes to them.
#pragma once

#include "emojiscope/bot/answer_view.hpp"
#include "emojiscope/bot/pool.hpp"
#include "emojiscope/bot/queue_runner.hpp"
#include "emojiscope/core/work_queue.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace emojiscope::bot {

/// Messages to one channel keep their order; answers to commands need none. For the network thread.
class Postbox {
public:
    Postbox(boost::asio::thread_pool& disk, WorkQueue& outbox, const Clock& clock)
        : disk_(disk), outbox_(outbox), clock_(clock) {}

    /// Called after each message that was left; set once, before use.
    void on_mail(std::function<void()> callback) { on_mail_ = std::move(callback); }

    /// The answer to a command. `key` names the answer for good: the same key is sent once.
    [[nodiscard]] boost::asio::awaitable<Result<void>> respond(std::string key,
                                                               std::string response_url,
                                                               Message message);
    /// The same; if Slack does not take it, `otherwise` is said to the user in a direct message.
    [[nodiscard]] boost::asio::awaitable<Result<void>> respond_or_tell(std::string key,
                                                                       std::string response_url,
                                                                       Message message,
                                                                       std::string user_id,
                                                                       std::string otherwise);
    /// In a thread, if one is named.
    [[nodiscard]] boost::asio::awaitable<Result<void>> post(std::string key, std::string channel,
                                                            Message message,
                                                            std::string thread_ts = std::string());
    /// A message to a channel, in a thread if one is named; or, to a response_url, for whoever did
    /// something alone.
    struct Post {
        std::string key;
        std::string channel;
        Message message;
        std::string thread_ts;
        std::string response_url{};  ///< in the place of the channel, if it is set
    };
    /// Several as by `post`, in one write on a pool of the caller's.
    [[nodiscard]] boost::asio::awaitable<Result<void>> post_all(std::vector<Post> posts,
                                                                boost::asio::thread_pool& pool);
    /// Shows a file that was uploaded already, after the messages that were left before.
    [[nodiscard]] boost::asio::awaitable<Result<void>> share(std::string key, std::string channel,
                                                             slack::UploadedFile file,
                                                             std::string thread_ts = std::string());

    /// An item of another kind, for whoever sends that; the kinds of this file are its own. False:
    /// the key was known already, and whatever became of the item, there is no new one.
    [[nodiscard]] boost::asio::awaitable<Result<bool>> leave(std::string key, std::string kind,
                                                             nlohmann::json payload,
                                                             std::string lane);

    /// Notes, durably, how many tries an item that is being worked on has to its name.
    [[nodiscard]] boost::asio::awaitable<Result<void>> put_back(std::int64_t id, int attempts,
                                                                std::string why);

    /// The items of a kind that are not sent yet, due or not.
    [[nodiscard]] boost::asio::awaitable<Result<std::vector<WorkItem>>> waiting(std::string kind);

private:
    boost::asio::thread_pool& disk_;
    WorkQueue& outbox_;
    const Clock& clock_;
    std::function<void()> on_mail_ = [] {};
};

/// Sends one item of the outbox. A message whose blocks Slack refuses (it cannot fetch one of the
/// pictures, say) is sent again as text alone.
[[nodiscard]] boost::asio::awaitable<Outcome> deliver(std::shared_ptr<slack::WebApi> api,
                                                      WorkItem item);

}  // namespace emojiscope::bot
