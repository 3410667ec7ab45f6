#include "emojiscope/slack/block_kit.hpp"

#include "emojiscope/core/text.hpp"

namespace emojiscope::slack {

std::string shorten(std::string_view text, std::size_t max_characters) {
    std::u32string points = to_code_points(text);
    if (points.size() > max_characters) {
        points.resize(max_characters - 1);
        points.push_back(U'…');
    }
    return to_utf8(points);
}

nlohmann::json section(std::string_view mrkdwn) {
    return {{"type", "section"},
            {"text", {{"type", "mrkdwn"}, {"text", shorten(mrkdwn, max_section_characters)}}}};
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
