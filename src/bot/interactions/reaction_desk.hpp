// 'Find an emoji for this': reactions that suit a message, added with a click.
#pragma once

#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/postbox.hpp"
#include "emojiscope/bot/reaction_view.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace emojiscope::bot {

/// Emoji for the words of a message (mrkdwn): for the text as a whole, and for words of it that are
/// an emoji's name or meaning. Blocking; what cannot be searched finds nothing.
void suggest_for_words(const std::string& mrkdwn, const search::EmojiSearch& search,
                       ReactionState& state);

/// Emoji that look like the picture, be these bytes one.
void suggest_for_picture(std::span<const std::uint8_t> bytes, const Parts& parts,
                         ReactionState& state);

/// For the network thread.
class ReactionDesk {
public:
    ReactionDesk(const Parts& parts, std::shared_ptr<slack::WebApi> api, Postbox& postbox,
                 boost::asio::thread_pool& queries, const BotOptions& options)
        : parts_(parts),
          api_(std::move(api)),
          postbox_(postbox),
          queries_(queries),
          options_(options) {}

    /// Opens the modal at once, then looks at the message and fills it. Error: of the queue.
    [[nodiscard]] boost::asio::awaitable<Result<void>> open(MessageShortcut shortcut,
                                                            Language language, std::string key);

    /// Adds the reaction of a button and says so in the view.
    [[nodiscard]] boost::asio::awaitable<Result<void>> add(ViewAction action);

private:
    [[nodiscard]] boost::asio::awaitable<std::optional<std::vector<std::uint8_t>>> picture_of(
        const MessageShortcut& shortcut);
    [[nodiscard]] boost::asio::awaitable<void> show(std::string view_id, ReactionState state,
                                                    std::string status);

    Parts parts_;
    std::shared_ptr<slack::WebApi> api_;
    Postbox& postbox_;
    boost::asio::thread_pool& queries_;
    BotOptions options_;
};

}  // namespace emojiscope::bot
