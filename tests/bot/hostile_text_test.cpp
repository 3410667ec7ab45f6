// Whatever somebody types, names or draws: it stands in our messages and views as a text, and does
// nothing there.
#include "block_check.hpp"

#include "emojiscope/bot/alert_view.hpp"
#include "emojiscope/bot/answer_view.hpp"
#include "emojiscope/bot/emoji_advice.hpp"
#include "emojiscope/bot/home_view.hpp"
#include "emojiscope/bot/picker_view.hpp"
#include "emojiscope/bot/reaction_view.hpp"
#include "emojiscope/core/text.hpp"
#include "emojiscope/slack/block_kit.hpp"
#include "emojiscope/slack/mrkdwn.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace emojiscope::bot {
namespace {

using nlohmann::json;

/// In each of the texts, so that it is found wherever it stands.
constexpr const char* marker = "evil";
constexpr const char* person = "U0123456789";

std::string repeated(const std::string& part, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += part;
    }
    return text;
}

const std::vector<std::string>& pieces() {
    static const std::vector<std::string> all{"<!channel>",
                                              "<!here>",
                                              "<!everyone>",
                                              "<@U1>",
                                              "<#C1>",
                                              "<#C1|x>",
                                              "<https://x.example|y>",
                                              "https://x.example",
                                              "<mailto:a@b.example>",
                                              "<!subteam^S1>",
                                              "<!date^1^{date}|x>",
                                              "&lt;!channel&gt;",
                                              "&amp;lt;",
                                              "&",
                                              "<",
                                              ">",
                                              "`",
                                              "```",
                                              "``` ```",
                                              "*bold*",
                                              "_it_",
                                              "~no~",
                                              ":beer:",
                                              ":",
                                              "> quote",
                                              "\n",
                                              "\r\n",
                                              "\u2028",
                                              "\u202E",
                                              "\u202A\u202B\u202D",
                                              "\u2066\u2067\u2068",
                                              "\u2069\u202C",
                                              "\u200E\u200F\u061C",
                                              "\u200B",
                                              "\u200D",
                                              "\uFEFF",
                                              "\u00AD",
                                              "\u3164",
                                              "\x01\x07\x1b[31m",
                                              "\x7f",
                                              std::string("\0", 1),
                                              "\xff\xc3",
                                              "z" + repeated("\u0336\u0300\u20DD", 40),
                                              "\u0300",
                                              "{0}",
                                              "{1}",
                                              "%s",
                                              "\"",
                                              "\\",
                                              "\\u003c",
                                              "{\"a\":[",
                                              "\U000E0041",
                                              "\U0001F469\u200D",
                                              "ビール",
                                              "हिन्दी",
                                              "@channel",
                                              "@here",
                                              "#general",
                                              "|",
                                              "^",
                                              " ",
                                              "'",
                                              "\t"};
    return all;
}

/// Each piece alone and between others, and many mixes.
std::vector<std::string> hostile_texts() {
    std::vector<std::string> texts;
    for (const std::string& piece : pieces()) {
        texts.push_back(piece + marker);
        texts.push_back(marker + piece);
        texts.push_back("`" + piece + marker + piece + "`");
        texts.push_back(repeated(piece, 200) + marker);
    }
    std::mt19937 random(20);
    std::uniform_int_distribution<std::size_t> any(0, pieces().size() - 1);
    std::uniform_int_distribution<int> length(1, 12);
    for (int i = 0; i < 150; ++i) {
        std::string text;
        const int before = length(random);
        for (int at = 0; at < before; ++at) {
            text += pieces()[any(random)];
        }
        text += marker;
        const int after = length(random);
        for (int at = 0; at < after; ++at) {
            text += pieces()[any(random)];
        }
        texts.push_back(std::move(text));
    }
    return texts;
}

/// What Slack would make something of: of our own there are people and dates.
void check_markup(const std::string& text) {
    CAPTURE(text);
    for (auto at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
        const std::string_view rest = std::string_view(text).substr(at);
        CHECK((rest.starts_with("<!date^1700000000^{date_pretty}") ||
               rest.starts_with("<@" + std::string(person) + ">")));
    }
}

/// Nothing that turns the direction or cannot be seen, and no pile of marks.
void check_legible(const std::string& text) {
    CAPTURE(text);
    REQUIRE(is_valid_utf8(text));
    static const std::set<char32_t> never{0x61C,  0x200B, 0x200E, 0x200F, 0x202A, 0x202B,
                                          0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068,
                                          0x2069, 0xFEFF, 0xAD,   0x3164, 0x2028, 0xE0041};
    std::size_t marks = 0;
    for (const char32_t c : to_code_points(text)) {
        marks = c == 0x336 || c == 0x300 || c == 0x20DD ? marks + 1 : 0;
        const bool hidden = (c < 0x20 && c != U'\n') || c == 0x7F || never.count(c) != 0;
        if (hidden || marks > 4) {
            FAIL_CHECK("not legible: U+" << std::hex << static_cast<std::uint32_t>(c));
        }
    }
}

/// In mrkdwn, outside of code, there is nothing of theirs but names of emoji, drawn.
void check_mrkdwn(const std::string& text) {
    static const std::regex code("`[^`\n]+`|:[^:`<>&*~\\s]+:");
    check_markup(text);
    check_legible(text);
    const std::string ours = std::regex_replace(text, code, "");
    CAPTURE(text, ours);
    CHECK(ours.find(marker) == std::string::npos);
    CHECK(ours.find('`') == std::string::npos);
}

