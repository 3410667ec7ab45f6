#include "questions.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <random>
#include <utility>

namespace emojiscope::bot {
namespace {

/// Longer queries say nothing more to the model and would fill the answer.
constexpr std::size_t max_query_bytes = 500;

/// From the first hit that is to be shown; one more than are shown tells that there are more.
search::Answer from_hit(search::Answer answer, std::size_t from) {
    const auto skipped = static_cast<std::ptrdiff_t>(std::min(from, answer.hits.size()));
    answer.hits.erase(answer.hits.begin(), answer.hits.begin() + skipped);
    if (from > 0) {
        answer.standard.clear();
        // The first page may end in what hardly fits; further ones do not begin with it.
        std::erase_if(answer.hits, [](const search::Hit& hit) {
            return hit.reason != search::Reason::looks_like_picture &&
                   hit.reason != search::Reason::same_picture &&
                   hit.score < search::least_probability;
        });
    }
    return answer;
}

}  // namespace

Message search_failed(std::string_view what, const Error& error, Language language) {
    spdlog::error("{} failed: {}; the user is told", what, error.message);
    return plain_message(language, Phrase::search_failed);
}

Message no_emoji(const CommandContext& context) {
    return plain_message(context.language,
                         context.syncing ? Phrase::no_emoji_yet : Phrase::no_emoji);
}

Message answer_question(Question question, const CommandContext& context, Placement placement) {
    if (question.text.size() > max_query_bytes) {
        return plain_message(context.language, Phrase::query_too_long);
    }
    if (context.library.size() == 0) {
        return no_emoji(context);
    }
    const auto answered = [&](search::Answer answer) {
        Message message = answer_message(question, from_hit(std::move(answer), question.from),
                                         context.results, context.language);
        // 'Nothing more' is no reason to take away what was found before.
        const bool page = question.from == 0 || message.blocks.size() > 1;
        message.placement = page ? placement : Placement::beside;
        return message;
    };
    const std::size_t k = question.from + context.results + 1;
    if (question.kind == Question::Kind::look_alikes && context.library.find(question.text)) {
        auto answer = context.search.like(question.text, k, context.catalogue);
        if (answer) {
            return answered(std::move(*answer));
        }
        if (answer.error().code != ErrorCode::not_found) {
            return search_failed("a look-alike query", answer.error(), context.language);
        }
        // It went while we looked.
    }
    question.kind = Question::Kind::words;
    auto answer = context.search.by_text(question.text, k);
    if (answer) {
        return answered(std::move(*answer));
    }
    if (answer.error().code == ErrorCode::invalid_argument) {
        return plain_message(context.language, Phrase::help);
    }
    return search_failed("a text query", answer.error(), context.language);
}

Message answer_random(const CommandContext& context, Placement placement) {
    const search::LibraryEntries entries = context.library.entries();
    if (entries->empty()) {
        return no_emoji(context);
    }
    thread_local std::mt19937 chance{std::random_device{}()};
    std::uniform_int_distribution<std::size_t> any(0, entries->size() - 1);
    Message message = random_message(*(*entries)[any(chance)], context.postable, context.language);
    message.placement = placement;
    return message;
}

}  // namespace emojiscope::bot
