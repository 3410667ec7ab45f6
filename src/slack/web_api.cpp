#include "emojiscope/slack/web_api.hpp"

#include "net_errors.hpp"

#include "emojiscope/core/text.hpp"
#include "emojiscope/slack/bounded_json.hpp"
#include "emojiscope/slack/dial_policy.hpp"
#include "emojiscope/slack/json_fields.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using std::chrono::steady_clock;
using namespace std::chrono_literals;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

/// After a 429 that does not say how long to wait.
constexpr std::chrono::seconds default_retry_after{30};

/// To ask for a connection: whoever asks has a plan of its own for what fails.
constexpr std::chrono::seconds open_deadline{20};

/// How the line of an error begins that Slack gave a word for; it ends in that word.
constexpr std::string_view refusal = "Slack refuses ";

constexpr const char* form_type = "application/x-www-form-urlencoded";

constexpr std::array<std::string_view, 11> auth_words{
    "not_authed",    "invalid_auth",           "account_inactive", "token_revoked",
    "token_expired", "user_removed_from_team", "team_disabled",    "missing_scope",
    "no_permission", "not_allowed_token_type", "link_disabled",
};

Result<void> check_token(const std::string& token, std::string_view prefix, const char* what) {
    const bool printable = std::ranges::all_of(token, [](char c) { return c > ' ' && c < 127; });
    if (token.empty()) {
        return fail(ErrorCode::invalid_argument,
                    std::string("the ") + what + " is missing (" + std::string(prefix) + "…)");
    }
    if (!token.starts_with(prefix) || !printable) {
        return fail(
            ErrorCode::invalid_argument,
            std::string("the ") + what + " does not look like " + std::string(prefix) + "…");
    }
    return {};
}

Result<json> read_answer(const std::string& method, const HttpResponse& response) {
    const std::string head = "Slack's " + method;
    if (response.status >= 500) {
        return fail(ErrorCode::network,
                    head + " answered with status " + std::to_string(response.status));
    }
    auto parsed = parse_json(response.body, answer_bounds);
    if (!parsed && parsed.error().code == ErrorCode::too_large) {
        return fail(ErrorCode::too_large, head + " answered with " + parsed.error().message);
    }
    json body = parsed ? json(std::move(*parsed)) : json();
    if (!body.is_object()) {
        const bool page = response.header("content-type").starts_with("text/html") ||
                          response.body.find("<html") < 512;
        return fail(ErrorCode::network,
                    head + " answered with status " + std::to_string(response.status) +
                        (page ? " and a web page in place of JSON (does something stand between "
                                "us and Slack?)"
                              : " and no JSON"));
    }
    if (!bool_field(body, "ok")) {
        return slack_error(method, string_field(body, "error"));
    }
    return Result<json>(boost::system::in_place_value, std::move(body));
}

Result<void> read_response_url(const HttpResponse& response) {
    if (response.status >= 500) {
        return fail(ErrorCode::network,
                    "Slack's response_url answered with status " + std::to_string(response.status));
    }
    if (response.status >= 300) {
        return fail(ErrorCode::invalid_argument,
                    "Slack's response_url refuses the answer: status " +
                        std::to_string(response.status) + " " + shown_refusal(response.body));
    }
    return {};
}

/// An id that may stand in a URL as it is.
bool is_plain_id(const std::string& id) {
    return !id.empty() &&
           std::ranges::all_of(id, [](unsigned char c) { return std::isalnum(c) != 0; });
}

}  // namespace

bool refused_with(const Error& error, std::string_view word) {
    return error.message.starts_with(refusal) && error.message.ends_with(": " + std::string(word));
}

Error slack_error(const std::string& method, const std::string& word) {
    const std::string shown = word.empty() ? "no reason" : one_line(word.substr(0, 100));
    const std::string message = std::string(refusal) + method + ": " + shown;
    if (std::ranges::find(auth_words, word) != auth_words.end()) {
        return fail(ErrorCode::auth, message);
    }
    if (word == "ratelimited" || word == "rate_limited") {
        return fail(ErrorCode::rate_limited, message);
    }
    if (word == "internal_error" || word == "fatal_error" || word == "service_unavailable" ||
        word == "request_timeout") {
        return fail(ErrorCode::network, message);
    }
    return fail(ErrorCode::invalid_argument, message);
}

