// Writes what fit_duplicates.py learns from: for every upload of a stream made by
// make_duplicate_sets.py, the differences to those earlier emoji that it might repeat.
//
//   duplicate_features FOLDER > features.tsv
#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/hash.hpp"
#include "emojiscope/image/sketch.hpp"
#include "emojiscope/image/sketch_comparison.hpp"
#include "emojiscope/image/sketch_descriptors.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace emojiscope;
using nlohmann::json;

/// Candidates looked at for each upload.
constexpr std::size_t candidates = 12;

struct Known {
    std::string name;
    std::string pixel_hash;
    image::Sketch sketch;
    std::vector<float> descriptors;
};

float nearest(const std::vector<float>& a, const std::vector<float>& b) {
    const std::size_t size = image::descriptor_dimension;
    float best = -1;
    for (std::size_t i = 0; i < a.size(); i += size) {
        for (std::size_t j = 0; j < b.size(); j += size) {
            float product = 0;
            for (std::size_t k = 0; k < size; ++k) {
                product += a[i + k] * b[j + k];
            }
            best = std::max(best, product);
        }
    }
    return best;
}

void print(const json& upload, const Known& copy, const Known& other, std::size_t rank,
           float cosine) {
    const bool still_of =
        copy.sketch.animated() != other.sketch.animated();
    std::optional<image::Differences> found;
    if (!still_of) {
        found = image::differences(copy.sketch, other.sketch);
    } else if (other.sketch.animated()) {
        found = image::differences_to_any(copy.sketch, other.sketch,
                                          image::coarse_frames(other.sketch));
    } else {
        found = image::differences_to_any(other.sketch, copy.sketch,
                                          image::coarse_frames(copy.sketch));
    }
    const image::Differences d = found.value_or(image::Differences{});
    std::cout << upload["name"].get<std::string>() << '\t' << upload["class"].get<std::string>()
              << '\t' << upload["expect"].get<std::string>() << '\t'
              << (upload["original"].is_string() ? upload["original"].get<std::string>() : "") << '\t'
              << other.name << '\t' << (copy.pixel_hash == other.pixel_hash) << '\t' << rank
              << '\t' << cosine << '\t' << still_of << '\t' << copy.sketch.animated() << '\t'
              << copy.sketch.duration.count() << '\t' << other.sketch.duration.count() << '\t'
              << found.has_value();
    for (const double value :
         {d.unexplained_luma, d.unexplained_chroma, d.mean_unexplained, d.rms, d.block_colour,
          d.window_structure, d.lost_ink, d.stretch, d.rescale, d.spot}) {
        std::cout << '\t' << value;
    }
    std::cout << '\n';
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "duplicate_features FOLDER\n";
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    std::ifstream in(folder / "uploads.jsonl");
    std::cout << "name\tclass\texpect\toriginal\tother\tsame_pixels\trank\tcosine\tstill_of\t"
                 "animated\tduration\tother_duration\tfound\tunexplained_luma\t"
                 "unexplained_chroma\tmean_unexplained\trms\tblock_colour\twindow_structure\t"
                 "lost_ink\tstretch\trescale\tspot\n";
    std::vector<Known> past;
    for (std::string line; std::getline(in, line);) {
        const json upload = json::parse(line);
        const auto picture = image::decode_file(folder / upload["file"].get<std::string>());
        if (!picture) {
            std::cerr << picture.error().message << '\n';
            continue;
        }
        Known known{upload["name"].get<std::string>(), image::pixel_hash(*picture),
                    image::make_sketch(*picture), {}};
        known.descriptors = image::sketch_descriptors(known.sketch);
        std::vector<std::pair<float, std::size_t>> ranked;
        for (std::size_t i = 0; i < past.size(); ++i) {
            ranked.emplace_back(nearest(known.descriptors, past[i].descriptors), i);
        }
        std::sort(ranked.rbegin(), ranked.rend());
        for (std::size_t rank = 0; rank < ranked.size(); ++rank) {
            const Known& other = past[ranked[rank].second];
            const bool wanted = upload["original"].is_string() && other.name == upload["original"];
            if (rank < candidates || wanted) {
                print(upload, known, other, rank, ranked[rank].first);
            }
        }
        if (upload["class"] == "clean") {
            past.push_back(std::move(known));
        }
    }
    return 0;
}
