#include "emojiscope/slack/api_methods.hpp"

#include <array>

namespace emojiscope::slack {
namespace {

constexpr std::array<MethodFacts, static_cast<std::size_t>(Method::count_)> table{{
    {Method::apps_connections_open, "apps.connections.open", ""},  // with the app-level token
    {Method::auth_test, "auth.test", ""},
    {Method::chat_post_message, "chat.postMessage", "chat:write"},
    {Method::conversations_open, "conversations.open", "im:write"},
    {Method::emoji_list, "emoji.list", "emoji:read"},
    {Method::files_complete_upload, "files.completeUploadExternal", "files:write"},
    {Method::files_delete, "files.delete", "files:write"},
    {Method::files_get_upload_url, "files.getUploadURLExternal", "files:write"},
    {Method::files_info, "files.info", "files:read"},
    {Method::reactions_add, "reactions.add", "reactions:write"},
    {Method::users_info, "users.info", "users:read"},
    {Method::views_open, "views.open", ""},
    {Method::views_publish, "views.publish", ""},
    {Method::views_update, "views.update", ""},
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
