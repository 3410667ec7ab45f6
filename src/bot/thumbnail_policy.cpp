#include "thumbnail_policy.hpp"

#include "emojiscope/bot/home_view.hpp"

#include <algorithm>
#include <cstdint>

namespace emojiscope::bot {
namespace {

using std::chrono::milliseconds;

/// FNV-1a, so that it is the same in every run and every build.
/// http://www.isthe.com/chongo/tech/comp/fnv/
class Fingerprint {
public:
    void add(std::string_view text) {
        for (const char c : text) {
            hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
        }
        hash_ = (hash_ ^ 0xffU) * 0x100000001b3U;  // no byte of UTF-8: where a text ends
    }
    [[nodiscard]] std::string text() const { return std::to_string(hash_); }

private:
    std::uint64_t hash_ = 0xcbf29ce484222325U;
};

/// A clock that was set back holds nothing up.
bool has_passed(milliseconds wait, SystemTime since, SystemTime time) {
    return time < since || time - since >= wait;
}

milliseconds retry_wait(int failures, const ThumbnailPolicy& policy) {
    milliseconds wait = policy.first_retry;
    for (int i = 1; i < failures && wait < policy.longest_retry; ++i) {
        wait *= 2;
    }
    return std::min(wait, policy.longest_retry);
}

}  // namespace

MapNow map_now(const search::LibraryEntries& entries, std::string_view model,
               const MapThumbnail& drawn) {
    MapNow now;
    Fingerprint look;
    look.add(model);
    now.emoji = entries->size();
    for (const search::LibraryEntryPtr& entry : *entries) {
        now.of_then += entry->id <= drawn.newest ? 1 : 0;
        now.newest = std::max(now.newest, entry->id);
        look.add(std::to_string(entry->id));
        look.add(entry->pixel_hash);
    }
    now.look = look.text();
    return now;
}

bool is_due(const MapThumbnail& drawn, const MapNow& now, SystemTime time,
            const ThumbnailPolicy& policy) {
    if (now.emoji < least_emoji_on_thumbnail) {
        return false;
    }
    if (drawn.failures > 0 &&
        !has_passed(retry_wait(drawn.failures, policy), drawn.tried_at, time)) {
        return false;
    }
    if (drawn.file_id.empty()) {
        return true;
    }
    if (now.look == drawn.look) {
        return false;
    }
    const std::size_t came = now.emoji - now.of_then;
    const std::size_t went = drawn.emoji > now.of_then ? drawn.emoji - now.of_then : 0;
    const double many = std::max(static_cast<double>(policy.least_changed),
                                 policy.changed_share * static_cast<double>(drawn.emoji));
    // What was taken away should not be looked at for another day.
    const bool soon = went > 0 || static_cast<double>(came) >= many;
    return has_passed(soon ? policy.after_many_changes : policy.after_any_change, drawn.drawn_at,
                      time);
}

}  // namespace emojiscope::bot
