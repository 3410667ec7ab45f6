#include "emojiscope/bot/postbox.hpp"

#include "emojiscope/slack/bounded_json.hpp"
#include "emojiscope/slack/json_fields.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <limits>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using slack::object_field;
using slack::string_field;

constexpr const char* kind_respond = "respond";
constexpr const char* kind_post = "post";
constexpr const char* kind_share = "share";

/// With retry_delay these last about an hour; then nobody waits for the message any more.
constexpr int max_attempts = 18;

std::string channel_lane(const std::string& channel) {
    return "channel " + channel;
}

json message_json(const Message& message) {
    if (message.placement == Placement::removes) {
        return {{"delete_original", true}};
    }
    json out = {{"text", message.text}, {"blocks", message.blocks}};
    if (message.placement == Placement::replaces) {
        out["replace_original"] = true;
    } else if (message.placement == Placement::to_channel) {
        out["response_type"] = "in_channel";
        out["replace_original"] = false;
    }
    return out;
}

/// The answer to a command or a button.
json answer_json(const Message& message) {
    json answer = message_json(message);
    if (message.placement == Placement::beside) {
        // Else an answer to a button would take the place of the message with the button.
        answer["response_type"] = "ephemeral";
        answer["replace_original"] = false;
    }
    return answer;
}

asio::awaitable<Result<void>> send(std::shared_ptr<slack::WebApi> api, std::string kind,
                                   std::string to, json message) {
    if (kind == kind_respond) {
        co_return co_await api->respond(std::move(to), std::move(message));
    }
    if (kind == kind_share) {
        std::vector<slack::UploadedFile> files;
        files.push_back({string_field(message, "file"), string_field(message, "title")});
        co_return co_await api->share_files(std::move(to), std::move(files), std::string(),
                                            string_field(message, "thread_ts"));
    }
    message["unfurl_links"] = false;
    co_return co_await api->post_message(std::move(to), std::move(message));
}

/// What an administrator can do so that the next alert arrives.
std::string_view advice(std::string_view key, std::string_view why) {
    const auto says = [&](std::string_view word) { return why.find(word) != why.npos; };
    if (!key.starts_with("alert ")) {
        return {};
    }
    if (says("not_in_channel") || says("channel_not_found")) {
        return "; invite the app to the channel, or correct slack.alert_channel";
    }
    return says("is_archived") ? "; set slack.alert_channel to a channel that is in use"
                               : std::string_view{};
}

/// Says to somebody that a message could not be sent, if that was wished.
asio::awaitable<void> tell_otherwise(std::shared_ptr<slack::WebApi> api, json otherwise) {
    const std::string user = string_field(otherwise, "user");
    if (user.empty()) {
        co_return;
    }
    auto channel = co_await api->open_direct_message(user);
    Result<void> told{};
    if (channel) {
        json note = {{"text", string_field(otherwise, "text")}};
        told = co_await api->post_message(std::move(*channel), std::move(note));
    } else {
        told = channel.error();
    }
    if (!told) {
        spdlog::warn("nor can that be told to {}: {}", user, told.error().message);
    }
}

}  // namespace

asio::awaitable<Result<bool>> Postbox::leave(std::string key, std::string kind, json payload,
                                             std::string lane) {
    const std::string text = payload.dump(-1, ' ', false, json::error_handler_t::replace);
    auto pushed =
        co_await run_on(disk_, [&] { return outbox_.push(key, kind, text, clock_.now(), lane); });
    if (!pushed) {
        co_return pushed.error();
    }
    if (*pushed) {
        on_mail_();
    }
    co_return *pushed;
}

asio::awaitable<Result<void>> Postbox::put_back(std::int64_t id, int attempts, std::string why) {
    co_return co_await run_on(disk_,
                              [&] { return outbox_.put_back(id, clock_.now(), attempts, why); });
}

asio::awaitable<Result<std::vector<WorkItem>>> Postbox::waiting(std::string kind) {
    co_return co_await run_on(disk_, [&]() -> Result<std::vector<WorkItem>> {
        auto items = outbox_.due(SystemTime::max(), std::numeric_limits<std::size_t>::max());
        if (items) {
            std::erase_if(*items, [&](const WorkItem& item) { return item.kind != kind; });
        }
        return items;
    });
}

