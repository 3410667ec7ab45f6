#include "emojiscope/slack/mrkdwn.hpp"

#include "emojiscope/core/legible.hpp"

#include <array>
#include <utility>

namespace emojiscope::slack {
namespace {

constexpr std::array<std::pair<std::string_view, char>, 3> entities{{
    {"&amp;", '&'},
    {"&lt;", '<'},
    {"&gt;", '>'},
}};

/// U+02CB, which looks like a back-tick and is none.
constexpr std::string_view like_a_back_tick = "ˋ";

std::string replace_all(std::string_view text, char what, std::string_view by) {
    std::string replaced;
    for (const char c : text) {
        if (c == what) {
            replaced += by;
        } else {
            replaced += c;
        }
    }
    return replaced;
}

std::string visible(std::string_view text, std::size_t max_characters) {
    std::string seen = legible(text, max_characters);
    return seen.empty() ? "…" : seen;
}

}  // namespace

std::string escape_mrkdwn(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size());
    for (const char c : text) {
        std::string_view entity;
        for (const auto& [name, plain] : entities) {
            if (plain == c) {
                entity = name;
            }
        }
        if (entity.empty()) {
            escaped += c;
        } else {
            escaped += entity;
        }
    }
    return escaped;
}

std::string quoted(std::string_view text, std::size_t max_characters) {
    const std::string seen = replace_all(visible(text, max_characters), '`', like_a_back_tick);
    return "`" + escape_mrkdwn(seen) + "`";
}

std::string quoted_plain(std::string_view text, std::size_t max_characters) {
    return replace_all(replace_all(visible(text, max_characters), '<', "‹"), '>', "›");
}

std::string unescape_mrkdwn(std::string_view text) {
    std::string plain_text;
    plain_text.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        std::size_t length = 1;
        char c = text[i];
        for (const auto& [name, plain] : entities) {
            if (text.substr(i).starts_with(name)) {
                length = name.size();
                c = plain;
            }
        }
        plain_text += c;
        i += length;
    }
    return plain_text;
}

std::string plain_words(std::string_view mrkdwn) {
    std::string words;
    for (std::size_t i = 0; i < mrkdwn.size(); ++i) {
        const char c = mrkdwn[i];
        const auto end = c == '<' ? mrkdwn.find('>', i) : std::string_view::npos;
        if (end != std::string_view::npos) {
            const std::string_view inside = mrkdwn.substr(i + 1, end - i - 1);
            const auto bar = inside.find('|');
            const bool person = inside.starts_with('@') || inside.starts_with('!');
            if (bar != std::string_view::npos && !person) {
                words += inside.substr(bar + 1);
            }
            i = end;
        } else {
            words += c == '*' || c == '~' || c == '`' ? ' ' : c;
        }
    }
    return unescape_mrkdwn(words);
}

}  // namespace emojiscope::slack
