#include "emojiscope/map/cluster_labels.hpp"

#include <catch2/catch.hpp>

using namespace emojiscope::map;

namespace {

/// Emoji of three clusters: 40 parrots, 40 blobs, 40 of neither; each fourth one is blue.
struct Sample {
    Sample() {
        for (std::size_t i = 0; i < 120; ++i) {
            const auto cluster = static_cast<std::uint32_t>(i / 40);
            std::vector<Term> own;
            if (cluster == 0) {
                own.push_back({"parrot", i % 4 == 0 ? "Parrot" : "parrot"});
            }
            if (cluster == 1) {
                own.push_back({"blob", "blob"});
            }
            if (cluster == 1 && i % 5 == 0) {
                own.push_back({"cheer", "cheer"});
            }
            if (i % 4 == 0) {
                own.push_back({"blue", "blue"});
            }
            own.push_back({"number " + std::to_string(i), "once"});
            terms.push_back(own);
            cluster_of.push_back(cluster);
        }
    }

    [[nodiscard]] std::vector<std::string> labels() const {
        return cluster_labels(terms, cluster_of, 3);
    }

    std::vector<std::vector<Term>> terms;
    std::vector<std::uint32_t> cluster_of;
};

}  // namespace

TEST_CASE("a cluster is called by what it has more of than the rest", "[map]") {
    const auto labels = Sample().labels();
    REQUIRE(labels.size() == 3);
    CHECK(labels[0] == "parrot");
    CHECK(labels[1] == "blob");  // cheer is said of blobs alone, so that it adds nothing
    CHECK(labels[2].empty());    // blue is everywhere
}

TEST_CASE("the most frequent spelling is shown", "[map]") {
    Sample sample;
    for (std::size_t i = 0; i < 40; ++i) {
        sample.terms[i].front().shown = i < 30 ? "PARROT" : "parrot";
    }
    CHECK(sample.labels().front() == "PARROT");
}

TEST_CASE("two halves of a cluster are both named", "[map]") {
    Sample sample;
    for (std::size_t i = 0; i < 40; ++i) {
        sample.terms[i] = {i % 2 == 0 ? Term{"cat", "cat"} : Term{"dog", "dog"}};
    }
    CHECK(sample.labels().front() == "cat · dog");
}

TEST_CASE("a term said twice of an emoji counts once", "[map]") {
    Sample sample;
    for (std::size_t i = 80; i < 82; ++i) {
        sample.terms[i].assign(30, {"odd", "odd"});
    }
    // Two of forty have it, and nobody else: typical, but not thirty times so.
    const auto twice = sample.labels();
    for (std::size_t i = 80; i < 82; ++i) {
        sample.terms[i].resize(1);
    }
    CHECK(sample.labels() == twice);
}

TEST_CASE("without terms, or without emoji, there is no label", "[map]") {
    const std::vector<std::vector<Term>> terms(4);
    const std::vector<std::uint32_t> cluster_of{0, 0, 1, 1};
    CHECK(cluster_labels(terms, cluster_of, 2) == std::vector<std::string>{"", ""});
    CHECK(cluster_labels({}, {}, 0).empty());
}
