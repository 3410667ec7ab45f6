// Where the descent begins: the points along their principal axes.
#pragma once

#include "work_team.hpp"

#include "emojiscope/map/tsne.hpp"

#include <cstdint>
#include <vector>

namespace emojiscope::map {

/// The centred points' coordinates along their first `dims` principal axes, row-major; by subspace
/// iteration from a seeded start, which is enough for a beginning (axes of about the same variance
/// may come out turned among themselves). Zeros where the points have fewer axes.
[[nodiscard]] std::vector<float> along_principal_axes(const PointsView& points, int dims,
                                                      std::uint64_t seed, WorkTeam& team);

}  // namespace emojiscope::map
