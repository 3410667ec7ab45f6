// What is writing, and what only looks like it.
#include "writing.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace emojiscope::text {
namespace {

using Looks = std::vector<search::ReadText>;

}  // namespace

TEST_CASE("texts are as alike as their longest common subsequence is long", "[text]") {
    CHECK(alikeness(U"当然魔族", U"当然魔族") == 1);
    CHECK(alikeness(U"当然魔族", U"当黙魔族") == Approx(0.75));
    CHECK(alikeness(U"abc", U"xyz") == 0);
    CHECK(alikeness(U"abcd", U"ab") == Approx(2.0 * 2 / 6));
    CHECK(alikeness(U"", U"") == 0);
    CHECK(alikeness(U"ab", U"ba") == alikeness(U"ba", U"ab"));
}

TEST_CASE("looks that agree are writing, looks that differ are not", "[text]") {
    const Looks agreeing{{"当然魔族", 0.5}, {"当然魔族", 0.45}, {"", 0}};
    CHECK(is_writing(agreeing, true));
    const Looks differing{{"し留", 0.6}, {"4人", 0.55}, {"ハラ", 0.4}};
    CHECK_FALSE(is_writing(differing, true));
    CHECK_FALSE(is_writing(differing, false));
    CHECK_FALSE(is_writing({}, true));
    CHECK_FALSE(is_writing(Looks{{"", 0.95}, {"", 0.95}}, true));
}

TEST_CASE("one look is enough if it is sure", "[text]") {
    CHECK(is_writing(Looks{{"大劇場", 0.9}, {"", 0}}, false));
    CHECK_FALSE(is_writing(Looks{{"大劇場", 0.6}, {"", 0}}, false));
    CHECK_FALSE(is_writing(Looks{{"大劇場", 0.6}, {"", 0}}, true));
}

TEST_CASE("what has many colours must prove more", "[text]") {
    const Looks looks{{"もア3", 0.6}, {"kア3", 0.78}, {"アノ", 0.5}};
    CHECK_FALSE(is_writing(looks, false));
    const Looks fair{{"了解です", 0.5}, {"了解で", 0.45}};
    CHECK(is_writing(fair, true));
    CHECK_FALSE(is_writing(fair, false));
}

TEST_CASE("digits and single signs are seen anywhere", "[text]") {
    CHECK_FALSE(is_writing(Looks{{"71", 0.7}, {"71", 0.7}, {"1", 0.9}}, true));
    CHECK_FALSE(is_writing(Looks{{"ノ", 0.7}, {"く", 0.6}}, true));
    CHECK(is_writing(Looks{{"祝", 0.8}, {"祝", 0.7}}, true));
    CHECK(is_writing(Looks{{"祝", 0.98}}, false));
}

}  // namespace emojiscope::text
