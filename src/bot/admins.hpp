// Who may do what concerns everybody: end alerts about a pair or an emoji, and have the list of the
// workspace compared.
#pragma once

#include "people.hpp"

#include <boost/asio/awaitable.hpp>

#include <set>
#include <string>

namespace emojiscope::bot {

enum class Right {
    granted,
    refused,  ///< neither configured nor an admin
    unknown,  ///< Slack does not say: nothing is done, and who asks is told so
};

/// For the network thread.
class Admins {
public:
    /// `configured`: user ids (U… or W…) that need not be admins of the workspace.
    Admins(People& people, std::set<std::string> configured)
        : people_(people), configured_(std::move(configured)) {}

    /// In the place of those so far.
    void set_configured(std::set<std::string> ids) { configured_ = std::move(ids); }

    /// Slack is asked about those only who are not configured (People::standing_of).
    [[nodiscard]] boost::asio::awaitable<Right> right_of(std::string user_id);

private:
    People& people_;
    std::set<std::string> configured_;
};

/// What somebody is told who has not been granted it.
[[nodiscard]] Phrase refusal(Right right) noexcept;

}  // namespace emojiscope::bot
