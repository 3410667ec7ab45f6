#include "people.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace emojiscope::bot {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr std::chrono::hours remember_for{1};
/// After Slack would not say: it takes somebody to grant a scope.
constexpr std::chrono::minutes remember_refusal_for{10};
/// After Slack could not be asked.
constexpr std::chrono::seconds remember_outage_for{30};
/// Beyond this nobody is remembered any more, and all are asked about anew.
constexpr std::size_t most_remembered = 50'000;
/// Calls under way while Slack does not answer; more people than these get what is known.
constexpr std::size_t most_asked = 64;

bool is_outage(ErrorCode code) {
    return code == ErrorCode::network || code == ErrorCode::timeout ||
           code == ErrorCode::rate_limited || code == ErrorCode::internal;
}

}  // namespace

class People::Register : public std::enable_shared_from_this<Register> {
public:
    Register(std::shared_ptr<slack::WebApi> api, const Clock& clock, Language otherwise)
        : api_(std::move(api)), clock_(clock), otherwise_(otherwise) {}

    void speak_otherwise(Language language) { otherwise_ = language; }

    [[nodiscard]] Language known(const std::string& user_id) const {
        return learnt(user_id).value_or(otherwise_);
    }

    asio::awaitable<Language> language_of(std::string user_id, std::chrono::milliseconds patience) {
        const auto found = known_.find(user_id);
        const bool old = found != known_.end() && found->second.until <= clock_.now();
        if (found != known_.end() && !old) {
            co_return known(user_id);
        }
        const auto executor = co_await asio::this_coro::executor;
        if (!asked_.contains(user_id)) {
            if (asked_.size() >= most_asked) {
                co_return known(user_id);
            }
            asked_[user_id].begun = steady_clock::now();
            asio::co_spawn(executor, api_->user_locale(user_id),
                           [self = shared_from_this(), user_id](const std::exception_ptr& thrown,
                                                                Result<std::string> locale) {
                               self->learn(user_id,
                                           thrown ? fail(ErrorCode::internal, "users.info failed")
                                                  : std::move(locale));
                           });
        }
        const auto asked = asked_.find(user_id);  // none if it ended at once
        if (!old && asked != asked_.end()) {
            const auto timer = std::make_shared<asio::steady_timer>(executor);
            timer->expires_at(asked->second.begun + patience);
            asked->second.waiting.push_back(timer);
            co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
        }
        co_return known(user_id);
    }

private:
    struct Known {
        std::optional<Language> language;  ///< nothing: Slack would not say, or does not know
        SystemTime until{};
    };
    struct Asked {
        steady_clock::time_point begun;
        std::vector<std::shared_ptr<asio::steady_timer>> waiting;
    };

    [[nodiscard]] std::optional<Language> learnt(const std::string& user_id) const {
        const auto found = known_.find(user_id);
        return found == known_.end() ? std::nullopt : found->second.language;
    }

    void learn(const std::string& user_id, const Result<std::string>& locale) {
        if (known_.size() >= most_remembered) {
            known_.clear();
        }
        if (locale) {
            std::optional<Language> language;
            if (!locale->empty()) {
                language = bot::language_of(*locale);
            }
            known_[user_id] = {language, clock_.now() + remember_for};
        } else {
            const auto until = is_outage(locale.error().code) ? clock_.now() + remember_outage_for
                                                              : clock_.now() + remember_refusal_for;
            const auto language = learnt(user_id);
            known_[user_id] = {language, until};
            tell(locale.error());
        }
        const auto asked = asked_.find(user_id);
        for (const auto& timer : asked->second.waiting) {
            timer->cancel();
        }
        asked_.erase(asked);
    }

    /// Each kind of error once: the answers are good all the same.
    void tell(const Error& error) {
        if (!told_.insert(error.code).second) {
            spdlog::debug("the language of a user: {}", error.message);
            return;
        }
        const bool scope = error.message.find("missing_scope") != std::string::npos;
        spdlog::warn(
            "the language of a user cannot be found out: {}; answered in the configured one{}",
            error.message, scope ? "; grant users:read and install the app again" : "");
    }

    std::shared_ptr<slack::WebApi> api_;
    const Clock& clock_;
    Language otherwise_;
    std::map<std::string, Known> known_;
    std::map<std::string, Asked> asked_;  ///< at this moment
    std::set<ErrorCode> told_;
};

People::People(std::shared_ptr<slack::WebApi> api, const Clock& clock, Language otherwise)
    : register_(std::make_shared<Register>(std::move(api), clock, otherwise)) {}

void People::speak_otherwise(Language language) {
    register_->speak_otherwise(language);
}

asio::awaitable<Language> People::language_of(std::string user_id,
                                              std::chrono::milliseconds patience) {
    const auto people = register_;
    if (user_id.empty()) {
        co_return people->known(user_id);
    }
    co_return co_await people->language_of(std::move(user_id), patience);
}

}  // namespace emojiscope::bot
