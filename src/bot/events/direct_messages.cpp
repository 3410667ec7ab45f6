#include "direct_messages.hpp"

#include "../asker.hpp"
#include "../slack_files.hpp"

#include "emojiscope/slack/mrkdwn.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;

/// Of one message; the others are not looked at.
constexpr std::size_t max_files = 4;
/// Names that are offered for a picture, and readings of its words that they are made from.
constexpr std::size_t most_names = 3;
constexpr std::size_t most_texts = 2;
/// Of the name of a file, in a sentence.
constexpr std::size_t most_of_file_name = 100;

Message cannot_use(const slack::SlackFile& file, const Error& error, Language language) {
    spdlog::warn("a file in a direct message ({}) cannot be used: {}; the user is told",
                 file.mimetype, error.message);
    const std::string name = slack::quoted(file.name, most_of_file_name);
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
    const bool seen_by_all = !message.thread_ts.empty();
    const std::size_t files = std::min(message.files.size(), max_files);
    for (std::size_t i = 0; i < files; ++i) {
        const std::string number = std::to_string(i) + " " + key;
        Looked looked = co_await look_at(message.files[i], context);
        if (seen_by_all) {
            note_asker(looked.answer, message.user_id);
        }
        auto left = co_await postbox_.post("reply " + number, message.channel,
                                           std::move(looked.answer), message.thread_ts);
        if (left && looked.upload) {
            left = co_await postbox_.share("file " + number, message.channel,
                                           std::move(*looked.upload), message.thread_ts);
        }
        if (!left) {
            co_return left.error();
        }
    }
    const bool only_called = message.text.find_first_not_of(" \t\r\n") == std::string::npos;
    if (files > 0 || (only_called && message.thread_ts.empty())) {
        co_return Result<void>{};
    }
    Message answer = co_await run_on(pool_, [&] { return run_command(message.text, context); });
    if (seen_by_all) {
        note_asker(answer, message.user_id);
    }
    co_return co_await postbox_.post("reply " + key, message.channel, std::move(answer),
                                     message.thread_ts);
}

asio::awaitable<DirectMessages::Looked> DirectMessages::look_at(slack::SlackFile file,
                                                                CommandContext context) {
    const auto bytes = co_await fetch_file(api_, file, options_.max_file_bytes);
    Looked looked;
    if (!bytes) {
        looked.answer = cannot_use(file, bytes.error(), context.language);
        co_return looked;
    }
    auto compared = co_await run_on(pictures_, [&] { return compare(*bytes, file.name, context); });
    if (!compared) {
        looked.answer = cannot_use(file, compared.error(), context.language);
        co_return looked;
    }
    looked.answer = std::move(compared->answer);
    if (!compared->advice) {
        co_return looked;
    }
    if (compared->ready) {
        looked.upload = co_await upload(std::move(*compared->ready), context.language);
        compared->advice->file =
            looked.upload ? PictureAdvice::File::follows : PictureAdvice::File::not_sent;
    }
    looked.answer = with_advice(std::move(looked.answer), *compared->advice, context.language);
    co_return looked;
}

asio::awaitable<std::optional<slack::UploadedFile>> DirectMessages::upload(ReadyFile file,
                                                                           Language language) {
    const std::string name = "emoji." + file.extension;
    auto id = co_await api_->upload_file(
        name, std::make_shared<const std::string>(std::move(file.bytes)));
    if (!id) {
        spdlog::warn("a file that is ready to be an emoji cannot be sent: {}; the answer says so",
                     id.error().message);
        co_return std::nullopt;
    }
    slack::UploadedFile uploaded{std::move(*id), say(language, Phrase::fit_file_title)};
    co_return uploaded;
}

Result<DirectMessages::Compared> DirectMessages::compare(std::span<const std::uint8_t> bytes,
                                                         const std::string& file_name,
                                                         const CommandContext& context) const {
    auto picture = parts_.reader.read(bytes);
    if (!picture) {
        return picture.error();
    }
    auto duplicates = parts_.duplicates.check(options_.team_id, *picture);
    if (!duplicates) {
        return duplicates.error();
    }
    auto answer = parts_.search.by_picture(*picture, context.results);
    if (!answer) {
        return answer.error();
    }
    Compared compared{picture_message(*answer, *duplicates, context.language), {}, {}};
    if (search::oldest_duplicate(*duplicates) == nullptr) {
        advise(compared, bytes, *picture, *answer, file_name, context.language);
    }
    return compared;
}

void DirectMessages::advise(Compared& compared, std::span<const std::uint8_t> bytes,
                            const search::ReadPicture& picture, const search::Answer& answer,
                            const std::string& file_name, Language language) const {
    if (parts_.emoji_files == nullptr) {
        return;
    }
    PictureAdvice& advice = compared.advice.emplace();
    advice.faults = faults_of({bytes.size(), parts_.emoji_files->format_of(bytes), picture.width,
                               picture.height, picture.frame_count},
                              language);
    if (!advice.faults.empty()) {
        auto ready = parts_.emoji_files->make(bytes);
        if (ready) {
            compared.ready = std::move(*ready);
        } else {
            spdlog::warn("no emoji can be made of a picture: {}; none is offered",
                         ready.error().message);
        }
    }
    NameSources sources{{}, {}, file_name};
    if (parts_.text_reader != nullptr) {
        const auto texts = parts_.text_reader->read(picture.frames.front());
        for (std::size_t i = 0; texts && i < std::min(texts->size(), most_texts); ++i) {
            sources.texts.push_back((*texts)[i].text);
        }
    }
    for (const search::Hit& hit : answer.hits) {
        sources.look_alikes.push_back(hit.name);
    }
    advice.names = free_names(
        sources, FreeNames(parts_.library, parts_.catalogue, options_.team_id), most_names);
}

}  // namespace emojiscope::bot
