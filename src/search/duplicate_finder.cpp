#include "emojiscope/search/duplicate_finder.hpp"

#include <algorithm>
#include <map>

namespace emojiscope::search {

const char* to_string(DuplicateKind kind) noexcept {
    switch (kind) {
        case DuplicateKind::identical: return "identical";
        case DuplicateKind::same_image: return "same_image";
        case DuplicateKind::near: return "near";
    }
    return "";
}

Result<std::vector<DuplicateMatch>> DuplicateFinder::check(std::string_view team_id,
                                                           std::string_view file_hash,
                                                           std::string_view pixel_hash,
                                                           EmojiId except) const {
    auto found = catalogue_.find_by_hash(team_id, file_hash, pixel_hash);
    if (!found) {
        return found.error();
    }
    std::vector<DuplicateMatch> matches;
    for (EmojiRecord& record : *found) {
        if (record.id != except) {
            matches.push_back({std::move(record), DuplicateKind::identical, 1.0});
        }
    }
    return matches;
}

Result<std::vector<DuplicateGroup>> DuplicateFinder::groups(std::string_view team_id) const {
    auto records = catalogue_.list(team_id);
    if (!records) {
        return records.error();
    }
    std::map<std::string, DuplicateGroup> by_pixels;
    for (EmojiRecord& record : *records) {
        if (record.state == EmojiState::ready && !record.pixel_hash.empty()) {
            by_pixels[record.team_id + '/' + record.pixel_hash].members.push_back(
                std::move(record));
        }
    }
    std::vector<DuplicateGroup> groups;
    for (auto& [hash, group] : by_pixels) {
        if (group.members.size() < 2) {
            continue;
        }
        std::sort(group.members.begin(), group.members.end(),
                  [](const EmojiRecord& a, const EmojiRecord& b) { return a.id < b.id; });
        groups.push_back(std::move(group));
    }
    std::sort(groups.begin(), groups.end(), [](const DuplicateGroup& a, const DuplicateGroup& b) {
        if (a.members.size() != b.members.size()) {
            return a.members.size() > b.members.size();
        }
        return a.members.front().name < b.members.front().name;
    });
    return groups;
}

}  // namespace emojiscope::search
