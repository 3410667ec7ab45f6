#include "emojiscope/map/tsne.hpp"

#include "affinities.hpp"
#include "descent.hpp"
#include "principal_axes.hpp"
#include "seeded.hpp"
#include "work_team.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace emojiscope::map {
namespace {

constexpr double most_points = 1'000'000;

/// The standard deviation of the start along its first axis, as scikit-learn has it: so little that
/// all points feel one another.
constexpr double start_spread = 1e-4;
/// Of that, what is drawn by chance: equal points would otherwise stay together for ever.
constexpr double start_noise = 0.01;

/// Neighbours that count for a perplexity: further ones have next to no weight.
constexpr double neighbours_per_perplexity = 3;

constexpr double first_momentum = 0.5;
constexpr double last_momentum = 0.8;
constexpr double least_learning_rate = 50;
/// The divergence is looked at every so many steps…
constexpr int check_every = 50;
/// …and the descent ends when so many brought nothing, or the slope is as flat as this.
constexpr int patience = 300;
constexpr double flat = 1e-7;

/// What the neighbours take of the progress, in steps.
constexpr std::size_t neighbour_steps = 50;

/// A box reaches as far as sqrt(dims) times its longest side: with a larger theta one that holds a
/// point might be taken for a distant one.
double most_theta(int dims) {
    return 1 / std::sqrt(dims);
}

Error stopped() {
    return fail(ErrorCode::cancelled, "the map was stopped");
}

Result<void> check(const PointsView& points, const search::VectorIndex& index,
                   const TsneOptions& options) {
    const std::size_t count = points.size();
    if (options.dims != 2 && options.dims != 3) {
        return fail(ErrorCode::invalid_argument,
                    "a map has 2 or 3 dimensions, not " + std::to_string(options.dims));
    }
    if (points.dimension == 0 || points.values.size() != count * points.dimension ||
        static_cast<std::size_t>(index.dimension()) != points.dimension ||
        static_cast<double>(count) > most_points) {
        return fail(ErrorCode::invalid_argument, "the points of the map have no usable shape");
    }
    if (options.iterations < 1 || options.exaggerated < 0 || !(options.exaggeration >= 1) ||
        !std::isfinite(options.exaggeration) ||
        !(options.theta >= 0 && options.theta <= most_theta(options.dims))) {
        return fail(ErrorCode::invalid_argument,
                    "the map needs at least one step, a finite exaggeration of at least 1 and a "
                    "theta from 0 to " +
                        std::to_string(most_theta(options.dims)));
    }
    const double most = std::max(1.0, static_cast<double>(count) - 1);
    if (options.perplexity != 0 && !(options.perplexity >= 1 && options.perplexity <= most)) {
        return fail(ErrorCode::invalid_argument, "the perplexity for " + std::to_string(count) +
                                                     " points must lie between 1 and " +
                                                     std::to_string(static_cast<long long>(most)));
    }
    return {};
}

template <int Dims>
typename Descent<Dims>::Coordinates start_of(const PointsView& points, const TsneOptions& options,
                                             WorkTeam& team) {
    const std::vector<float> axes = along_principal_axes(points, Dims, options.seed, team);
    double squares = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const double along = static_cast<double>(axes[i * Dims]);
        squares += along * along;
    }
    const double deviation = std::sqrt(squares / static_cast<double>(points.size()));
    const double scale = deviation > 0 ? start_spread / deviation : 0;
    SeededNormal random(options.seed + 1);
    typename Descent<Dims>::Coordinates start;
    for (int d = 0; d < Dims; ++d) {
        start[static_cast<std::size_t>(d)].resize(points.size());
    }
    for (std::size_t i = 0; i < points.size(); ++i) {
        for (std::size_t d = 0; d < Dims; ++d) {
            const double noise = (deviation > 0 ? start_noise : 1) * start_spread * random();
            start[d][i] =
                static_cast<float>(static_cast<double>(axes[i * Dims + d]) * scale + noise);
        }
    }
    return start;
}

