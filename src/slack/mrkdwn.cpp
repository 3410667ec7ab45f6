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

}  // namespace emojiscope::slack
