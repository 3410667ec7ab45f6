#include "alert_desk.hpp"

#include "emojiscope/bot/alert_pace.hpp"
#include "emojiscope/bot/bot_observer.hpp"
#include "emojiscope/bot/queue_runner.hpp"
#include "emojiscope/bot/unannounced.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

/// In one message at most.
constexpr std::size_t most_told_at_once = 500;
constexpr milliseconds pause_after_failure{5'000};
constexpr std::chrono::minutes lately{1};
/// Looked at after one comparison; the next one goes on.
constexpr std::size_t most_unannounced = 5'000;
/// A picture that cannot be learnt is looked for again after a comparison, with pauses that double
/// up to an hour: for about a day, however often the list is compared.
constexpr std::chrono::minutes first_unannounced_pause{5};
constexpr std::chrono::minutes longest_unannounced_pause{60};
constexpr int unannounced_tries = 24;

std::chrono::minutes unannounced_pause(int attempts) {
    const int doublings = std::clamp(attempts, 0, 8);
    return std::min(first_unannounced_pause * (1 << doublings), longest_unannounced_pause);
}

constexpr const char* kind_duplicate = "duplicate";

std::string upload_key(const EmojiRecord& upload) {
    return std::to_string(upload.id) + " " + upload.value;
}

/// The same whichever of the two is the upload: an event that comes late, after that of a copy,
/// makes no alert the other way round.
std::string pair_key(const EmojiRecord& a, const EmojiRecord& b) {
    return a.id < b.id ? upload_key(a) + " and " + upload_key(b)
                       : upload_key(b) + " and " + upload_key(a);
}

}  // namespace

AlertDesk::AlertDesk(asio::any_io_executor executor, const Parts& parts, WorkQueue& queue,
                     WorkQueue& unannounced, Postbox& postbox, asio::thread_pool& background,
                     asio::thread_pool& disk, std::string team_id, const LiveSettings& live,
                     BotObserver* observer)
    : parts_(parts),
      queue_(queue),
      unannounced_(unannounced),
      postbox_(postbox),
      background_(background),
      disk_(disk),
      team_id_(std::move(team_id)),
      live_(live),
      observer_(observer),
      timer_(std::move(executor)) {}

bool AlertDesk::open() const {
    return live_.now()->alerts_wanted();
}

void AlertDesk::checked(const std::optional<search::DuplicateKind>& found) const {
    if (observer_ != nullptr) {
        observer_->checked_for_duplicates(found);
    }
}

Result<void> AlertDesk::note_duplicate(const EmojiRecord& upload, const LiveOptions& wanted,
                                       const std::function<bool(EmojiId)>& came_later) {
    auto matches = parts_.duplicates.check(upload);
    if (!matches) {
        return matches.error();
    }
    std::erase_if(*matches, [&](const search::DuplicateMatch& match) {
        return !wanted.alerts_about(match.kind) || came_later(match.original.id);
    });
    // If only look-alikes are left, alerts about those were asked for.
    const search::DuplicateMatch* match = search::oldest_duplicate(*matches);
    if (match == nullptr && !matches->empty()) {
        match = &matches->front();
    }
    if (match == nullptr) {
        checked(std::nullopt);
        return {};
    }
    const auto muted = parts_.verdicts.muted(match->original.id);
    if (!muted) {
        return muted.error();
    }
    if (*muted) {
        spdlog::info(":{}: repeats :{}:, which is muted: nobody is told", upload.name,
                     match->original.name);
        checked(std::nullopt);
        return {};
    }
    spdlog::info(":{}: repeats :{}: ({})", upload.name, match->original.name,
                 search::to_string(match->kind));
    checked(match->kind);
    const EmojiPair pair{upload.id, match->original.id, match->kind};
    auto pushed = queue_.push(pair_key(upload, match->original), kind_duplicate, encode_pair(pair),
                              parts_.clock.now());
    return pushed ? Result<void>{} : Result<void>{pushed.error()};
}

asio::awaitable<Result<void>> AlertDesk::consider(Upload upload) {
    const auto wanted = live_.now();
    if (!wanted->alerts_wanted()) {
        co_return Result<void>{};
    }
    const auto came_later = [&](EmojiId id) { return upload.known && id > upload.record.id; };
    auto noted = co_await run_on(
        background_, [&] { return note_duplicate(upload.record, *wanted, came_later); });
    woken_ = true;
    timer_.cancel();
    co_return noted;
}

