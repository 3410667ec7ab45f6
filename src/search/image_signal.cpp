#include "image_signal.hpp"

#include <cmath>

namespace emojiscope::search {
namespace {

// What is known of cosines before any is seen, as if so many pictures had shown it: a small library
// has no mean and deviation of its own to speak of. Measured on the default model.
constexpr double prior_pictures = 20;
constexpr double prior_mean = 0.05;
constexpr double prior_deviation = 0.1;

}  // namespace

ImageSignal::ImageSignal(std::span<const Neighbour> neighbours) {
    double sum = prior_pictures * prior_mean;
    double squares =
        prior_pictures * (prior_mean * prior_mean + prior_deviation * prior_deviation);
    for (const Neighbour& neighbour : neighbours) {
        const auto cosine = static_cast<double>(neighbour.cosine);
        sum += cosine;
        squares += cosine * cosine;
    }
    const double n = prior_pictures + static_cast<double>(neighbours.size());
    const double mean = sum / n;
    const double deviation = std::sqrt(squares / n - mean * mean);
    fits_.reserve(neighbours.size());
    for (const Neighbour& neighbour : neighbours) {
        const auto cosine = static_cast<double>(neighbour.cosine);
        fits_.emplace(neighbour.id, Fit{cosine, (cosine - mean) / deviation});
    }
}

const ImageSignal::Fit* ImageSignal::of(EmojiId id) const {
    const auto found = fits_.find(id);
    return found == fits_.end() ? nullptr : &found->second;
}

}  // namespace emojiscope::search
