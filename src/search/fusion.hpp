// All that speaks for an emoji, in one number.
//
// Each signal's score is first made a probability that the emoji is a good answer, by a logistic
// curve learnt from labelled queries (tests/eval/fit_fusion.py); the probabilities are then joined
// as independent reasons, by noisy-or (J. Pearl, "Probabilistic Reasoning in Intelligent Systems",
// 1988):  p = 1 - (1 - p_name)(1 - p_text)(1 - p_concept)(1 - p_image).
//
// p_name is the score itself (name_signal.hpp). With s(x) = 1 / (1 + exp(-x)):
//   p_text    = 0.99 s(18 (score - 0.91))
//   p_concept = 0.90 s(9 (score - 0.90))
//   p_image   = 0.98 s(2.12 deviations + 5 coverage - 1.7 written - ln pictures - 7.6)
// A picture is the less likely to be the one that is meant the more there are, and looks say little
// of a query whose words are for nothing that is drawn as emoji, and of a picture of words.
#pragma once

#include <cstddef>
#include <optional>

namespace emojiscope::search {

/// What the signals say of one emoji; null: nothing, or switched off.
struct Evidence {
    std::optional<double> name;        ///< 0 to 1
    std::optional<double> text;        ///< 0 to 1
    std::optional<double> meaning;     ///< 0 to 1, by concepts
    std::optional<double> deviations;  ///< of the cosine, over the mean of all pictures
    double coverage = 1;               ///< how much of the query is words for emoji, 0 to 1
    double written = 0;                ///< how surely words are drawn in the picture, 0 to 1
    std::size_t pictures = 0;          ///< among how many this is one
};

struct Probabilities {
    double name = 0;
    double text = 0;
    double meaning = 0;
    double image = 0;
    double all = 0;
};

[[nodiscard]] Probabilities fuse(const Evidence& evidence);

/// The deviations with which the looks alone make a picture without words so likely.
[[nodiscard]] double deviations_for(double probability, double coverage, std::size_t pictures);

/// From here on the answer is given without a 'perhaps'.
inline constexpr double confident_probability = 0.4;

}  // namespace emojiscope::search
