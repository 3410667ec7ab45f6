// All that speaks for an emoji, in one number.
//
// Each signal's score is first made a probability that the emoji is a good answer, by a logistic
// curve learnt from labelled queries (tests/eval/README.md); the probabilities are then joined as
// independent reasons, by noisy-or (J. Pearl, "Probabilistic Reasoning in Intelligent Systems",
// 1988):  p = 1 - (1 - p_name)(1 - p_text)(1 - p_concept)(1 - p_image).
#pragma once

#include <optional>

namespace emojiscope::search {

/// What the signals say of one emoji; null: nothing, or switched off.
struct Evidence {
    std::optional<double> name;         ///< 0 to 1
    std::optional<double> text;         ///< 0 to 1
    std::optional<double> meaning;      ///< 0 to 1, by concepts
    std::optional<double> deviations;   ///< of the cosine, over the mean of all pictures
};

struct Probabilities {
    double name = 0;
    double text = 0;
    double meaning = 0;
    double image = 0;
    double all = 0;
};

[[nodiscard]] Probabilities fuse(const Evidence& evidence);

/// Below this the best hit is no answer: nothing fits.
inline constexpr double least_probability = 0.12;
/// From here on the answer is given without a 'perhaps'.
inline constexpr double confident_probability = 0.4;

}  // namespace emojiscope::search