template <int Dims>
Layout layout_of(const typename Descent<Dims>::Coordinates& positions) {
    Layout layout;
    layout.dims = Dims;
    const std::size_t points = positions[0].size();
    layout.positions.resize(points * Dims);
    for (std::size_t d = 0; d < Dims; ++d) {
        double sum = 0;
        for (const float value : positions[d]) {
            sum += static_cast<double>(value);
        }
        const auto mean = static_cast<float>(sum / static_cast<double>(points));
        for (std::size_t i = 0; i < points; ++i) {
            layout.positions[i * Dims + d] = positions[d][i] - mean;
        }
    }
    return layout;
}

/// Decides when enough is enough.
class Judge {
public:
    /// True if going on is pointless after `done` steps.
    bool ends(int done, double divergence, double slope) {
        if (divergence < best_) {
            best_ = divergence;
            best_at_ = done;
        }
        return done - best_at_ > patience || slope <= flat;
    }
    void begin_at(int done) {
        best_ = HUGE_VAL;
        best_at_ = done;
    }

private:
    double best_ = HUGE_VAL;
    int best_at_ = 0;
};

template <int Dims>
Result<Layout> descend(const Affinities& affinities, typename Descent<Dims>::Coordinates start,
                       const TsneOptions& options, WorkTeam& team) {
    Descent<Dims> descent(affinities, std::move(start), options.theta, team);
    const double rate = std::max(
        static_cast<double>(affinities.points()) / options.exaggeration / 4, least_learning_rate);
    const int exaggerated = std::min(options.exaggerated, options.iterations);
    const auto all = static_cast<std::size_t>(options.iterations) + neighbour_steps;
    Judge judge;
    int done = 0;
    while (done < options.iterations) {
        if (options.stop.stop_requested()) {
            return stopped();
        }
        if (done == exaggerated) {
            descent.rest();
            judge.begin_at(done);
        }
        const bool early = done < exaggerated;
        static_cast<void>(descent.gradient(early ? options.exaggeration : 1));
        // Of the places that the gradient was taken at, as the divergence needs it.
        const bool ends = !early && done % check_every == 0 &&
                          judge.ends(done, descent.divergence(), descent.gradient_norm());
        if (ends) {
            break;
        }
        descent.step(rate, early ? first_momentum : last_momentum);
        ++done;
        if (options.progress) {
            options.progress(neighbour_steps + static_cast<std::size_t>(done), all);
        }
    }
    if (options.progress) {
        options.progress(all, all);  // it may have ended early
    }
    static_cast<void>(descent.gradient(1));  // for the divergence of where it ended
    Layout layout = layout_of<Dims>(descent.positions());
    layout.divergence = descent.divergence();
    layout.iterations = done;
    return layout;
}

template <int Dims>
Result<Layout> lay_out(const PointsView& points, search::VectorIndex& index,
                       const TsneOptions& options) {
    const std::size_t count = points.size();
    const double perplexity =
        options.perplexity == 0 ? default_perplexity(count) : options.perplexity;
    const auto each =
        std::min(count - 1, static_cast<std::size_t>(neighbours_per_perplexity * perplexity) + 1);
    const auto tell = [&](std::size_t points_done) {
        if (options.progress) {
            options.progress(neighbour_steps * points_done / count,
                             static_cast<std::size_t>(options.iterations) + neighbour_steps);
        }
    };
    auto neighbours = nearest_neighbours(points, index, each, options.stop, tell);
    if (!neighbours) {
        return neighbours.error();
    }
    WorkTeam team(options.threads);
    const Affinities affinities = make_affinities(*neighbours, perplexity, team);
    if (options.stop.stop_requested()) {
        return stopped();
    }
    return descend<Dims>(affinities, start_of<Dims>(points, options, team), options, team);
}

}  // namespace

double default_perplexity(std::size_t points) noexcept {
    const double share = (static_cast<double>(points) - 1) / neighbours_per_perplexity;
    return std::max(1.0, std::min(30.0, share));
}

Result<Layout> tsne(const PointsView& points, search::VectorIndex& index,
                    const TsneOptions& options) {
    if (auto good = check(points, index, options); !good) {
        return good.error();
    }
    if (points.size() < 2) {
        Layout layout;
        layout.dims = options.dims;
        layout.positions.resize(points.size() * static_cast<std::size_t>(options.dims));
        return layout;
    }
    return options.dims == 2 ? lay_out<2>(points, index, options)
                             : lay_out<3>(points, index, options);
}

}  // namespace emojiscope::map
