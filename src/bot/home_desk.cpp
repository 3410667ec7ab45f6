#include "home_desk.hpp"

#include "come_last.hpp"
#include "newest.hpp"

#include "emojiscope/bot/queue_runner.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>
#include <vector>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

/// Beyond this nobody is remembered any more, and all see it published anew.
constexpr std::size_t most_viewers = 20'000;
/// Emoji whose nearest are looked for; each takes some milliseconds in a large workspace.
constexpr std::size_t most_compared = 300;
constexpr std::size_t neighbours_looked_at = 4;

/// Which emoji are in one group of duplicates: those are no news among the similar ones.
std::set<std::pair<EmojiId, EmojiId>> pairs_in(std::span<const search::DuplicateGroup> groups) {
    std::set<std::pair<EmojiId, EmojiId>> pairs;
    for (const search::DuplicateGroup& group : groups) {
        for (const EmojiRecord& one : group.members) {
            for (const EmojiRecord& other : group.members) {
                pairs.emplace(one.id, other.id);
            }
        }
    }
    return pairs;
}

struct Alike {
    double cosine = 0;
    std::pair<std::string, std::string> names;
};

void gather_similar(HomeFacts& facts, const Parts& parts,
                    const std::set<std::pair<EmojiId, EmojiId>>& duplicates,
                    const std::stop_token& stop) {
    const search::LibraryEntries entries = parts.library.entries();
    const std::size_t compared = std::min(entries->size(), most_compared);
    facts.similar_among = compared < entries->size() ? compared : 0;
    std::map<std::pair<EmojiId, EmojiId>, Alike> found;
    for (std::size_t i = entries->size() - compared; i < entries->size(); ++i) {
        if (stop.stop_requested()) {
            return;
        }
        const search::LibraryEntry& one = *(*entries)[i];
        const auto alike = parts.search.like(one.name, neighbours_looked_at, parts.catalogue);
        if (!alike) {
            continue;  // it went meanwhile
        }
        for (const search::Hit& hit : alike->hits) {
            const auto ids = std::pair(std::min(one.id, hit.id), std::max(one.id, hit.id));
            if (!duplicates.contains(ids)) {
                found[ids] = {hit.cosine.value_or(hit.score), {one.name, hit.name}};
                break;
            }
        }
    }
    std::vector<Alike> order;
    for (auto& [ids, alike] : found) {
        order.push_back(std::move(alike));
    }
    // Stable: those as much alike stay in the order of their ids.
    std::ranges::stable_sort(order, std::greater{}, &Alike::cosine);
    order.resize(std::min(order.size(), most_pairs_at_home));
    for (Alike& alike : order) {
        facts.similar.push_back(std::move(alike.names));
    }
}

}  // namespace

GatheredHome quick_home_facts(const Parts& parts, const std::string& team_id) {
    GatheredHome gathered;
    HomeFacts& facts = gathered.facts;
    const search::LibraryEntries entries = parts.library.entries();
    facts.emoji = entries->size();
    for (const search::LibraryEntryPtr& entry : *entries) {
        facts.more_names += entry->aliases.size();
    }
    const auto newest = newest_emoji(parts.catalogue, team_id, most_newest_at_home);
    if (!newest) {
        spdlog::warn("Home: the newest emoji cannot be read: {}; left out for now",
                     newest.error().message);
        gathered.complete = false;
        return gathered;
    }
    for (const EmojiRecord& emoji : *newest) {
        facts.newest.push_back(emoji.name);
    }
    return gathered;
}

