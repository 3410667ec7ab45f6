#include "tower.hpp"

#include "fast_graph.hpp"
#include "packed_linear.hpp"

#include "emojiscope/core/text.hpp"

#include <caffe2/serialize/read_adapter_interface.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <span>

namespace emojiscope::embedding {
namespace {

using search::Embeddings;

/// Below these cosines the fast tower is not taken. What float32 rounds otherwise is in the seventh
/// digit; the other bound is what the project asks of rounded weights.
constexpr double least_exact_fidelity = 0.99999;
constexpr double least_reduced_fidelity = 0.98;

std::string first_line(const std::exception& error) {
    const std::string text = error.what();
    return one_line(text.substr(0, text.find('\n')));
}

/// Weights of half precision become float32; integers stay what they are.
void widen(torch::jit::Module& module) {
    const auto widen_one = [](at::Tensor tensor) {
        if (tensor.is_floating_point()) {
            tensor.set_data(tensor.to(torch::kFloat32));
        }
    };
    for (const at::Tensor& parameter : module.parameters()) {
        widen_one(parameter);
    }
    for (const at::Tensor& buffer : module.buffers()) {
        widen_one(buffer);
    }
}

/// A file in memory, as TorchScript's archives are read: without another copy of it.
class BytesReader final : public caffe2::serialize::ReadAdapterInterface {
public:
    explicit BytesReader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

    [[nodiscard]] std::size_t size() const override { return bytes_.size(); }

