// Apart from the call that asks for it.
#include "emojiscope/slack/json_fields.hpp"
#include "emojiscope/slack/web_api.hpp"

namespace emojiscope::slack {

using nlohmann::json;

/// https://api.slack.com/types/user
UserInfo parse_user(const json& user) {
    UserInfo info;
    info.locale = string_field(user, "locale");
    info.team_id = string_field(user, "team_id");
    const bool rights = bool_field(user, "is_admin") || bool_field(user, "is_owner") ||
                        bool_field(user, "is_primary_owner");
    // A stranger is in no channel with us; somebody met in a shared channel is none, and must be
    // told apart by `team_id` and `teams`.
    info.is_admin = rights && !bool_field(user, "deleted") && !bool_field(user, "is_stranger");
    const json& enterprise = object_field(user, "enterprise_user");
    const auto teams = enterprise.is_object() ? enterprise.find("teams") : enterprise.end();
    if (teams != enterprise.end() && teams->is_array()) {
        for (const json& team : *teams) {
            if (team.is_string()) {
                info.teams.push_back(team.get<std::string>());
            }
        }
    }
    return info;
}

}  // namespace emojiscope::slack
