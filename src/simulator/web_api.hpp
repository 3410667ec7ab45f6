// The methods of the Web API, response URLs, and the downloads that belong to them.
// https://api.slack.com/web
#pragma once

#include "exchange.hpp"
#include "hub.hpp"
#include "workspace_state.hpp"

#include <chrono>
#include <map>
#include <string>

namespace emojiscope::simulator {

/// One thread, that of the hub.
class WebApi {
public:
    WebApi(const Options& options, WorkspaceState& state, Surfaces& surfaces, Hub& hub,
           std::function<void()> changed);

    /// http(s)://host:port, without a slash at the end.
    void set_origin(std::string origin) { origin_ = std::move(origin); }

    /// POST or GET /api/METHOD
    [[nodiscard]] Response call(const std::string& method, const Request& request,
                                const Parameters& query);
    /// POST /response/ID
    [[nodiscard]] Response respond(const std::string& id, const Request& request);
    /// POST /upload/v1/ID: the bytes of a file that files.getUploadURLExternal made room for
    [[nodiscard]] Response upload(const std::string& id, const Request& request);
    /// GET /emoji/TEAM/NAME/HASH.EXT: public
    [[nodiscard]] Response emoji_picture(const std::string& path, const Request& request);
    /// GET /files-pri/TEAM-ID/…: with the bot token; others are sent to the sign-in page
    [[nodiscard]] Response private_file(const std::string& path, const Request& request);

    /// The next `count` calls are answered with 429 and this Retry-After.
    void limit(const std::string& method, int retry_after, int count);
    /// The next `count` calls fail: with an HTTP status, or with Slack's error word.
    void fail_next(const std::string& method, unsigned status, const std::string& error, int count);
    /// None of the response URLs so far works any more.
    void expire_response_urls() { response_urls_from_ = std::chrono::steady_clock::now(); }
    void set_locale(std::string locale) { locale_ = std::move(locale); }

private:
    struct Call;
    struct Trouble {
        unsigned status = 0;
        std::string error;
        int retry_after = 0;
        int count = 0;
    };
    struct Bucket {
        double tokens = 0;
        std::chrono::steady_clock::time_point last;
    };

    /// The scopes of the token that was taken, and the time.
    void tell_of_token(Response& response, const std::string& token) const;
    [[nodiscard]] nlohmann::json auth_test() const;
    [[nodiscard]] nlohmann::json open_connection();
    [[nodiscard]] nlohmann::json post_message(const Call& call);
    [[nodiscard]] nlohmann::json update_message(const Call& call);
    [[nodiscard]] nlohmann::json conversation(const Call& call) const;
    [[nodiscard]] nlohmann::json conversations() const;
    [[nodiscard]] nlohmann::json file_info(const Call& call) const;
    [[nodiscard]] nlohmann::json user_info(const Call& call) const;
    [[nodiscard]] nlohmann::json run(const std::string& method, const Call& call);
    /// Those of views and reactions; null for another one.
    [[nodiscard]] nlohmann::json run_on_view(const std::string& method, const Call& call);
    [[nodiscard]] std::string refused_token(const std::string& method,
                                            const std::string& token) const;
    [[nodiscard]] int seconds_to_wait(const std::string& channel);

    Options options_;
    WorkspaceState& state_;
    Surfaces& surfaces_;
    Hub& hub_;
    std::function<void()> changed_;
    std::string origin_;
    std::string locale_;
    std::map<std::string, Trouble> troubles_;
    std::map<std::string, Bucket> buckets_;
    std::map<std::string, int> response_uses_;
    std::chrono::steady_clock::time_point response_urls_from_{};
};

}  // namespace emojiscope::simulator
