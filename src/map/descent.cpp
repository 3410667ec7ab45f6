#include "descent.hpp"

#include <algorithm>
#include <cmath>

namespace emojiscope::map {
namespace {

/// R. A. Jacobs, 1988, with the figures of van der Maaten's implementation.
constexpr float gain_up = 0.2F;
constexpr float gain_down = 0.8F;
constexpr float least_gain = 0.01F;
/// Keeps the divisions finite when all points are far from all others.
constexpr double least_weights = 1e-12;

}  // namespace

template <int Dims>
Descent<Dims>::Descent(const Affinities& affinities, Coordinates start, double theta,
                       WorkTeam& team)
    : affinities_(affinities),
      team_(team),
      tree_(affinities.points(), theta),
      positions_(std::move(start)) {
    for (int d = 0; d < Dims; ++d) {
        attraction_[d].resize(affinities.points());
        gradient_[d].resize(affinities.points());
    }
    rest();
}

template <int Dims>
void Descent<Dims>::rest() {
    for (int d = 0; d < Dims; ++d) {
        speed_[d].assign(affinities_.points(), 0.0F);
        gains_[d].assign(affinities_.points(), 1.0F);
    }
}

template <int Dims>
void Descent<Dims>::attract() {
    AttractionInput<Dims> input{};
    input.rows = {affinities_.begin.data(), affinities_.column.data(), affinities_.value.data()};
    for (int d = 0; d < Dims; ++d) {
        input.coordinate[d] = positions_[d].data();
        input.force[d] = attraction_[d].data();
    }
    const LaneKernels& lanes = lane_kernels();
    team_.run(affinities_.points(), [&](std::size_t first, std::size_t last) {
        if constexpr (Dims == 2) {
            lanes.attract2(input, first, last);
        } else {
            lanes.attract3(input, first, last);
        }
    });
}

template <int Dims>
auto Descent<Dims>::gradient(double exaggeration) -> const Coordinates& {
    tree_.follow(positions_, team_);
    weights_ = std::max(tree_.repulse(gradient_, team_), least_weights);
    attract();
    const auto pull = static_cast<float>(4 * exaggeration);
    const auto push = static_cast<float>(4 / weights_);
    team_.run(affinities_.points(), [&](std::size_t first, std::size_t last) {
        for (int d = 0; d < Dims; ++d) {
            for (std::size_t i = first; i < last; ++i) {
                gradient_[d][i] = pull * attraction_[d][i] - push * gradient_[d][i];
            }
        }
    });
    return gradient_;
}

template <int Dims>
double Descent<Dims>::divergence() const {
    const std::size_t points = affinities_.points();
    std::vector<double> of_row(points);
    team_.run(points, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
            double sum = 0;
            for (std::size_t e = affinities_.begin[i]; e < affinities_.begin[i + 1]; ++e) {
                const double p = static_cast<double>(affinities_.value[e]);
                if (p == 0) {
                    continue;
                }
                double squared = 0;
                for (int d = 0; d < Dims; ++d) {
                    const double away = static_cast<double>(positions_[d][i]) -
                                        static_cast<double>(positions_[d][affinities_.column[e]]);
                    squared += away * away;
                }
                sum += p * std::log(p * (1 + squared));
            }
            of_row[i] = sum;
        }
    });
    double sum = 0;
    double all = 0;
    for (const double value : of_row) {
        sum += value;
    }
    for (const float value : affinities_.value) {
        all += static_cast<double>(value);
    }
    return sum + all * std::log(weights_);
}

template <int Dims>
void Descent<Dims>::step(double learning_rate, double momentum) {
    const auto rate = static_cast<float>(learning_rate);
    const auto kept = static_cast<float>(momentum);
    for (int d = 0; d < Dims; ++d) {
        for (std::size_t i = 0; i < positions_[d].size(); ++i) {
            const float slope = gradient_[d][i];
            float& speed = speed_[d][i];
            float& gain = gains_[d][i];
            gain = speed * slope < 0 ? gain + gain_up : std::max(gain * gain_down, least_gain);
            speed = kept * speed - rate * gain * slope;
            positions_[d][i] += speed;
        }
    }
}

template <int Dims>
double Descent<Dims>::gradient_norm() const {
    double sum = 0;
    for (const auto& along : gradient_) {
        for (const float slope : along) {
            sum += static_cast<double>(slope) * static_cast<double>(slope);
        }
    }
    return std::sqrt(sum);
}

template class Descent<2>;
template class Descent<3>;

}  // namespace emojiscope::map
