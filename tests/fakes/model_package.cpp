#include "fakes/model_package.hpp"

#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/hash.hpp"

#include <torch/script.h>

#include <fstream>

namespace emojiscope::fakes {
namespace {

constexpr int side = 32;
constexpr int grid = 4;
constexpr int buckets = 256;

torch::Tensor noise(unsigned seed, std::int64_t rows, std::int64_t columns) {
    torch::manual_seed(seed);
    return torch::randn({rows, columns});
}

void save(torch::jit::Module& module, const std::filesystem::path& file) {
    module.eval();
    module.save(file.string());
}

/// `file`, `sha256` and `bytes`, as model.yaml has them.
std::string entry(const std::filesystem::path& file) {
    const auto bytes = image::read_file(file).value();
    return "file: " + file.filename().string() + ", sha256: " + image::sha256_hex(bytes) +
           ", bytes: " + std::to_string(bytes.size());
}

}  // namespace

void write_model_package(const std::filesystem::path& folder, const std::string& name,
                         const std::string& version, int dimension, unsigned seed) {
    std::filesystem::create_directories(folder);
    torch::jit::Module pictures("pictures");
    pictures.register_parameter("weight", noise(seed, 3 * grid * grid + 1, dimension), false);
    pictures.define(
        "def forward(self, x):\n"
        "    cells = torch.adaptive_avg_pool2d(x, [" +
        std::to_string(grid) + ", " + std::to_string(grid) +
        "]).flatten(1)\n"
        // Of one constant, so that no picture is without a direction.
        "    one = torch.ones([x.size(0), 1])\n"
        "    return torch.mm(torch.cat([cells, one], 1), self.weight)\n");
    save(pictures, folder / "image.pt");

    torch::jit::Module words("words");
    words.register_parameter("weight", noise(seed + 1, buckets + 1, dimension), false);
    words.define(
        "def forward(self, ids, mask):\n"
        "    kept = mask.float().unsqueeze(2)\n"
        "    return (torch.embedding(self.weight, ids) * kept).sum(1) + self.weight[0]\n");
    save(words, folder / "text.pt");

    std::ofstream(folder / "model.yaml")
        << "format: 1\nname: " << name << "\nversion: '" << version << "'\ndimension: " << dimension
        << "\nimage: {" << entry(folder / "image.pt") << ", input_size: " << side
        << ", resize: pad, background: [255, 255, 255], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, "
           "0.5]}\ntext: {"
        << entry(folder / "text.pt") << ", max_tokens: 64}\ntokenizer: {kind: char-ngram-hash, "
        << "buckets: " << buckets
        << ", min_n: 1, max_n: 2}\nlicence: none\nprovenance: drawn by lot for a test\n";
}

}  // namespace emojiscope::fakes
