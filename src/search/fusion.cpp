#include "fusion.hpp"

#include <algorithm>
#include <cmath>

namespace emojiscope::search {
namespace {

/// most / (1 + exp(-slope * (x - middle)))
struct Logistic {
    double most;
    double slope;
    double middle;

    [[nodiscard]] double operator()(double x) const {
        return most / (1 + std::exp(-slope * (x - middle)));
    }
};

constexpr Logistic text_curve{0.97, 14, 0.70};
constexpr Logistic meaning_curve{0.85, 8, 0.55};
constexpr Logistic image_curve{0.6, 1.6, 3.87};

}  // namespace

Probabilities fuse(const Evidence& evidence) {
    Probabilities p;
    p.name = evidence.name.value_or(0);
    p.text = evidence.text && *evidence.text > 0 ? text_curve(*evidence.text) : 0;
    p.meaning = evidence.meaning && *evidence.meaning > 0 ? meaning_curve(*evidence.meaning) : 0;
    p.image = evidence.deviations ? image_curve(*evidence.deviations) : 0;
    p.all = 1 - (1 - p.name) * (1 - p.text) * (1 - p.meaning) * (1 - p.image);
    return p;
}

}  // namespace emojiscope::search
