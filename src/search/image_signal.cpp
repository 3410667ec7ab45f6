#include "image_signal.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace emojiscope::search {
namespace {

// What is known of cosines before any is seen, as if so many pictures had shown it: a small library
// has no mean and deviation of its own to speak of. Measured on the default model.
constexpr double prior_pictures = 20;
constexpr double prior_mean = 0.05;
constexpr double prior_deviation = 0.1;

}  // namespace

ImageSignal::ImageSignal(std::vector<Neighbour> cosines) : cosines_(std::move(cosines)) {
    double sum = prior_pictures * prior_mean;
    double squares =
        prior_pictures * (prior_mean * prior_mean + prior_deviation * prior_deviation);
    for (const Neighbour& neighbour : cosines_) {
        const auto cosine = static_cast<double>(neighbour.cosine);
        sum += cosine;
        squares += cosine * cosine;
    }
    const double n = prior_pictures + static_cast<double>(cosines_.size());
    mean_ = sum / n;
    deviation_ = std::sqrt(squares / n - mean_ * mean_);
}

ImageSignal::Cursor::Cursor(const ImageSignal& signal, EmojiId first)
    : signal_(signal),
      next_(std::lower_bound(signal.cosines_.begin(), signal.cosines_.end(), first,
                             [](const Neighbour& neighbour, EmojiId id) {
                                 return neighbour.id < id;
                             })) {}

std::optional<ImageSignal::Fit> ImageSignal::Cursor::at(EmojiId id) {
    while (next_ != signal_.cosines_.end() && next_->id < id) {
        ++next_;
    }
    if (next_ == signal_.cosines_.end() || next_->id != id) {
        return std::nullopt;
    }
    const auto cosine = static_cast<double>(next_->cosine);
    return Fit{cosine, (cosine - signal_.mean_) / signal_.deviation_};
}

}  // namespace emojiscope::search
