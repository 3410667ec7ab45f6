#include "fusion.hpp"

#include <algorithm>
#include <cmath>

namespace emojiscope::search {
namespace {

double logistic(double x) {
    return 1 / (1 + std::exp(-x));
}

/// Fewer pictures than this are counted as so many.
constexpr std::size_t fewest_pictures = 100;

double of_text(double score) {
    return 0.99 * logistic(18 * (score - 0.91));
}

double of_meaning(double score) {
    return 0.90 * logistic(9 * (score - 0.90));
}

constexpr double most_by_looks = 0.98;
constexpr double for_deviations = 2.12;
constexpr double for_written = 1.7;

/// What the looks weigh beside the deviations.
double for_query(double coverage, std::size_t pictures) {
    const auto among = static_cast<double>(std::max(pictures, fewest_pictures));
    return 5 * coverage - std::log(among) - 7.6;
}

double of_image(double deviations, const Evidence& evidence) {
    return most_by_looks * logistic(for_deviations * deviations - for_written * evidence.written +
                                    for_query(evidence.coverage, evidence.pictures));
}

}  // namespace

Probabilities fuse(const Evidence& evidence) {
    Probabilities p;
    p.name = evidence.name.value_or(0);
    p.text = evidence.text && *evidence.text > 0 ? of_text(*evidence.text) : 0;
    p.meaning = evidence.meaning && *evidence.meaning > 0 ? of_meaning(*evidence.meaning) : 0;
    p.image = evidence.deviations ? of_image(*evidence.deviations, evidence) : 0;
    p.all = 1 - (1 - p.name) * (1 - p.text) * (1 - p.meaning) * (1 - p.image);
    return p;
}

double deviations_for(double probability, double coverage, std::size_t pictures) {
    const double share = std::clamp(probability / most_by_looks, 0.0, 1.0);
    const double log_odds = std::log(share / (1 - share));  // infinite at 0 and 1
    return (log_odds - for_query(coverage, pictures)) / for_deviations;
}

}  // namespace emojiscope::search
