// The adapter of search::TextReader over Tesseract, tuned for words drawn as emoji: one to three
// short lines in a picture of 64 to 128 pixels, mostly Japanese.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/search/text_reader.hpp"

#include <memory>

namespace emojiscope::text {

/// Safe from any thread; each caller works with engines of its own, on one core.
class StampReader final : public search::TextReader {
public:
    /// Error: not_found, with the Debian packages that are missing.
    [[nodiscard]] static Result<std::unique_ptr<StampReader>> open();
    ~StampReader() override;

    [[nodiscard]] Result<std::vector<search::ReadText>> read(
        const RgbaImage& picture) const override;
    [[nodiscard]] std::string version() const override;

private:
    struct Parts;
    explicit StampReader(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace emojiscope::text
