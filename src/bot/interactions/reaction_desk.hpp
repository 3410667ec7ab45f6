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
#include <string>
#include <vector>

namespace emojiscope::bot {

/// Emoji for the words of a message (mrkdwn): for the text as a whole, and for words of it that are
/// an emoji's name or meaning. Blocking; what cannot be searched finds nothing.
void suggest_for_words(const std::string& mrkdwn, const search::EmojiSearch& search,
                       ReactionState& state);

/// The pictures of a message, as files.
struct MessagePictures {
    std::vector<std::vector<std::uint8_t>> files;
    bool unseen = false;     ///< there are others, which cannot be had
    bool too_large = false;  ///< likewise, for their size
};

/// Emoji that look like one of the pictures, those most like any of them first; what it cannot look
/// at it notes. Blocking.
void suggest_for_pictures(const MessagePictures& pictures, const Parts& parts,
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
    /// The first few.
    [[nodiscard]] boost::asio::awaitable<MessagePictures> pictures_of(
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
