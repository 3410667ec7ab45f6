#include "answer_times.hpp"

#include <algorithm>

namespace emojiscope::bot {

void AnswerTimes::asked(const std::string& key, std::string_view sub_command, SystemTime came) {
    if (observer_ == nullptr) {
        return;
    }
    if (waiting_.size() >= most && !waiting_.contains(key)) {
        // Its answer was sent before a restart, say, and is not sent again.
        waiting_.erase(std::ranges::min_element(
            waiting_, {}, [](const auto& entry) { return entry.second.came; }));
    }
    waiting_.try_emplace(key, Asked{sub_command, came});
}

void AnswerTimes::answered(const std::string& key) {
    const auto found = waiting_.find(key);
    if (found == waiting_.end()) {
        return;
    }
    // The wall clock may have been set back meanwhile.
    const auto after = std::max(clock_.now() - found->second.came, std::chrono::milliseconds{0});
    observer_->answered(found->second.sub_command, after);
    waiting_.erase(found);
}

void AnswerTimes::sent(const WorkItem& item, Outcome::Kind outcome) {
    if (outcome == Outcome::Kind::retry || !item.key.starts_with(answer_prefix)) {
        return;
    }
    const std::string key = item.key.substr(answer_prefix.size());
    if (outcome == Outcome::Kind::done) {
        answered(key);
    } else {
        waiting_.erase(key);
    }
}

}  // namespace emojiscope::bot
