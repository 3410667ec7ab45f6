#include "map_desk.hpp"

#include "come_last.hpp"

#include "emojiscope/core/text.hpp"
#include "emojiscope/slack/bounded_json.hpp"
#include "emojiscope/slack/json_fields.hpp"
#include "emojiscope/slack/mrkdwn.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <optional>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using slack::string_field;

/// With retry_delay these last some eight minutes. Each try may upload some ten megabytes.
constexpr int max_attempts = 9;
/// A try that ended the program (no memory, most likely) counts as so many, since it took everybody
/// else's answers with it.
constexpr int tries_of_a_crash = 4;
/// Wishes at once: one of each user, and not so many that other messages wait behind them.
constexpr std::size_t most_waiting = 20;
/// In the message; the picture and the page show them all.
constexpr std::size_t clusters_told = 12;

std::string comment_of(const MapFiles& files, Language language) {
    std::string text = say(language, Phrase::map_of, {std::to_string(files.emoji)});
    if (!files.page.empty()) {
        text += " " + say(language, Phrase::map_page_advice);
    }
    std::string names;
    for (std::size_t i = 0; i < std::min(files.clusters.size(), clusters_told); ++i) {
        names += "\n• " + slack::quoted(files.clusters[i]);
    }
    if (files.clusters.size() > clusters_told) {
        names += "\n• …";
    }
    return text + names;
}

Language language_in(const WorkItem& item, Language otherwise) {
    const json wish = slack::json_or_null(item.payload, slack::kept_bounds);
    return parse_language(string_field(wish, "language")).value_or(otherwise);
}

}  // namespace

MapDesk::MapDesk(const Parts& parts, std::shared_ptr<slack::WebApi> api, Postbox& postbox,
                 asio::thread_pool& queries, const LiveSettings& live)
    : parts_(parts), api_(std::move(api)), postbox_(postbox), queries_(queries), live_(live) {
    asio::post(pool_, [] { come_last("the drawing of maps"); });
}

