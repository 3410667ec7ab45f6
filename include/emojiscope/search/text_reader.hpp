// Port: the words drawn in a picture.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"

#include <string>
#include <vector>

namespace emojiscope::search {

/// What a picture may say.
struct ReadText {
    std::string text;       ///< UTF-8, NFKC, no white space between Japanese characters
    double confidence = 0;  ///< 0 to 1, the engine's own

    friend bool operator==(const ReadText&, const ReadText&) = default;
};

/// Blocking; safe from any thread.
class TextReader {
public:
    virtual ~TextReader() = default;

    /// Every plausible reading of the words in one picture (straight RGBA), best first, at most
    /// eight, no two equal; empty: no words.
    [[nodiscard]] virtual Result<std::vector<ReadText>> read(const RgbaImage& picture) const = 0;

    /// Changes when pictures should be read anew.
    [[nodiscard]] virtual std::string version() const = 0;
};

}  // namespace emojiscope::search
