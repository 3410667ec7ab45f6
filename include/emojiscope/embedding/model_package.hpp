// A model package on disk: model.yaml and the files it names. See models/README.md for the form.
//
// Everything in it is hostile until verified: names cannot leave the folder, sizes are bounded,
// and every file must match the SHA-256 that model.yaml states. (TorchScript is a program: a
// package is to be trusted like one. The hashes find damage, not malice.)
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/core/image.hpp"
#include "emojiscope/embedding/tokenizer.hpp"
#include "emojiscope/search/embedder.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::embedding {

enum class ResizeRule {
    pad,   ///< longest side = input size, centred on the background
    crop,  ///< shorter side = input size, centre cropped (OpenAI CLIP)
};

/// What numbers the heavy layers of a tower are multiplied in.
enum class Precision { float32, bfloat16, int8 };

[[nodiscard]] const char* to_string(Precision precision) noexcept;
/// As `to_string` writes them; nothing for any other word.
[[nodiscard]] std::optional<Precision> parse_precision(std::string_view word) noexcept;

struct PackageFile {
    std::string name;    ///< a plain file name inside the folder
    std::string sha256;  ///< hex
    std::uint64_t bytes = 0;
};

struct ModelPackage {
    std::filesystem::path folder;
    search::ModelId id;
    PackageFile image_tower;  ///< TorchScript, float32 [B,3,S,S] -> [B,D]
    PackageFile text_tower;   ///< TorchScript, int64 ids [B,L], int64 mask [B,L] -> [B,D]
    /// What the weights were rounded to, and thus what they may be multiplied in. The towers
    /// themselves compute in float32, on any CPU.
    Precision precision = Precision::float32;
    int input_size = 0;  ///< S, in pixels
    ResizeRule resize = ResizeRule::pad;
    Rgb background;
    std::array<float, 3> mean{};  ///< of values in 0…1
    std::array<float, 3> std{};
    std::string tokenizer_kind;
    std::shared_ptr<const Tokenizer> tokenizer;
    std::string licence;
    std::string provenance;
};

/// Reads and checks model.yaml. Errors: not_found, corrupt (says which key), unsupported.
[[nodiscard]] Result<ModelPackage> read_model_package(const std::filesystem::path& folder);

/// Reads a file of the package whole and checks size and hash. Errors: not_found, io, corrupt.
[[nodiscard]] Result<std::vector<std::uint8_t>> read_verified(const ModelPackage& package,
                                                              const PackageFile& file);

/// The same check without keeping the file. Errors: not_found, io, corrupt; timeout if it was not
/// done by `deadline`.
[[nodiscard]] Result<void> verify_file(const ModelPackage& package, const PackageFile& file,
                                       std::chrono::steady_clock::time_point deadline);

}  // namespace emojiscope::embedding
