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
    return 0.97 * logistic(18 * (score - 0.90));
}

double of_meaning(double score) {
    return 0.90 * logistic(9 * (score - 0.86));
}

double of_image(double deviations, double coverage, std::size_t pictures) {
    const auto among = static_cast<double>(std::max(pictures, fewest_pictures));
    return 0.17 * logistic(1.74 * deviations + 2.5 * coverage - 0.5 * std::log(among) - 6.2);
}

}  // namespace

Probabilities fuse(const Evidence& evidence) {
    Probabilities p;
    p.name = evidence.name.value_or(0);
    p.text = evidence.text && *evidence.text > 0 ? of_text(*evidence.text) : 0;
    p.meaning = evidence.meaning && *evidence.meaning > 0 ? of_meaning(*evidence.meaning) : 0;
    p.image = evidence.deviations
                  ? of_image(*evidence.deviations, evidence.coverage, evidence.pictures)
                  : 0;
    p.all = 1 - (1 - p.name) * (1 - p.text) * (1 - p.meaning) * (1 - p.image);
    return p;
}

}  // namespace emojiscope::search
