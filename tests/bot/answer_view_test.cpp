// What the bot says: escaped, within Slack's limits, and right.
#include "emojiscope/bot/answer_view.hpp"

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
    const Message message = answer_message("beer", answer_of(2, true));
    CHECK(says(message.blocks.front(), "Emoji for *beer*"));
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
    const Message message = answer_message("beer", answer);
    CHECK(says(message.blocks, "has this name"));
    CHECK(says(message.blocks, "named beer_mug"));
    CHECK(says(message.blocks, "looks like it"));
}

TEST_CASE("an answer that is not sure says so", "[view]") {
    const Message sure = answer_message("beer", answer_of(1, true));
    const Message unsure = answer_message("beer", answer_of(1, false));
    CHECK_FALSE(says(sure.blocks, "Perhaps"));
    CHECK(says(unsure.blocks.front(), "Perhaps"));
    CHECK(unsure.text.starts_with("Perhaps"));
}

TEST_CASE("nothing that fits is said in one sentence", "[view]") {
    const Message message = answer_message("qwzx", search::Answer{});
    CHECK(message.text.find("Nothing fits *qwzx*") != std::string::npos);
    REQUIRE(message.blocks.size() == 1);
    CHECK(says(message.blocks, "Nothing fits *qwzx*"));
}

TEST_CASE("what a user typed cannot become markup", "[view]") {
    for (const auto& answer : {answer_of(1, true), answer_of(1, false), search::Answer{}}) {
        const Message message = answer_message("<!channel> & <@U1>\nline", answer);
        CHECK_FALSE(says(message.blocks, "<!channel>"));
        CHECK_FALSE(says(message.blocks, "<@U1>"));
        CHECK(message.text.find('<') == std::string::npos);
        CHECK(says(message.blocks, "&lt;!channel&gt; &amp; &lt;@U1&gt; line"));
    }
}

TEST_CASE("twenty hits stay within Slack's limits", "[view]") {
    search::Answer answer = answer_of(20, true);
    for (search::Hit& found : answer.hits) {
        found.name += std::string(90, 'x');
    }
    const auto duplicates = std::vector{match_of("other", "https://e/other.png")};
    for (const Message& message :
         {answer_message(std::string(500, 'q'), answer), picture_message(answer, duplicates)}) {
        CHECK(message.blocks.size() <= slack::max_blocks_per_message);
        CHECK(message.text.size() <= slack::max_message_characters);
        for (const json& block : message.blocks) {
            CHECK(block.dump().size() < slack::max_section_characters);
        }
        CHECK(pictures_in(message.blocks) == 20);
    }
}

TEST_CASE("a picture that Slack cannot fetch is left out, its name is not", "[view]") {
    search::Answer answer;
    answer.hits = {hit("local", "/home/me/local.png"), hit("data", "data:image/png;base64,xx"),
                   hit("empty", ""), hit("web", "https://e/web.png")};
    const Message message = answer_message("x", answer);
    CHECK(pictures_in(message.blocks) == 1);
    CHECK_FALSE(says(message.blocks, "/home/me"));
    for (const char* name : {"`:local:`", "`:data:`", "`:empty:`", "`:web:`"}) {
        CHECK(says(message.blocks, name));
    }
}

TEST_CASE("a picture that is there already is named, with what looks like it", "[view]") {
    const Message known =
        picture_message(answer_of(2, true), {match_of("beer", "https://e/beer.png")});
    CHECK(says(known.blocks.front(), "already there as `:beer:`"));
    CHECK(says(known.blocks, ":emoji0:"));
    CHECK(known.text.find("already there") != std::string::npos);

    const Message fresh = picture_message(answer_of(2, false), {});
    CHECK(says(fresh.blocks.front(), "not there yet"));
    CHECK(says(fresh.blocks, "perhaps"));
    CHECK(picture_message(search::Answer{}, {}).blocks.size() == 1);
}

TEST_CASE("of a picture that is only near it is said what is alike", "[view]") {
    using search::Likeness;
    auto match = match_of("beer", "https://e/beer.png");
    match.kind = search::DuplicateKind::near;
    const auto head = [&](Likeness likeness) {
        match.likeness = likeness;
        return picture_message(search::Answer{}, {match}).text;
    };
    CHECK_THAT(head(Likeness::whole), Contains("`:beer:`: it is much like it"));
    CHECK_THAT(head(Likeness::frame_of), Contains("`:beer:`: this looks like one of its frames"));
    CHECK_THAT(head(Likeness::has_frame), Contains("`:beer:`: it looks like a frame of this"));
    CHECK_THAT(head(Likeness::other_speed), Contains("`:beer:`: it is the same at another speed"));
}

TEST_CASE("help names every form of the command", "[view]") {
    const Message help = help_message();
    for (const char* form :
         {"/emoji beer", "/emoji :name:", "/emoji dupes", "/emoji map", "/emoji help", "DM"}) {
        CHECK(says(help.blocks, form));
    }
    CHECK_FALSE(help.text.empty());
}

}  // namespace emojiscope::bot
