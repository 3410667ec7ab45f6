// The methods of the Web API that this program calls, and what each asks for: nothing else is
// called. https://api.slack.com/methods
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace emojiscope::slack {

/// The table in api_methods.cpp has them in this order.
enum class Method {
    apps_connections_open,
    auth_test,
    chat_post_message,
    conversations_open,
    emoji_list,
    files_complete_upload,
    files_delete,
    files_get_upload_url,
    files_info,
    reactions_add,
    users_info,
    views_open,
    views_publish,
    views_update,
    count_  ///< how many there are
};

struct MethodFacts {
    Method method = Method::count_;
    std::string_view name;   ///< Slack's
    std::string_view scope;  ///< that the bot token needs; empty: none
    /// Calling it twice does no more than calling it once.
    bool repeatable = false;
};

[[nodiscard]] const MethodFacts& facts_of(Method method) noexcept;

/// All of them.
[[nodiscard]] std::span<const MethodFacts> api_methods() noexcept;

}  // namespace emojiscope::slack
