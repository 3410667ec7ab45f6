// What the bot says: escaped, within Slack's limits, and right.
#include "emojiscope/bot/answer_view.hpp"

#include "block_check.hpp"
#include "emojiscope/slack/block_kit.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::bot {
namespace {

using Catch::Contains;
using nlohmann::json;

search::Hit hit(const std::string& name, const std::string& value) {
    search::Hit found;
    found.name = name;
    found.value = value;
    found.reason = search::Reason::looks_like_text;
    return found;
}

search::Answer answer_of(std::size_t count, bool confident) {
    search::Answer answer;
    answer.confident = confident;
    for (std::size_t i = 0; i < count; ++i) {
        const std::string name = "emoji" + std::to_string(i);
        answer.hits.push_back(hit(name, "https://e/" + name + ".png"));
    }
    return answer;
}

Question words(const std::string& text, bool postable = true) {
    return {Question::Kind::words, text, 0, postable};
}

/// The buttons with this action, in order.
std::vector<json> buttons(const Message& message, std::string_view action) {
    std::vector<json> found;
    for (const json& block : message.blocks) {
        if (block.value("type", "") == "actions") {
            for (const json& element : block.at("elements")) {
                if (element.at("action_id") == action) {
                    found.push_back(element);
                }
            }
        }
    }
    return found;
}

bool says(const json& part, const std::string& text) {
    return part.dump().find(text) != std::string::npos;
}

std::size_t pictures_in(const json& part) {
    std::size_t count = part.is_object() && part.value("type", "") == "image" ? 1 : 0;
    if (part.is_structured()) {
        for (const json& inner : part) {
            count += pictures_in(inner);
        }
    }
    return count;
}

search::DuplicateMatch match_of(const std::string& name, const std::string& value) {
    search::DuplicateMatch match;
    match.original.name = name;
    match.original.value = value;
    match.score = 1;
    return match;
}

}  // namespace

TEST_CASE("an answer shows each emoji by name and picture", "[view]") {
    const Message message = answer_message(words("beer"), answer_of(2, true), 8, Language::english);
    CHECK(says(message.blocks.front(), "Emoji for `beer`"));
    CHECK(says(message.blocks, ":emoji0: :emoji1:"));
    CHECK(says(message.blocks, "`:emoji1:`"));
    CHECK(says(message.blocks, "https://e/emoji0.png"));
    CHECK(pictures_in(message.blocks) == 2);
    // The text alone must do for a notification.
    CHECK(message.text.find("beer") != std::string::npos);
    CHECK(message.text.find(":emoji0: :emoji1:") != std::string::npos);
}

TEST_CASE("an answer says why each emoji is in it", "[view]") {
    search::Answer answer = answer_of(3, true);
    answer.hits[0].reason = search::Reason::exact_name;
    answer.hits[1].reason = search::Reason::part_of_name;
    answer.hits[1].matched_name = "beer_mug";
    const Message message = answer_message(words("beer"), answer, 8, Language::english);
    CHECK(says(message.blocks, "has this name"));
    CHECK(says(message.blocks, "named `beer_mug`"));
    CHECK(says(message.blocks, "looks like it"));
}

TEST_CASE("an answer that is not sure says so", "[view]") {
    const Message sure = answer_message(words("beer"), answer_of(1, true), 8, Language::english);
    const Message unsure = answer_message(words("beer"), answer_of(1, false), 8, Language::english);
    CHECK_FALSE(says(sure.blocks, "Perhaps"));
    CHECK(says(unsure.blocks.front(), "Perhaps"));
    CHECK(unsure.text.starts_with("Perhaps"));
}

TEST_CASE("nothing that fits is said in one sentence", "[view]") {
    const Message message = answer_message(words("qwzx"), search::Answer{}, 8, Language::english);
    CHECK(message.text.find("Nothing fits `qwzx`") != std::string::npos);
    CHECK(says(message.blocks.front(), "Nothing fits `qwzx`"));
    CHECK(says(message.blocks, "Another word"));
    CHECK(buttons(message, action_dismiss).size() == 1);
    CHECK(buttons(message, action_more).empty());
}

