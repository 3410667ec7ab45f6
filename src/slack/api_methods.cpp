#include "emojiscope/slack/api_methods.hpp"

#include <array>

namespace emojiscope::slack {
namespace {

constexpr std::array<MethodFacts, static_cast<std::size_t>(Method::count_)> table{{
    // With the app-level token.
    {Method::apps_connections_open, "apps.connections.open", "", false},
    {Method::auth_test, "auth.test", "", true},
    {Method::chat_post_message, "chat.postMessage", "chat:write", false},
    {Method::conversations_open, "conversations.open", "im:write", true},
    {Method::emoji_list, "emoji.list", "emoji:read", true},
    {Method::files_complete_upload, "files.completeUploadExternal", "files:write", false},
    {Method::files_delete, "files.delete", "files:write", true},
    {Method::files_get_upload_url, "files.getUploadURLExternal", "files:write", false},
    {Method::files_info, "files.info", "files:read", true},
    {Method::reactions_add, "reactions.add", "reactions:write", true},
    {Method::users_info, "users.info", "users:read", true},
    {Method::views_open, "views.open", "", false},
    {Method::views_publish, "views.publish", "", true},
    {Method::views_update, "views.update", "", true},
}};

constexpr bool in_order() {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (static_cast<std::size_t>(table[i].method) != i || table[i].name.empty()) {
            return false;
        }
    }
    return true;
}
static_assert(in_order(), "the table and the enumeration differ");

}  // namespace

const MethodFacts& facts_of(Method method) noexcept {
    return table[static_cast<std::size_t>(method)];
}

std::span<const MethodFacts> api_methods() noexcept {
    return table;
}

}  // namespace emojiscope::slack
