#include "emojiscope/slack/block_kit.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <utility>

namespace emojiscope::slack {

std::string shorten(std::string_view text, std::size_t max_characters) {
    std::u32string points = to_code_points(text);
    if (points.size() > max_characters) {
        points.resize(max_characters - 1);
        points.push_back(U'…');
    }
    return to_utf8(points);
}

std::string shorten_mrkdwn(std::string_view mrkdwn, std::size_t max_characters) {
    std::u32string points = to_code_points(mrkdwn);
    if (points.size() <= max_characters) {
        return to_utf8(points);
    }
    points.resize(max_characters - 1);
    if (std::ranges::count(points, U'`') % 2 != 0) {
        points.resize(points.rfind(U'`'));
    }
    for (const auto& [opens, closes] : {std::pair{U'<', U'>'}, std::pair{U'&', U';'}}) {
        const auto at = points.rfind(opens);
        if (at != std::u32string::npos && points.find(closes, at) == std::u32string::npos) {
            points.resize(at);
        }
    }
    points.push_back(U'…');
    return to_utf8(points);
}

nlohmann::json section(std::string_view mrkdwn) {
    return {
        {"type", "section"},
        {"text", {{"type", "mrkdwn"}, {"text", shorten_mrkdwn(mrkdwn, max_section_characters)}}}};
}

nlohmann::json image(std::string_view url, std::string_view alt_text) {
    return {{"type", "image"},
            {"image_url", std::string(url)},
            {"alt_text", shorten(alt_text, max_alt_text_characters)}};
}

nlohmann::json image_of_file(std::string_view file_id, std::string_view alt_text) {
    return {{"type", "image"},
            {"slack_file", {{"id", std::string(file_id)}}},
            {"alt_text", shorten(alt_text, max_alt_text_characters)}};
}

}  // namespace emojiscope::slack