GatheredHome gather_home_facts(const Parts& parts, const std::string& team_id,
                               const std::stop_token& stop) {
    GatheredHome gathered = quick_home_facts(parts, team_id);
    HomeFacts& facts = gathered.facts;
    search::GroupsOptions options;
    options.threads = 1;
    options.stop = stop;
    std::set<std::pair<EmojiId, EmojiId>> duplicates;
    const auto groups = parts.duplicates.groups(team_id, options);
    if (groups) {
        facts.duplicates = groups->size();
        duplicates = pairs_in(*groups);
    } else {
        gathered.complete = false;
        if (groups.error().code != ErrorCode::cancelled) {
            spdlog::warn("Home: duplicates cannot be found: {}; left out for now",
                         groups.error().message);
        }
    }
    gather_similar(facts, parts, duplicates, stop);
    gathered.complete = gathered.complete && !stop.stop_requested();
    return gathered;
}

HomeDesk::HomeDesk(asio::any_io_executor executor, const Parts& parts,
                   std::shared_ptr<slack::WebApi> api, asio::thread_pool& disk,
                   ThumbnailDesk& thumbnail, Know know, Gather gather, std::string team_id,
                   const LiveSettings& live, const HomePace& pace)
    : parts_(parts),
      api_(std::move(api)),
      disk_(disk),
      thumbnail_(thumbnail),
      know_(std::move(know)),
      gather_(std::move(gather)),
      team_id_(std::move(team_id)),
      live_(live),
      pace_(pace),
      timer_(executor) {
    asio::post(pool_, [] { come_last("what the Home tab shows"); });
}

HomeDesk::Moment HomeDesk::now() const {
    const auto verdicts = parts_.verdicts.pairs();
    return {parts_.library.entries(), verdicts ? *verdicts : 0};
}

asio::awaitable<void> HomeDesk::gather() {
    if (parts_.clock.now() < not_before_) {
        co_return;
    }
    const Moment present = co_await run_on(pool_, [this] { return now(); });
    if (present == moment_) {
        co_return;
    }
    GatheredHome gathered =
        co_await run_on(pool_, [this]() -> GatheredHome { return gather_(stop_.get_token()); });
    facts_ = std::move(gathered.facts);
    have_facts_ = true;
    if (gathered.complete) {
        moment_ = present;
    } else {
        not_before_ = parts_.clock.now() + pace_.gather_again_after;
    }
}

asio::awaitable<void> HomeDesk::have_something() {
    if (have_facts_) {
        co_return;
    }
    // Not where the queues are written: the list of a large workspace takes a moment.
    HomeFacts quick = co_await run_on(
        pool_, [this]() -> HomeFacts { return quick_home_facts(parts_, team_id_).facts; });
    if (!have_facts_) {  // nobody was quicker, and knows more
        facts_ = std::move(quick);
        have_facts_ = true;
    }
}

asio::awaitable<void> HomeDesk::publish(std::string user_id, std::chrono::milliseconds patience) {
    Viewer& viewer = viewers_[user_id];  // stays, as long as it is being published
    if (viewer.publishing) {
        viewer.again = true;
        co_return;
    }
    viewer.publishing = true;
    const auto ended = [](Viewer* one) { one->publishing = false; };
    const std::unique_ptr<Viewer, decltype(ended)> guard(&viewer, ended);
    Result<void> published{};
    do {
        viewer.again = false;
        published = co_await publish_once(user_id, patience);
    } while (viewer.again && published);
    const bool known = std::exchange(viewer.late, !published && may_pass(published.error().code));
    if (!published && !(known && viewer.late)) {
        // If it is not late, it is published when they look again.
        spdlog::warn("Home cannot be published: {}; it is when it can, or is opened again",
                     published.error().message);
    }
}

json HomeDesk::view_for(const Person& person, const HomeMap& map) const {
    const auto live = live_.now();
    return home_view(facts_, person.settings,
                     {person.language, live->results, live->map_url, parts_.map != nullptr, map});
}

