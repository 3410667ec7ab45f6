#include "emojiscope/embedding/embedder.hpp"

#include <dlfcn.h>
#include <link.h>

#include <filesystem>
#include <string>
#include <vector>

namespace emojiscope::embedding {
namespace {

int collect(dl_phdr_info* info, std::size_t /*size*/, void* out) {
    if (info->dlpi_name != nullptr && *info->dlpi_name != '\0') {
        static_cast<std::vector<std::string>*>(out)->emplace_back(info->dlpi_name);
    }
    return 0;
}

/// Real paths of all loaded shared objects.
std::vector<std::string> loaded_objects() {
    std::vector<std::string> names;
    dl_iterate_phdr(collect, &names);
    for (std::string& name : names) {
        std::error_code error;
        const auto real = std::filesystem::canonical(name, error);
        if (!error) {
            name = real.string();
        }
    }
    return names;
}

std::string openblas_version() {
    using ConfigFunction = char* (*)();
    auto* config = reinterpret_cast<ConfigFunction>(dlsym(RTLD_DEFAULT, "openblas_get_config"));
    return config == nullptr ? "OpenBLAS" : config();
}

}  // namespace

BlasInfo blas_info() {
    BlasInfo reference;
    for (const std::string& path : loaded_objects()) {
        if (path.find("openblas") != std::string::npos) {
            return {openblas_version() + " (" + path + ")", false};
        }
        for (const char* optimised : {"libmkl", "blis", "atlas"}) {
            if (path.find(optimised) != std::string::npos) {
                return {path, false};
            }
        }
        if (path.find("libblas.so") != std::string::npos) {
            reference = {"reference BLAS (" + path + ")", true};
        }
    }
    return reference.reference ? reference : BlasInfo{"unknown BLAS", false};
}

}  // namespace emojiscope::embedding
