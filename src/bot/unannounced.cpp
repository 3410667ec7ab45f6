#include "emojiscope/bot/unannounced.hpp"

namespace emojiscope::bot {
namespace {

constexpr const char* kind_upload = "upload";

std::string key_of(const std::string& name, const std::string& value) {
    return name + " " + value;
}

}  // namespace

Result<void> note_unannounced(WorkQueue& queue, std::span<const search::SourceEmoji> uploads,
                              SystemTime now) {
    for (const search::SourceEmoji& upload : uploads) {
        auto pushed = queue.push(key_of(upload.name, upload.value), kind_upload, upload.name, now);
        if (!pushed) {
            return pushed.error();
        }
    }
    return {};
}

bool is_about(const WorkItem& item, const EmojiRecord& record) {
    return item.key == key_of(record.name, record.value);
}

std::string name_of(const WorkItem& item) {
    return item.payload;
}

}  // namespace emojiscope::bot
