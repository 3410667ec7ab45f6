#include "affinities.hpp"

#include "lanes.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

namespace emojiscope::map {
namespace {

/// Points asked for together: few enough that a stop is soon seen.
constexpr std::size_t batch = 512;

constexpr int most_bisections = 100;
constexpr double entropy_tolerance = 1e-5;

/// Of one point: takes the neighbours that the index found, without the point itself.
void take_row(std::span<const search::Neighbour> found, std::size_t point, std::size_t each,
              NeighbourTable& table) {
    std::size_t taken = 0;
    for (const search::Neighbour& neighbour : found) {
        const auto id = static_cast<std::size_t>(neighbour.id);
        if (id == point || taken == each) {
            continue;
        }
        table.ids[point * each + taken] = static_cast<std::uint32_t>(id);
        // Of unit vectors: |a - b|² = 2 - 2 ab.
        table.squared[point * each + taken] = std::max(0.0F, 2.0F - 2.0F * neighbour.cosine);
        ++taken;
    }
}

/// The conditional distribution of one row: p_j|i for its neighbours, summing up to 1.
void condition(std::span<const float> squared, double perplexity, std::span<double> p) {
    const double wanted = std::log(perplexity);
    const double nearest = squared.front();  // taken off, so that something is left of every sum
    double low = 0;
    double high = 0;  // 0: none known yet
    double beta = 1;
    for (int i = 0; i < most_bisections; ++i) {
        double sum = 0;
        double weighted = 0;
        for (std::size_t j = 0; j < squared.size(); ++j) {
            const double distance = squared[j] - nearest;
            p[j] = std::exp(-beta * distance);
            sum += p[j];
            weighted += p[j] * distance;
        }
        const double entropy = std::log(sum) + beta * weighted / sum;
        for (double& value : p) {
            value /= sum;
        }
        if (std::abs(entropy - wanted) <= entropy_tolerance) {
            return;
        }
        if (entropy > wanted) {
            low = beta;
            beta = high == 0 ? beta * 2 : (beta + high) / 2;
        } else {
            high = beta;
            beta = (low + beta) / 2;
        }
    }
}

/// Row i of the transposed table: who has point i as a neighbour.
struct Transposed {
    std::vector<std::size_t> begin;
    std::vector<std::uint32_t> from;
    std::vector<float> value;
};

Transposed transpose(const NeighbourTable& neighbours, std::span<const float> p) {
    const std::size_t points = neighbours.ids.size() / neighbours.each;
    Transposed out;
    out.begin.resize(points + 1);
    for (const std::uint32_t id : neighbours.ids) {
        ++out.begin[id + 1];
    }
    std::partial_sum(out.begin.begin(), out.begin.end(), out.begin.begin());
    out.from.resize(neighbours.ids.size());
    out.value.resize(neighbours.ids.size());
    std::vector<std::size_t> next(out.begin.begin(), out.begin.end() - 1);
    for (std::size_t i = 0; i < points; ++i) {
        for (std::size_t e = i * neighbours.each; e < (i + 1) * neighbours.each; ++e) {
            const std::size_t place = next[neighbours.ids[e]]++;
            out.from[place] = static_cast<std::uint32_t>(i);
            out.value[place] = p[e];
        }
    }
    return out;
}

using Entry = std::pair<std::uint32_t, float>;

/// p_j|i + p_i|j for every j with either, by j.
std::vector<Entry> symmetric_row(const NeighbourTable& neighbours, std::span<const float> p,
                                 const Transposed& transposed, std::size_t point) {
    std::vector<Entry> row;
    for (std::size_t e = point * neighbours.each; e < (point + 1) * neighbours.each; ++e) {
        row.emplace_back(neighbours.ids[e], p[e]);
    }
    for (std::size_t e = transposed.begin[point]; e < transposed.begin[point + 1]; ++e) {
        row.emplace_back(transposed.from[e], transposed.value[e]);
    }
    std::sort(row.begin(), row.end());
    std::size_t kept = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (kept > 0 && row[kept - 1].first == row[i].first) {
            row[kept - 1].second += row[i].second;
        } else {
            row[kept++] = row[i];
        }
    }
    row.resize(kept);
    return row;
}

std::vector<float> condition_all(const NeighbourTable& neighbours, double perplexity,
                                 WorkTeam& team) {
    const std::size_t each = neighbours.each;
    std::vector<float> p(neighbours.ids.size());
    team.run(p.size() / each, [&](std::size_t first, std::size_t last) {
        std::vector<double> row(each);
        for (std::size_t i = first; i < last; ++i) {
            condition(std::span(neighbours.squared).subspan(i * each, each), perplexity, row);
            std::transform(row.begin(), row.end(),
                           p.begin() + static_cast<std::ptrdiff_t>(i * each),
                           [](double value) { return static_cast<float>(value); });
        }
    });
    return p;
}

}  // namespace

Result<NeighbourTable> nearest_neighbours(
    const PointsView& points, search::VectorIndex& index, std::size_t each,
    const std::stop_token& stop, const std::function<void(std::size_t points_done)>& progress) {
    const std::size_t count = points.size();
    std::vector<std::int64_t> ids(count);
    std::iota(ids.begin(), ids.end(), 0);
    if (auto added = index.add(ids, points.values); !added) {
        return added.error();
    }
    NeighbourTable table{each, std::vector<std::uint32_t>(count * each),
                         std::vector<float>(count * each)};
    for (std::size_t first = 0; first < count; first += batch) {
        if (stop.stop_requested()) {
            return fail(ErrorCode::cancelled, "the map was stopped");
        }
        const std::size_t size = std::min(batch, count - first);
        // One more, since a point is its own nearest neighbour.
        auto found = index.search_many(
            points.values.subspan(first * points.dimension, size * points.dimension), each + 1);
        if (!found) {
            return found.error();
        }
        for (std::size_t i = 0; i < size; ++i) {
            take_row((*found)[i], first + i, each, table);
        }
        progress(first + size);
    }
    return table;
}

Affinities make_affinities(const NeighbourTable& neighbours, double perplexity, WorkTeam& team) {
    const std::vector<float> p = condition_all(neighbours, perplexity, team);
    const Transposed transposed = transpose(neighbours, p);
    const std::size_t points = p.size() / neighbours.each;
    std::vector<std::vector<Entry>> rows(points);
    team.run(points, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
            rows[i] = symmetric_row(neighbours, p, transposed, i);
        }
    });
    Affinities all;
    all.begin.reserve(points + 1);
    all.begin.push_back(0);
    const double scale = 1.0 / (2.0 * static_cast<double>(points));
    for (std::size_t i = 0; i < points; ++i) {
        for (const auto& [column, value] : rows[i]) {
            all.column.push_back(column);
            all.value.push_back(static_cast<float>(value * scale));
        }
        while (all.column.size() % lane_count != 0) {
            all.column.push_back(static_cast<std::uint32_t>(i));
            all.value.push_back(0.0F);
        }
        all.begin.push_back(all.column.size());
    }
    return all;
}

}  // namespace emojiscope::map