asio::awaitable<Result<void>> AlertDesk::consider_later(std::string name, std::string url) {
    if (!open()) {
        co_return Result<void>{};
    }
    const search::SourceEmoji upload{std::move(name), std::move(url), {}};
    co_return co_await run_on(disk_, [&] {
        return note_unannounced(unannounced_, std::span(&upload, 1), parts_.clock.now());
    });
}

Result<std::vector<AlertDesk::Unannounced>> AlertDesk::learnt_unannounced() {
    auto undone = undo_clock_jump(unannounced_, parts_.clock.now(), 2 * longest_unannounced_pause);
    if (!undone) {
        return undone.error();
    }
    auto items = unannounced_.due(parts_.clock.now(), most_unannounced);
    if (!items) {
        return items.error();
    }
    std::vector<Unannounced> learnt;
    std::vector<std::int64_t> over;
    for (WorkItem& item : *items) {
        auto record = parts_.catalogue.find(team_id_, name_of(item));
        if (!record && record.error().code != ErrorCode::not_found) {
            return record.error();
        }
        if (record && is_about(item, *record) && record->state == EmojiState::ready) {
            learnt.push_back({std::move(item), std::move(*record)});
            continue;
        }
        // Gone, or another picture by now, which has an event or an item of its own.
        if (!record || !is_about(item, *record) || item.attempts >= unannounced_tries) {
            over.push_back(item.id);
            continue;
        }
        auto noted =
            unannounced_.retry(item.id, parts_.clock.now() + unannounced_pause(item.attempts),
                               "its picture is not learnt yet");
        if (!noted) {
            return noted.error();
        }
    }
    if (auto noted = unannounced_.done_all(over); !noted) {
        return noted.error();
    }
    std::ranges::sort(learnt, {}, [](const Unannounced& waiting) { return waiting.record.id; });
    return learnt;
}

asio::awaitable<void> AlertDesk::consider_unannounced() {
    auto learnt = co_await run_on(background_, [&] { return learnt_unannounced(); });
    Result<void> done = learnt ? Result<void>{} : Result<void>{learnt.error()};
    if (learnt) {
        std::set<EmojiId> later;
        for (const Unannounced& waiting : *learnt) {
            later.insert(waiting.record.id);
        }
        for (const Unannounced& waiting : *learnt) {
            if (stopping_ || !done) {
                break;
            }
            later.erase(waiting.record.id);
            const auto wanted = live_.now();
            // One at a time, so that an event that comes meanwhile need not wait for all.
            done = co_await run_on(background_, [&]() -> Result<void> {
                if (wanted->alerts_wanted()) {
                    const auto came_later = [&](EmojiId id) { return later.contains(id); };
                    if (auto noted = note_duplicate(waiting.record, *wanted, came_later); !noted) {
                        return noted;
                    }
                }
                return unannounced_.done(waiting.item.id);
            });
        }
        woken_ = true;
        timer_.cancel();
    }
    if (!done) {
        spdlog::error(
            "uploads that no event told of cannot be looked at: {}; the next comparison "
            "tries again",
            done.error().message);
    }
}

void AlertDesk::stop() {
    stopping_ = true;
    timer_.cancel();
}

SystemTime AlertDesk::time_for(std::span<const WorkItem> items) {
    const SystemTime now = parts_.clock.now();
    while (!told_.empty() && told_.front() < now - lately) {
        told_.pop_front();
    }
    const auto by_time = [](const WorkItem& a, const WorkItem& b) { return a.due < b.due; };
    const auto [oldest, latest] = std::minmax_element(items.begin(), items.end(), by_time);
    return time_to_tell({items.size(), oldest->due, latest->due, told_.size()});
}

asio::awaitable<void> AlertDesk::sleep_until(std::optional<SystemTime> time) {
    if (woken_ || stopping_) {
        co_return;
    }
    if (time) {
        timer_.expires_after(std::max(
            std::chrono::duration_cast<milliseconds>(*time - parts_.clock.now()), milliseconds{1}));
    } else {
        timer_.expires_at(std::chrono::steady_clock::time_point::max());
    }
    co_await timer_.async_wait(as_tuple);
}

