#include "nearest_key.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace emojiscope::app;

TEST_CASE("letters inserted, left out, exchanged and swapped are counted", "[nearest]") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("results", "results") == 0);
    CHECK(edit_distance("reslts", "results") == 1);
    CHECK(edit_distance("resultts", "results") == 1);
    CHECK(edit_distance("rezults", "results") == 1);
    CHECK(edit_distance("reuslts", "results") == 1);
    CHECK(edit_distance("ca", "abc") == 3);  // a swap is not taken apart again
    CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("the nearest word is found, capitals and strokes apart", "[nearest]") {
    const std::vector<std::string> known{"alert_channel", "alert_kinds", "map_url", "port"};
    CHECK(nearest("alert_chanel", known) == "alert_channel");
    CHECK(nearest("alertChannel", known) == "alert_channel");
    CHECK(nearest("alert-kind", known) == "alert_kinds");
    CHECK(nearest("MAP_URL", known) == "map_url");
    CHECK(nearest("prot", known) == "port");
    CHECK(nearest("alert_channel_id", known) == "alert_channel");
    CHECK(nearest("alert", known) == "alert_channel");
    CHECK(did_you_mean("prot", known) == ": did you mean 'port'?");
}

TEST_CASE("what is near to nothing is not guessed at", "[nearest]") {
    const std::vector<std::string> known{"alert_channel", "en", "ja", "port"};
    CHECK_FALSE(nearest("colour", known).has_value());
    CHECK_FALSE(nearest("no", known).has_value());
    CHECK_FALSE(nearest("", known).has_value());
    CHECK_FALSE(nearest("_", known).has_value());
    CHECK_FALSE(nearest("ale", known).has_value());
    CHECK_FALSE(nearest("post_it", known).has_value());
    CHECK_FALSE(nearest(std::string(1'000'000, 'a'), known).has_value());
    CHECK_FALSE(nearest("port", {}).has_value());
    CHECK(did_you_mean("colour", known).empty());
}

TEST_CASE("of several the nearest is taken, of equals the first", "[nearest]") {
    const std::vector<std::string> known{"abcdeg", "abcdfg", "abcdef"};
    CHECK(nearest("abcdef", known) == "abcdef");
    CHECK(nearest("abcdeh", known) == "abcdeg");
}