asio::awaitable<Result<void>> Postbox::respond(std::string key, std::string response_url,
                                               Message message) {
    co_return co_await respond_or_tell(std::move(key), std::move(response_url), std::move(message),
                                       std::string(), std::string());
}

asio::awaitable<Result<void>> Postbox::respond_or_tell(std::string key, std::string response_url,
                                                       Message message, std::string user_id,
                                                       std::string otherwise) {
    json payload = {{"to", std::move(response_url)}, {"message", answer_json(message)}};
    if (!user_id.empty()) {
        payload["otherwise"] = {{"user", std::move(user_id)}, {"text", std::move(otherwise)}};
    }
    auto left = co_await leave(std::move(key), kind_respond, std::move(payload), std::string());
    if (!left) {
        co_return left.error();
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Postbox::post(std::string key, std::string channel, Message message,
                                            std::string thread_ts) {
    std::vector<Post> one;
    one.push_back({std::move(key), std::move(channel), std::move(message), std::move(thread_ts)});
    co_return co_await post_all(std::move(one), disk_);
}

asio::awaitable<Result<void>> Postbox::post_all(std::vector<Post> posts, asio::thread_pool& pool) {
    std::vector<std::string> texts;
    std::vector<std::string> lanes;
    std::vector<const char*> kinds;
    for (const Post& post : posts) {
        const bool answers = !post.response_url.empty();
        json posted = answers ? answer_json(post.message) : message_json(post.message);
        if (!post.thread_ts.empty()) {
            posted["thread_ts"] = post.thread_ts;
        }
        const json payload = {{"to", answers ? post.response_url : post.channel},
                              {"message", std::move(posted)}};
        texts.push_back(payload.dump(-1, ' ', false, json::error_handler_t::replace));
        lanes.push_back(answers ? std::string() : channel_lane(post.channel));
        kinds.push_back(answers ? kind_respond : kind_post);
    }
    std::vector<NewWork> items;
    for (std::size_t i = 0; i < posts.size(); ++i) {
        items.push_back({posts[i].key, kinds[i], texts[i], clock_.now(), lanes[i]});
    }
    auto pushed = co_await run_on(pool, [&] { return outbox_.push_all(items); });
    if (!pushed) {
        co_return pushed.error();
    }
    if (std::ranges::find(*pushed, true) != pushed->end()) {
        on_mail_();
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Postbox::share(std::string key, std::string channel,
                                             slack::UploadedFile file, std::string thread_ts) {
    json shared = {{"file", std::move(file.id)},
                   {"title", std::move(file.title)},
                   {"thread_ts", std::move(thread_ts)}};
    std::string lane = channel_lane(channel);
    json payload = {{"to", std::move(channel)}, {"message", std::move(shared)}};
    auto left = co_await leave(std::move(key), kind_share, std::move(payload), std::move(lane));
    if (!left) {
        co_return left.error();
    }
    co_return Result<void>{};
}

asio::awaitable<Outcome> deliver(std::shared_ptr<slack::WebApi> api, WorkItem item) {
    const json payload = slack::json_or_null(item.payload, slack::kept_bounds);
    const std::string to = string_field(payload, "to");
    const bool known =
        item.kind == kind_respond || item.kind == kind_post || item.kind == kind_share;
    if (to.empty() || !known) {
        co_return Outcome::given_up("an unusable item in the outbox");
    }
    json message = object_field(payload, "message");
    auto sent = co_await send(api, item.kind, to, message);
    const auto refused_for = [&](const char* word) {
        return !sent && sent.error().message.find(word) != std::string::npos;
    };
    const bool blocks_refused = refused_for("invalid_blocks") || refused_for("msg_blocks_too_long");
    if (blocks_refused) {
        spdlog::warn("{}: {}; sent again as text alone", item.key, sent.error().message);
        message.erase("blocks");
        sent = co_await send(api, item.kind, to, message);
    }
    if (sent) {
        co_return Outcome::finished();
    }
    const Error& error = sent.error();
    if (may_pass(error.code) && item.attempts < max_attempts) {
        spdlog::warn("{}: {}; trying again", item.key, error.message);
        co_return Outcome::try_again(retry_delay(item.attempts), error.message);
    }
    spdlog::error("{} is given up: {}{}", item.key, error.message, advice(item.key, error.message));
    co_await tell_otherwise(api, object_field(payload, "otherwise"));
    co_return Outcome::given_up(error.message);
}

}  // namespace emojiscope::bot
