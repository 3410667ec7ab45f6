#include "batched_product.hpp"

#include "onednn.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <unordered_map>

namespace emojiscope::embedding {
namespace {

using dnnl::memory;

bool is_stack(const at::Tensor& tensor) {
    return tensor.dim() == 4 && tensor.scalar_type() == at::kFloat && tensor.numel() > 0 &&
           tensor.device().is_cpu() && tensor.layout() == at::kStrided;
}

/// oneDNN takes matrices whose rows or columns are contiguous, and no stack that overlaps itself.
bool can_be_taken(const at::Tensor& tensor) {
    const bool dense = tensor.stride(3) == 1 || tensor.stride(2) == 1;
    const auto& strides = tensor.strides();
    return dense && std::all_of(strides.begin(), strides.end(), [](auto s) { return s > 0; });
}

memory::desc describe(const at::Tensor& tensor) {
    return {tensor.sizes().vec(), memory::data_type::f32, tensor.strides().vec()};
}

}  // namespace

at::Tensor batched_product(const at::Tensor& a, const at::Tensor& b) {
    const bool fits = is_stack(a) && is_stack(b) && a.size(0) == b.size(0) &&
                      a.size(1) == b.size(1) && a.size(3) == b.size(2);
    if (!fits || !can_be_taken(a) || !can_be_taken(b)) {
        return at::matmul(a, b);
    }
    at::internal::lazy_init_num_threads();
    at::Tensor product = at::empty({a.size(0), a.size(1), a.size(2), b.size(3)}, at::kFloat);
    try {
        const dnnl::matmul::primitive_desc how({describe(a), describe(b), describe(product)},
                                               cpu_engine());
        dnnl::stream stream(cpu_engine());
        dnnl::matmul(how).execute(stream, {{DNNL_ARG_SRC, memory_of(how.src_desc(), a)},
                                           {DNNL_ARG_WEIGHTS, memory_of(how.weights_desc(), b)},
                                           {DNNL_ARG_DST, memory_of(how.dst_desc(), product)}});
        stream.wait();
        return product;
    } catch (const dnnl::error&) {
        return at::matmul(a, b);  // strides that oneDNN does not take, as of views that overlap
    }
}

}  // namespace emojiscope::embedding
