// Slack's escapes, there and back.
#include "emojiscope/slack/mrkdwn.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::slack {

TEST_CASE("what could be markup of Slack's is escaped", "[mrkdwn]") {
    CHECK(escape_mrkdwn("") == "");
    CHECK(escape_mrkdwn("a & b < c > d") == "a &amp; b &lt; c &gt; d");
    CHECK(escape_mrkdwn("<!channel>") == "&lt;!channel&gt;");
    CHECK(escape_mrkdwn("&amp;") == "&amp;amp;");
    CHECK(escape_mrkdwn("乾杯 🍺 *bold* \"quoted\"") == "乾杯 🍺 *bold* \"quoted\"");
}

TEST_CASE("a text of others is quoted as code that it cannot leave", "[mrkdwn]") {
    CHECK(quoted("beer") == "`beer`");
    CHECK(quoted("<!channel> & <@U1|x>") == "`&lt;!channel&gt; &amp; &lt;@U1|x&gt;`");
    CHECK(quoted("&lt;") == "`&amp;lt;`");
    CHECK(quoted("a`b``` c") == "`aˋbˋˋˋ c`");
    CHECK(quoted("*bold* _it_ ~no~ :beer:") == "`*bold* _it_ ~no~ :beer:`");
    CHECK(quoted("one\n> two\u202E") == "`one &gt; two`");
    CHECK(quoted("") == "`…`");
    CHECK(quoted("\u200B\n") == "`…`");
    CHECK(quoted("abcdef", 4) == "`abc…`");
    CHECK(quoted(std::string(5'000, '&')).size() < 1'100);
}

TEST_CASE("a text of others in plain text cannot look like markup", "[mrkdwn]") {
    CHECK(quoted_plain("beer & `mug`") == "beer & `mug`");
    CHECK(quoted_plain("<!channel>\n<https://x|y>") == "‹!channel› ‹https://x|y›");
    CHECK(quoted_plain("\u2066") == "…");
    CHECK(quoted_plain("abcdef", 4) == "abc…");
}

TEST_CASE("what a user typed is read as they typed it", "[mrkdwn]") {
    CHECK(unescape_mrkdwn("a &amp; b &lt; c &gt; d") == "a & b < c > d");
    CHECK(unescape_mrkdwn("&quot;&amp&lt &nbsp;&") == "&quot;&amp&lt &nbsp;&");
    // Once only: the text was '&lt;'.
    CHECK(unescape_mrkdwn("&amp;lt;") == "&lt;");
    for (const char* text : {"", "<@U1> & co", "&lt;", "乾杯 & 🍺", "&&&;;;"}) {
        CHECK(unescape_mrkdwn(escape_mrkdwn(text)) == text);
    }
}

TEST_CASE("of a message its words are left", "[mrkdwn]") {
    CHECK(plain_words("*cheers* <@U1|ann>, see <https://e.com/a|the plan> in <#C1|general>!") ==
          " cheers  , see the plan in general!");
    CHECK(plain_words("<https://e.com> <!channel|@channel> :beer: ~no~ `code`") ==
          "  :beer:  no   code ");
    CHECK(plain_words("a &lt; b &amp; c") == "a < b & c");
    for (const char* text : {"", "a < b", "<", "乾杯 🍺"}) {
        CHECK(plain_words(text) == text);
    }
}

}  // namespace emojiscope::slack
