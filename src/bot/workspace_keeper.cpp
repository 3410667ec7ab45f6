#include "emojiscope/bot/workspace_keeper.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

/// Waits before the second, third, … try of a download.
constexpr std::array<milliseconds, 3> download_delays{milliseconds{300}, milliseconds{1'000},
                                                      milliseconds{3'000}};

/// A picture that is not there so long after its upload was announced is gone. Those behind it in
/// the lane must not wait for it: the longer they wait, the more of them are gone as well.
constexpr std::chrono::seconds young_for{5};

/// Names written in one transaction.
constexpr std::size_t put_at_once = 200;

bool may_pass(ErrorCode code) {
    return code == ErrorCode::network || code == ErrorCode::timeout ||
           code == ErrorCode::rate_limited;
}

/// `fresh`: an upload can be announced a moment before its picture can be fetched, so 'not there'
/// is tried again, too.
asio::awaitable<Result<std::vector<std::uint8_t>>> download(std::shared_ptr<slack::WebApi> api,
                                                            std::string url, std::size_t max_bytes,
                                                            bool fresh) {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (const milliseconds delay : download_delays) {
        auto bytes = co_await api->download_public(url, max_bytes);
        const bool retry = !bytes && (may_pass(bytes.error().code) ||
                                      (fresh && bytes.error().code == ErrorCode::not_found));
        if (!retry) {
            co_return bytes;
        }
        pause.expires_after(delay);
        co_await pause.async_wait(as_tuple);
    }
    co_return co_await api->download_public(url, max_bytes);
}

}  // namespace

/// What the downloading coroutines of one sync share.
struct WorkspaceKeeper::Fetching {
    Fetching(std::vector<EmojiRecord> all, SyncReport& into, const OnProgress& progress,
             const asio::any_io_executor& executor)
        : records(std::move(all)),
          report(into),
          on_progress(progress),
          finished(executor, std::chrono::steady_clock::time_point::max()),
          room(executor, std::chrono::steady_clock::time_point::max()) {}

    std::vector<EmojiRecord> records;
    SyncReport& report;
    const OnProgress& on_progress;
    asio::steady_timer finished;  ///< cancelled by the last downloader
    std::size_t next = 0;
    std::size_t done = 0;
    std::size_t downloaders = 0;
    std::vector<search::IngestItem> batch;
    std::size_t decoded =
        0;  ///< batches that are being decoded, or wait for the model, or are at it
    asio::steady_timer room;  ///< cancelled when one of them is done

    void advance(std::size_t by) {
        done += by;
        if (on_progress) {
            on_progress(done, records.size());
        }
    }

    void failed(const EmojiRecord& record, const Error& error) {
        ++report.failed;
        report.problems.push_back(":" + record.name + ": " + error.message);
    }
};

WorkspaceKeeper::WorkspaceKeeper(const Parts& parts, std::shared_ptr<slack::WebApi> api,
                                 asio::thread_pool& pool, const BotOptions& options)
    : parts_(parts),
      api_(std::move(api)),
      pool_(pool),
      options_(options),
      workspace_(parts.catalogue, parts.library, options.team_id) {}

void WorkspaceKeeper::touch(std::span<const std::string> names) {
    touched_.insert(names.begin(), names.end());
}

asio::awaitable<Result<SyncReport>> WorkspaceKeeper::sync(OnProgress on_progress,
                                                          OnUploads on_uploads) {
    co_await run_on(pool_, [this] {
        const std::scoped_lock lock(changes_);
        touched_.clear();
        return true;
    });
    auto list = co_await api_->emoji_list();
    if (!list) {
        co_return list.error();
    }
    SyncReport report;
    report.listed = list->size();
    std::vector<search::SourceEmoji> source;
    source.reserve(list->size());
    for (slack::ListedEmoji& emoji : *list) {
        if (is_emoji_name(emoji.name)) {
            source.push_back({std::move(emoji.name), std::move(emoji.value), {}});
        } else {
            report.problems.push_back("a name that is no emoji name is left out");
        }
    }
    auto plan = co_await run_on(pool_, [&]() -> Result<search::SyncPlan> {
        auto found = compare(source);
        if (found && on_uploads) {
            if (auto noted = on_uploads(found->uploads); !noted) {
                return noted.error();
            }
        }
        return found;
    });
    if (!plan) {
        co_return plan.error();
    }
    const std::vector<std::string> removals = std::move(plan->removals);
    auto records = co_await run_on(pool_, [&] { return put(std::move(*plan)); });
    if (!records) {
        co_return records.error();
    }
    const std::size_t embedded_before = parts_.ingestor.embedded();
    co_await fetch_all(std::move(*records), report, on_progress);
    report.embedded = parts_.ingestor.embedded() - embedded_before;
    auto removed = co_await run_on(pool_, [&] { return remove_absent(removals); });
    if (!removed) {
        co_return removed.error();
    }
    report.removed = *removed;
    co_return report;
}

Result<search::SyncPlan> WorkspaceKeeper::compare(std::span<const search::SourceEmoji> source) {
    const std::scoped_lock lock(changes_);
    auto plan = workspace_.plan(source);
    if (!plan) {
        return plan;
    }
    std::erase_if(plan->uploads, [&](const auto& emoji) { return touched_.contains(emoji.name); });
    if (source.empty() && !plan->removals.empty()) {
        spdlog::warn("emoji.list is empty although {} names are known; nothing is removed",
                     plan->removals.size());
        plan->removals.clear();
    }
    return plan;
}

Result<std::vector<EmojiRecord>> WorkspaceKeeper::put(search::SyncPlan plan) {
    const std::scoped_lock lock(changes_);
    std::erase_if(plan.pictures, [&](const auto& emoji) { return touched_.contains(emoji.name); });
    std::erase_if(plan.aliases, [&](const auto& alias) { return touched_.contains(alias.alias); });
    // In parts, so that an event that must be stored meanwhile does not wait for thousands.
    std::vector<EmojiRecord> records;
    const std::span<const search::SourceEmoji> pictures(plan.pictures);
    for (std::size_t begin = 0; begin < pictures.size(); begin += put_at_once) {
        auto part =
            workspace_.put(pictures.subspan(begin, std::min(put_at_once, pictures.size() - begin)));
        if (!part) {
            return part.error();
        }
        std::move(part->begin(), part->end(), std::back_inserter(records));
    }
    if (auto stored = workspace_.put_aliases(plan.aliases); !stored) {
        return stored.error();
    }
    std::erase_if(records, [](const EmojiRecord& record) {
        return record.state == EmojiState::ready && record.fingerprinted;
    });
    return records;
}

Result<std::size_t> WorkspaceKeeper::remove_absent(std::span<const std::string> names) {
    // After the new ones were learnt: a picture that only changed its name is then recognised by
    // its file, and not embedded again.
    const std::scoped_lock lock(changes_);
    std::size_t removed = 0;
    for (const std::string& name : names) {
        if (touched_.contains(name)) {
            continue;
        }
        if (auto gone = workspace_.remove(name); !gone) {
            return gone.error();
        }
        ++removed;
    }
    return removed;
}

asio::awaitable<void> WorkspaceKeeper::fetch_all(std::vector<EmojiRecord> records,
                                                 SyncReport& report,
                                                 const OnProgress& on_progress) {
    const auto executor = co_await asio::this_coro::executor;
    auto work = std::make_shared<Fetching>(std::move(records), report, on_progress, executor);
    work->downloaders = std::min(options_.downloads_at_once, work->records.size());
    const std::size_t count = work->downloaders;
    for (std::size_t i = 0; i < count; ++i) {
        asio::co_spawn(executor, fetch_some(work), [work](const std::exception_ptr& thrown) {
            if (thrown) {
                spdlog::error("a downloader stopped on an internal error; the next sync goes on");
            }
            if (--work->downloaders == 0) {
                work->finished.cancel();
            }
        });
    }
    while (work->downloaders > 0) {
        co_await work->finished.async_wait(as_tuple);
    }
    if (!work->batch.empty()) {
        co_await learn(*work, std::exchange(work->batch, {}));
    }
}

asio::awaitable<void> WorkspaceKeeper::fetch_some(std::shared_ptr<Fetching> work) {
    while (work->next < work->records.size() && !stopping_) {
        EmojiRecord record = work->records[work->next++];
        auto bytes = co_await download(api_, record.value, options_.max_emoji_bytes, false);
        if (!bytes) {
            work->failed(record, bytes.error());
            auto noted = co_await run_on(
                pool_, [&] { return parts_.ingestor.give_up(record, bytes.error()); });
            if (!noted && noted.error().code != ErrorCode::not_found) {
                spdlog::error(":{}: cannot be marked as failed: {}; the next sync tries it again",
                              record.name, noted.error().message);
            }
            work->advance(1);
            continue;
        }
        work->batch.push_back({std::move(record), std::move(*bytes)});
        if (work->batch.size() >= options_.ingest_batch) {
            co_await learn(*work, std::exchange(work->batch, {}));
        }
    }
}

asio::awaitable<void> WorkspaceKeeper::learn(Fetching& work,
                                             std::vector<search::IngestItem> batch) {
    // One batch is decoded while the model works at the one before; no more are held in memory.
    while (work.decoded >= 2) {
        co_await work.room.async_wait(as_tuple);
    }
    ++work.decoded;
    const auto leave = [](Fetching* of) {
        --of->decoded;
        of->room.cancel();
    };
    const std::unique_ptr<Fetching, decltype(leave)> place(&work, leave);
    auto read = co_await run_on(decoding_, [&] { return parts_.ingestor.read(std::move(batch)); });
    const std::vector<EmojiRecord> records = read.records();
    auto results = co_await run_on(pool_, [&] { return parts_.ingestor.learn(std::move(read)); });
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (results[i]) {
            ++work.report.learnt;
        } else if (results[i].error().code != ErrorCode::not_found) {
            // not_found: removed or replaced meanwhile, which is no failure.
            const ErrorCode code = results[i].error().code;
            if (code == ErrorCode::io || code == ErrorCode::conflict) {
                ++work.report.unsaved;
            }
            work.failed(records[i], results[i].error());
        }
    }
    work.advance(records.size());
}

asio::awaitable<Result<Upload>> WorkspaceKeeper::add(std::string name, std::string url,
                                                     SystemTime heard) {
    auto put = co_await run_on(pool_, [&]() -> Result<std::vector<EmojiRecord>> {
        const std::scoped_lock lock(changes_);
        touch({&name, 1});
        const search::SourceEmoji emoji{name, url, {}};
        return workspace_.put({&emoji, 1});
    });
    if (!put) {
        co_return put.error();
    }
    EmojiRecord record = std::move(put->front());
    if (record.state == EmojiState::ready) {
        co_return Upload{std::move(record), true};
    }
    const bool fresh = parts_.clock.now() - heard < young_for;
    auto bytes = co_await download(api_, url, options_.max_emoji_bytes, fresh);
    if (!bytes) {
        auto noted =
            co_await run_on(pool_, [&] { return parts_.ingestor.give_up(record, bytes.error()); });
        co_return noted ? bytes.error() : noted.error();
    }
    std::vector<search::IngestItem> items;
    items.push_back({std::move(record), std::move(*bytes)});
    auto learnt = co_await run_on(pool_, [&] { return parts_.ingestor.ingest(std::move(items)); });
    if (!learnt.front()) {
        co_return learnt.front().error();
    }
    co_return Upload{std::move(*learnt.front()), false};
}

asio::awaitable<Result<void>> WorkspaceKeeper::alias(std::string name, std::string target) {
    co_return co_await run_on(pool_, [&]() -> Result<void> {
        const std::scoped_lock lock(changes_);
        touch({&name, 1});
        const AliasRecord alias{options_.team_id, name, target};
        return workspace_.put_aliases({&alias, 1});
    });
}

asio::awaitable<Result<void>> WorkspaceKeeper::remove(std::vector<std::string> names) {
    co_return co_await run_on(pool_, [&]() -> Result<void> {
        const std::scoped_lock lock(changes_);
        touch(names);
        for (const std::string& name : names) {
            if (auto removed = workspace_.remove(name); !removed) {
                return removed;
            }
        }
        return {};
    });
}

asio::awaitable<Result<Rename>> WorkspaceKeeper::rename(std::string from, std::string to,
                                                        std::string url) {
    co_return co_await run_on(pool_, [&]() -> Result<Rename> {
        const std::scoped_lock lock(changes_);
        touch({&from, 1});
        touch({&to, 1});
        const auto known = workspace_.rename(from, to, url);
        if (!known) {
            return known.error();
        }
        Rename done{*known, {}};
        const auto record = parts_.catalogue.find(options_.team_id, to);
        if (record && record->name == to && record->state != EmojiState::ready) {
            done.unlearnt = search::SourceEmoji{record->name, record->value, {}};
        }
        return done;
    });
}

}  // namespace emojiscope::bot
