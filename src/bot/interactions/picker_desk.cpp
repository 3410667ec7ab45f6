#include "picker_desk.hpp"

#include "emojiscope/bot/answer_view.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using nlohmann::json;
using std::chrono::steady_clock;

/// Slack waits for three seconds; by then somebody has typed on.
constexpr std::chrono::milliseconds worth_answering{2'500};
/// As of a query: longer ones say nothing more to the model.
constexpr std::size_t max_typed_bytes = 500;

json nothing_to_offer() {
    return {{"options", json::array()}};
}

std::string_view without_colons(std::string_view typed) {
    constexpr std::string_view around = ": \t";
    const auto first = typed.find_first_not_of(around);
    if (first == std::string_view::npos) {
        return {};
    }
    return typed.substr(first, typed.find_last_not_of(around) - first + 1);
}

}  // namespace

json suggest_emoji(const Suggestion& asked, const Parts& parts) {
    const std::string_view query = without_colons(asked.typed);
    if (asked.action_id != action_pick || query.empty() || query.size() > max_typed_bytes) {
        return nothing_to_offer();
    }
    const auto answer = parts.search.by_text(query, most_options_offered);
    if (!answer) {
        if (answer.error().code != ErrorCode::invalid_argument) {
            spdlog::error("a search while typing failed: {}; nothing is offered",
                          answer.error().message);
        }
        return nothing_to_offer();
    }
    return picker_options(*answer, decode_picker(asked.view.private_metadata).language);
}

PickerDesk::PickerDesk(const Parts& parts, std::shared_ptr<slack::WebApi> api, Postbox& postbox,
                       asio::thread_pool& queries, Search search, const LiveSettings& live)
    : parts_(parts),
      api_(std::move(api)),
      postbox_(postbox),
      queries_(queries),
      search_(std::move(search)),
      live_(live) {}

asio::awaitable<Result<bool>> PickerDesk::open(std::string trigger_id, PickerState state,
                                               std::string key) {
    auto opened = co_await api_->open_view(std::move(trigger_id), picker_view(state, nullptr));
    if (opened) {
        co_return true;
    }
    // No second try: the trigger has expired by then.
    spdlog::warn("{}: a picker cannot be opened: {}; {}", key, opened.error().message,
                 state.response_url.empty() ? "nobody can be told" : "the user is told");
    if (state.response_url.empty()) {
        co_return false;
    }
    const auto told =
        co_await postbox_.respond("answer " + key, state.response_url,
                                  plain_message(state.language, Phrase::picker_not_opened));
    if (!told) {
        co_return told.error();
    }
    co_return false;
}

asio::awaitable<json> PickerDesk::suggest(Suggestion asked) {
    const auto came = steady_clock::now();
    const auto executor = co_await asio::this_coro::executor;
    const std::string view_id = asked.view.id;
    const auto mine = std::make_shared<Typed>(executor);
    mine->options = nothing_to_offer();
    if (auto& newest = newest_[view_id]; newest) {
        newest->superseded = true;
        newest->answered.cancel();
    }
    newest_[view_id] = mine;
    auto search = [this, mine, came, asked = std::move(asked)]() -> json {
        const bool late = steady_clock::now() - came > worth_answering;
        return late || mine->superseded ? nothing_to_offer() : search_(asked);
    };
    asio::co_spawn(executor, run_on(typing_, std::move(search)),
                   [mine](const std::exception_ptr& thrown, json options) {
                       if (!thrown) {
                           mine->options = std::move(options);
                       }
                       mine->done = true;
                       mine->answered.cancel();
                   });
    if (!mine->done && !mine->superseded) {
        co_await mine->answered.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    if (const auto newest = newest_.find(view_id);
        newest != newest_.end() && newest->second == mine) {
        newest_.erase(newest);
    }
    co_return mine->superseded || !mine->done ? nothing_to_offer() : std::move(mine->options);
}

asio::awaitable<Result<void>> PickerDesk::preview(ViewAction action) {
    const auto picked = decode_pick(action.value);
    if (!picked) {
        spdlog::warn("something was chosen in a picker that it did not offer; ignored");
        co_return Result<void>{};
    }
    PickerPreview preview{picked->standard, {}, {}};
    if (picked->id != 0) {
        const auto entry =
            co_await run_on(queries_, [&] { return parts_.library.entry(picked->id); });
        if (!entry) {
            co_return Result<void>{};  // gone; whoever inserts it is told
        }
        preview = {entry->name, entry->value, entry->aliases};
    }
    const PickerState state = decode_picker(action.view.private_metadata);
    auto updated = co_await api_->update_view(action.view.id, picker_view(state, &preview));
    if (!updated) {
        // The emoji can be inserted all the same.
        spdlog::warn("a picker cannot show what was chosen: {}; it can be inserted all the same",
                     updated.error().message);
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> PickerDesk::insert(ViewSubmitted submitted, std::string key) {
    const PickerState state = decode_picker(submitted.view.private_metadata);
    const std::string& to =
        state.response_url.empty() ? submitted.response_url : state.response_url;
    if (to.empty()) {
        spdlog::error("{}: a picker was sent off without a conversation to post to; ignored", key);
        co_return Result<void>{};
    }
    const auto picked = picked_in(submitted.values);
    std::string name = picked ? picked->standard : std::string{};
    if (picked && picked->id != 0) {
        const auto entry =
            co_await run_on(queries_, [&] { return parts_.library.entry(picked->id); });
        name = entry ? entry->name : std::string{};
    }
    Message message = name.empty() ? plain_message(state.language, Phrase::emoji_gone)
                                   : posted_message(name, submitted.user_id, live_.now()->language);
    co_return co_await postbox_.respond_or_tell("answer " + key, to, std::move(message),
                                                submitted.user_id,
                                                say(state.language, Phrase::picker_too_late));
}

}  // namespace emojiscope::bot