void check_shown(const json& part) {
    if (part.is_array()) {
        for (const json& one : part) {
            check_shown(one);
        }
    }
    if (!part.is_object()) {
        return;
    }
    const std::string type = part.value("type", "");
    for (const auto& [key, value] : part.items()) {
        if (!value.is_string()) {
            check_shown(value);
        } else if (key == "text" && type == "mrkdwn") {
            check_mrkdwn(value.get<std::string>());
        } else if (key == "text" || key == "alt_text" || key == "private_metadata") {
            check_markup(value.get<std::string>());
            check_legible(value.get<std::string>());
            CHECK(value.get<std::string>().find('\n') == std::string::npos);
        }
    }
}

void check(const Message& message) {
    CHECK(simulator::check_blocks(message.blocks) == std::vector<std::string>{});
    check_mrkdwn(message.text);
    check_shown(message.blocks);
    CHECK_FALSE(message.text.empty());
    CHECK(to_code_points(message.text).size() <= slack::max_message_characters);
}

void check(const json& view) {
    CHECK(simulator::check_view(view) == std::vector<std::string>{});
    check_shown(view);
}

EmojiRecord record(const std::string& name) {
    EmojiRecord made;
    made.id = 7;
    made.name = name;
    made.value = "https://e.example/x.png";
    made.aliases = {name, name};
    made.width = made.height = made.frame_count = 2;
    made.added_at = SystemTime{std::chrono::seconds{1'700'000'000}};
    return made;
}

search::Answer answer_with(const std::string& text) {
    search::Answer answer;
    answer.confident = true;
    for (int reason = 0; reason < 9; ++reason) {
        search::Hit hit;
        hit.id = reason + 1;
        hit.name = hit.matched_name = hit.matched_text = hit.matched_word = text;
        hit.value = "https://e.example/x.png";
        hit.reason = static_cast<search::Reason>(reason);
        answer.hits.push_back(hit);
    }
    answer.standard.push_back({"x", text});
    return answer;
}

DuplicateAlert alert_of(const std::string& name, AlertState state) {
    return {record(name), record(name), search::DuplicateKind::same_image, state, person};
}

}  // namespace

TEST_CASE("what is asked for does nothing in an answer", "[hostile]") {
    for (const std::string& text : hostile_texts()) {
        for (const Language language : {Language::english, Language::japanese}) {
            for (const auto kind : {Question::Kind::words, Question::Kind::look_alikes}) {
                const Question question{kind, text, 0, true};
                check(answer_message(question, answer_with(text), 9, language));
                check(answer_message(question, {}, 9, language));
            }
            check(with_search(plain_message(language, Phrase::help), text, true, language));
        }
    }
}

TEST_CASE("what others named or drew does nothing in what tells of it", "[hostile]") {
    const Language language = Language::english;
    for (const std::string& text : hostile_texts()) {
        check(picture_message(
            answer_with(text),
            {{record(text), search::DuplicateKind::near, 1, search::Likeness::whole}}, language));
        check(info_message({record(text), text, {text}, {text}}, true, language));
        check(newest_message(std::vector<EmojiRecord>{record(text)}, true, language));
        search::LibraryEntry entry;
        entry.id = 7;
        entry.name = text;
        entry.value = "https://e.example/x.png";
        check(random_message(entry, true, language));
        check(posted_message(text, person, language));
        PictureAdvice advice;
        advice.names = {text};
        check(with_advice(plain_message(language, Phrase::not_there), advice, language));
        for (const AlertState state : {AlertState::open, AlertState::muted}) {
            std::vector<DuplicateAlert> alerts(3, alert_of(text, state));
            for (std::size_t i = 0; i < alerts.size(); ++i) {
                alerts[i].upload.id = static_cast<EmojiId>(10 + i);
            }
            check(alert_message(alerts, language));
            check(alert_message(std::span(alerts).first(1), language));
        }
        const search::DuplicateGroup group{search::DuplicateKind::identical,
                                           {record(text), record(text)}};
        check(dupes_message(std::vector{group}, 1, language));
    }
}

TEST_CASE("what others named does nothing in a view", "[hostile]") {
    const Language language = Language::english;
    for (const std::string& text : hostile_texts()) {
        const PickerPreview preview{text, "https://e.example/x.png", {text}};
        check(picker_view({language, {}}, &preview));
        const json offered = picker_options(answer_with(text), language);
        CHECK(simulator::check_options(offered) == std::vector<std::string>{});
        check_shown(offered);
        ReactionState state;
        state.for_words = {1};
        check(reactions_view(state, [&](EmojiId) { return text; }, {}));
        HomeFacts facts;
        facts.newest = {text};
        facts.similar = {{text, text}};
        check(home_view(facts, {}, {language, 8, {}}));
    }
}

TEST_CASE("somebody whose id is none is not mentioned", "[hostile]") {
    for (const char* id : {"U1> <!channel", "!channel", "", "u1", "U1|x"}) {
        CHECK(posted_message("beer", id, Language::english).text.find('<') == std::string::npos);
        DuplicateAlert alert = alert_of("beer", AlertState::muted);
        alert.said_by = id;
        CHECK(alert_message(std::span(&alert, 1), Language::english).blocks.dump().find('<') ==
              std::string::npos);
    }
}

TEST_CASE("ordinary questions are shown as they were typed", "[hostile]") {
    for (const char* text :
         {"beer", "ビール 乾杯", "हिन्दी", "👩‍👩‍👧‍👦", "❤️ love", "c++ *"}) {
        const Message message =
            answer_message({Question::Kind::words, text, 0, true}, {}, 9, Language::english);
        CHECK(message.text == "Nothing fits `" + std::string(text) + "`.");
    }
}

}  // namespace emojiscope::bot