    std::size_t read(std::uint64_t position, void* out, std::size_t count,
                     const char* /*what*/) const override {
        if (position >= bytes_.size()) {
            return 0;
        }
        const auto part = bytes_.subspan(position);
        const std::size_t read = std::min(count, part.size());
        std::memcpy(out, part.data(), read);
        return read;
    }

private:
    std::span<const std::uint8_t> bytes_;
};

Result<torch::jit::Module> load_module(const ModelPackage& package, const PackageFile& file) {
    auto bytes = read_verified(package, file);
    if (!bytes) {
        return bytes.error();
    }
    try {
        torch::jit::Module module =
            torch::jit::load(std::make_shared<BytesReader>(*bytes), torch::kCPU);
        module.eval();
        widen(module);
        return module;
    } catch (const std::exception& error) {
        return fail(ErrorCode::corrupt,
                    (package.folder / file.name).string() +
                        ": not a loadable TorchScript module: " + first_line(error));
    }
}

/// What the module answers. libtorch's own optimiser stays out of it: it would profile and compile
/// anew for each shape, and read its formulas of gradients first (0.1 s), and a graph that was made
/// fast is not faster for it.
torch::jit::IValue answer_of(torch::jit::Module& module, const Inputs& inputs) {
    const torch::jit::GraphOptimizerEnabledGuard as_it_is(false);
    return module.forward(inputs);
}

/// The smallest cosine between rows of the two, or -1 if they cannot be compared.
double smallest_cosine(const at::Tensor& a, const at::Tensor& b) {
    if (a.sizes() != b.sizes() || a.dim() != 2) {
        return -1.0;
    }
    const double cosine = at::cosine_similarity(a, b, 1).min().item<double>();
    return std::isfinite(cosine) ? cosine : -1.0;
}

/// The smallest cosine between rows of the two modules' answers to the probes.
double fidelity_of(torch::jit::Module& plain, torch::jit::Module& fast,
                   const std::vector<Inputs>& probes) {
    double least = 1.0;
    for (const Inputs& inputs : probes) {
        least = std::min(least, smallest_cosine(answer_of(plain, inputs).toTensor(),
                                                answer_of(fast, inputs).toTensor()));
    }
    return least;
}

/// Nothing if the module cannot be frozen, or if the result differs from it; `info` says why.
std::optional<torch::jit::Module> made_fast(torch::jit::Module& plain, Precision precision,
                                            const MakeProbes& probes, TowerInfo& info) {
    TowerInfo made;
    try {
        torch::jit::Module fast = torch::jit::freeze(plain);
        const FastGraph counts = speed_up(fast, precision);
        made.precision = counts.linear_layers > 0 ? precision : Precision::float32;
        made.packed_layers = counts.linear_layers;
        made.packed_products = counts.products;
        const torch::InferenceMode no_gradients;
        made.fidelity = fidelity_of(plain, fast, probes(made.precision));
        const double least =
            made.precision == Precision::float32 ? least_exact_fidelity : least_reduced_fidelity;
        if (made.fidelity >= least) {
            info = made;
            return fast;
        }
        info.as_it_came = std::string("in ") + to_string(made.precision) +
                          " by oneDNN its answers would be others (cosine " +
                          std::to_string(made.fidelity) + ")";
    } catch (const std::exception& error) {
        // Whatever it is (a module that needs its state, a CPU without the kernels): the tower that
        // came still works, or says itself why it does not.
        info.as_it_came = first_line(error);
    }
    return std::nullopt;
}

/// Rows scaled to unit length. Error: internal if a value is not finite or a row is zero.
Result<Embeddings> to_unit_rows(const torch::Tensor& output, std::size_t rows, int dimension) {
    const torch::Tensor tensor = output.to(torch::kFloat32).contiguous();
    const bool right_shape = tensor.dim() == 2 && tensor.size(0) == static_cast<long>(rows) &&
                             tensor.size(1) == dimension;
    if (!right_shape) {
        return fail(ErrorCode::corrupt, "the model's output does not have the stated dimension " +
                                            std::to_string(dimension));
    }
    Embeddings out{dimension, {}};
    const float* data = tensor.data_ptr<float>();
    out.values.assign(data, data + rows * static_cast<std::size_t>(dimension));
    for (std::size_t r = 0; r < rows; ++r) {
        const auto row = std::span<float>(out.values)
                             .subspan(r * static_cast<std::size_t>(dimension),
                                      static_cast<std::size_t>(dimension));
        double square = 0;
        for (const float v : row) {
            square += static_cast<double>(v) * static_cast<double>(v);
        }
        if (!std::isfinite(square) || square <= 0) {
            return fail(ErrorCode::internal, "the model's output is not finite");
        }
        const double scale = 1.0 / std::sqrt(square);
        for (float& v : row) {
            v = static_cast<float>(static_cast<double>(v) * scale);
        }
    }
    return out;
}

}  // namespace

Result<Tower> Tower::load(const ModelPackage& package, const PackageFile& file, Precision precision,
                          const MakeProbes& probes) {
    auto module = load_module(package, file);
    if (!module) {
        return module.error();
    }
    Tower tower;
    auto fast = made_fast(*module, precision, probes, tower.info_);
    if (!fast && precision != Precision::float32) {
        fast = made_fast(*module, Precision::float32, probes, tower.info_);
    }
    tower.module_ = fast ? std::move(*fast) : std::move(*module);
    return tower;
}

Result<Embeddings> Tower::run(std::size_t rows, int dimension,
                              const std::function<Inputs()>& make_inputs) {
    try {
        const torch::InferenceMode no_gradients;
        const torch::jit::IValue output = answer_of(module_, make_inputs());
        if (!output.isTensor()) {
            return fail(ErrorCode::corrupt, "the model's output is not a tensor");
        }
        return to_unit_rows(output.toTensor(), rows, dimension);
    } catch (const std::exception& error) {
        return fail(ErrorCode::internal, "inference failed: " + first_line(error));
    }
}

Precision usable_precision(Precision wanted) {
    const bool usable = wanted == Precision::float32 ||
                        (wanted == Precision::bfloat16 && has_bfloat16()) ||
                        (wanted == Precision::int8 && has_int8());
    return usable ? wanted : Precision::float32;
}

}  // namespace emojiscope::embedding
