#include "people.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
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
/// Whoever is made an admin, or is one no more, waits so long.
constexpr std::chrono::minutes remember_standing_for{5};
/// After Slack would not say: it takes somebody to grant a scope.
constexpr std::chrono::minutes remember_refusal_for{10};
/// After Slack could not be asked.
constexpr std::chrono::seconds remember_outage_for{30};
/// Beyond this nobody is remembered any more, and all are asked about anew.
constexpr std::size_t most_remembered = 50'000;
/// Calls under way while Slack does not answer; more people than these get what is known.
constexpr std::size_t most_asked = 64;

Standing standing_in(const slack::UserInfo& user, const std::string& team_id) {
    // An admin met in a shared channel is one of their own workspace, or of the organisation (E…)
    // that Slack names in its place. Our own people are of our workspace, or of an organisation
    // with ours among its workspaces; whoever is told to be neither has no right.
    const bool ours =
        !team_id.empty() &&
        (user.team_id == team_id || std::ranges::find(user.teams, team_id) != user.teams.end());
    return user.is_admin && ours ? Standing::admin : Standing::member;
}

bool is_outage(ErrorCode code) {
    return code == ErrorCode::network || code == ErrorCode::timeout ||
           code == ErrorCode::rate_limited || code == ErrorCode::internal;
}

}  // namespace

class People::Register : public std::enable_shared_from_this<Register> {
public:
    Register(std::shared_ptr<slack::WebApi> api, const Clock& clock, Language otherwise,
             std::string team_id)
        : api_(std::move(api)),
          clock_(clock),
          otherwise_(otherwise),
          team_id_(std::move(team_id)) {}

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
        if (ask(executor, user_id) && !old) {
            co_await wait(executor, user_id, asked_.at(user_id).begun + patience);
        }
        co_return known(user_id);
    }

    asio::awaitable<Standing> standing_of(std::string user_id, std::chrono::milliseconds patience) {
        const auto executor = co_await asio::this_coro::executor;
        const auto found = known_.find(user_id);
        const bool fresh = found != known_.end() && found->second.standing_until > clock_.now();
        if (!fresh && ask(executor, user_id)) {
            co_await wait(executor, user_id, steady_clock::now() + patience);
        }
        const auto told = known_.find(user_id);
        co_return told == known_.end() || told->second.standing_until <= clock_.now()
            ? Standing::unknown
            : told->second.standing;
    }

private:
    struct Known {
        std::optional<Language> language;  ///< nothing: Slack would not say, or does not know
        SystemTime until{};                ///< of the language
        Standing standing = Standing::unknown;
        SystemTime standing_until{};
    };
    struct Asked {
        steady_clock::time_point begun;
        std::vector<std::shared_ptr<asio::steady_timer>> waiting;
    };

    [[nodiscard]] std::optional<Language> learnt(const std::string& user_id) const {
        const auto found = known_.find(user_id);
        return found == known_.end() ? std::nullopt : found->second.language;
    }

    /// Whether it is being asked about; not if that ended at once, or too many are asked about.
    bool ask(const asio::any_io_executor& executor, const std::string& user_id) {
        if (!asked_.contains(user_id)) {
            if (asked_.size() >= most_asked) {
                return false;
            }
            asked_[user_id].begun = steady_clock::now();
            asio::co_spawn(executor, api_->user_info(user_id),
                           [self = shared_from_this(), user_id](const std::exception_ptr& thrown,
                                                                Result<slack::UserInfo> user) {
                               self->learn(user_id,
                                           thrown ? fail(ErrorCode::internal, "users.info failed")
                                                  : std::move(user));
                           });
        }
        return asked_.contains(user_id);
    }

    /// Until Slack has answered about somebody who is asked about.
    asio::awaitable<void> wait(asio::any_io_executor executor, const std::string& user_id,
                               steady_clock::time_point until) {
        const auto timer = std::make_shared<asio::steady_timer>(executor);
        timer->expires_at(until);
        asked_.at(user_id).waiting.push_back(timer);
        co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
    }

    void learn(const std::string& user_id, const Result<slack::UserInfo>& user) {
        if (known_.size() >= most_remembered) {
            known_.clear();
        }
        const SystemTime now = clock_.now();
        if (user) {
            std::optional<Language> language;
            if (!user->locale.empty()) {
                language = bot::language_of(user->locale);
            }
            known_[user_id] = {language, now + remember_for, standing_in(*user, team_id_),
                               now + remember_standing_for};
        } else {
            const auto until = is_outage(user.error().code) ? now + remember_outage_for
                                                            : now + remember_refusal_for;
            // A language is good however old it is; a standing is not.
            const auto language = learnt(user_id);
            known_[user_id] = {language, until, Standing::unknown, until};
            tell(user.error());
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
            spdlog::debug("who a user is: {}", error.message);
            return;
        }
        const bool scope = error.message.find("missing_scope") != std::string::npos;
        spdlog::warn(
            "the language and the rights of a user cannot be found out: {}; answered in the "
            "configured language, without rights{}",
            error.message, scope ? "; grant users:read and install the app again" : "");
    }

    std::shared_ptr<slack::WebApi> api_;
    const Clock& clock_;
    Language otherwise_;
    std::string team_id_;
    std::map<std::string, Known> known_;
    std::map<std::string, Asked> asked_;  ///< at this moment
    std::set<ErrorCode> told_;
};

People::People(std::shared_ptr<slack::WebApi> api, const Clock& clock, Language otherwise,
               std::string team_id)
    : register_(std::make_shared<Register>(std::move(api), clock, otherwise, std::move(team_id))) {}

Language People::known_language(const std::string& user_id) const {
    return register_->known(user_id);
}

asio::awaitable<Standing> People::standing_of(std::string user_id,
                                              std::chrono::milliseconds patience) {
    const auto people = register_;
    if (user_id.empty()) {
        co_return Standing::unknown;
    }
    co_return co_await people->standing_of(std::move(user_id), patience);
}

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
