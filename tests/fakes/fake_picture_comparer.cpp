#include "fakes/fake_picture_comparer.hpp"

#include <array>
#include <cmath>
#include <cstdlib>

namespace emojiscope::fakes {

search::Fingerprint fake_fingerprint(const RgbaImage& frame) {
    std::array<double, 3> sum{};
    for (std::size_t i = 0; i < frame.pixels.size(); ++i) {
        if (i % 4 < 3) {
            sum[i % 4] += frame.pixels[i];
        }
    }
    search::Fingerprint fingerprint;
    double squares = 0;
    for (const double value : sum) {
        const double mean = value * 4 / static_cast<double>(frame.pixels.size());
        fingerprint.sketch.push_back(static_cast<std::uint8_t>(std::lround(mean)));
        squares += mean * mean;
    }
    if (squares > 0) {
        for (const std::uint8_t channel : fingerprint.sketch) {
            fingerprint.descriptors.push_back(
                static_cast<float>(static_cast<double>(channel) / std::sqrt(squares)));
        }
    }
    return fingerprint;
}

Result<std::vector<std::optional<search::PictureMatch>>> FakePictureComparer::compare(
    std::span<const std::uint8_t> copy,
    std::span<const std::vector<std::uint8_t>> originals) const {
    if (copy.size() != 3) {
        return fail(ErrorCode::corrupt, "not a sketch");
    }
    std::vector<std::optional<search::PictureMatch>> matches;
    for (const std::vector<std::uint8_t>& original : originals) {
        if (original.size() != 3) {
            matches.emplace_back();
            continue;
        }
        int apart = 0;
        for (std::size_t c = 0; c < 3; ++c) {
            apart += std::abs(copy[c] - original[c]);
        }
        if (apart > 60) {
            matches.emplace_back();
        } else {
            const auto kind = apart <= 8 ? search::DuplicateKind::same_image
                                         : search::DuplicateKind::near;
            matches.push_back(search::PictureMatch{kind, 1.0 - apart / 100.0});
        }
    }
    return matches;
}

}  // namespace emojiscope::fakes
