// How long the answer to a query in words takes, in the process, after load, by the default model.
// tests/bench/run.sh makes the workspace and calls this:
//   search_bench CATALOGUE_FOLDER QUERIES.jsonl [options of Google Benchmark]
// The workspace is measured as it is, and grown to 50,000 emoji: its entries are repeated under
// altered names, with vectors turned a little and with the words of other pictures.
#include "emojiscope/app/config.hpp"
#include "emojiscope/app/engine.hpp"
#include "emojiscope/index/faiss_index.hpp"

#include "fakes/memory_catalogue.hpp"

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace emojiscope {
namespace {

constexpr std::size_t grown_size = 50'000;
constexpr int rounds = 5;
constexpr const char* team = "bench";

template <class T>
T value_or_end(Result<T> result) {
    if (!result) {
        std::cerr << "search_bench: " << result.error().message << '\n';
        std::exit(1);
    }
    return std::move(*result);
}

void end_on_error(const Result<void>& result) {
    if (!result) {
        std::cerr << "search_bench: " << result.error().message << '\n';
        std::exit(1);
    }
}

std::vector<std::string> read_queries(const std::filesystem::path& file) {
    std::vector<std::string> queries;
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        queries.push_back(nlohmann::json::parse(line).at("query").get<std::string>());
    }
    return queries;
}

/// What a library needs to know of one emoji.
struct Sample {
    std::string name;
    search::Embeddings vectors;
    std::vector<search::ReadText> texts;
};

std::vector<Sample> samples_of(search::Catalogue& catalogue) {
    std::vector<Sample> samples;
    for (const EmojiRecord& record : value_or_end(catalogue.list(""))) {
        if (record.state == EmojiState::ready) {
            samples.push_back({record.name, value_or_end(catalogue.facts(record.id)).vectors,
                               value_or_end(catalogue.texts(record.id))});
        }
    }
    return samples;
}

/// The same vectors in a direction a little off, of unit length.
void turn(search::Embeddings& vectors, std::mt19937& random) {
    const auto dimension = static_cast<std::size_t>(vectors.dimension);
    std::normal_distribution<float> noise(0.0F, 0.3F / std::sqrt(static_cast<float>(dimension)));
    for (std::size_t row = 0; row < vectors.count(); ++row) {
        const std::span<float> values(vectors.values.data() + row * dimension, dimension);
        double squares = 0;
        for (float& value : values) {
            value += noise(random);
            squares += static_cast<double>(value) * static_cast<double>(value);
        }
        for (float& value : values) {
            value = static_cast<float>(static_cast<double>(value) / std::sqrt(squares));
        }
    }
}

/// A syllable put somewhere into the name, so that no two repetitions are spelt or sound the same.
std::string alter(const std::string& name, std::size_t repetition, std::mt19937& random) {
    static constexpr std::string_view consonants = "kstnhmyrwgzdbp";
    static constexpr std::string_view vowels = "aiueo";
    std::string syllables;
    for (std::size_t left = repetition; left > 0; left /= 3) {
        syllables += consonants[random() % consonants.size()];
        syllables += vowels[random() % vowels.size()];
    }
    const std::size_t at = name.find_first_of("_-", random() % name.size());
    return at == std::string::npos ? name + '_' + syllables
                                   : name.substr(0, at) + '_' + syllables + name.substr(at);
}

/// Puts `size` emoji into an empty catalogue.
void fill(search::Catalogue& catalogue, const std::vector<Sample>& samples, std::size_t size) {
    std::mt19937 random(1);
    for (std::size_t i = 0; i < size; ++i) {
        const std::size_t repetition = i / samples.size();
        const Sample& sample = samples[i % samples.size()];
        const Sample& words = samples[(i + 17 * repetition) % samples.size()];
        const std::string name =
            repetition == 0 ? sample.name : alter(sample.name, repetition, random);
        const std::string value = "picture " + std::to_string(i);
        const EmojiId id = value_or_end(catalogue.put(team, {name, value, ""})).id;
        search::PictureFacts facts;
        facts.pixel_hash = value;
        facts.frame_count = 1;
        facts.vectors = sample.vectors;
        if (repetition > 0) {
            turn(facts.vectors, random);
        }
        end_on_error(catalogue.complete(id, value, facts));
        end_on_error(catalogue.put_texts(id, value, "bench", words.texts));
    }
}

double part(const std::vector<double>& sorted, double share) {
    const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
    return sorted[std::min(sorted.size() - 1, at)];
}

/// One query after another, each `rounds` times, through everything that `/emoji` asks.
void answer(benchmark::State& state, app::Engine& engine, const std::vector<Sample>& samples,
            std::size_t size, const std::vector<std::string>& queries) {
    const SystemClock clock;
    fakes::MemoryCatalogue catalogue(clock);
    end_on_error(catalogue.claim_model(engine.embedder().model()));
    fill(catalogue, samples, size);
    search::EmojiLibrary library(
        catalogue, value_or_end(index::FaissIndex::create(engine.embedder().model().dimension)),
        team, engine.library().language());
    end_on_error(library.load());
    const search::EmojiSearch search(library, engine.embedder(), {});
    const auto ask = [&](const std::string& query) {
        auto found = value_or_end(search.by_text(query, 8, {}));
        benchmark::DoNotOptimize(found);
    };
    ask("warm up");
    std::vector<double> times;
    double longest = 0;
    for ([[maybe_unused]] const auto _ : state) {
        const std::string& query = queries[times.size() % queries.size()];
        const auto begin = std::chrono::steady_clock::now();
        ask(query);
        times.push_back(std::chrono::duration<double, std::milli>(
                            std::chrono::steady_clock::now() - begin).count());
        if (times.back() > longest) {
            longest = times.back();
            state.SetLabel("longest: " + query);
        }
    }
    std::sort(times.begin(), times.end());
    state.counters["p50_ms"] = part(times, 0.50);
    state.counters["p95_ms"] = part(times, 0.95);
    state.counters["p99_ms"] = part(times, 0.99);
    state.counters["most_ms"] = times.back();
    state.counters["emoji"] = static_cast<double>(library.size());
}

}  // namespace
}  // namespace emojiscope

int main(int argc, char** argv) {
    using namespace emojiscope;
    benchmark::Initialize(&argc, argv);
    if (argc != 3) {
        std::cerr << "usage: search_bench CATALOGUE_FOLDER QUERIES.jsonl\n";
        return 2;
    }
    app::Config config = app::default_config();
    config.data = argv[1];
    const auto engine = value_or_end(app::Engine::open(config, {false, true, ""}));
    const auto queries = read_queries(argv[2]);
    const auto samples = samples_of(engine->catalogue());
    if (queries.empty() || samples.empty()) {
        std::cerr << "search_bench: nothing to ask, or nothing to find\n";
        return 2;
    }
    for (const std::size_t size : {samples.size(), grown_size}) {
        benchmark::RegisterBenchmark(
            ("answer/" + std::to_string(size)).c_str(),
            [&, size](benchmark::State& state) { answer(state, *engine, samples, size, queries); })
            ->Unit(benchmark::kMillisecond)
            ->UseRealTime()
            ->Iterations(static_cast<std::int64_t>(queries.size()) * rounds);
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