TEST_CASE("what a user typed cannot become markup", "[view]") {
    for (const auto& answer : {answer_of(1, true), answer_of(1, false), search::Answer{}}) {
        const Message message =
            answer_message(words("<!channel> & <@U1>\nline"), answer, 8, Language::english);
        CHECK_FALSE(says(message.blocks, "<!channel>"));
        CHECK_FALSE(says(message.blocks, "<@U1>"));
        CHECK(message.text.find('<') == std::string::npos);
        CHECK(says(message.blocks, "`&lt;!channel&gt; &amp; &lt;@U1&gt; line`"));
    }
}

TEST_CASE("an answer stays within Slack's limits, and a button leads to the rest", "[view]") {
    search::Answer answer = answer_of(20, true);
    for (search::Hit& found : answer.hits) {
        found.name += std::string(90, 'x');
    }
    const auto duplicates = std::vector{match_of("other", "https://e/other.png")};
    const Message words_of_it =
        answer_message(words(std::string(500, 'q')), answer, 20, Language::english);
    for (const Message& message :
         {words_of_it, picture_message(answer, duplicates, Language::english)}) {
        CHECK(message.blocks.size() <= slack::max_blocks_per_message);
        CHECK(message.text.size() <= slack::max_message_characters);
        CHECK(simulator::check_blocks(message.blocks).empty());
        CHECK(message.blocks.dump().size() < 13'000);
        CHECK(pictures_in(message.blocks) >= 5);
        CHECK(pictures_in(message.blocks) < 20);
    }
    const auto more = buttons(words_of_it, action_more);
    REQUIRE(more.size() == 1);
    const auto rest = decode_question(more.front().at("value").get<std::string>());
    REQUIRE(rest.has_value());
    CHECK(rest->from == pictures_in(words_of_it.blocks));
    CHECK(rest->text == std::string(500, 'q'));

    // Names of ordinary length have all the room that they need.
    const Message ordinary = answer_message(words("q"), answer_of(8, true), 8, Language::english);
    CHECK(pictures_in(ordinary.blocks) == 8);
    CHECK(buttons(ordinary, action_more).empty());
    CHECK(simulator::check_blocks(ordinary.blocks).empty());
}

TEST_CASE("an answer fits into a frame in every language and script", "[view]") {
    for (const Language language : {Language::english, Language::japanese}) {
        search::Answer answer = answer_of(20, true);
        for (search::Hit& found : answer.hits) {
            found.name.clear();
            for (int i = 0; i < 100; ++i) {
                found.name += "ぺ";
            }
            found.reason = search::Reason::text;
            found.matched_text = std::string(200, '&');
        }
        for (int i = 0; i < 12; ++i) {
            answer.standard.push_back({"🍺", std::string(40, 's')});
        }
        const Message message = answer_message(words(std::string(500, '&')), answer, 20, language);
        CHECK(simulator::check_blocks(message.blocks).empty());
        CHECK(message.text.size() + message.blocks.dump().size() < 20'480);
        CHECK(buttons(message, action_more).size() == 1);
    }
}

TEST_CASE("a picture whose URL is too long for Slack is left out", "[view]") {
    search::Answer answer = answer_of(1, true);
    answer.hits.front().value = "https://e/" + std::string(3'000, 'u');
    const Message message = answer_message(words("x"), answer, 8, Language::english);
    CHECK(pictures_in(message.blocks) == 0);
    CHECK(simulator::check_blocks(message.blocks).empty());
}

TEST_CASE("an answer goes on where it left off", "[view]") {
    const Message first = answer_message(words("beer"), answer_of(5, true), 4, Language::english);
    CHECK(pictures_in(first.blocks) == 4);
    const auto more = buttons(first, action_more);
    REQUIRE(more.size() == 1);
    const Question rest = decode_question(more.front().at("value").get<std::string>()).value();
    CHECK(rest == Question{Question::Kind::words, "beer", 4, true});
    const Message second = answer_message(rest, answer_of(1, false), 4, Language::english);
    CHECK(says(second.blocks.front(), "More emoji for `beer`"));
    CHECK(buttons(second, action_more).empty());
    CHECK(says(answer_message(rest, search::Answer{}, 4, Language::english).blocks,
               "Nothing more fits"));
}

TEST_CASE("each emoji can be posted, where there is a channel, and looked for", "[view]") {
    search::Answer answer = answer_of(2, true);
    answer.hits[0].id = 7;
    answer.hits[1].id = 9;
    const Message message = answer_message(words("beer"), answer, 8, Language::english);
    const auto post = buttons(message, action_post);
    REQUIRE(post.size() == 2);
    CHECK(post[1].at("value") == "9");
    const auto like = buttons(message, action_like);
    REQUIRE(like.size() == 2);
    CHECK(decode_question(like[0].at("value").get<std::string>()).value() ==
          Question{Question::Kind::look_alikes, "emoji0", 0, true});
    // In a direct message nobody else would read it.
    const Message alone = answer_message(words("beer", false), answer, 8, Language::english);
    CHECK(buttons(alone, action_post).empty());
    CHECK_FALSE(decode_question(buttons(alone, action_like)[0].at("value").get<std::string>())
                    .value()
                    .postable);
}

TEST_CASE("what a button carries is read back, and nothing else is", "[view]") {
    const Question asked{Question::Kind::words, "ビール \"<x>\" \\", 12, false};
    CHECK(decode_question(encode_question(asked)).value() == asked);
    for (const char* value : {"", "x", "12", "null", "[]", "{}", R"({"ask":"words"})",
                              R"({"ask":"else","text":"x","from":0,"post":true})",
                              R"({"ask":"words","text":"","from":0,"post":true})",
                              R"({"ask":"words","text":"x","from":-1,"post":true})",
                              R"({"ask":"words","text":"x","from":100000,"post":true})",
                              R"({"ask":"words","text":7,"from":0,"post":true})"}) {
        CAPTURE(value);
        CHECK_FALSE(decode_question(value).has_value());
    }
    CHECK(encode_question({Question::Kind::words, std::string(500, '"'), 10'000, true}).size() <
          2000);
    CHECK(decode_question(encode_question({Question::Kind::words,
                                           "a\x01"
                                           "b",
                                           0, true}))
              .value()
              .text == "a b");
}

TEST_CASE("what is known of an emoji is told", "[view]") {
    EmojiInfo info;
    info.emoji.id = 3;
    info.emoji.name = "beer";
    info.emoji.value = "https://e/beer.png";
    info.emoji.aliases = {"biiru"};
    info.emoji.width = 128;
    info.emoji.height = 64;
    info.emoji.frame_count = 12;
    info.emoji.added_at = SystemTime{std::chrono::seconds{1'700'000'000}};
    info.text = "<!here> ビール";
    info.copies = {"beer2"};
    info.similar = std::vector<std::string>(20, "mug");
    const Message message = info_message(info, true, Language::english);
    CHECK(simulator::check_blocks(message.blocks).empty());
    CHECK(pictures_in(message.blocks) == 1);
    for (const char* text : {"`:biiru:`", "128 × 64, 12 frames", "`:beer2:`", "and 8 more",
                             "`&lt;!here&gt; ビール`", "2023-11-14 22:13 UTC"}) {
        CAPTURE(text);
        CHECK(says(message.blocks, text));
    }
    CHECK(buttons(message, action_search).size() == 1);
    info.copies.clear();
    info.text.clear();
    info.emoji.frame_count = 1;
    const Message bare = info_message(info, false, Language::english);
    CHECK_FALSE(says(bare.blocks, "Same picture"));
    CHECK_FALSE(says(bare.blocks, "Reads"));
    CHECK_FALSE(says(bare.blocks, "frames"));
    CHECK(buttons(bare, action_post).empty());
}

TEST_CASE("the newest stay within Slack's limits", "[view]") {
    std::vector<EmojiRecord> emoji(20);
    for (EmojiRecord& one : emoji) {
        one.name = std::string(100, 'n');
        one.value = "https://e/" + std::string(900, 'u');
    }
    const Message message = newest_message(emoji, true, Language::english);
    CHECK(simulator::check_blocks(message.blocks).empty());
    CHECK(message.blocks.dump().size() < 13'000);
    CHECK(pictures_in(message.blocks) > 5);
}

TEST_CASE("a posted emoji says who posted it", "[view]") {
    const Message message = posted_message("beer", "U7", Language::english);
    CHECK(message.placement == Placement::to_channel);
    CHECK(says(message.blocks.front(), ":beer:"));
    CHECK(says(message.blocks, "from <@U7>"));
    CHECK(simulator::check_blocks(message.blocks).empty());
    CHECK(simulator::check_blocks(posted_message("beer", "", Language::english).blocks).empty());
}

TEST_CASE("a picture that Slack cannot fetch is left out, its name is not", "[view]") {
    search::Answer answer;
    answer.hits = {hit("local", "/home/me/local.png"), hit("data", "data:image/png;base64,xx"),
                   hit("empty", ""), hit("web", "https://e/web.png")};
    const Message message = answer_message(words("x"), answer, 8, Language::english);
    CHECK(pictures_in(message.blocks) == 1);
    CHECK_FALSE(says(message.blocks, "/home/me"));
    for (const char* name : {"`:local:`", "`:data:`", "`:empty:`", "`:web:`"}) {
        CHECK(says(message.blocks, name));
    }
}

TEST_CASE("a picture that is there already is named, with what looks like it", "[view]") {
    const Message known = picture_message(
        answer_of(2, true), {match_of("beer", "https://e/beer.png")}, Language::english);
    CHECK(says(known.blocks.front(), "already there as `:beer:`"));
    CHECK(says(known.blocks, ":emoji0:"));
    CHECK(known.text.find("already there") != std::string::npos);

    const Message fresh = picture_message(answer_of(2, false), {}, Language::english);
    CHECK(says(fresh.blocks.front(), "not there yet"));
    CHECK(says(fresh.blocks, "perhaps"));
    CHECK(picture_message(search::Answer{}, {}, Language::english).blocks.size() == 1);
}

TEST_CASE("the very picture is named, even if an altered copy was there first", "[view]") {
    auto altered = match_of("first", "https://e/first.png");
    altered.original.id = 1;
    altered.kind = search::DuplicateKind::same_image;
    auto same = match_of("second", "https://e/second.png");
    same.original.id = 2;
    const Message message = picture_message(search::Answer{}, {altered, same}, Language::english);
    CHECK(says(message.blocks.front(), "already there as `:second:`"));
}

TEST_CASE("of a picture that is only near it is said what is alike", "[view]") {
    using search::Likeness;
    auto match = match_of("beer", "https://e/beer.png");
    match.kind = search::DuplicateKind::near;
    const auto head = [&](Likeness likeness) {
        match.likeness = likeness;
        return picture_message(search::Answer{}, {match}, Language::english).text;
    };
    CHECK_THAT(head(Likeness::whole), Contains("`:beer:`: it is much like it"));
    CHECK_THAT(head(Likeness::frame_of), Contains("`:beer:`: this looks like one of its frames"));
    CHECK_THAT(head(Likeness::has_frame), Contains("`:beer:`: it looks like a frame of this"));
    CHECK_THAT(head(Likeness::other_speed), Contains("`:beer:`: it is the same at another speed"));
}

TEST_CASE("help names every form of the command", "[view]") {
    const Message help = plain_message(Language::english, Phrase::help);
    for (const char* form :
         {"/emoji beer", "/emoji :name:", "/emoji dupes", "/emoji help", "/emoji info",
          "/emoji new", "/emoji random", "/emoji find", "/emoji map", "DM"}) {
        CHECK(says(help.blocks, form));
    }
    CHECK_FALSE(help.text.empty());
}

}  // namespace emojiscope::bot
