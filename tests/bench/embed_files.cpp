// Embeds files as fast as it can, decoding included; tests/bench/embedding.py sets it beside the
// same work in Python.
//   embed_files PACKAGE THREADS LIST [PRECISION [VECTORS]]
// LIST: one path a line, stills. Prints pictures a second, after a first pass over 64 of them.
// VECTORS: the embeddings, float32, row by row, are written there.
#include "emojiscope/embedding/embedder.hpp"
#include "emojiscope/image/decode.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace emojiscope {
namespace {

/// Decoded and embedded together; the threads of the next lot decode meanwhile.
constexpr std::size_t lot = 32;

template <class T>
T value_or_end(Result<T> result) {
    if (!result) {
        std::cerr << "embed_files: " << result.error().message << '\n';
        std::exit(1);
    }
    return std::move(*result);
}

std::vector<float> embed_lot(search::Embedder& embedder, std::span<const std::string> files) {
    std::vector<Picture> pictures;
    std::vector<const RgbaImage*> frames;
    for (const std::string& file : files) {
        pictures.push_back(value_or_end(image::decode_file(file)));
    }
    for (const Picture& picture : pictures) {
        frames.push_back(&picture.frames.front().image);
    }
    return value_or_end(embedder.embed_images(frames)).values;
}

/// Each thread takes a lot, decodes and embeds it: nobody waits for anybody.
std::vector<std::vector<float>> embed_all(search::Embedder& embedder,
                                          std::span<const std::string> files, int threads) {
    const std::size_t lots = (files.size() + lot - 1) / lot;
    std::vector<std::vector<float>> vectors(lots);
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) {
        workers.emplace_back([&] {
            for (std::size_t at = next++; at < lots; at = next++) {
                vectors[at] = embed_lot(
                    embedder, files.subspan(at * lot, std::min(lot, files.size() - at * lot)));
            }
        });
    }
    workers.clear();
    return vectors;
}

}  // namespace
}  // namespace emojiscope

int main(int argc, char** argv) {
    using namespace emojiscope;
    if (argc < 4 || argc > 6) {
        std::cerr << "usage: embed_files PACKAGE THREADS LIST [PRECISION [VECTORS]]\n";
        return 2;
    }
    const int threads = std::max(1, std::atoi(argv[2]));
    const auto package = value_or_end(embedding::read_model_package(argv[1]));
    const auto precision = argc > 4 ? embedding::parse_precision(argv[4]) : std::nullopt;
    // Every lot on one thread, as many lots as threads.
    const auto embedder =
        value_or_end(embedding::load_embedder(package, {.threads = 1, .precision = precision}));
    std::vector<std::string> files;
    std::ifstream list(argv[3]);
    for (std::string line; std::getline(list, line);) {
        files.push_back(line);
    }
    const std::span all(files);
    (void)embed_all(*embedder, all.first(std::min<std::size_t>(64, files.size())), threads);
    const auto start = std::chrono::steady_clock::now();
    const auto vectors = embed_all(*embedder, all, threads);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::cout << static_cast<double>(files.size()) / took.count() << '\n';
    if (argc > 5) {
        std::ofstream out(argv[5], std::ios::binary);
        for (const std::vector<float>& rows : vectors) {
            out.write(reinterpret_cast<const char*>(rows.data()),
                      static_cast<std::streamsize>(rows.size() * sizeof(float)));
        }
    }
    return 0;
}
