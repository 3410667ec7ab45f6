// Modals, the Home tab, and reactions.
// https://api.slack.com/surfaces
#include "emojiscope/slack/json_fields.hpp"
#include "emojiscope/slack/web_api.hpp"

namespace emojiscope::slack {

namespace asio = boost::asio;
using nlohmann::json;

asio::awaitable<Result<std::string>> WebApi::open_view(std::string trigger_id, json view) {
    json arguments = {{"trigger_id", std::move(trigger_id)}, {"view", std::move(view)}};
    const auto deadline = std::chrono::steady_clock::now() + modal_deadline;
    auto body = co_await call(Method::views_open, std::move(arguments), Token::bot, deadline);
    if (!body) {
        co_return body.error();
    }
    std::string id = string_field(object_field(*body, "view"), "id");
    if (id.empty()) {
        co_return fail(ErrorCode::network, "Slack's views.open named no view");
    }
    co_return id;
}

asio::awaitable<Result<void>> WebApi::update_view(std::string view_id, json view) {
    json arguments = {{"view_id", std::move(view_id)}, {"view", std::move(view)}};
    auto body = co_await call(Method::views_update, std::move(arguments), Token::bot);
    if (!body) {
        co_return body.error();
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> WebApi::publish_view(std::string user_id, json view,
                                                   std::chrono::milliseconds patience) {
    json arguments = {{"user_id", std::move(user_id)}, {"view", std::move(view)}};
    const auto deadline = std::chrono::steady_clock::now() + patience;
    auto body = co_await call(Method::views_publish, std::move(arguments), Token::bot, deadline);
    if (!body) {
        co_return body.error();
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> WebApi::add_reaction(std::string channel, std::string message_ts,
                                                   std::string name) {
    json arguments = {{"channel", std::move(channel)},
                      {"timestamp", std::move(message_ts)},
                      {"name", std::move(name)}};
    auto body = co_await call(Method::reactions_add, std::move(arguments), Token::bot);
    if (!body && !refused_with(body.error(), "already_reacted")) {
        co_return body.error();
    }
    co_return Result<void>{};
}

}  // namespace emojiscope::slack
