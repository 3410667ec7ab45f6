// Slack's text markup: only & < > have a meaning that must be escaped; * _ ~ ` : have one for
// looks.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace emojiscope::slack {

/// & < > as entities, as everything that is not our own markup must have them.
[[nodiscard]] std::string escape_mrkdwn(std::string_view text);

/// Of a text of others that is quoted within a sentence.
inline constexpr std::size_t max_quoted_characters = 200;

/// A text of others within our own mrkdwn, as inline code: `…`. It is made legible
/// (core/legible.hpp) and escaped, with another character for back-ticks, so that nothing in it
/// pings, links, formats, draws an emoji or ends the code. Never empty: '…' if there is nothing to
/// be seen.
[[nodiscard]] std::string quoted(std::string_view text,
                                 std::size_t max_characters = max_quoted_characters);

/// The same for plain_text and alt_text, which know no markup: legible, and with angle quotes in
/// the place of < and >, so that it does no harm wherever Slack or a client shows it. Never empty.
[[nodiscard]] std::string quoted_plain(std::string_view text,
                                       std::size_t max_characters = max_quoted_characters);

/// Undoes &amp; &lt; &gt; in what a user typed; other entities stay.
[[nodiscard]] std::string unescape_mrkdwn(std::string_view text);

/// What a message says: names of links and channels in the place of their markup, no people and no
/// bare links, no marks of style; Slack's escapes undone. `:names:` of emoji stay.
[[nodiscard]] std::string plain_words(std::string_view mrkdwn);

}  // namespace emojiscope::slack
