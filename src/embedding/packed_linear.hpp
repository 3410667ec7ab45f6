// A linear layer run by oneDNN, with its weights laid out once for the CPU at hand.
//
// libtorch 1.13 gives a linear layer to the BLAS library, which packs the weights anew at each
// call. oneDNN's own layout, kept from the start, does twice the work in the same time, at one row
// as at a thousand, takes the activation that follows along, and multiplies bfloat16 and int8.
#pragma once

#include "emojiscope/embedding/model_package.hpp"

#include <ATen/ATen.h>
#include <torch/custom_class.h>
#include <oneapi/dnnl/dnnl.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace emojiscope::embedding {

/// What is applied to each value of a layer's output.
enum class Activation { none, relu, gelu, gelu_tanh, silu };

/// y = activation(x W^T + b). Sums, biases and results are float32 whatever the precision.
///
/// bfloat16: weights and inputs are rounded to it. int8: weights have a scale for each output (the
/// row's largest magnitude is 127), inputs one scale for each call: what is in a batch together
/// bears on how finely each of it is rounded.
///
/// Any thread may run it, several at once. Throws c10::Error and dnnl::error.
class PackedLinear final : public torch::CustomClassHolder {
public:
    /// `weight`: float32 [out, in]; `bias`: float32 [out].
    PackedLinear(const at::Tensor& weight, const std::optional<at::Tensor>& bias,
                 Activation activation, Precision precision);

    /// float32 [..., in] to float32 [..., out].
    [[nodiscard]] at::Tensor run(const at::Tensor& input);

private:
    using Description = dnnl::inner_product_forward::primitive_desc;

    /// How oneDNN does it for one number of rows and of threads.
    struct Plan {
        Description description;
        dnnl::inner_product_forward primitive;
    };

    [[nodiscard]] Description describe(std::int64_t rows, const dnnl::memory::desc& weights) const;
    void pack(const at::Tensor& weight);
    [[nodiscard]] std::shared_ptr<const Plan> plan_for(std::int64_t rows);
    void execute(const Plan& plan, const at::Tensor& rows, const std::optional<at::Tensor>& bias,
                 const std::optional<at::Tensor>& scales, const at::Tensor& output) const;

    std::int64_t inputs_;
    std::int64_t outputs_;
    Activation activation_;
    Precision precision_;
    std::optional<at::Tensor> bias_;
    at::Tensor weight_scales_;  ///< int8: float32 [out]
    dnnl::memory packed_;
    std::mutex mutex_;
    std::map<std::pair<std::int64_t, int>, std::shared_ptr<const Plan>> plans_;
};

/// Whether this CPU multiplies bfloat16 (AVX-512 BF16) or int8 (AVX-512 VNNI) by instructions of
/// its own, and oneDNN uses them. Without them bfloat16 is slow, and products of int8 can saturate,
/// which gives wrong sums.
[[nodiscard]] bool has_bfloat16();
[[nodiscard]] bool has_int8();

}  // namespace emojiscope::embedding
