#include "emojiscope/embedding/memory.hpp"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace emojiscope::embedding {
namespace {

/// What the C library keeps of freed memory, and from which size on it asks the system for memory
/// of its own (glibc allows no more). Each pass of a model frees what the next one needs again;
/// pages that went back to the system are cleared when they return, which on a busy machine was
/// half of the time of a pass.
constexpr int kept_bytes = 256 << 20;
constexpr int largest_kept_block = 32 << 20;

/// What the default model and its first passes need.
constexpr int heap_bytes = 96 << 20;
constexpr int usual_top_pad = 128 << 10;
constexpr std::uintptr_t huge_page = 2U << 20U;

std::uintptr_t end_of_heap() {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): arithmetic on addresses
    return reinterpret_cast<std::uintptr_t>(sbrk(0));
}

/// Pages are given one by one, each with a fault, when they are first written to: on a virtual
/// machine that took a third of the time of loading a model. Huge ones need a 512th of the faults.
void grow_heap_in_huge_pages() {
    const std::uintptr_t before = end_of_heap();
    mallopt(M_TOP_PAD, heap_bytes);
    // More than is free, so that the heap grows; volatile, lest the compiler leave out both calls.
    void* volatile block = std::malloc(largest_kept_block / 2);
    std::free(block);
    mallopt(M_TOP_PAD, usual_top_pad);
    const std::uintptr_t first = (before + huge_page - 1) / huge_page * huge_page;
    const std::uintptr_t after = end_of_heap();
    if (after > first) {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast,performance-no-int-to-ptr)
        madvise(reinterpret_cast<void*>(first), after - first, MADV_HUGEPAGE);  // an advice only
    }
}

}  // namespace

void keep_memory_for_inference() {
    [[maybe_unused]] static const bool done = [] {
        mallopt(M_TRIM_THRESHOLD, kept_bytes);
        mallopt(M_MMAP_THRESHOLD, largest_kept_block);
        grow_heap_in_huge_pages();
        return true;
    }();
}

}  // namespace emojiscope::embedding
