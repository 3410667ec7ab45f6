// Everything that the bot can send, with all of it as long as it can be: Slack must take it.
#include "block_check.hpp"

#include "emojiscope/bot/alert_view.hpp"
#include "emojiscope/bot/answer_view.hpp"
#include "emojiscope/bot/emoji_advice.hpp"
#include "emojiscope/bot/home_view.hpp"
#include "emojiscope/bot/picker_view.hpp"
#include "emojiscope/bot/reaction_view.hpp"
#include "emojiscope/core/text.hpp"
#include "emojiscope/slack/block_kit.hpp"

#include <catch2/catch.hpp>

#include <limits>

namespace emojiscope::bot {
namespace {

using nlohmann::json;

/// https://docs.slack.dev/apis/events-api/using-socket-mode
constexpr std::size_t most_bytes_of_frame = 20'480;

constexpr EmojiId last_id = std::numeric_limits<EmojiId>::max();

/// The longest name that Slack allows, of the longest letters.
const std::string& longest_name() {
    static const std::string name = [] {
        std::string made;
        for (int i = 0; i < 100; ++i) {
            made += "𩸽";
        }
        return made;
    }();
    return name;
}

const std::string& longest_url() {
    static const std::string url =
        "https://e/" + std::string(slack::max_image_url_characters - 10, 'u');
    return url;
}

/// What people type at worst.
const std::string& longest_query() {
    static const std::string query = std::string(250, '<') + std::string(250, '&');
    return query;
}

EmojiRecord record(EmojiId id) {
    EmojiRecord made;
    made.id = id;
    made.name = longest_name();
    made.value = longest_url();
    made.aliases.assign(50, longest_name());
    made.width = made.height = made.frame_count = std::numeric_limits<int>::max();
    made.state = EmojiState::ready;
    return made;
}

search::Answer answer_of(std::size_t hits, bool confident) {
    search::Answer answer;
    answer.confident = confident;
    for (std::size_t i = 0; i < hits; ++i) {
        search::Hit hit;
        hit.id = last_id - static_cast<EmojiId>(i);
        hit.name = hit.matched_name = longest_name();
        hit.value = longest_url();
        hit.matched_text = hit.matched_word = longest_query();
        hit.reason = static_cast<search::Reason>(i % 9);
        answer.hits.push_back(hit);
        answer.standard.push_back({"🍺", "standard_" + std::to_string(i)});
    }
    answer.standard.resize(std::min<std::size_t>(answer.standard.size(), 5));
    return answer;
}

void check(const Message& message) {
    CAPTURE(message.text.substr(0, 200));
    const auto faults = simulator::check_blocks(message.blocks);
    CHECK(faults == std::vector<std::string>{});
    CHECK_FALSE(message.text.empty());
    CHECK(to_code_points(message.text).size() <= slack::max_message_characters);
    // With the fields that postbox.cpp adds, in the largest frame that Slack takes.
    const json sent = {{"text", message.text},          {"blocks", message.blocks},
                       {"response_type", "in_channel"}, {"replace_original", false},
                       {"unfurl_links", false},         {"channel", "C0123456789"}};
    CHECK(sent.dump().size() < most_bytes_of_frame);
}

void check(const json& view) {
    const auto faults = simulator::check_view(view);
    CHECK(faults == std::vector<std::string>{});
}

const Language languages[] = {Language::english, Language::japanese};

}  // namespace

TEST_CASE("every answer is taken by Slack", "[every_view]") {
    for (const Language language : languages) {
        for (const bool postable : {false, true}) {
            for (const auto kind : {Question::Kind::words, Question::Kind::look_alikes}) {
                for (const std::size_t from : {0, 40}) {
                    const Question question{
                        kind, kind == Question::Kind::words ? longest_query() : longest_name(),
                        from, postable};
                    for (const std::size_t hits : {0, 1, 60}) {
                        check(answer_message(question, answer_of(hits, hits == 1), 20, language));
                    }
                }
            }
            search::LibraryEntry entry;
            entry.id = last_id;
            entry.name = longest_name();
            entry.value = longest_url();
            check(random_message(entry, postable, language));
            check(
                newest_message(std::vector<EmojiRecord>(60, record(last_id)), postable, language));
            check(info_message(
                {record(last_id), longest_query(), std::vector<std::string>(50, longest_name()),
                 std::vector<std::string>(50, longest_name())},
                postable, language));
            check(with_search(plain_message(language, Phrase::help), longest_query(), postable,
                              language));
        }
        check(posted_message(longest_name(), "U0123456789", language));
        check(with_remark(plain_message(language, Phrase::help), longest_query()));
    }
}

TEST_CASE("every phrase can be said as a message", "[every_view]") {
    for (std::size_t i = 0; i < static_cast<std::size_t>(Phrase::count_); ++i) {
        for (const Language language : languages) {
            const std::string insert = longest_query();
            check(
                plain_message(language, static_cast<Phrase>(i), {insert, insert, insert, insert}));
        }
    }
}

TEST_CASE("every answer to a picture is taken by Slack", "[every_view]") {
    search::Answer many = answer_of(60, true);
    for (search::Hit& hit : many.hits) {
        hit.name = "b";  // so short that the length of the blocks does not end the list
        hit.value.clear();
        hit.reason = search::Reason::exact_name;
    }
    for (const Language language : languages) {
        check(picture_message(many, {}, language));
        for (const auto kind : {search::DuplicateKind::identical, search::DuplicateKind::same_image,
                                search::DuplicateKind::near}) {
            const std::vector<search::DuplicateMatch> matches(
                10, {record(last_id), kind, 1, search::Likeness::has_frame});
            check(picture_message(answer_of(20, true), matches, language));
        }
        const Message unknown = picture_message(answer_of(20, false), {}, language);
        check(unknown);
        PictureAdvice advice;
        advice.names.assign(3, longest_name());
        check(with_advice(unknown, advice, language));
        advice.faults = faults_of({std::numeric_limits<std::size_t>::max() / 2, "WebP", 1,
                                   std::numeric_limits<int>::max()},
                                  language);
        check(with_advice(unknown, advice, language));
    }
}

TEST_CASE("every alert and page of duplicates is taken by Slack", "[every_view]") {
    for (const Language language : languages) {
        for (const std::size_t count : {1, 2, 5, 60}) {
            std::vector<DuplicateAlert> alerts;
            for (std::size_t i = 0; i < count; ++i) {
                DuplicateAlert alert;
                alert.upload = record(last_id - static_cast<EmojiId>(2 * i));
                alert.original = record(last_id - static_cast<EmojiId>(2 * i + 1));
                alert.kind = static_cast<search::DuplicateKind>(i % 3);
                alert.state = static_cast<AlertState>(i % 3);
                alert.said_by = i % 2 == 0 ? "U0123456789" : "";
                alerts.push_back(alert);
            }
            check(alert_message(alerts, language));
            check(alert_message(alerts, language, 99'999));
        }
        const std::vector<search::DuplicateGroup> groups(
            300,
            {search::DuplicateKind::same_image, std::vector<EmojiRecord>(40, record(last_id))});
        for (const std::size_t page : {1, 2, 99}) {
            check(dupes_message(groups, page, language));
        }
        check(dupes_message({}, 1, language));
    }
}

TEST_CASE("every view is taken by Slack", "[every_view]") {
    for (const Language language : languages) {
        const PickerPreview preview{longest_name(), longest_url(),
                                    std::vector<std::string>(50, longest_name())};
        for (const std::string& url : {std::string(), std::string(500, 'u')}) {
            check(picker_view({language, url}, nullptr));
            check(picker_view({language, url}, &preview));
        }
        const auto offered = picker_options(answer_of(100, true), language);
        CHECK(simulator::check_options(offered) == std::vector<std::string>{});
        CHECK(simulator::check_options(picker_options({}, language)) == std::vector<std::string>{});

        ReactionState state;
        state.language = language;
        state.channel = state.message_ts = std::string(20, '1');
        for (std::size_t i = 0; i < most_reactions; ++i) {
            state.for_words.push_back(last_id - static_cast<EmojiId>(i));
            state.for_picture.push_back(last_id - 100 - static_cast<EmojiId>(i));
            state.standard.push_back("standard_" + std::to_string(i));
        }
        state.picture_unseen = state.picture_too_large = true;
        const NameOf name_of = [](EmojiId) { return longest_name(); };
        check(reactions_loading(language));
        check(reactions_view(state, name_of, say(language, Phrase::react_not_here)));
        check(reactions_view({language, "C1", "1.2", {}, {}, {}, false}, name_of, {}));

        HomeFacts facts;
        facts.emoji = facts.more_names = facts.similar_among = 9'999'999;
        facts.duplicates = 9'999'999;
        facts.newest.assign(50, longest_name());
        facts.similar.assign(50, {longest_name(), longest_name()});
        check(home_view(facts, {20, "ja"}, {language, 8, longest_url()}));
        const HomeMap map{"F" + std::string(20, '9'), 9'999'999};
        check(home_view(facts, {20, "ja"}, {language, 8, longest_url(), true, map}));
        check(home_view({}, {}, {language, 8, ""}));
    }
}

}  // namespace emojiscope::bot
