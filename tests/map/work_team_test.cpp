#include "work_team.hpp"

#include <catch2/catch.hpp>

#include <numeric>
#include <stdexcept>

using emojiscope::map::WorkTeam;

TEST_CASE("every part of the work is done once, by however many", "[map]") {
    for (const unsigned threads : {1U, 2U, 5U}) {
        WorkTeam team(threads);
        for (const std::size_t count : {0U, 1U, 3U, 100U}) {
            std::vector<int> done(count);
            team.run(count, [&](std::size_t first, std::size_t last) {
                for (std::size_t i = first; i < last; ++i) {
                    ++done[i];
                }
            });
            CHECK(std::accumulate(done.begin(), done.end(), 0) == static_cast<int>(count));
        }
    }
}

TEST_CASE("what a part throws is thrown to the caller, and the team works on", "[map]") {
    WorkTeam team(3);
    for (const std::size_t thrower : {0U, 50U, 99U}) {
        std::atomic<std::size_t> done{0};
        const auto work = [&](std::size_t first, std::size_t last) {
            if (first <= thrower && thrower < last) {
                throw std::runtime_error("no memory");
            }
            done += last - first;
        };
        CHECK_THROWS_WITH(team.run(100, work), "no memory");
        CHECK(done > 60);  // all others have ended
        CHECK(done < 70);
    }
    std::atomic<std::size_t> done{0};
    team.run(100, [&](std::size_t first, std::size_t last) { done += last - first; });
    CHECK(done == 100);
}
