#include "../questions.hpp"
#include "sub_commands.hpp"

namespace emojiscope::bot {
namespace {

constexpr std::string_view word = "find";

}  // namespace

bool is_find(std::string_view text) {
    return starts_with_word(text, word);
}

Message run_find(std::string_view text, const CommandContext& context) {
    const std::string_view query = after_word(text, word);
    return query.empty() ? plain_message(context.language, Phrase::help)
                         : run_query(query, context);
}

bool is_query(std::string_view /*text*/) {
    return true;
}

Message run_query(std::string_view text, const CommandContext& context) {
    return answer_question({Question::Kind::words, std::string(text), 0, context.postable},
                           context);
}

}  // namespace emojiscope::bot
