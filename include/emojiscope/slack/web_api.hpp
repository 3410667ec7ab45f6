// Slack's Web API: the methods that we call, with its rate limits kept and its errors translated.
// https://api.slack.com/web
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/slack/api_methods.hpp"
#include "emojiscope/slack/download_rules.hpp"
#include "emojiscope/slack/http_client.hpp"
#include "emojiscope/slack/rate_queue.hpp"
#include "emojiscope/slack/slack_observer.hpp"

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::slack {

struct WebApiOptions {
    std::string base_url = "https://slack.com/api/";
    std::string bot_token;  ///< xoxb-…
    std::string app_token;  ///< xapp-…, for apps.connections.open alone
    /// How long a call may wait for its turn after a 429, in all.
    std::chrono::milliseconds max_rate_limit_wait{120'000};
    RateQueueOptions line;
    /// Of a call that may be repeated, or a download, when the connection fails or Slack is out of
    /// order.
    int max_tries = 3;
    std::chrono::milliseconds retry_pause{300};  ///< full jitter: uniform in [0, pause * 2^n]
    /// Besides the API's own: where files may be downloaded from (DownloadRules::for_workspace).
    std::vector<std::string> download_hosts = slack_download_hosts();
    /// Of one try of a download, from the request to the last byte, however it trickles.
    std::chrono::milliseconds download_timeout{30'000};
    SlackObserver* observer = nullptr;  ///< null: nobody looks; outlives the WebApi
};

/// A trigger is good for three seconds, some of which have gone when it comes here.
inline constexpr std::chrono::milliseconds modal_deadline{2'500};

/// More than any call takes.
inline constexpr std::chrono::milliseconds no_hurry = std::chrono::hours{1};

struct AuthInfo {
    std::string team_id;
    std::string team_name;
    std::string user_id;  ///< the bot's own user
    std::string bot_id;
};

struct ListedEmoji {
    std::string name;
    std::string value;  ///< URL, or `alias:other`
};

/// A file of a message, as files.info and events describe it.
struct SlackFile {
    std::string id;
    std::string name;
    std::string mimetype;
    std::uint64_t bytes = 0;
    std::string url_private_download;  ///< empty: files.info must be asked
};

/// Somebody, as Slack knows them. What Slack does not say is empty or false.
struct UserInfo {
    std::string locale;     ///< that they chose in Slack ("ja-JP")
    bool is_admin = false;  ///< an admin or an owner, not deactivated; perhaps not of ours
    std::string team_id;    ///< their workspace (T…), perhaps another one than ours, or their
                            ///< Enterprise organisation (E…), or empty
    std::vector<std::string> teams;  ///< all that they are in, of an Enterprise organisation
};

/// A file that was uploaded, and under which title it is shown.
struct UploadedFile {
    std::string id;
    std::string title;
};

/// For the thread of the dialer's executor; calls may overlap.
/// Errors of every call: auth (the token is refused, no retry can help), rate_limited (told to wait
/// longer than we may, or too many wait already), network and timeout (a retry may help),
/// invalid_argument (Slack refuses this call as it is; the line holds Slack's own error word).
class WebApi {
public:
    /// Error: invalid_argument if the base URL or a token cannot be used.
    [[nodiscard]] static Result<std::shared_ptr<WebApi>> create(std::shared_ptr<Dialer> dialer,
                                                                const WebApiOptions& options);

    [[nodiscard]] boost::asio::awaitable<Result<AuthInfo>> auth_test();

    /// The URL of a WebSocket, good for one connection. Waits for no rate limit: `next_turn` tells
    /// when to come again.
    [[nodiscard]] boost::asio::awaitable<Result<Url>> open_connection();

    /// Before this time Slack wants no call of `method`; in the past if it may be called now.
    [[nodiscard]] std::chrono::steady_clock::time_point next_turn(Method method) const;

    [[nodiscard]] boost::asio::awaitable<Result<std::vector<ListedEmoji>>> emoji_list();

    [[nodiscard]] boost::asio::awaitable<Result<SlackFile>> file_info(std::string file_id);

    [[nodiscard]] boost::asio::awaitable<Result<UserInfo>> user_info(std::string user_id);

    /// `message` holds text and blocks; `channel` is an id or a name.
    [[nodiscard]] boost::asio::awaitable<Result<void>> post_message(std::string channel,
                                                                    nlohmann::json message);

    /// Answers a command or an interaction; good for five uses within 30 minutes.
    [[nodiscard]] boost::asio::awaitable<Result<void>> respond(std::string response_url,
                                                               nlohmann::json message);

    /// The channel of the direct message with a user.
    [[nodiscard]] boost::asio::awaitable<Result<std::string>> open_direct_message(
        std::string user_id);

    /// Brings a file to Slack; nobody sees it until it is shared. Returns its id.
    /// Error besides those of every call: invalid_argument (empty, or Slack names a place for it
    /// that is not Slack's).
    [[nodiscard]] boost::asio::awaitable<Result<std::string>> upload_file(
        std::string name, std::shared_ptr<const std::string> bytes);

    /// Shows uploaded files in a channel (an id), together and once, with a comment in mrkdwn; in
    /// a thread, if one is named.
    [[nodiscard]] boost::asio::awaitable<Result<void>> share_files(
        std::string channel, std::vector<UploadedFile> files, std::string comment,
        std::string thread_ts = std::string());

    /// Lets Slack keep an uploaded file without sharing it: the app may show it in blocks, once
    /// `file_info` gives its mimetype (Slack looks at it some seconds longer).
    [[nodiscard]] boost::asio::awaitable<Result<void>> keep_file(UploadedFile file);

    /// A file that this app uploaded. That it is gone already is a success.
    [[nodiscard]] boost::asio::awaitable<Result<void>> delete_file(std::string file_id);

    /// Opens a modal for whoever caused `trigger_id` (good once, for three seconds); its id. Ends
    /// within `modal_deadline`: a rate limit that asks for more is rate_limited at once.
    [[nodiscard]] boost::asio::awaitable<Result<std::string>> open_view(std::string trigger_id,
                                                                        nlohmann::json view);

    /// Slack's word for a view that was closed meanwhile is not_found.
    [[nodiscard]] boost::asio::awaitable<Result<void>> update_view(std::string view_id,
                                                                   nlohmann::json view);

    /// The Home tab of a user, as it stays until it is published again. Ends within `patience`: a
    /// rate limit that asks for more is rate_limited at once.
    [[nodiscard]] boost::asio::awaitable<Result<void>> publish_view(
        std::string user_id, nlohmann::json view, std::chrono::milliseconds patience = no_hurry);

    /// `name` without colons. That it is there already is a success.
    [[nodiscard]] boost::asio::awaitable<Result<void>> add_reaction(std::string channel,
                                                                    std::string message_ts,
                                                                    std::string name);

    /// An emoji's picture: public, so no token is sent. Errors besides those of every call:
    /// invalid_argument (DownloadRules does not allow the URL, or its host has no address that is
    /// allowed), not_found (also for a redirect, which is not followed, and for a web page),
    /// too_large. What a file is its bytes say, not its content type.
    [[nodiscard]] boost::asio::awaitable<Result<std::vector<std::uint8_t>>> download_public(
        std::string url, std::size_t max_bytes);

    /// A private file: the bot token goes with it, to hosts that `may_send_token` names and that
    /// may be downloaded from. Errors: likewise.
    [[nodiscard]] boost::asio::awaitable<Result<std::vector<std::uint8_t>>> download_private(
        std::string url, std::size_t max_bytes);

private:
    using TimePoint = std::chrono::steady_clock::time_point;
    enum class Token { bot, app };

    static constexpr TimePoint never = TimePoint::max();

    WebApi(std::shared_ptr<Dialer> dialer, WebApiOptions options, Url base);

    [[nodiscard]] boost::asio::awaitable<Result<nlohmann::json>> call(Method method,
                                                                      nlohmann::json arguments,
                                                                      Token token,
                                                                      TimePoint deadline = never);
    /// The same for methods that take no JSON; `form` is encoded.
    [[nodiscard]] boost::asio::awaitable<Result<nlohmann::json>> call_with_form(Method method,
                                                                                std::string form);
    [[nodiscard]] boost::asio::awaitable<Result<nlohmann::json>> call_with(
        Method method, std::string content_type, std::string body, Token token, TimePoint deadline);
    /// A method that only reads and takes no JSON: `query` stands in the URL.
    [[nodiscard]] boost::asio::awaitable<Result<nlohmann::json>> ask(Method method,
                                                                     std::string query);
    /// Sends within the rate limit of `key`, and again after each 429, until its deadline.
    /// `what` is for the observer: a method, or one of `other_calls`.
    [[nodiscard]] boost::asio::awaitable<Result<HttpResponse>> send_patiently(std::string key,
                                                                              std::string_view what,
                                                                              HttpRequest request);
    /// Tells the observer how a try ended.
    template <class T>
    void note(std::string_view what, const Result<T>& answer) const {
        if (options_.observer != nullptr) {
            options_.observer->called(what,
                                      answer ? std::nullopt : std::optional(answer.error().code));
        }
    }
    [[nodiscard]] boost::asio::awaitable<Result<nlohmann::json>> send_call(Method method,
                                                                           HttpRequest request);
    /// False: no other try after `error`, the last of so many.
    [[nodiscard]] boost::asio::awaitable<bool> pause_before_retry(Error error, int tries,
                                                                  TimePoint deadline);
    [[nodiscard]] boost::asio::awaitable<Result<std::vector<std::uint8_t>>> download(
        HttpRequest request);

    std::shared_ptr<Dialer> dialer_;
    HttpClient http_;
    WebApiOptions options_;
    Url base_;
    DownloadRules downloads_;
    RateQueue lines_;  ///< by method
    std::mt19937_64 random_{std::random_device{}()};
};

/// A file as JSON of Slack. Missing fields stay empty.
[[nodiscard]] SlackFile parse_file(const nlohmann::json& file);

/// Somebody as JSON of Slack. Missing fields stay empty.
[[nodiscard]] UserInfo parse_user(const nlohmann::json& user);

/// Whether Slack refused a call with this word of its own.
[[nodiscard]] bool refused_with(const Error& error, std::string_view word);

/// Slack's error word as an error of ours: those that a new token alone can mend are auth.
[[nodiscard]] Error slack_error(const std::string& method, const std::string& word);

}  // namespace emojiscope::slack