WebApi::WebApi(std::shared_ptr<Dialer> dialer, WebApiOptions options, Url base)
    : dialer_(std::move(dialer)),
      http_(dialer_),
      options_(std::move(options)),
      base_(std::move(base)),
      downloads_(DownloadRules::for_workspace(base_, options_.download_hosts)),
      lines_(dialer_->executor(), options_.line) {}

Result<std::shared_ptr<WebApi>> WebApi::create(std::shared_ptr<Dialer> dialer,
                                               const WebApiOptions& options) {
    auto base = parse_url(options.base_url);
    if (!base) {
        return base.error();
    }
    if (auto good = check_token(options.bot_token, "xoxb-", "bot token"); !good) {
        return good.error();
    }
    if (!options.app_token.empty()) {
        if (auto good = check_token(options.app_token, "xapp-", "app-level token"); !good) {
            return good.error();
        }
    }
    if (!base->target.ends_with('/')) {
        base->target += '/';
    }
    return std::shared_ptr<WebApi>(new WebApi(std::move(dialer), options, std::move(*base)));
}

asio::awaitable<Result<HttpResponse>> WebApi::send_patiently(std::string key, std::string_view what,
                                                             HttpRequest request) {
    const bool waits = key != facts_of(Method::apps_connections_open).name;
    const auto give_up = std::min(
        request.deadline, steady_clock::now() + (waits ? options_.max_rate_limit_wait : 0ms));
    for (bool limited = false;; limited = true) {
        auto turn = co_await lines_.wait(key, give_up, limited);
        if (!turn) {
            co_return turn.error();
        }
        const auto sent_at = steady_clock::now();
        auto response = co_await http_.send(request);
        if (options_.observer != nullptr) {
            options_.observer->exchanged(what, steady_clock::now() - sent_at,
                                         response && response->status == 429);
        }
        if (!response || response->status != 429) {
            co_return response;
        }
        const auto wait = parse_retry_after(response->header("retry-after"), default_retry_after);
        spdlog::warn("rate limit of {}: nothing is sent for {} s", key, wait.count());
        turn->limited(steady_clock::now() + wait);
    }
}

asio::awaitable<bool> WebApi::pause_before_retry(Error error, int tries, TimePoint deadline) {
    if (error.code != ErrorCode::network || tries >= options_.max_tries) {
        co_return false;
    }
    const auto longest = options_.retry_pause * (1 << std::min(tries - 1, 8));
    std::uniform_int_distribution<std::int64_t> jitter(0, longest.count());
    const auto then = steady_clock::now() + std::chrono::milliseconds(jitter(random_));
    if (then >= deadline) {
        co_return false;
    }
    spdlog::info("{}; trying again", error.message);
    asio::steady_timer timer(dialer_->executor(), then);
    co_await timer.async_wait(as_tuple);
    co_return true;
}

asio::awaitable<Result<json>> WebApi::send_call(Method method, HttpRequest request) {
    const MethodFacts& facts = facts_of(method);
    const std::string name(facts.name);
    for (int tries = 1;; ++tries) {
        auto response = co_await send_patiently(name, facts.name, request);
        auto answer =
            response ? read_answer(name, *response) : Result<json>(std::move(response).error());
        note(facts.name, answer);
        const bool refused = response && response->status >= 300 && response->status < 500;
        if (answer || refused || !facts.repeatable) {
            co_return answer;
        }
        const Error error = answer.error();
        const bool again = co_await pause_before_retry(error, tries, request.deadline);
        if (!again) {
            co_return answer;
        }
    }
}

asio::awaitable<Result<json>> WebApi::call(Method method, json arguments, Token token,
                                           TimePoint deadline) {
    if (arguments.empty()) {
        // Methods that only read take forms, and not all of them take JSON.
        co_return co_await call_with(method, form_type, "", token, deadline);
    }
    co_return co_await call_with(method, "application/json; charset=utf-8",
                                 arguments.dump(-1, ' ', false, json::error_handler_t::replace),
                                 token, deadline);
}

asio::awaitable<Result<json>> WebApi::call_with_form(Method method, std::string form) {
    co_return co_await call_with(method, form_type, std::move(form), Token::bot, never);
}

asio::awaitable<Result<json>> WebApi::call_with(Method method, std::string content_type,
                                                std::string body, Token token, TimePoint deadline) {
    HttpRequest request;
    request.deadline = deadline;
    request.method = HttpRequest::Method::post;
    request.url = base_;
    request.url.target += facts_of(method).name;
    request.bearer = token == Token::app ? options_.app_token : options_.bot_token;
    request.content_type = std::move(content_type);
    request.body = std::move(body);
    co_return co_await send_call(method, std::move(request));
}

