#include "admins.hpp"

namespace emojiscope::bot {

namespace asio = boost::asio;

asio::awaitable<Right> Admins::right_of(std::string user_id) {
    if (configured_.contains(user_id)) {
        co_return Right::granted;
    }
    const Standing standing = co_await people_.standing_of(std::move(user_id));
    if (standing == Standing::unknown) {
        co_return Right::unknown;
    }
    co_return standing == Standing::admin ? Right::granted : Right::refused;
}

Phrase refusal(Right right) noexcept {
    return right == Right::refused ? Phrase::admins_only : Phrase::rights_unknown;
}

}  // namespace emojiscope::bot
