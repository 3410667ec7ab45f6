#include "fast_graph.hpp"

#include "batched_product.hpp"
#include "packed_linear.hpp"

#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/passes/frozen_ops_to_mkldnn.h>
#include <torch/library.h>

#include <memory>
#include <optional>
#include <utility>

namespace emojiscope::embedding {
namespace {

/// The graph names operators, so libtorch must know ours by name: as long as the program runs.
void register_operators() {
    static const torch::Library registered = [] {
        torch::Library library(torch::Library::DEF, "emojiscope", c10::nullopt, __FILE__, __LINE__);
        library.class_<PackedLinear>("PackedLinear");
        library.def(
            "packed_linear(Tensor input, "
            "__torch__.torch.classes.emojiscope.PackedLinear layer) -> Tensor",
            [](const at::Tensor& input, const c10::intrusive_ptr<PackedLinear>& layer) {
                return layer->run(input);
            });
        library.def("batched_product(Tensor a, Tensor b) -> Tensor", batched_product);
        return library;
    }();
}

using c10::Symbol;
using torch::jit::Node;
using torch::jit::Value;

bool is(const Node* node, const char* operation) {
    return node->kind() == Symbol::fromQualString(operation);
}

std::optional<at::Tensor> constant_tensor(const Value* value) {
    const auto constant = torch::jit::toIValue(value);
    return constant && constant->isTensor() ? std::optional(constant->toTensor()) : std::nullopt;
}

std::optional<Activation> activation_of(const Node* node) {
    if (is(node, "aten::relu") || is(node, "aten::relu_")) {
        return Activation::relu;
    }
    if (is(node, "aten::silu") || is(node, "aten::silu_")) {
        return Activation::silu;
    }
    if (is(node, "aten::gelu")) {
        const auto how = torch::jit::toIValue(node->input(1));
        if (how && how->isString()) {
            return how->toStringRef() == "tanh" ? Activation::gelu_tanh : Activation::gelu;
        }
    }
    return std::nullopt;
}

/// The activation that is the only user of what `linear` computes, or null.
Node* activation_behind(Node* linear) {
    const auto& uses = linear->output()->uses();
    if (uses.size() != 1 || uses[0].user->owningBlock() != linear->owningBlock()) {
        return nullptr;
    }
    return activation_of(uses[0].user) ? uses[0].user : nullptr;
}

/// Puts `replacement` in the place of `node`, whose output it takes over. `node` loses its users.
Node* insert_for(Node* node, const char* operation, at::ArrayRef<Value*> inputs) {
    auto& graph = *node->owningGraph();
    const torch::jit::WithInsertPoint here(node);
    Node* replacement = graph.insertNode(graph.create(Symbol::fromQualString(operation), inputs));
    replacement->output()->setType(c10::TensorType::get());
    return replacement;
}

/// Leaves `linear` without users if it can be packed.
bool pack(Node* linear, Precision precision) {
    const auto weight = constant_tensor(linear->input(1));
    const auto bias = constant_tensor(linear->input(2));
    const bool float_weight = weight && weight->scalar_type() == at::kFloat && weight->dim() == 2;
    const bool float_bias = bias && bias->scalar_type() == at::kFloat && bias->dim() == 1;
    if (!float_weight || !(float_bias || linear->input(2)->mustBeNone())) {
        return false;
    }
    Node* const behind = activation_behind(linear);
    const auto activation = behind == nullptr ? Activation::none : *activation_of(behind);
    Value* layer = nullptr;
    {
        const torch::jit::WithInsertPoint here(linear);
        layer = linear->owningGraph()->insertConstant(torch::jit::IValue(
            c10::make_intrusive<PackedLinear>(*weight, bias, activation, precision)));
    }
    Node* const packed = insert_for(linear, "emojiscope::packed_linear", {linear->input(0), layer});
    if (behind == nullptr) {
        linear->output()->replaceAllUsesWith(packed->output());
    } else {
        behind->output()->replaceAllUsesWith(packed->output());
        behind->destroy();
    }
    return true;
}

void rewrite(torch::jit::Block* block, Precision precision, FastGraph& counts) {
    for (auto at = block->nodes().begin(); at != block->nodes().end();) {
        Node* const node = *at;
        for (torch::jit::Block* inner : node->blocks()) {
            rewrite(inner, precision, counts);
        }
        bool replaced = false;
        if (is(node, "aten::linear")) {
            replaced = pack(node, precision);
            counts.linear_layers += replaced ? 1 : 0;
        } else if (is(node, "aten::matmul") && node->inputs().size() == 2) {
            Node* const product =
                insert_for(node, "emojiscope::batched_product", {node->input(0), node->input(1)});
            node->output()->replaceAllUsesWith(product->output());
            replaced = true;
            ++counts.products;
        }
        ++at;  // after the packing, which may have removed the node behind
        if (replaced) {
            node->destroy();
        }
    }
}

}  // namespace

FastGraph speed_up(torch::jit::Module& frozen, Precision precision) {
    register_operators();
    std::shared_ptr<torch::jit::Graph> graph = frozen.get_method("forward").graph();
    // Weights that are kept in fewer bits become constants of float32.
    torch::jit::ConstantPropagation(graph);
    FastGraph counts;
    rewrite(graph->block(), precision, counts);
    // libtorch's own pass: weights of convolutions laid out once, results left in that layout.
    torch::jit::ConvertFrozenOpsToMKLDNN(graph);
    torch::jit::EliminateDeadCode(graph);  // constants that nothing uses any more: the weights
    return counts;
}

}  // namespace emojiscope::embedding