/// Taken before anything is waited for, since others ask meanwhile; given back unless `keep`.
class MapDesk::Place {
public:
    Place(MapDesk& desk, std::string user, std::string key)
        : desk_(desk),
          user_(std::move(user)),
          key_(std::move(key)),
          taken_(desk_.waiting_.emplace(user_, key_).second) {}
    ~Place() {
        if (taken_) {
            desk_.let_go(user_, key_);
        }
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    void keep() { taken_ = false; }

private:
    MapDesk& desk_;
    std::string user_;
    std::string key_;
    bool taken_;
};

void MapDesk::let_go(const std::string& user, const std::string& key) {
    const auto found = waiting_.find(user);
    if (found != waiting_.end() && found->second == key) {
        waiting_.erase(found);
    }
}

asio::awaitable<void> MapDesk::remember() {
    const auto items = co_await postbox_.waiting(map_kind);
    if (!items) {
        spdlog::warn("who waits for a map cannot be read: {}; they may ask twice",
                     items.error().message);
        co_return;
    }
    for (const WorkItem& item : *items) {
        const json wish = slack::json_or_null(item.payload, slack::kept_bounds);
        waiting_.emplace(string_field(wish, "user"), item.key);
    }
}

asio::awaitable<Result<void>> MapDesk::ask(SlashCommand command, std::string key,
                                           Language language) {
    const auto answer = [&](Phrase phrase, const std::string& insert = {}) {
        return postbox_.respond(
            "answer " + key, command.response_url,
            with_search(plain_message(language, phrase, {insert}), "map", true, language));
    };
    const std::string map_url = live_.now()->map_url;
    if (!map_url.empty()) {
        co_return co_await answer(Phrase::map_is_at, "<" + slack::escape_mrkdwn(map_url) + ">");
    }
    if (parts_.map == nullptr || command.user_id.empty()) {
        co_return co_await answer(Phrase::no_map);
    }
    const std::string item_key = "map " + key;
    const auto waits = waiting_.find(command.user_id);
    if (waits != waiting_.end() && waits->second != item_key) {
        co_return co_await answer(Phrase::map_on_its_way);
    }
    if (waits == waiting_.end() && waiting_.size() >= most_waiting) {
        co_return co_await answer(Phrase::too_many_maps);
    }
    Place place(*this, command.user_id, item_key);
    struct Library {
        bool empty = false;
        bool drawn = false;
    };
    const auto library = co_await run_on(queries_, [this]() -> Library {
        const bool empty = parts_.library.size() == 0;
        return {empty, !empty && parts_.map->is_ready()};
    });
    if (library.empty) {
        co_return co_await answer(Phrase::nothing_to_map);
    }
    json wish = {{"user", command.user_id},
                 {"response_url", command.response_url},
                 {"language", code_of(language)}};
    const auto left = co_await postbox_.leave(item_key, map_kind, std::move(wish), map_kind);
    if (!left) {
        co_return left.error();
    }
    if (*left) {
        place.keep();  // until the item is done
    }
    co_return co_await answer(library.drawn ? Phrase::map_comes : Phrase::map_is_drawn);
}

asio::awaitable<Outcome> MapDesk::deliver(WorkItem item) {
    const json wish = slack::json_or_null(item.payload, slack::kept_bounds);
    const std::string user = string_field(wish, "user");
    if (user.empty()) {
        spdlog::error("{} is given up: it does not say whose map it is", item.key);
        co_return Outcome::given_up("a map that nobody can be sent");
    }
    waiting_.emplace(user, item.key);
    Outcome outcome;
    std::optional<Error> thrown;
    try {
        outcome = co_await make_and_send(item, user);
    } catch (const std::exception& problem) {
        thrown = fail(ErrorCode::internal, one_line(problem.what()));
    }
    if (thrown) {
        outcome = co_await again_or_refuse(item, *thrown, Phrase::map_not_drawn);
    }
    if (outcome.kind != Outcome::Kind::retry) {
        let_go(user, item.key);
    }
    co_return outcome;
}

asio::awaitable<Outcome> MapDesk::make_and_send(const WorkItem& item, std::string user) {
    if (parts_.map == nullptr) {
        co_return co_await refuse(item, fail(ErrorCode::unsupported, "no maps are drawn any more"),
                                  Phrase::no_map);
    }
    if (item.attempts > max_attempts) {
        co_return co_await refuse(
            item, fail(ErrorCode::internal, "the program ended each time it was drawn"),
            Phrase::map_not_drawn);
    }
    const auto noted = co_await postbox_.put_back(item.id, item.attempts + tries_of_a_crash,
                                                  "the program ended while it was drawn or sent");
    if (!noted) {
        co_return co_await again_or_refuse(item, noted.error(), Phrase::map_not_drawn);
    }
    auto made = co_await run_on(pool_, [this] { return parts_.map->make(stop_.get_token()); });
    if (!made && made.error().code == ErrorCode::cancelled) {
        co_return co_await again_or_refuse(item, made.error(), Phrase::map_not_drawn);
    }
    if (!made) {
        co_return co_await refuse(item, made.error(), Phrase::map_not_drawn);
    }
    const auto sent =
        co_await send(std::move(user), std::move(*made), language_in(item, live_.now()->language));
    if (sent) {
        co_return Outcome::finished();
    }
    if (may_pass(sent.error().code)) {
        co_return co_await again_or_refuse(item, sent.error(), Phrase::map_not_sent);
    }
    const bool scope = sent.error().message.find("missing_scope") != std::string::npos;
    co_return co_await refuse(item, sent.error(),
                              scope ? Phrase::may_not_send_files : Phrase::map_not_sent);
}

asio::awaitable<Result<void>> MapDesk::send(std::string user, std::shared_ptr<const MapFiles> files,
                                            Language language) {
    const auto bytes_of = [&](const std::string& file) {
        return std::shared_ptr<const std::string>(files, &file);  // not a copy of megabytes
    };
    auto channel = co_await api_->open_direct_message(std::move(user));
    if (!channel) {
        co_return channel.error();
    }
    auto picture = co_await api_->upload_file("emoji-map.png", bytes_of(files->picture));
    if (!picture) {
        co_return picture.error();
    }
    std::vector<slack::UploadedFile> uploads;
    uploads.push_back({std::move(*picture), say(language, Phrase::map_title)});
    if (!files->page.empty()) {
        auto page = co_await api_->upload_file("emoji-map.html", bytes_of(files->page));
        if (!page) {
            co_return page.error();
        }
        uploads.push_back({std::move(*page), say(language, Phrase::map_page_title)});
    }
    co_return co_await api_->share_files(std::move(*channel), std::move(uploads),
                                         comment_of(*files, language));
}

/// A stop is nobody's fault and counts for nothing; whatever else it was, there are so many tries.
asio::awaitable<Outcome> MapDesk::again_or_refuse(const WorkItem& item, Error error,
                                                  Phrase sentence) {
    const bool stopped = error.code == ErrorCode::cancelled;
    if (!stopped && item.attempts >= max_attempts) {
        co_return co_await refuse(item, std::move(error), sentence);
    }
    spdlog::warn("{}: {}; trying again", item.key, error.message);
    Outcome outcome =
        Outcome::try_again(retry_delay(stopped ? 0 : item.attempts), std::move(error.message));
    outcome.attempts = stopped ? item.attempts : item.attempts + 1;
    co_return outcome;
}

asio::awaitable<Outcome> MapDesk::refuse(const WorkItem& item, Error error, Phrase sentence) {
    spdlog::error("{} is given up: {}; the user is told", item.key, error.message);
    const json wish = slack::json_or_null(item.payload, slack::kept_bounds);
    auto told = co_await postbox_.respond(
        "sorry " + item.key, string_field(wish, "response_url"),
        plain_message(language_in(item, live_.now()->language), sentence));
    if (!told) {
        Outcome outcome = Outcome::try_again(retry_delay(item.attempts), told.error().message);
        outcome.attempts = item.attempts;  // of telling, not of drawing
        co_return outcome;
    }
    co_return Outcome::given_up(std::move(error.message));
}

}  // namespace emojiscope::bot
