// What the users of oneDNN in this room share.
#pragma once

#include <ATen/ATen.h>
#include <oneapi/dnnl/dnnl.hpp>

namespace emojiscope::embedding {

/// The process's CPU. Engines are immutable; any thread may use it.
inline const dnnl::engine& cpu_engine() {
    static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    return engine;
}

/// A view of the tensor's values, which must outlive it.
inline dnnl::memory memory_of(const dnnl::memory::desc& description, const at::Tensor& tensor) {
    return {description, cpu_engine(), tensor.data_ptr()};
}

}  // namespace emojiscope::embedding
