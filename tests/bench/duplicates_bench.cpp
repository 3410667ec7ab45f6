// How long the duplicate check takes beside a workspace of some thousands of emoji, in the process,
// after load. tests/bench/run.sh makes the workspace and calls this:
//   duplicates_bench CATALOGUE_FOLDER PICTURES_FOLDER [options of Google Benchmark]
#include "emojiscope/app/config.hpp"
#include "emojiscope/app/engine.hpp"
#include "emojiscope/image/decode.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace emojiscope {
namespace {

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::unique_ptr<app::Engine> open_engine(const std::filesystem::path& catalogue) {
    app::Config config;
    config.data = catalogue;
    auto engine = app::Engine::open(config, {false, false, ""});
    if (!engine) {
        std::cerr << "duplicates_bench: " << engine.error().message << '\n';
        std::exit(1);
    }
    return std::move(*engine);
}

/// Reads, decodes, hashes, sketches and looks for one picture.
void check_file(app::Engine& engine, const std::filesystem::path& file) {
    const auto bytes = image::read_file(file);
    const auto picture = bytes ? engine.reader().read(*bytes) : bytes.error();
    if (!picture) {
        std::cerr << "duplicates_bench: " << file.string() << ": " << picture.error().message << '\n';
        std::exit(1);
    }
    auto matches = engine.duplicates().check("", *picture).value();
    benchmark::DoNotOptimize(matches);
}

double part(std::vector<double>& sorted, double share) {
    return sorted[std::min(sorted.size() - 1,
                           static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

/// One after another, as the bot checks uploads.
void check_one(benchmark::State& state, app::Engine& engine,
               const std::vector<std::filesystem::path>& files) {
    std::vector<double> times;
    double longest = 0;
    for ([[maybe_unused]] const auto _ : state) {
        const auto& file = files[times.size() % files.size()];
        const auto begin = std::chrono::steady_clock::now();
        check_file(engine, file);
        times.push_back(std::chrono::duration<double, std::milli>(
                            std::chrono::steady_clock::now() - begin).count());
        if (times.back() > longest) {
            longest = times.back();
            state.SetLabel("longest: " + file.filename().string());
        }
    }
    std::sort(times.begin(), times.end());
    state.counters["p50_ms"] = part(times, 0.50);
    state.counters["p95_ms"] = part(times, 0.95);
    state.counters["p99_ms"] = part(times, 0.99);
    state.counters["most_ms"] = times.back();
    state.counters["emoji"] = static_cast<double>(engine.catalogue().list("").value().size());
}

/// All groups of the workspace, by a finder that has compared nothing yet.
void groups(benchmark::State& state, const std::filesystem::path& catalogue) {
    std::size_t found = 0;
    for ([[maybe_unused]] const auto _ : state) {
        state.PauseTiming();
        auto engine = open_engine(catalogue);
        state.ResumeTiming();
        found = engine->duplicates().groups("").value().size();
        state.PauseTiming();
        engine.reset();
        state.ResumeTiming();
    }
    state.counters["groups"] = static_cast<double>(found);
}

}  // namespace
}  // namespace emojiscope

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (argc != 3) {
        std::cerr << "usage: duplicates_bench CATALOGUE_FOLDER PICTURES_FOLDER\n";
        return 2;
    }
    const std::filesystem::path catalogue = argv[1];
    const auto files = emojiscope::files_of(argv[2]);
    if (files.empty()) {
        std::cerr << "duplicates_bench: no pictures in " << argv[2] << '\n';
        return 2;
    }
    auto engine = emojiscope::open_engine(catalogue);
    emojiscope::check_file(*engine, files.front());  // takes the descriptors in
    benchmark::RegisterBenchmark("check", [&](benchmark::State& state) {
        emojiscope::check_one(state, *engine, files);
    })->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(static_cast<std::int64_t>(files.size()));
    benchmark::RegisterBenchmark("groups", [&](benchmark::State& state) {
        emojiscope::groups(state, catalogue);
    })->Unit(benchmark::kMillisecond)->UseRealTime()->MeasureProcessCPUTime()->Iterations(1);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
