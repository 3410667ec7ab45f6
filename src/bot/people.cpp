#include "people.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds patience{2};
constexpr std::chrono::hours remember_for{24};
/// After Slack would not say (the scope users:read is not granted, say).
constexpr std::chrono::minutes remember_refusal_for{10};
/// Beyond this nobody is remembered any more, and all are asked about anew.
constexpr std::size_t most_remembered = 50'000;

}  // namespace

struct People::Memory {
    Memory(const Clock& time, Language fallback) : clock(time), otherwise(fallback) {}

    const Clock& clock;
    Language otherwise;
    bool told = false;  ///< that Slack will not say
    std::map<std::string, Known> known;
    /// Who is being asked about, and who waits for that.
    std::map<std::string, std::vector<std::shared_ptr<asio::steady_timer>>> asked;

    void learn(const std::string& user_id, const Result<std::string>& locale) {
        if (known.size() >= most_remembered) {
            known.clear();
        }
        if (locale) {
            known[user_id] = {bot::language_of(*locale), clock.now() + remember_for};
        } else {
            known[user_id] = {otherwise, clock.now() + remember_refusal_for};
            if (!std::exchange(told, true)) {
                spdlog::warn(
                    "the language of a user cannot be found out: {}; everybody is answered in "
                    "that of the configuration until Slack says more",
                    locale.error().message);
            }
        }
        for (const auto& timer : std::exchange(asked[user_id], {})) {
            timer->cancel();
        }
        asked.erase(user_id);
    }
};

People::People(std::shared_ptr<slack::WebApi> api, const Clock& clock, Language otherwise)
    : api_(std::move(api)), memory_(std::make_shared<Memory>(clock, otherwise)) {}

asio::awaitable<Language> People::language_of(std::string user_id) {
    const std::shared_ptr<Memory> memory = memory_;
    if (user_id.empty()) {
        co_return memory->otherwise;
    }
    const auto found = memory->known.find(user_id);
    if (found != memory->known.end() && found->second.until > memory->clock.now()) {
        co_return found->second.language;
    }
    const auto executor = co_await asio::this_coro::executor;
    const auto timer = std::make_shared<asio::steady_timer>(executor, patience);
    auto& waiting = memory->asked[user_id];
    const bool first = waiting.empty();
    waiting.push_back(timer);
    if (first) {
        asio::co_spawn(
            executor,
            [](std::shared_ptr<slack::WebApi> api, std::shared_ptr<Memory> into,
               std::string who) -> asio::awaitable<void> {
                const auto locale = co_await api->user_locale(who);
                into->learn(who, locale);
            }(api_, memory, user_id),
            asio::detached);
    }
    co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
    const auto learnt = memory->known.find(user_id);
    co_return learnt == memory->known.end() ? memory->otherwise : learnt->second.language;
}

}  // namespace emojiscope::bot
