// The youngest emoji of a workspace.
#pragma once

#include "emojiscope/search/catalogue.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace emojiscope::bot {

/// Ready ones, newest first, at most `most`. Blocking. Errors: of the catalogue.
[[nodiscard]] Result<std::vector<EmojiRecord>> newest_emoji(const search::Catalogue& catalogue,
                                                            std::string_view team_id,
                                                            std::size_t most);

}  // namespace emojiscope::bot
