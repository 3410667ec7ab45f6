#include "emojiscope/embedding/memory.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <string>

namespace emojiscope::embedding {
namespace {

/// Whether a part of the heap was advised to be in huge pages.
[[maybe_unused]] bool heap_has_huge_pages() {  // not with sanitizers
    std::ifstream maps("/proc/self/smaps");
    bool heap = false;
    for (std::string line; std::getline(maps, line);) {
        if (line.find("-p ") != std::string::npos || line.find("-s ") != std::string::npos) {
            heap = line.ends_with("[heap]");
        } else if (heap && line.starts_with("VmFlags:") && line.find(" hg") != std::string::npos) {
            return true;
        }
    }
    return false;
}

// In a process of its own: where much is free already, the heap need not grow.
TEST_CASE("the heap grows in huge pages", "[.][heap]") {
    keep_memory_for_inference();
    keep_memory_for_inference();  // once is enough, twice does no harm
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    SUCCEED("a sanitizer has a heap of its own");
#else
    if (!std::filesystem::exists("/sys/kernel/mm/transparent_hugepage")) {
        SUCCEED("this kernel has no huge pages");
        return;
    }
    CHECK(heap_has_huge_pages());
#endif
}

}  // namespace
}  // namespace emojiscope::embedding
