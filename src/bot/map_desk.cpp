#include "map_desk.hpp"

#include "emojiscope/slack/json_fields.hpp"
#include "emojiscope/slack/mrkdwn.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using slack::string_field;

/// With retry_delay these last some minutes. Each try may upload some ten megabytes.
constexpr int max_attempts = 6;
/// Wishes at once: one of each user, and not so many that other messages wait behind them.
constexpr std::size_t most_waiting = 20;
/// In the message; the picture and the page show them all.
constexpr std::size_t clusters_told = 12;

bool may_pass(ErrorCode code) {
    return code == ErrorCode::network || code == ErrorCode::timeout ||
           code == ErrorCode::rate_limited;
}

std::string comment_of(const MapFiles& files) {
    std::string text =
        "The map of " + std::to_string(files.emoji) + " emoji: what looks alike lies together.";
    if (!files.page.empty()) {
        text += " The page can be searched and zoomed: save it and open it in a browser.";
    }
    std::string names;
    for (std::size_t i = 0; i < std::min(files.clusters.size(), clusters_told); ++i) {
        names += "\n• " + slack::escape_mrkdwn(files.clusters[i]);
    }
    if (files.clusters.size() > clusters_told) {
        names += "\n• …";
    }
    return text + names;
}

}  // namespace

bool is_map(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) {
        return false;
    }
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1) == "map";
}

asio::awaitable<Result<void>> MapDesk::ask(SlashCommand command, std::string key) {
    const auto answer = [&](std::string_view sentence) {
        return postbox_.respond("answer " + key, command.response_url, plain_message(sentence));
    };
    if (!options_.map_url.empty()) {
        co_return co_await answer("The map of all emoji: <" + options_.map_url + ">");
    }
    if (parts_.map == nullptr || command.user_id.empty()) {
        co_return co_await answer("There is no map of the emoji here.");
    }
    if (parts_.library.size() == 0) {
        co_return co_await answer("There are no emoji to draw a map of yet.");
    }
    if (waiting_.contains(command.user_id)) {
        co_return co_await answer("Your map is on its way already.");
    }
    if (waiting_.size() >= most_waiting) {
        co_return co_await answer("Too many people wait for a map just now. Try again later.");
    }
    const bool ready = co_await run_on(queries_, [this] { return parts_.map->is_ready(); });
    json wish = {{"user", command.user_id}, {"response_url", command.response_url}};
    if (auto left = co_await postbox_.leave("map " + key, map_kind, std::move(wish)); !left) {
        co_return left;
    }
    waiting_.insert(command.user_id);
    co_return co_await answer(
        ready ? "The map comes to you as a direct message."
              : "The map is being drawn. It comes to you as a direct message, in a minute or so.");
}

asio::awaitable<Outcome> MapDesk::deliver(WorkItem item) {
    const json wish = json::parse(item.payload, nullptr, false);
    const std::string user = string_field(wish, "user");
    if (user.empty() || parts_.map == nullptr) {
        co_return Outcome::given_up("a map that nobody can be sent");
    }
    waiting_.insert(user);
    Outcome outcome = co_await make_and_send(std::move(item), user);
    if (outcome.kind != Outcome::Kind::retry) {
        waiting_.erase(user);
    }
    co_return outcome;
}

asio::awaitable<Outcome> MapDesk::make_and_send(WorkItem item, std::string user) {
    auto made = co_await run_on(pool_, [this] { return parts_.map->make(stop_.get_token()); });
    if (!made && made.error().code == ErrorCode::cancelled) {
        co_return Outcome::try_again(retry_delay(0), made.error().message);
    }
    if (!made) {
        co_return co_await refuse(item, made.error(), "Sorry, the map could not be drawn.");
    }
    const auto sent = co_await send(user, **made);
    if (sent) {
        co_return Outcome::finished();
    }
    if (may_pass(sent.error().code) && item.attempts < max_attempts) {
        spdlog::warn("{}: {}; trying again", item.key, sent.error().message);
        co_return Outcome::try_again(retry_delay(item.attempts), sent.error().message);
    }
    const bool scope = sent.error().message.find("missing_scope") != std::string::npos;
    co_return co_await refuse(
        item, sent.error(),
        scope ? "Sorry, I may not send files here. Whoever looks after me: the scopes files:write "
                "and im:write are missing."
              : "Sorry, the map could not be sent.");
}

asio::awaitable<Result<void>> MapDesk::send(const std::string& user, const MapFiles& files) {
    auto channel = co_await api_->open_direct_message(user);
    if (!channel) {
        co_return channel.error();
    }
    auto picture = co_await api_->upload_file("emoji-map.png", files.picture);
    if (!picture) {
        co_return picture.error();
    }
    std::vector<slack::UploadedFile> uploads;
    uploads.push_back({std::move(*picture), "Map of all emoji"});
    if (!files.page.empty()) {
        auto page = co_await api_->upload_file("emoji-map.html", files.page);
        if (!page) {
            co_return page.error();
        }
        uploads.push_back({std::move(*page), "The map as a page"});
    }
    co_return co_await api_->share_files(std::move(*channel), std::move(uploads),
                                         comment_of(files));
}

asio::awaitable<Outcome> MapDesk::refuse(const WorkItem& item, const Error& error,
                                         std::string_view sentence) {
    spdlog::error("{} is given up: {}; the user is told", item.key, error.message);
    const json wish = json::parse(item.payload, nullptr, false);
    auto told = co_await postbox_.respond("sorry " + item.key, string_field(wish, "response_url"),
                                          plain_message(sentence));
    if (!told) {
        co_return Outcome::try_again(retry_delay(item.attempts), told.error().message);
    }
    co_return Outcome::given_up(error.message);
}

}  // namespace emojiscope::bot
