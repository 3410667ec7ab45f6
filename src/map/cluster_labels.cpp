#include "emojiscope/map/cluster_labels.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace emojiscope::map {
namespace {

constexpr std::size_t terms_shown = 3;
/// The prior weighs as much as so many emoji of the whole collection.
constexpr double prior_emoji = 20;
/// Two emoji with a word in common may be chance; and below this many deviations it mostly is.
constexpr std::size_t fewest_emoji = 2;
constexpr double least_deviations = 2;
/// A term that less than this share of a cluster has does not stand for it…
constexpr double least_share = 0.02;
/// …and one that is said of about the same emoji as an earlier one adds nothing.
constexpr double most_overlap = 0.6;

using Members = std::set<std::size_t>;

struct Usage {
    std::map<std::string, std::size_t> spellings;  ///< how often each is shown
    Members emoji;
};

struct Scored {
    double deviations;
    const Usage* usage;
    Members inside;  ///< its emoji in the cluster
};

double log_odds(double count, double all) {
    return std::log(count / (all - count));
}

/// How much more frequent the term is in the cluster than outside it.
double deviations(double inside, double cluster, double everywhere, double all) {
    const double prior = prior_emoji * everywhere / all;
    const double in = inside + prior;
    const double out = everywhere - inside + prior;
    const double difference =
        log_odds(in, cluster + prior_emoji) - log_odds(out, all - cluster + prior_emoji);
    return difference / std::sqrt(1 / in + 1 / out);
}

const std::string& spelling(const Usage& usage) {
    return std::max_element(usage.spellings.begin(), usage.spellings.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
}

double overlap(const Members& a, const Members& b) {
    std::size_t both = 0;
    for (const std::size_t emoji : a) {
        both += b.count(emoji);
    }
    return static_cast<double>(both) / static_cast<double>(std::min(a.size(), b.size()));
}

std::string label_of(std::vector<Scored>& scored) {
    std::stable_sort(scored.begin(), scored.end(),
                     [](const Scored& a, const Scored& b) { return a.deviations > b.deviations; });
    std::vector<const Scored*> chosen;
    for (const Scored& term : scored) {
        const bool repeats = std::any_of(chosen.begin(), chosen.end(), [&](const Scored* earlier) {
            return overlap(term.inside, earlier->inside) > most_overlap;
        });
        if (!repeats) {
            chosen.push_back(&term);
        }
        if (chosen.size() == terms_shown) {
            break;
        }
    }
    std::string label;
    for (const Scored* term : chosen) {
        label += (label.empty() ? "" : " · ") + spelling(*term->usage);
    }
    return label;
}

}  // namespace

std::vector<std::string> cluster_labels(std::span<const std::vector<Term>> terms,
                                        std::span<const std::uint32_t> cluster_of,
                                        std::size_t clusters) {
    std::map<std::string, Usage> usages;
    std::vector<std::size_t> sizes(clusters);
    for (std::size_t i = 0; i < terms.size(); ++i) {
        ++sizes[cluster_of[i]];
        for (const Term& term : terms[i]) {
            Usage& usage = usages[term.key];
            if (usage.emoji.insert(i).second) {
                ++usage.spellings[term.shown];
            }
        }
    }
    std::vector<std::vector<Scored>> scored(clusters);
    const auto all = static_cast<double>(terms.size());
    for (const auto& [key, usage] : usages) {
        std::vector<Members> inside(clusters);
        for (const std::size_t emoji : usage.emoji) {
            inside[cluster_of[emoji]].insert(emoji);
        }
        for (std::size_t c = 0; c < clusters; ++c) {
            const auto count = static_cast<double>(inside[c].size());
            const auto size = static_cast<double>(sizes[c]);
            if (inside[c].size() < fewest_emoji || count < least_share * size) {
                continue;
            }
            const double value =
                deviations(count, size, static_cast<double>(usage.emoji.size()), all);
            if (value >= least_deviations) {
                scored[c].push_back({value, &usage, std::move(inside[c])});
            }
        }
    }
    std::vector<std::string> labels;
    for (auto& of_cluster : scored) {
        labels.push_back(label_of(of_cluster));
    }
    return labels;
}

}  // namespace emojiscope::map