asio::awaitable<Result<void>> HomeDesk::publish_once(std::string user_id,
                                                     std::chrono::milliseconds patience) {
    co_await have_something();
    const Person person = co_await know_(user_id);
    const HomeMap map = thumbnail_.shown();
    json view = view_for(person, map);
    const std::size_t hash = std::hash<std::string>{}(view.dump());
    if (viewers_[user_id].shown == hash) {
        co_return Result<void>{};
    }
    auto published = co_await api_->publish_view(user_id, view, patience);
    if (published) {
        viewers_[user_id].shown = hash;
        co_await thumbnail_.accepted(map.file_id);
        co_return published;
    }
    if (map.file_id.empty() || published.error().code != ErrorCode::invalid_argument) {
        co_return published;
    }
    // Slack refuses the whole view for a file that is gone, or that it does not show.
    view = view_for(person, {});
    published = co_await api_->publish_view(user_id, view, patience);
    if (published) {
        viewers_[user_id].shown = std::hash<std::string>{}(view.dump());
        co_await thumbnail_.refused(map.file_id);
    }
    co_return published;
}

asio::awaitable<Result<void>> HomeDesk::opened(HomeOpened event) {
    if (viewers_.size() >= most_viewers) {
        std::erase_if(viewers_, [](const auto& one) { return !one.second.publishing; });
    }
    viewers_[event.user_id].opened = parts_.clock.now();
    co_await publish(event.user_id, pace_.patience);
    thumbnail_.want();
    woken_ = true;
    timer_.cancel();
    co_return Result<void>{};
}

asio::awaitable<Result<void>> HomeDesk::choose(ViewAction action) {
    if (action.action_id == action_home_map) {
        co_return Result<void>{};
    }
    if (parts_.settings == nullptr) {
        spdlog::warn("somebody chose a setting, and none are kept here");
        co_return Result<void>{};
    }
    auto saved = co_await run_on(disk_, [&]() -> Result<void> {
        auto settings = parts_.settings->load(team_id_, action.user_id);
        if (!settings) {
            return settings.error();
        }
        const auto changed = chosen_in(action.action_id, action.value, *settings);
        if (!changed) {
            spdlog::warn("'{}' was chosen at Home, which is not offered; ignored", action.value);
            return {};
        }
        return parts_.settings->save(team_id_, action.user_id, *changed);
    });
    if (!saved) {
        co_return saved;
    }
    viewers_[action.user_id].opened = parts_.clock.now();
    co_await publish(action.user_id, pace_.patience);
    co_return Result<void>{};
}

asio::awaitable<void> HomeDesk::run() {
    while (!stopping_) {
        co_await pause();
        woken_ = false;
        try {
            co_await gather_and_show();
        } catch (const std::exception& problem) {
            not_before_ = parts_.clock.now() + pace_.gather_again_after;
            spdlog::error("Home: what it shows cannot be found out: {}; it is tried again",
                          problem.what());
        }
    }
}

std::vector<std::string> HomeDesk::looking() const {
    const SystemTime since = parts_.clock.now() - pace_.looks_on;
    std::vector<std::string> looking;
    for (const auto& [user_id, viewer] : viewers_) {
        if (viewer.opened >= since && (viewer.shown != 0 || viewer.late)) {
            looking.push_back(user_id);
        }
    }
    return looking;
}

asio::awaitable<void> HomeDesk::gather_and_show() {
    if (stopping_ || looking().empty()) {
        co_return;
    }
    co_await gather();
    co_await show_to_all();
}

asio::awaitable<void> HomeDesk::show_to_all() {
    for (const std::string& user_id : looking()) {
        if (stopping_) {
            co_return;
        }
        co_await publish(user_id, slack::no_hurry);
    }
}

void HomeDesk::changed() {
    woken_ = true;
    timer_.cancel();
}

asio::awaitable<void> HomeDesk::pause() {
    if (!stopping_ && !woken_) {
        timer_.expires_after(pace_.look_every);
        co_await timer_.async_wait(as_tuple);
    }
}

void HomeDesk::stop() {
    stopping_ = true;
    stop_.request_stop();
    timer_.cancel();
}

}  // namespace emojiscope::bot
