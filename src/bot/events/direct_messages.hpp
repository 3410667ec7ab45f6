// A person writes to the bot: a picture is looked up, words are answered like /emoji.
#pragma once

#include "emojiscope/bot/command_registry.hpp"
#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/postbox.hpp"

#include <memory>

namespace emojiscope::bot {

/// For the network thread; messages may overlap.
class DirectMessages {
public:
    DirectMessages(const Parts& parts, std::shared_ptr<slack::WebApi> api, Postbox& postbox,
                   boost::asio::thread_pool& pool, const BotOptions& options)
        : parts_(parts), api_(std::move(api)), postbox_(postbox), pool_(pool), options_(options) {}

    /// Error: of the queue; the message is to be handled again. What is wrong with the picture is
    /// told to the person instead.
    [[nodiscard]] boost::asio::awaitable<Result<void>> reply(DirectMessage message, std::string key,
                                                             CommandContext context);

private:
    [[nodiscard]] boost::asio::awaitable<Message> look_at(slack::SlackFile file, Language language);
    [[nodiscard]] boost::asio::awaitable<Result<std::vector<std::uint8_t>>> fetch(
        slack::SlackFile file);
    [[nodiscard]] Result<Message> compare(std::span<const std::uint8_t> bytes,
                                          Language language) const;

    Parts parts_;
    std::shared_ptr<slack::WebApi> api_;
    Postbox& postbox_;
    boost::asio::thread_pool& pool_;
    BotOptions options_;
};

}  // namespace emojiscope::bot
