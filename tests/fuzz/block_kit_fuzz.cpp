// Whatever people type, and however emoji are called, what the bot says of it is valid JSON, within
// Slack's limits, and has no markup but the bot's own: nothing that was typed pings anybody. What
// travels in buttons and views comes back as it was.
//
// The input is the choice of a view, and then the texts and numbers that are shown in it.
#include "fuzzing.hpp"

#include "block_check.hpp"

#include "emojiscope/bot/alert_view.hpp"
#include "emojiscope/bot/answer_view.hpp"
#include "emojiscope/bot/home_view.hpp"
#include "emojiscope/bot/picker_view.hpp"
#include "emojiscope/bot/question.hpp"
#include "emojiscope/bot/reaction_view.hpp"
#include "emojiscope/slack/block_kit.hpp"
#include "emojiscope/slack/mrkdwn.hpp"

#include <nlohmann/json.hpp>

namespace emojiscope::fuzz {
namespace {

using namespace bot;
using nlohmann::json;

constexpr std::size_t most_bytes_of_frame = 20'480;
/// encode_question cuts off what goes beyond 500, and a space is added.
constexpr std::size_t most_bytes_typed = 499;
/// Of somebody who pressed a button.
constexpr const char* user = "U0123456789";

std::string typed(Reader& input) {
    return std::string(truncate_utf8(to_valid_utf8(input.line()), most_bytes_typed));
}

std::string name(Reader& input) {
    auto made = to_emoji_name(to_valid_utf8(input.line()));
    return made ? *made : "beer";
}

std::vector<std::string> names(Reader& input) {
    std::vector<std::string> made(input.below(20));
    std::generate(made.begin(), made.end(), [&] { return name(input); });
    return made;
}

EmojiId id(Reader& input) {
    return static_cast<EmojiId>(1 + (input.number() >> 2));
}

Language language(Reader& input) {
    return input.flag() ? Language::japanese : Language::english;
}

std::string url(Reader& input) {
    return (input.flag() ? "https://emoji.slack-edge.com/" : "") + typed(input);
}

EmojiRecord record(Reader& input) {
    EmojiRecord made;
    made.id = id(input);
    made.name = name(input);
    made.aliases = names(input);
    made.value = url(input);
    made.width = static_cast<int>(input.number());
    made.height = static_cast<int>(input.number());
    made.frame_count = static_cast<int>(input.number());
    made.state = EmojiState::ready;
    // As a clock of ours can tell it, up to the year 2106.
    made.added_at = SystemTime(std::chrono::seconds(static_cast<std::uint32_t>(input.number())));
    return made;
}

search::Answer answer(Reader& input) {
    search::Answer made;
    made.confident = input.flag();
    made.hits.resize(input.below(30));
    EmojiId last = 0;  // an emoji is found once
    for (auto& hit : made.hits) {
        hit.id = last += 1 + input.byte();
        hit.name = name(input);
        hit.value = url(input);
        hit.matched_name = name(input);
        hit.matched_text = hit.matched_word = typed(input);
        hit.reason = static_cast<search::Reason>(input.below(9));
    }
    made.standard.resize(input.below(6));
    for (std::size_t i = 0; i < made.standard.size(); ++i) {
        made.standard[i] = {"🍺", "standard_" + std::to_string(i)};
    }
    return made;
}

/// `<` begins markup: it must be ours, which leads to users, dates and links that we chose.
void check_markup(std::string_view mrkdwn) {
    for (auto at = mrkdwn.find('<'); at != std::string_view::npos; at = mrkdwn.find('<', at + 1)) {
        const std::string_view rest = mrkdwn.substr(at + 1);
        require(rest.starts_with("@" + std::string(user) + ">") || rest.starts_with("!date^") ||
                    rest.starts_with("https://"),
                "what was typed is escaped");
    }
}

void check_texts(const json& part) {
    if (part.is_object() && part.value("type", "") == "mrkdwn") {
        check_markup(part.at("text").get_ref<const std::string&>());
    }
    if (part.is_structured()) {
        for (const json& inner : part) {
            check_texts(inner);
        }
    }
}

void require_none(const std::vector<std::string>& faults) {
    require(faults.empty(), faults.empty() ? "" : "Slack takes it: " + faults.front());
}

void check(const Message& message) {
    require_none(simulator::check_blocks(message.blocks));
    check_texts(message.blocks);
    check_markup(message.text);
    require(!message.text.empty(), "there is something to read aloud");
    require(to_code_points(message.text).size() <= slack::max_message_characters, "not too long");
    const json sent = {{"text", message.text}, {"blocks", message.blocks}, {"channel", "C0"}};
    const std::string text = sent.dump();  // throws on what is no UTF-8
    require(text.size() < most_bytes_of_frame, "it fits a frame");
    require(json::parse(text) == sent, "it is JSON");
}

void check_view(const json& view) {
    require_none(simulator::check_view(view));
    check_texts(view);
    require(json::parse(view.dump()) == view, "it is JSON");
}

void answers(Reader& input) {
    // Spaces at least: there is no question without a text.
    const Question question{input.flag() ? Question::Kind::words : Question::Kind::look_alikes,
                            one_line(typed(input) + ' '), static_cast<std::size_t>(input.byte()),
                            input.flag()};
    const std::string encoded = encode_question(question);
    require(to_code_points(encoded).size() <= 2000, "a button carries it");
    require(decode_question(encoded) == question, "and gives it back");
    const Language to = language(input);
    const auto found = answer(input);
    check(answer_message(question, found, 1 + input.below(20), to));
    check(with_search(plain_message(to, Phrase::help), question.text, question.postable, to));
    check(with_remark(plain_message(to, Phrase::help), "> " + slack::escape_mrkdwn(typed(input))));
    (void)decode_question(input.rest());
}

void single_emoji(Reader& input) {
    const Language to = language(input);
    const bool postable = input.flag();
    const EmojiRecord emoji = record(input);
    search::LibraryEntry entry;
    entry.id = emoji.id;
    entry.name = emoji.name;
    entry.value = emoji.value;
    check(random_message(entry, postable, to));
    check(newest_message(std::vector<EmojiRecord>(1 + input.below(12), emoji), postable, to));
    const std::string text = typed(input);
    auto copies = names(input);
    check(info_message({emoji, text, std::move(copies), names(input)}, postable, to));
    check(posted_message(emoji.name, user, to));
    const auto phrase = static_cast<Phrase>(input.below(static_cast<std::size_t>(Phrase::count_)));
    const std::string insert = slack::escape_mrkdwn(text);
    // As many as any phrase has.
    check(plain_message(to, phrase, {insert, insert, insert, insert}));
}

void duplicates(Reader& input) {
    const Language to = language(input);
    std::vector<DuplicateAlert> alerts(1 + input.below(12));
    EmojiId last = 0;  // no pair is told twice in a message
    for (auto& alert : alerts) {
        alert.upload = record(input);
        alert.upload.id = last += 1 + input.byte();
        alert.original = record(input);
        alert.kind = static_cast<search::DuplicateKind>(input.below(3));
        alert.state = static_cast<AlertState>(input.below(3));
        alert.said_by = input.flag() ? user : "";
        const EmojiPair pair{alert.upload.id, alert.original.id, alert.kind};
        require(decode_pair(encode_pair(pair)) == pair, "a pair comes back");
    }
    const Message message = alert_message(alerts, to, input.byte());
    check(message);
    require(pairs_of({{"blocks", message.blocks}}).size() <= alerts.size(), "no more pairs");
    const std::vector<search::DuplicateMatch> matches(
        input.below(4), {record(input), alerts.front().kind, 1, search::Likeness::has_frame});
    check(picture_message(answer(input), matches, to));
    const std::vector<search::DuplicateGroup> groups(
        input.below(40), {alerts.front().kind, {alerts.front().upload, alerts.front().original}});
    check(dupes_message(groups, input.byte(), to));
    (void)decode_pair(input.rest());
}

void views(Reader& input) {
    const Language to = language(input);
    const PickerState picker{to, "https://hooks.slack.com/" + std::to_string(input.number())};
    require(decode_picker(encode_picker(picker)) == picker, "a picker comes back");
    const PickerPreview preview{name(input), url(input), names(input)};
    check_view(picker_view(picker, input.flag() ? &preview : nullptr));
    require_none(simulator::check_options(picker_options(answer(input), to)));

    ReactionState state;
    state.language = to;
    state.channel = "C" + std::to_string(input.number());
    state.message_ts = std::to_string(input.number());
    state.for_words.resize(input.below(most_reactions + 1));
    std::generate(state.for_words.begin(), state.for_words.end(), [&] { return id(input); });
    state.standard.resize(input.below(most_reactions + 1), "beer");
    state.picture_unseen = input.flag();
    require(decode_reactions(encode_reactions(state)) == state, "reactions come back");
    const std::string called = name(input);
    const NameOf name_of = [&](EmojiId of) { return of % 3 == 0 ? std::string() : called; };
    check_view(reactions_view(state, name_of, slack::escape_mrkdwn(typed(input))));

    HomeFacts facts;
    facts.emoji = facts.similar_among = input.number();
    facts.duplicates = input.number();
    facts.newest = names(input);
    facts.similar.assign(input.below(20), {name(input), name(input)});
    check_view(home_view(facts, {input.byte(), typed(input)}, {to, 8, "https://e/map"}));
}

void from_slack(Reader& input) {
    const std::string_view text = input.rest();
    (void)decode_picker(text);
    (void)decode_pick(text);
    ReactionState state = decode_reactions(text);
    require(state.for_words.size() <= most_reactions && state.standard.size() <= most_reactions,
            "no more reactions than were suggested");
    check_view(reactions_view(state, [](EmojiId) { return std::string("beer"); }, {}));
    const json message = json::parse(text, nullptr, false);
    if (!message.is_discarded()) {
        (void)pairs_of(message);
        (void)unlisted_in(message);
        (void)picked_in(message);
    }
    const std::string written = slack::escape_mrkdwn(to_valid_utf8(text));
    check_markup(written);
    require(slack::unescape_mrkdwn(written) == to_valid_utf8(text), "escapes can be undone");
    require(is_valid_utf8(slack::plain_words(written)), "words are valid UTF-8");
}

void run(Reader input) {
    switch (input.below(5)) {
        case 0: return answers(input);
        case 1: return single_emoji(input);
        case 2: return duplicates(input);
        case 3: return views(input);
        default: return from_slack(input);
    }
}

}  // namespace
}  // namespace emojiscope::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    emojiscope::fuzz::run(emojiscope::fuzz::Reader(emojiscope::fuzz::text_of(data, size)));
    return 0;
}
