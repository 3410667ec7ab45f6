// Keeps the catalogue equal to the workspace: by single changes as events tell them, and by
// comparison with the whole list (emoji.list).
//
// Changes and the comparison exclude each other. A name that an event changed while the list was
// on its way is left out of that comparison: the list may be older than the event.
#pragma once

#include "emojiscope/bot/parts.hpp"
#include "emojiscope/bot/pool.hpp"
#include "emojiscope/search/workspace.hpp"
#include "emojiscope/slack/web_api.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace emojiscope::bot {

/// What an upload's event came to.
struct Upload {
    EmojiRecord record;  ///< ready
    bool known = false;  ///< it was ready before: the event is late, or handled once more
};

/// What a rename came to.
struct Rename {
    bool known = true;  ///< false: the old name was unknown, so the list must be read
    /// Set if its picture is not learnt yet.
    std::optional<search::SourceEmoji> unlearnt;
};

struct SyncReport {
    std::size_t listed = 0;    ///< names in the workspace, aliases included
    std::size_t learnt = 0;    ///< pictures that became ready
    std::size_t embedded = 0;  ///< of these, run through the model
    std::size_t failed = 0;
    std::size_t unsaved = 0;  ///< of these, for want of disk or database: worth another try soon
    std::size_t removed = 0;
    std::vector<std::string> problems;  ///< one line for each failed picture
};

/// Coroutines are for one thread, that of the executor they run on; everything that blocks runs on
/// `pool`, and a sync decodes on a thread of its own.
class WorkspaceKeeper {
public:
    /// Called on the coroutines' thread with pictures done and to be done.
    using OnProgress = std::function<void(std::size_t done, std::size_t total)>;
    /// Called on a pool thread with pictures that are not in the catalogue, before they are.
    using OnUploads = std::function<Result<void>(std::span<const search::SourceEmoji> uploads)>;

    WorkspaceKeeper(const Parts& parts, std::shared_ptr<slack::WebApi> api,
                    boost::asio::thread_pool& pool, const BotOptions& options);

    /// One comparison at a time. Errors: those of emoji.list and of the catalogue; a picture that
    /// cannot be had is counted, noted in its record and tried again by the next sync. An error of
    /// `on_uploads` ends it before anything is changed.
    [[nodiscard]] boost::asio::awaitable<Result<SyncReport>> sync(OnProgress on_progress,
                                                                  OnUploads on_uploads = {});

    /// Downloads and learns one picture, trying a few times; 'not there' only while it is young,
    /// `heard` being when its upload was announced.
    [[nodiscard]] boost::asio::awaitable<Result<Upload>> add(std::string name, std::string url,
                                                             SystemTime heard);
    [[nodiscard]] boost::asio::awaitable<Result<void>> alias(std::string name, std::string target);
    [[nodiscard]] boost::asio::awaitable<Result<void>> remove(std::vector<std::string> names);
    [[nodiscard]] boost::asio::awaitable<Result<Rename>> rename(std::string from, std::string to,
                                                                std::string url);

    /// `sync` stops before the next picture.
    void stop() { stopping_ = true; }

    /// For whoever watches whether it gets on with its work.
    [[nodiscard]] boost::asio::thread_pool& pool() noexcept { return decoding_; }

private:
    struct Fetching;

    [[nodiscard]] Result<search::SyncPlan> compare(std::span<const search::SourceEmoji> source);
    [[nodiscard]] Result<std::vector<EmojiRecord>> put(search::SyncPlan plan);
    [[nodiscard]] Result<std::size_t> remove_absent(std::span<const std::string> names);
    [[nodiscard]] boost::asio::awaitable<void> fetch_all(std::vector<EmojiRecord> records,
                                                         SyncReport& report,
                                                         const OnProgress& on_progress);
    [[nodiscard]] boost::asio::awaitable<void> fetch_some(std::shared_ptr<Fetching> work);
    [[nodiscard]] boost::asio::awaitable<void> learn(Fetching& work,
                                                     std::vector<search::IngestItem> batch);
    void touch(std::span<const std::string> names);

    Parts parts_;
    std::shared_ptr<slack::WebApi> api_;
    boost::asio::thread_pool& pool_;
    BotOptions options_;
    search::Workspace workspace_;
    std::mutex changes_;             ///< held, on a pool thread, around each change as a whole
    std::set<std::string> touched_;  ///< names changed by events since the list was asked for
    bool stopping_ = false;
    boost::asio::thread_pool decoding_{1};  ///< last: joined before what it uses goes
};

}  // namespace emojiscope::bot
