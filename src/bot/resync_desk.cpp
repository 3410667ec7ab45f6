#include "resync_desk.hpp"

#include "emojiscope/bot/answer_view.hpp"

#include <spdlog/spdlog.h>

#include <utility>
#include <vector>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;

/// Beyond these nobody is told of the end; the comparison is one for all.
constexpr std::size_t most_waiting = 20;
/// A response_url is good for thirty minutes.
constexpr std::chrono::minutes told_within{29};

}  // namespace

asio::awaitable<Result<void>> ResyncDesk::ask(SlashCommand command, std::string key,
                                              Language language) {
    spdlog::info("{} has the list of the workspace compared", command.user_id);
    const std::size_t known = co_await run_on(queries_, [this] { return parts_.library.size(); });
    const std::string count = std::to_string(known);
    Message message = with_search(plain_message(language, Phrase::resync_begun, {count}), "resync",
                                  true, language);
    auto left =
        co_await postbox_.respond("answer " + key, command.response_url, std::move(message));
    if (!left) {
        co_return left;
    }
    // Asked for last, however long a free thread took: the end of the comparison cannot come
    // before somebody waits for it, nor before they were told that it begins.
    if (waiting_.size() < most_waiting) {
        waiting_[key] = {std::move(command.response_url), language, schedule_.begun(),
                         parts_.clock.now()};
    }
    schedule_.ask();
    co_return Result<void>{};
}

asio::awaitable<void> ResyncDesk::compared(SyncReport report) {
    std::vector<std::pair<std::string, Waiting>> served;
    for (const auto& [key, waiting] : waiting_) {
        if (schedule_.begun() > waiting.begun_before) {
            served.emplace_back(key, waiting);
        }
    }
    for (auto& [key, waiting] : served) {
        waiting_.erase(key);
        if (parts_.clock.now() > waiting.asked + told_within) {
            continue;
        }
        Message message =
            plain_message(waiting.language, Phrase::resync_done,
                          {std::to_string(report.listed), std::to_string(report.learnt),
                           std::to_string(report.removed), std::to_string(report.failed)});
        auto left = co_await postbox_.respond("resynced " + key, std::move(waiting.response_url),
                                              std::move(message));
        if (!left) {
            spdlog::warn("that the list is compared cannot be told: {}", left.error().message);
        }
    }
}

}  // namespace emojiscope::bot
