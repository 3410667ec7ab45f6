#include "emojiscope/bot/unannounced.hpp"

#include <string>
#include <vector>

namespace emojiscope::bot {
namespace {

constexpr const char* kind_upload = "upload";

std::string key_of(const std::string& name, const std::string& value) {
    return name + " " + value;
}

}  // namespace

Result<void> note_unannounced(WorkQueue& queue, std::span<const search::SourceEmoji> uploads,
                              SystemTime now) {
    std::vector<std::string> keys;
    keys.reserve(uploads.size());
    std::vector<NewWork> items;
    items.reserve(uploads.size());
    for (const search::SourceEmoji& upload : uploads) {
        keys.push_back(key_of(upload.name, upload.value));
        items.push_back({keys.back(), kind_upload, upload.name, now});
    }
    auto pushed = queue.push_all(items);
    return pushed ? Result<void>{} : Result<void>{pushed.error()};
}

bool is_about(const WorkItem& item, const EmojiRecord& record) {
    return item.key == key_of(record.name, record.value);
}

std::string name_of(const WorkItem& item) {
    return item.payload;
}

}  // namespace emojiscope::bot
