// How a query's words fit a name.
#include "name_signal.hpp"

#include "fakes/fake_language.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

namespace emojiscope::search {
namespace {

struct Names {
    fakes::FakeReadings readings;
    Language language{&readings, nullptr};

    [[nodiscard]] NameMatch match(const std::string& query,
                                  const std::vector<std::string>& names) const {
        keys.clear();
        for (const std::string& name : names) {
            keys.push_back(name_keys(name, language));
        }
        return match_names(analyse(query, language, false), keys);
    }
    [[nodiscard]] double score(const std::string& query, const std::string& name) const {
        return match(query, {name}).score;
    }

    mutable std::vector<NameKeys> keys;  ///< of the last match, which refers to them
};

}  // namespace

TEST_CASE("names fit in this order: equal, alike in sound, by word, from the start, within",
          "[search]") {
    const Names names;
    const std::vector<std::pair<std::string, std::string>> falling{
        {"ok", "ok"},        {"おーけー", "okee"}, {"ok", "ok_hand"}, {"ok", "okay"},
        {"ok", "very_okay"}, {"ok", "joking"},
    };
    for (std::size_t i = 1; i < falling.size(); ++i) {
        CAPTURE(falling[i - 1].second, falling[i].second);
        CHECK(names.score(falling[i - 1].first, falling[i - 1].second) >
              names.score(falling[i].first, falling[i].second));
    }
    CHECK(names.score("ok", "ko") == 0);
    CHECK(names.score("ok", "ok") == 1);
}

TEST_CASE("words in Latin letters that would sound alike in Japanese are not the same", "[search]") {
    const Names names;
    CHECK(names.score("hello", "hello-kitty") > names.score("hello", "hero"));
    CHECK(names.score("hello", "hero") > 0.7);  // it may be romaji all the same
    CHECK(names.score("へろー", "hero") > names.score("hello", "hero"));
}

TEST_CASE("neither separators, case, digits' joints nor the order of words matter", "[search]") {
    const Names names;
    CHECK(names.score("party_parrot", "party_parrot") == 1);
    CHECK(names.score("Party Parrot", "party_parrot") == 0.99);
    CHECK(names.score("party.parrot", "party-parrot") == 0.99);
    CHECK(names.score("parrot party", "party_parrot") > 0.75);
    CHECK(names.score("parrot 2", "parrot2") == 0.99);
    CHECK(names.score("parrot", "parrot2") > 0.75);
    CHECK(names.score("parrot party", "party_crab") == 0);
}

TEST_CASE("small typos are forgiven in words that are long enough", "[search]") {
    const Names names;
    for (const char* typo : {"parot", "parrrot", "praro", "pxrrot", "parrto"}) {
        CAPTURE(typo);
        const NameMatch match = names.match(typo, {"parrot"});
        if (std::string(typo) == "praro") {
            CHECK(match.score == 0);  // three edits
            continue;
        }
        CHECK(match.fit == NameFit::typo);
        CHECK(match.score > 0.4);
        CHECK(match.score < names.score("parrot", "party_parrot"));
    }
    CHECK(names.match("parot", {"party_parrot"}).fit == NameFit::typo);
    CHECK(names.score("cat", "cut") == 0);
    CHECK(names.score("celebrtaino", "celebration") > 0.4);
}

TEST_CASE("kana, katakana and romaji of any system are one", "[search]") {
    const Names names;
    for (const char* query : {"おつかれ", "オツカレ", "ｵﾂｶﾚ", "otukare", "otsukare"}) {
        for (const char* name : {"otsukare", "otukare", "おつかれ"}) {
            CAPTURE(query, name);
            CHECK(names.score(query, name) >= 0.9);
        }
    }
    CHECK(names.match("おつかれ", {"otsukare"}).fit == NameFit::sounds_like);
    CHECK(names.score("まだ", "mata") < 0.9);
}

TEST_CASE("kanji are found by their readings, and the other way", "[search]") {
    Names names;
    names.readings.known = {{"安心", {"あんしん"}}};
    CHECK(names.match("安心", {"annsinn"}).fit == NameFit::sounds_like);
    CHECK(names.match("annsinn", {"安心"}).fit == NameFit::sounds_like);
    CHECK(names.match("あんしん", {"安心"}).fit == NameFit::sounds_like);
    CHECK(names.score("不安", "annsinn") == 0);
}

TEST_CASE("the best of an emoji's names counts", "[search]") {
    const Names names;
    const NameMatch match = names.match("kermit", {"frog", "kermit", "kermit_the_frog"});
    REQUIRE(match.name != nullptr);
    CHECK(match.name->name == "kermit");
    CHECK(match.fit == NameFit::exact);
    CHECK(names.match("crab", {"frog", "kermit"}).name == nullptr);
}

TEST_CASE("edits are counted, swaps as one, and not beyond the limit", "[search]") {
    CHECK(edits_between("", "", 2) == 0);
    CHECK(edits_between("abc", "abc", 2) == 0);
    CHECK(edits_between("abc", "acb", 2) == 1);
    CHECK(edits_between("abc", "ab", 2) == 1);
    CHECK(edits_between("abc", "xbcd", 2) == 2);
    CHECK(edits_between("abc", "xyz", 2) == 3);
    CHECK(edits_between("a", "abcdef", 2) == 3);
    CHECK(edits_between(std::string(500, 'a'), std::string(500, 'a'), 2) == 3);  // too long to say
}

}  // namespace emojiscope::search
