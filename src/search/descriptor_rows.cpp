#include "descriptor_rows.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

namespace emojiscope::search {
namespace {

/// A copy is nearer to its original than this; the furthest seen were cropped by 5 % a side.
constexpr float least_cosine = 0.80F;
/// Rounding leaves the square of a unit vector's length well within this of 1.
constexpr double unit_tolerance = 1e-3;

}  // namespace

bool are_unit_rows(std::span<const float> values, std::size_t width) {
    if (values.size() % width != 0) {
        return false;
    }
    for (std::size_t begin = 0; begin < values.size(); begin += width) {
        double squares = 0;
        for (const float value : values.subspan(begin, width)) {
            squares += static_cast<double>(value) * static_cast<double>(value);
        }
        if (!(std::abs(squares - 1.0) <= unit_tolerance)) {  // also true of NaN
            return false;
        }
    }
    return true;
}

std::vector<EmojiId> nearest(std::span<const std::vector<Neighbour>> found) {
    std::unordered_map<EmojiId, float> best;
    for (const std::vector<Neighbour>& neighbours : found) {
        for (const Neighbour& neighbour : neighbours) {
            if (neighbour.cosine >= least_cosine) {
                const auto [at, is_new] = best.emplace(neighbour.id, neighbour.cosine);
                at->second = std::max(at->second, neighbour.cosine);
            }
        }
    }
    std::vector<std::pair<float, EmojiId>> ranked;
    for (const auto& [id, cosine] : best) {
        ranked.emplace_back(-cosine, id);
    }
    std::sort(ranked.begin(), ranked.end());
    std::vector<EmojiId> ids;
    for (const auto& [cosine, id] : ranked) {
        ids.push_back(id);
    }
    return ids;
}

}  // namespace emojiscope::search