asio::awaitable<void> AlertDesk::run() {
    while (!stopping_) {
        woken_ = false;
        auto items = co_await run_on(
            disk_, [&] { return queue_.due(parts_.clock.now(), most_told_at_once); });
        if (stopping_) {
            co_return;
        }
        if (!items) {
            spdlog::error("alerts cannot be read: {}; trying again", items.error().message);
            co_await sleep_until(parts_.clock.now() + pause_after_failure);
            continue;
        }
        if (items->empty()) {
            auto undone =
                co_await run_on(disk_, [&] { return undo_clock_jump(queue_, parts_.clock.now()); });
            if (!undone) {
                spdlog::error("alerts cannot be read: {}; trying again", undone.error().message);
                co_await sleep_until(parts_.clock.now() + pause_after_failure);
            } else if (!*undone) {
                co_await sleep_until(std::nullopt);
            }
            continue;
        }
        const SystemTime time = time_for(*items);
        if (time > parts_.clock.now()) {
            co_await sleep_until(time);
            continue;
        }
        if (auto told = co_await tell(std::move(*items)); !told) {
            spdlog::error("alerts cannot be told: {}; trying again", told.error().message);
            co_await sleep_until(parts_.clock.now() + pause_after_failure);
        }
    }
}

Result<std::vector<DuplicateAlert>> AlertDesk::look_up(std::span<const EmojiPair> pairs) const {
    std::vector<DuplicateAlert> alerts;
    std::set<std::pair<EmojiId, EmojiId>> seen;  // the URL of an upload may have changed meanwhile
    for (const EmojiPair& pair : pairs) {
        if (!seen.emplace(pair.upload, pair.original).second) {
            continue;
        }
        auto upload = parts_.catalogue.find(pair.upload);
        auto original = parts_.catalogue.find(pair.original);
        if (!upload || !original) {
            const Error& error = upload ? original.error() : upload.error();
            if (error.code != ErrorCode::not_found) {
                return error;
            }
            continue;
        }
        const auto refuted = parts_.verdicts.not_duplicates(*upload, *original);
        if (!refuted) {
            return refuted.error();
        }
        const auto muted = parts_.verdicts.muted(pair.original);
        if (!muted) {
            return muted.error();
        }
        const AlertState state = *refuted ? AlertState::not_duplicate
                                 : *muted ? AlertState::muted
                                          : AlertState::open;
        alerts.push_back({std::move(*upload), std::move(*original), pair.kind, state, {}});
    }
    return alerts;
}

asio::awaitable<Result<void>> AlertDesk::tell(std::vector<WorkItem> items) {
    std::vector<EmojiPair> pairs;
    for (const WorkItem& item : items) {
        if (const auto pair = decode_pair(item.payload)) {
            pairs.push_back(*pair);
        }
    }
    const auto wanted = live_.now();
    // Not where the queues are written: there may be hundreds.
    auto alerts = co_await run_on(background_, [&] { return look_up(pairs); });
    if (!alerts) {
        co_return alerts.error();
    }
    std::erase_if(*alerts, [&](const DuplicateAlert& alert) {
        return alert.state != AlertState::open || !wanted->alerts_about(alert.kind);
    });
    const std::span<const DuplicateAlert> all(*alerts);
    const std::size_t step = all.size() >= digest_from ? all.size() : 1;
    for (std::size_t begin = 0; begin < all.size(); begin += step) {
        const auto part = all.subspan(begin, step);
        // Named by what it tells: told again after a crash in between, it is the same message.
        const std::string key = "alert " + upload_key(part.front().upload) +
                                (step > 1 ? " and " + std::to_string(step - 1) + " more" : "");
        auto posted = co_await postbox_.post(key, wanted->alert_channel,
                                             alert_message(part, wanted->language));
        if (!posted) {
            co_return posted;
        }
        told_.push_back(parts_.clock.now());
        if (observer_ != nullptr) {
            for (const DuplicateAlert& alert : part) {
                observer_->alerted(alert.kind);
            }
        }
    }
    std::vector<std::int64_t> ids;
    for (const WorkItem& item : items) {
        ids.push_back(item.id);
    }
    co_return co_await run_on(disk_, [&] { return queue_.done_all(ids); });
}

}  // namespace emojiscope::bot
