// A person writes to the bot, or calls it by name: a picture is looked up, with advice on how to
// add it; words are answered like /emoji.
#pragma once

#include "emojiscope/bot/command_registry.hpp"
#include "emojiscope/bot/emoji_advice.hpp"
#include "emojiscope/bot/emoji_files.hpp"
#include "emojiscope/bot/incoming.hpp"
#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/postbox.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>

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

    /// For whoever watches whether it gets on with its work.
    [[nodiscard]] boost::asio::thread_pool& pool() noexcept { return pictures_; }

private:
    /// What is said of a picture, with what may follow.
    struct Compared {
        Message answer;
        std::optional<PictureAdvice> advice;  ///< none for a picture that is there already
        std::optional<ReadyFile> ready;       ///< what can be added in its place
    };
    struct Looked {
        Message answer;
        std::optional<slack::UploadedFile> upload;
    };

    [[nodiscard]] boost::asio::awaitable<Looked> look_at(slack::SlackFile file,
                                                         CommandContext context);
    [[nodiscard]] boost::asio::awaitable<std::optional<slack::UploadedFile>> upload(
        ReadyFile file, Language language);
    [[nodiscard]] Result<Compared> compare(std::span<const std::uint8_t> bytes,
                                           const std::string& file_name,
                                           const CommandContext& context) const;
    void advise(Compared& compared, std::span<const std::uint8_t> bytes,
                const search::ReadPicture& picture, const search::Answer& answer,
                const std::string& file_name, Language language) const;

    Parts parts_;
    std::shared_ptr<slack::WebApi> api_;
    Postbox& postbox_;
    boost::asio::thread_pool& pool_;
    BotOptions options_;
    /// Last; its own, since reading words and making a file take longer than a query.
    boost::asio::thread_pool pictures_{1};
};

}  // namespace emojiscope::bot
