#include "emojiscope/bot/question.hpp"

#include "emojiscope/core/text.hpp"
#include "emojiscope/slack/bounded_json.hpp"
#include "emojiscope/slack/json_fields.hpp"

#include <nlohmann/json.hpp>

namespace emojiscope::bot {
namespace {

using nlohmann::json;

constexpr const char* words = "words";
constexpr const char* look_alikes = "like";
/// Nobody turns so many pages.
constexpr std::size_t furthest = 10'000;
/// Queries and names are no longer; a button's value takes 2,000 characters.
constexpr std::size_t most_bytes_carried = 500;

}  // namespace

std::string encode_question(const Question& question) {
    const json value = {{"ask", question.kind == Question::Kind::words ? words : look_alikes},
                        {"text", one_line(truncate_utf8(question.text, most_bytes_carried))},
                        {"from", question.from},
                        {"post", question.postable}};
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<Question> decode_question(std::string_view value) {
    const json read = slack::json_or_null(value, slack::note_bounds);
    const std::string kind = slack::string_field(read, "ask");
    if (kind != words && kind != look_alikes) {
        return std::nullopt;
    }
    Question question;
    question.kind = kind == words ? Question::Kind::words : Question::Kind::look_alikes;
    question.text = slack::string_field(read, "text");
    const auto from = read.find("from");
    if (question.text.empty() || from == read.end() || !from->is_number_unsigned() ||
        from->get<std::size_t>() > furthest) {
        return std::nullopt;
    }
    question.from = from->get<std::size_t>();
    question.postable = read.value("post", json(false)) == true;
    return question;
}

}  // namespace emojiscope::bot
