// One tower of a model package: loaded, made fast, checked.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/embedding/embedder.hpp"
#include "emojiscope/embedding/model_package.hpp"

#include <torch/script.h>

#include <functional>
#include <vector>

namespace emojiscope::embedding {

using Inputs = std::vector<torch::jit::IValue>;
/// For a tower in that precision: what is rounded needs more pictures or texts to show it.
using MakeProbes = std::function<std::vector<Inputs>(Precision)>;

/// Any thread may run it, several at once.
class Tower {
public:
    /// `probes` makes the inputs of passes on which the fast tower is compared with the one that
    /// came. Where they differ float32 is tried in place of `precision`, and then what came is run.
    /// Errors: as read_verified; corrupt if the file is not such a module.
    [[nodiscard]] static Result<Tower> load(const ModelPackage& package, const PackageFile& file,
                                            Precision precision, const MakeProbes& probes);

    [[nodiscard]] const TowerInfo& info() const noexcept { return info_; }

    /// Runs it on what `make_inputs` makes and scales the `rows` of the output to unit length.
    /// Errors: corrupt if the output is not float [rows, dimension]; internal if it is not finite,
    /// or if making or running throws.
    [[nodiscard]] Result<search::Embeddings> run(std::size_t rows, int dimension,
                                                 const std::function<Inputs()>& make_inputs);

private:
    torch::jit::Module module_;
    TowerInfo info_;
};

}  // namespace emojiscope::embedding
