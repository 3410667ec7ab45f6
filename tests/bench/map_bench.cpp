// How long a layout takes, and how good it is. tests/bench/map.py calls this:
//   map_bench points FILE ROWS DIMENSION            makes points (float32, row-major)
//   map_bench points FILE ROWS DIMENSION CATALOGUE  of a catalogue's emoji, turned into that space
//   map_bench run POINTS DIMENSION DIMS THREADS OUT     lays them out; prints the seconds,
//                                                  on the clock and of the processor
//   map_bench judge POINTS DIMENSION DIMS LAYOUT…       prints divergence and trustworthiness
#include "map_quality.hpp"

#include "emojiscope/app/config.hpp"
#include "emojiscope/app/engine.hpp"
#include "emojiscope/index/faiss_index.hpp"
#include "emojiscope/map/tsne.hpp"

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace emojiscope::bench {
namespace {

constexpr double perplexity = 30;
constexpr std::size_t trusted = 12;

using Floats = std::vector<float>;

[[noreturn]] void give_up(const std::string& why) {
    std::cerr << "map_bench: " << why << '\n';
    std::exit(1);
}

Floats read_floats(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
    if (!in || bytes.size() % sizeof(float) != 0) {
        give_up("cannot read " + file);
    }
    Floats values(bytes.size() / sizeof(float));
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(values.data()));
    return values;
}

void write_floats(const std::string& file, const Floats& values) {
    std::ofstream out(file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(values.data()),
              static_cast<std::streamsize>(values.size() * sizeof(float)));
    if (!out.flush()) {
        give_up("cannot write " + file);
    }
}

void make_unit(std::span<float> row) {
    double squares = 0;
    for (const float value : row) {
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    for (float& value : row) {
        value = static_cast<float>(static_cast<double>(value) / std::sqrt(squares));
    }
}

/// Families of families of points of different sizes, as collections of pictures have them.
Floats made_points(std::size_t rows, std::size_t dimension) {
    std::mt19937 random(5);
    std::normal_distribution<float> normal;
    constexpr std::size_t families = 25;
    constexpr std::size_t kinds = 8;
    Floats centres(families * kinds * dimension);
    for (std::size_t f = 0; f < families; ++f) {
        Floats family(dimension);
        std::generate(family.begin(), family.end(), [&] { return normal(random); });
        for (std::size_t i = 0; i < kinds * dimension; ++i) {
            centres[f * kinds * dimension + i] = family[i % dimension] + 0.7F * normal(random);
        }
    }
    std::discrete_distribution<std::size_t> pick(families * kinds, 1, 10,
                                                 [](double x) { return x; });
    Floats points;
    points.reserve(rows * dimension);
    for (std::size_t i = 0; i < rows; ++i) {
        const float* centre = centres.data() + pick(random) * dimension;
        for (std::size_t d = 0; d < dimension; ++d) {
            points.push_back(centre[d] + 0.6F * normal(random));
        }
    }
    return points;
}

/// One vector an emoji; other numbers of dimensions by a random turn, which keeps every distance
/// but for a little.
Floats catalogue_points(std::size_t rows, std::size_t dimension, const std::string& folder) {
    app::Config config;
    config.data = folder;
    auto engine = app::Engine::open(config, {false, false, ""});
    if (!engine) {
        give_up(engine.error().message);
    }
    Floats own;
    std::size_t width = 0;
    EmojiId last = 0;
    auto read =
        (*engine)->catalogue().for_each_vector("", [&](EmojiId id, std::span<const float> vector) {
            if (id != last && own.size() < rows * vector.size()) {
                own.insert(own.end(), vector.begin(), vector.end());
            }
            width = vector.size();
            last = id;
        });
    if (!read || own.size() != rows * width) {
        give_up("the catalogue has not so many emoji");
    }
    std::mt19937 random(5);
    std::normal_distribution<float> normal(0, 1 / std::sqrt(static_cast<float>(dimension)));
    Floats turn(width * dimension);
    std::generate(turn.begin(), turn.end(), [&] { return normal(random); });
    Floats points(rows * dimension);
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t w = 0; w < width; ++w) {
            for (std::size_t d = 0; d < dimension; ++d) {
                points[i * dimension + d] += own[i * width + w] * turn[w * dimension + d];
            }
        }
    }
    return points;
}

int make_points(const std::vector<std::string>& arguments) {
    const std::size_t rows = std::stoul(arguments[1]);
    const std::size_t dimension = std::stoul(arguments[2]);
    Floats points = arguments.size() > 3 ? catalogue_points(rows, dimension, arguments[3])
                                         : made_points(rows, dimension);
    for (std::size_t i = 0; i < rows; ++i) {
        make_unit(std::span(points).subspan(i * dimension, dimension));
    }
    write_floats(arguments[0], points);
    return 0;
}

int run(const std::vector<std::string>& arguments) {
    const Floats points = read_floats(arguments[0]);
    const std::size_t dimension = std::stoul(arguments[1]);
    map::TsneOptions options;
    options.dims = std::stoi(arguments[2]);
    options.threads = static_cast<unsigned>(std::stoul(arguments[3]));
    options.perplexity = perplexity;
    const auto begin = std::chrono::steady_clock::now();
    const std::clock_t begin_cpu = std::clock();
    auto index = index::FaissIndex::create(static_cast<int>(dimension)).value();
    const auto layout = map::tsne({dimension, points}, *index, options);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (!layout) {
        give_up(layout.error().message);
    }
    const double cpu = static_cast<double>(std::clock() - begin_cpu) / CLOCKS_PER_SEC;
    write_floats(arguments[4], layout->positions);
    std::cout << took.count() << ' ' << cpu << ' ' << layout->iterations << ' '
              << layout->divergence << '\n';
    return 0;
}

int judge_layouts(const std::vector<std::string>& arguments) {
    const Floats points = read_floats(arguments[0]);
    const std::size_t dimension = std::stoul(arguments[1]);
    std::vector<Floats> positions;
    for (std::size_t i = 3; i < arguments.size(); ++i) {
        positions.push_back(read_floats(arguments[i]));
    }
    std::vector<LayoutView> layouts;
    for (const Floats& layout : positions) {
        layouts.push_back({std::stoul(arguments[2]), layout});
    }
    for (const MapQuality& quality : judge(points, dimension, layouts, perplexity, trusted)) {
        std::cout << quality.divergence << ' ' << quality.trustworthiness << '\n';
    }
    return 0;
}

}  // namespace
}  // namespace emojiscope::bench

int main(int argc, char** argv) {
    std::vector<std::string> arguments(argv + 1, argv + argc);
    const std::string command = arguments.empty() ? "" : arguments.front();
    const std::size_t given = arguments.empty() ? 0 : arguments.size() - 1;
    if (given > 0) {
        arguments.erase(arguments.begin());
    }
    if (command == "points" && (given == 3 || given == 4)) {
        return emojiscope::bench::make_points(arguments);
    }
    if (command == "run" && given == 5) {
        return emojiscope::bench::run(arguments);
    }
    if (command == "judge" && given >= 4) {
        return emojiscope::bench::judge_layouts(arguments);
    }
    std::cerr << "usage: map_bench points|run|judge … (see map_bench.cpp)\n";
    return 2;
}
