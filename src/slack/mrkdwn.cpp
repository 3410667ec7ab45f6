#include "emojiscope/slack/mrkdwn.hpp"

#include <array>
#include <utility>

namespace emojiscope::slack {
namespace {

constexpr std::array<std::pair<std::string_view, char>, 3> entities{{
    {"&amp;", '&'},
    {"&lt;", '<'},
    {"&gt;", '>'},
}};

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
