#include "emojiscope/app/picture_fetcher.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/core/is_url.hpp"
#include "emojiscope/image/decode.hpp"

#include <algorithm>
#include <utility>

namespace emojiscope::app {
namespace {

bool may_pass(ErrorCode code) {
    return code == ErrorCode::network || code == ErrorCode::timeout ||
           code == ErrorCode::rate_limited;
}

Error stopped() {
    return fail(ErrorCode::cancelled, "stopped");
}

}  // namespace

class PictureFetcher::Loan {
public:
    Loan(PictureFetcher& owner, bool imported)
        : owner_(owner), idle_(imported ? owner.idle_for_imports_ : owner.idle_for_workspaces_) {
        const std::lock_guard lock(owner_.mutex_);
        if (idle_.empty()) {
            slack::DialerOptions dialing = owner.options_.dialing;
            if (imported) {
                dialing.ca_file.clear();
            }
            fetcher_ = std::make_unique<UrlFetcher>(
                std::move(dialing),
                imported ? slack::DownloadRules::for_imports() : owner.options_.workspace_rules);
        } else {
            fetcher_ = std::move(idle_.back());
            idle_.pop_back();
        }
        owner_.busy_.push_back(fetcher_.get());
        if (owner_.stopped_) {
            fetcher_->stop();
        }
    }
    ~Loan() {
        const std::lock_guard lock(owner_.mutex_);
        std::erase(owner_.busy_, fetcher_.get());
        idle_.push_back(std::move(fetcher_));
    }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;

    [[nodiscard]] UrlFetcher& fetcher() { return *fetcher_; }

private:
    PictureFetcher& owner_;
    Fetchers& idle_;
    std::unique_ptr<UrlFetcher> fetcher_;
};

PictureFetcher::PictureFetcher(FetchOptions options) : options_(std::move(options)) {}
PictureFetcher::~PictureFetcher() = default;

Result<std::vector<std::uint8_t>> PictureFetcher::download(const EmojiRecord& record) {
    // What people import lies in the world; what a workspace names, where its CA file may reach.
    Loan loan(*this, record.team_id == local_team);
    return loan.fetcher().fetch(record.value);
}

Result<std::vector<std::uint8_t>> PictureFetcher::fetch(const EmojiRecord& record) {
    if (!pause(std::chrono::milliseconds{0})) {
        return stopped();
    }
    if (!is_url(record.value)) {
        if (record.team_id != local_team) {
            return fail(ErrorCode::invalid_argument,
                        "the workspace names no web address for the picture; only what was "
                        "imported is read from the disk");
        }
        return image::read_file(record.value);
    }
    for (std::size_t tries = 0;; ++tries) {
        auto bytes = download(record);
        if (bytes) {
            tired_ = false;
            return bytes;
        }
        if (!may_pass(bytes.error().code)) {
            return bytes;
        }
        if (tired_ || tries >= options_.delays.size()) {
            tired_ = true;
            return bytes;
        }
        if (!pause(options_.delays[tries])) {
            return stopped();
        }
    }
}

bool PictureFetcher::pause(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return !stop_asked_.wait_for(lock, time, [this] { return stopped_; });
}

void PictureFetcher::stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    stop_asked_.notify_all();
    for (UrlFetcher* const fetcher : busy_) {
        fetcher->stop();
    }
}

}  // namespace emojiscope::app
