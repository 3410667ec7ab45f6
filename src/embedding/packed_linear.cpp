#include "packed_linear.hpp"

#include "onednn.hpp"
#include "quantise.hpp"

#include <ATen/Parallel.h>

#include <cmath>
#include <unordered_map>

namespace emojiscope::embedding {
namespace {

using dnnl::memory;
using tag = dnnl::memory::format_tag;

/// How many rows the weights are laid out for: 8 pictures of 50 tokens.
constexpr std::int64_t usual_rows = 400;
constexpr std::size_t most_plans = 64;
constexpr int scale_per_output = 1 << 1;
/// A row of weights below it counts as zeros.
constexpr float least_weight = 1e-30F;

memory::data_type data_type_of(Precision precision) {
    switch (precision) {
        case Precision::bfloat16: return memory::data_type::bf16;
        case Precision::int8: return memory::data_type::s8;
        case Precision::float32: break;
    }
    return memory::data_type::f32;
}

dnnl::primitive_attr attributes_of(Activation activation, Precision precision) {
    using dnnl::algorithm;
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    if (precision == Precision::int8) {
        attributes.set_output_scales(scale_per_output, {DNNL_RUNTIME_F32_VAL});
    }
    dnnl::post_ops behind;
    switch (activation) {
        case Activation::none: break;
        case Activation::relu:
            behind.append_eltwise(1.0F, algorithm::eltwise_relu, 0.0F, 0.0F);
            break;
        case Activation::gelu:
            behind.append_eltwise(1.0F, algorithm::eltwise_gelu_erf, 0.0F, 0.0F);
            break;
        case Activation::gelu_tanh:
            behind.append_eltwise(1.0F, algorithm::eltwise_gelu_tanh, 0.0F, 0.0F);
            break;
        case Activation::silu:
            behind.append_eltwise(1.0F, algorithm::eltwise_swish, 1.0F, 0.0F);
            break;
    }
    attributes.set_post_ops(behind);
    return attributes;
}

}  // namespace

PackedLinear::PackedLinear(const at::Tensor& weight, const std::optional<at::Tensor>& bias,
                           Activation activation, Precision precision)
    : inputs_(weight.size(1)),
      outputs_(weight.size(0)),
      activation_(activation),
      precision_(precision) {
    if (bias) {
        bias_ = bias->contiguous();
    }
    pack(weight.contiguous());
}

void PackedLinear::pack(const at::Tensor& weight) {
    at::Tensor values = weight;
    if (precision_ == Precision::int8) {
        // A row of zeros has the scale 1: the bias is divided by it.
        const at::Tensor largest = weight.abs().amax(1);
        weight_scales_ =
            at::where(largest < least_weight, at::ones_like(largest), largest / largest_byte);
        values = (weight / weight_scales_.unsqueeze(1)).round().to(at::kChar);
    }
    const auto given =
        precision_ == Precision::int8 ? memory::data_type::s8 : memory::data_type::f32;
    memory from({{outputs_, inputs_}, given, tag::ab}, cpu_engine(), values.data_ptr());
    const memory::desc any({outputs_, inputs_}, data_type_of(precision_), tag::any);
    packed_ = memory(describe(usual_rows, any).weights_desc(), cpu_engine());
    dnnl::stream stream(cpu_engine());
    dnnl::reorder(from, packed_).execute(stream, from, packed_);
    stream.wait();
}

PackedLinear::Description PackedLinear::describe(std::int64_t rows,
                                                 const memory::desc& weights) const {
    const memory::desc source({rows, inputs_}, data_type_of(precision_), tag::ab);
    const memory::desc bias({outputs_}, memory::data_type::f32, tag::a);
    const memory::desc target({rows, outputs_}, memory::data_type::f32, tag::ab);
    const auto inference = dnnl::prop_kind::forward_inference;
    const auto what =
        bias_ ? dnnl::inner_product_forward::desc(inference, source, weights, bias, target)
              : dnnl::inner_product_forward::desc(inference, source, weights, target);
    return {what, attributes_of(activation_, precision_), cpu_engine()};
}

std::shared_ptr<const PackedLinear::Plan> PackedLinear::plan_for(std::int64_t rows) {
    // A plan divides the work among a number of threads, which must be those that run it.
    const std::pair key{rows, at::get_num_threads()};
    {
        const std::lock_guard lock(mutex_);
        if (const auto known = plans_.find(key); known != plans_.end()) {
            return known->second;
        }
    }
    // Outside the lock: oneDNN may generate code for it.
    const Description description = describe(rows, packed_.get_desc());
    auto plan =
        std::make_shared<const Plan>(Plan{description, dnnl::inner_product_forward(description)});
    const std::lock_guard lock(mutex_);
    if (plans_.size() >= most_plans) {
        plans_.erase(plans_.begin());
    }
    return plans_.emplace(key, std::move(plan)).first->second;
}

at::Tensor PackedLinear::run(const at::Tensor& input) {
    TORCH_CHECK(input.scalar_type() == at::kFloat && input.dim() > 0 && input.size(-1) == inputs_,
                "a linear layer of ", inputs_, " inputs was given ", input.sizes());
    // Another thread than the one that set libtorch's number of threads learns it here.
    at::internal::lazy_init_num_threads();
    auto shape = input.sizes().vec();
    shape.back() = outputs_;
    at::Tensor output = at::empty(shape, at::kFloat);
    at::Tensor rows = input.contiguous();
    if (rows.numel() == 0) {
        return output;
    }
    const auto plan = plan_for(rows.numel() / inputs_);
    std::optional<at::Tensor> bias = bias_;
    std::optional<at::Tensor> scales;
    if (precision_ == Precision::bfloat16) {
        rows = rows.to(at::kBFloat16);
    } else if (precision_ == Precision::int8) {
        const float scale = byte_scale_of(rows);
        TORCH_CHECK(std::isfinite(scale), "an input of a linear layer is not finite");
        rows = to_bytes(rows, scale);
        scales = weight_scales_ * scale;
        if (bias) {
            // oneDNN adds it before it multiplies with the scales.
            bias = *bias / *scales;
        }
    }
    execute(*plan, rows, bias, scales, output);
    return output;
}

void PackedLinear::execute(const Plan& plan, const at::Tensor& rows,
                           const std::optional<at::Tensor>& bias,
                           const std::optional<at::Tensor>& scales,
                           const at::Tensor& output) const {
    const Description& of = plan.description;
    const auto scratchpad_bytes = static_cast<std::int64_t>(of.scratchpad_desc().get_size());
    const at::Tensor scratchpad = at::empty({scratchpad_bytes}, at::kByte);
    std::unordered_map<int, memory> arguments{
        {DNNL_ARG_SRC, memory_of(of.src_desc(), rows)},
        {DNNL_ARG_WEIGHTS, packed_},
        {DNNL_ARG_DST, memory_of(of.dst_desc(), output)},
        {DNNL_ARG_SCRATCHPAD, memory_of(of.scratchpad_desc(), scratchpad)},
    };
    if (bias) {
        arguments.emplace(DNNL_ARG_BIAS, memory_of(of.bias_desc(), *bias));
    }
    if (scales) {
        const memory::desc described({outputs_}, memory::data_type::f32, tag::a);
        arguments.emplace(DNNL_ARG_ATTR_OUTPUT_SCALES, memory_of(described, *scales));
    }
    dnnl::stream stream(cpu_engine());
    plan.primitive.execute(stream, arguments);
    stream.wait();
}

namespace {

/// The instruction sets are bits: a later one may lack an earlier one.
bool has(dnnl::cpu_isa wanted) {
    const auto bits = static_cast<unsigned>(wanted);
    return (static_cast<unsigned>(dnnl::get_effective_cpu_isa()) & bits) == bits;
}

}  // namespace

bool has_bfloat16() {
    return has(dnnl::cpu_isa::avx512_core_bf16);
}

bool has_int8() {
    return has(dnnl::cpu_isa::avx512_core_vnni);
}

}  // namespace emojiscope::embedding
