#include "slack_probe.hpp"

#include "slack_link.hpp"

#include "emojiscope/core/text.hpp"
#include "emojiscope/slack/bounded_json.hpp"
#include "emojiscope/slack/http_client.hpp"
#include "emojiscope/slack/json_fields.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>

namespace emojiscope::app::doctor {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr std::size_t max_answer_bytes = 256 * 1024;

Result<slack::HttpResponse> send(const Config& config, slack::HttpRequest request,
                                 std::chrono::milliseconds patience) {
    asio::io_context io(1);
    slack::DialerOptions dialing = dialer_options(config);
    dialing.timeout = std::min(dialing.timeout, patience);
    auto dialer = slack::Dialer::create(io.get_executor(), dialing);
    if (!dialer) {
        return dialer.error();
    }
    slack::HttpClient http(*dialer);
    std::optional<Result<slack::HttpResponse>> answer;
    asio::co_spawn(io, http.send(std::move(request)),
                   [&](const std::exception_ptr& thrown, Result<slack::HttpResponse> result) {
                       if (!thrown) {
                           answer = std::move(result);
                       }
                   });
    io.run();
    if (!answer) {
        return fail(ErrorCode::internal, "asking Slack ended in an internal error");
    }
    return std::move(*answer);
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
    std::istringstream in{std::string(text)};
    in.imbue(std::locale::classic());
    std::tm time{};
    std::string zone;
    in >> std::get_time(&time, "%a, %d %b %Y %H:%M:%S") >> zone;
    if (!in || zone != "GMT") {
        return std::nullopt;
    }
    return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&time)));
}

std::set<std::string> parse_scopes(std::string_view list) {
    std::set<std::string> scopes;
    std::istringstream in{std::string(list)};
    for (std::string scope; std::getline(in, scope, ',');) {
        std::erase_if(scope, [](char c) { return c == ' ' || c == '\t'; });
        if (!scope.empty()) {
            scopes.insert(one_line(scope));
        }
    }
    return scopes;
}

Result<SlackAnswer> ask_slack(const Config& config, slack::Method method, const std::string& token,
                              std::chrono::milliseconds patience) {
    auto url = slack::parse_url(config.slack.api_base_url);
    if (!url) {
        return url.error();
    }
    if (!url->target.ends_with('/')) {
        url->target += '/';
    }
    const std::string name(slack::facts_of(method).name);
    slack::HttpRequest request;
    request.method = slack::HttpRequest::Method::post;
    request.url = std::move(*url);
    request.url.target += name;
    request.bearer = token;
    request.content_type = "application/x-www-form-urlencoded";
    request.max_response_bytes = max_answer_bytes;
    request.timeout = patience;
    request.deadline = steady_clock::now() + patience;
    const auto response = send(config, std::move(request), patience);
    if (!response) {
        return response.error();
    }
    const auto body = slack::json_or_null(response->body, slack::answer_bounds);
    if (response->status >= 500 || !body.is_object()) {
        return fail(
            ErrorCode::network,
            "Slack's " + name + " answered with status " + std::to_string(response->status) +
                (body.is_object() ? "" : " and no JSON (does something stand between us?)"));
    }
    SlackAnswer answer;
    answer.ok = slack::bool_field(body, "ok");
    answer.word = one_line(slack::string_field(body, "error").substr(0, 100));
    answer.team = one_line(slack::string_field(body, "team"));
    if (const std::string id = slack::string_field(body, "team_id"); !id.empty()) {
        answer.team += " (" + one_line(id) + ")";
    }
    answer.user = one_line(slack::string_field(body, "user"));
    answer.date = parse_http_date(response->header("date"));
    if (const auto found = response->headers.find("x-oauth-scopes");
        found != response->headers.end()) {
        answer.scopes = parse_scopes(found->second);
    }
    return answer;
}

}  // namespace emojiscope::app::doctor
