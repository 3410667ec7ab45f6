// The files of a catalogue from wherever they lie, for a move to another model.
#pragma once

#include "emojiscope/app/url_fetcher.hpp"
#include "emojiscope/core/emoji.hpp"
#include "emojiscope/core/error.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

namespace emojiscope::app {

struct FetchOptions {
    slack::DialerOptions dialing;  ///< the CA file is for what a workspace names, and no more
    /// Likewise; what was imported has rules of its own.
    slack::DownloadRules workspace_rules;
    /// Waits before the second, third, … try of a download that may succeed later. Once all of
    /// them have failed there is one try for each file, until one succeeds.
    std::vector<std::chrono::milliseconds> delays;
};

/// Blocking; safe from any thread. Connections are kept between calls.
class PictureFetcher {
public:
    explicit PictureFetcher(FetchOptions options);
    ~PictureFetcher();
    PictureFetcher(const PictureFetcher&) = delete;
    PictureFetcher& operator=(const PictureFetcher&) = delete;

    /// The file at `record.value`: a URL or, of what was imported only, a path. Errors: as
    /// UrlFetcher::fetch; what cannot be read from the disk; invalid_argument for a path that a
    /// workspace names; cancelled after `stop`.
    [[nodiscard]] Result<std::vector<std::uint8_t>> fetch(const EmojiRecord& record);

    /// Calls under way end soon, later ones at once. From any thread.
    void stop();

private:
    using Fetchers = std::vector<std::unique_ptr<UrlFetcher>>;

    /// Takes a fetcher out of the idle ones for as long as it lives.
    class Loan;

    [[nodiscard]] Result<std::vector<std::uint8_t>> download(const EmojiRecord& record);
    /// False: stopped meanwhile.
    [[nodiscard]] bool pause(std::chrono::milliseconds time);

    FetchOptions options_;
    std::mutex mutex_;
    std::condition_variable stop_asked_;
    bool stopped_ = false;
    Fetchers idle_for_workspaces_;
    Fetchers idle_for_imports_;
    std::vector<UrlFetcher*> busy_;
    std::atomic<bool> tired_{false};
};

}  // namespace emojiscope::app
