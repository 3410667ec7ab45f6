#include "admins.hpp"

namespace emojiscope::bot {

namespace asio = boost::asio;

asio::awaitable<Right> Admins::right_of(std::string user_id) {
    if (configured_.contains(user_id)) {
        co_return Right::granted;
    }
    switch (co_await people_.standing_of(std::move(user_id))) {
        case Standing::admin: co_return Right::granted;
        case Standing::member: co_return Right::refused;
        case Standing::unknown: break;
    }
    co_return Right::unknown;
}

Phrase refusal(Right right) noexcept {
    return right == Right::refused ? Phrase::admins_only : Phrase::rights_unknown;
}

}  // namespace emojiscope::bot
