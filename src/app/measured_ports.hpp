// Ports whose calls are costly, with a look at the clock around them.
#pragma once

#include "emojiscope/search/embedder.hpp"
#include "emojiscope/search/text_reader.hpp"

#include <chrono>
#include <cstddef>
#include <memory>

namespace emojiscope::app {

/// Told of each such call, on whichever thread made it, several at a time.
class CallMeter {
public:
    using Duration = std::chrono::steady_clock::duration;

    virtual ~CallMeter() = default;
    virtual void embedded_images(std::size_t pictures, Duration took, bool good) = 0;
    virtual void embedded_texts(Duration took, bool good) = 0;
    virtual void read_text(Duration took, bool good) = 0;
};

/// `meter` null: as it is. Otherwise it must outlive what is returned.
[[nodiscard]] std::unique_ptr<search::Embedder> measured(std::unique_ptr<search::Embedder> embedder,
                                                         CallMeter* meter);
[[nodiscard]] std::unique_ptr<search::TextReader> measured(
    std::unique_ptr<search::TextReader> reader, CallMeter* meter);

}  // namespace emojiscope::app
