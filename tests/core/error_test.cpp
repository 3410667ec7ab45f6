#include "emojiscope/core/error.hpp"

#include <catch2/catch.hpp>

using namespace emojiscope;

TEST_CASE("a Result carries a value or one line of error", "[core][error]") {
    const Result<int> good = 3;
    const Result<int> bad = fail(ErrorCode::io, "cannot read x.png");
    CHECK(good.value() == 3);
    REQUIRE(bad.has_error());
    CHECK(bad.error().message == "cannot read x.png");
    CHECK_THROWS_AS(bad.value(), UncheckedError);
}