asio::awaitable<Result<AuthInfo>> WebApi::auth_test() {
    auto body = co_await call(Method::auth_test, json::object(), Token::bot);
    if (!body) {
        co_return body.error();
    }
    AuthInfo info{string_field(*body, "team_id"), string_field(*body, "team"),
                  string_field(*body, "user_id"), string_field(*body, "bot_id")};
    if (info.team_id.empty()) {
        co_return fail(ErrorCode::network, "Slack's auth.test named no workspace");
    }
    co_return info;
}

asio::awaitable<Result<Url>> WebApi::open_connection() {
    if (auto good = check_token(options_.app_token, "xapp-", "app-level token"); !good) {
        co_return good.error();
    }
    auto body = co_await call(Method::apps_connections_open, json::object(), Token::app,
                              steady_clock::now() + open_deadline);
    if (!body) {
        co_return body.error();
    }
    auto url = parse_url(string_field(*body, "url"));
    if (url && is_loopback_host(url->host) && !is_loopback_host(base_.host)) {
        // Otherwise the answer is believed: it came over TLS from where the tokens go.
        co_return fail(ErrorCode::network,
                       "Slack's apps.connections.open names a place on this machine");
    }
    co_return url;
}

WebApi::TimePoint WebApi::next_turn(Method method) const {
    return lines_.not_before(std::string(facts_of(method).name));
}

asio::awaitable<Result<std::vector<ListedEmoji>>> WebApi::emoji_list() {
    auto body = co_await call(Method::emoji_list, json::object(), Token::bot);
    if (!body) {
        co_return body.error();
    }
    const auto list = body->find("emoji");
    if (list == body->end() || !list->is_object()) {
        // An answer without the list must never read as 'all emoji are gone'.
        co_return fail(ErrorCode::network, "Slack's emoji.list answered without a list");
    }
    std::vector<ListedEmoji> emoji;
    emoji.reserve(list->size());
    for (const auto& [name, value] : list->items()) {
        if (value.is_string()) {
            emoji.push_back({name, value.get<std::string>()});
        }
    }
    co_return emoji;
}

asio::awaitable<Result<json>> WebApi::ask(Method method, std::string query) {
    HttpRequest request;
    request.method = HttpRequest::Method::get;
    request.url = base_;
    request.url.target += std::string(facts_of(method).name) + "?" + query;
    request.bearer = options_.bot_token;
    co_return co_await send_call(method, std::move(request));
}

asio::awaitable<Result<SlackFile>> WebApi::file_info(std::string file_id) {
    if (!is_plain_id(file_id)) {
        co_return fail(ErrorCode::invalid_argument, "a file without a usable id");
    }
    auto body = co_await ask(Method::files_info, "file=" + file_id);
    if (!body) {
        co_return body.error();
    }
    const auto file = body->find("file");
    co_return file == body->end() ? SlackFile{} : parse_file(*file);
}

asio::awaitable<Result<UserInfo>> WebApi::user_info(std::string user_id) {
    if (!is_plain_id(user_id)) {
        co_return fail(ErrorCode::invalid_argument, "a user without a usable id");
    }
    auto body = co_await ask(Method::users_info, "include_locale=true&user=" + user_id);
    if (!body) {
        co_return body.error();
    }
    co_return parse_user(object_field(*body, "user"));
}

asio::awaitable<Result<void>> WebApi::post_message(std::string channel, json message) {
    message["channel"] = std::move(channel);
    auto body = co_await call(Method::chat_post_message, std::move(message), Token::bot);
    if (!body) {
        co_return body.error();
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> WebApi::respond(std::string response_url, json message) {
    auto url = parse_url(response_url);
    if (!url) {
        co_return url.error();
    }
    if (!may_send_token(base_, *url)) {
        // No token goes there, but what users search for does.
        co_return fail(ErrorCode::invalid_argument,
                       "the response_url at " + url->authority() + " is not Slack's");
    }
    HttpRequest request;
    request.method = HttpRequest::Method::post;
    request.url = std::move(*url);
    request.content_type = "application/json; charset=utf-8";
    request.body = message.dump(-1, ' ', false, json::error_handler_t::replace);
    auto response = co_await send_patiently("response_url", call_response_url, std::move(request));
    const Result<void> taken =
        response ? read_response_url(*response) : Result<void>(response.error());
    note(call_response_url, taken);
    co_return taken;
}

}  // namespace emojiscope::slack
