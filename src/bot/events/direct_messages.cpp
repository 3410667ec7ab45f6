#include "direct_messages.hpp"

#include "emojiscope/core/text.hpp"
#include "emojiscope/slack/mrkdwn.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;

/// Of one message; the others are not looked at.
constexpr std::size_t max_files = 4;

Message cannot_use(const slack::SlackFile& file, const Error& error, Language language) {
    spdlog::warn("a file in a direct message ({}) cannot be used: {}", file.mimetype,
                 error.message);
    const std::string name =
        slack::escape_mrkdwn(file.name.empty() ? std::string("…") : one_line(file.name));
    Phrase phrase = Phrase::cannot_fetch_file;
    if (error.code == ErrorCode::unsupported || error.code == ErrorCode::corrupt) {
        phrase = Phrase::cannot_read_file;
    } else if (error.code == ErrorCode::too_large) {
        phrase = Phrase::file_too_large;
    }
    return plain_message(language, phrase, {name});
}

}  // namespace

asio::awaitable<Result<void>> DirectMessages::reply(DirectMessage message, std::string key,
                                                    CommandContext context) {
    const std::size_t files = std::min(message.files.size(), max_files);
    for (std::size_t i = 0; i < files; ++i) {
        Message answer = co_await look_at(message.files[i], context.language);
        auto left = co_await postbox_.post("reply " + std::to_string(i) + " " + key,
                                           message.channel, std::move(answer));
        if (!left) {
            co_return left.error();
        }
    }
    if (files > 0 || message.text.empty()) {
        co_return Result<void>{};
    }
    Message answer = co_await run_on(pool_, [&] { return run_command(message.text, context); });
    co_return co_await postbox_.post("reply " + key, message.channel, std::move(answer));
}

asio::awaitable<Message> DirectMessages::look_at(slack::SlackFile file, Language language) {
    auto bytes = co_await fetch(file);
    if (!bytes) {
        co_return cannot_use(file, bytes.error(), language);
    }
    auto message = co_await run_on(pool_, [&] { return compare(*bytes, language); });
    if (!message) {
        co_return cannot_use(file, message.error(), language);
    }
    co_return std::move(*message);
}

asio::awaitable<Result<std::vector<std::uint8_t>>> DirectMessages::fetch(slack::SlackFile file) {
    if (file.url_private_download.empty()) {
        auto info = co_await api_->file_info(file.id);
        if (!info) {
            co_return info.error();
        }
        file = std::move(*info);
    }
    if (file.bytes > options_.max_file_bytes) {
        co_return fail(ErrorCode::too_large, std::to_string(file.bytes) + " bytes");
    }
    co_return co_await api_->download_private(file.url_private_download, options_.max_file_bytes);
}

Result<Message> DirectMessages::compare(std::span<const std::uint8_t> bytes,
                                        Language language) const {
    auto picture = parts_.reader.read(bytes);
    if (!picture) {
        return picture.error();
    }
    auto duplicates = parts_.duplicates.check(options_.team_id, *picture);
    if (!duplicates) {
        return duplicates.error();
    }
    auto answer = parts_.search.by_picture(*picture, options_.results);
    if (!answer) {
        return answer.error();
    }
    return picture_message(*answer, *duplicates, language);
}

}  // namespace emojiscope::bot
