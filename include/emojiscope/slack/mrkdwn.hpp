// Slack's text markup: only & < > have a meaning that must be escaped.
#pragma once

#include <string>
#include <string_view>

namespace emojiscope::slack {

/// & < > as entities, as everything that is not our own markup must have them.
[[nodiscard]] std::string escape_mrkdwn(std::string_view text);

/// Undoes &amp; &lt; &gt; in what a user typed; other entities stay.
[[nodiscard]] std::string unescape_mrkdwn(std::string_view text);

/// What a message says: names of links and channels in the place of their markup, no people and no
/// bare links, no marks of style; Slack's escapes undone. `:names:` of emoji stay.
[[nodiscard]] std::string plain_words(std::string_view mrkdwn);

}  // namespace emojiscope::slack
