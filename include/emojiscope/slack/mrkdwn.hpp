// Slack's text markup: only & < > have a meaning that must be escaped.
#pragma once

#include <string>
#include <string_view>

namespace emojiscope::slack {

/// & < > as entities, as everything that is not our own markup must have them.
[[nodiscard]] std::string escape_mrkdwn(std::string_view text);

/// Undoes &amp; &lt; &gt; in what a user typed; other entities stay.
[[nodiscard]] std::string unescape_mrkdwn(std::string_view text);

}  // namespace emojiscope::slack
