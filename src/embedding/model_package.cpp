#include "emojiscope/embedding/model_package.hpp"

#include "emojiscope/core/legible.hpp"
#include "emojiscope/core/yaml_limits.hpp"
#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/hash.hpp"

#include <yaml-cpp/yaml.h>

#include <cmath>
#include <utility>

namespace emojiscope::embedding {
namespace {

constexpr YamlLimits model_yaml_limits{.max_bytes = 64 * 1024, .max_values = 1000};
constexpr std::uint64_t max_tower_bytes = 4ULL * 1024 * 1024 * 1024;
constexpr std::uint64_t max_vocabulary_bytes = 16 * 1024 * 1024;
constexpr int max_dimension = 4096;
constexpr int max_input_size = 1024;
constexpr std::size_t max_name_characters = 100;
constexpr int supported_format = 1;

/// Thrown inside this file only: what is wrong with model.yaml.
struct Malformed {
    std::string what;
};

YAML::Node child(const YAML::Node& node, const char* key, const std::string& where) {
    if (!node.IsMap() || !node[key]) {
        throw Malformed{"'" + where + key + "' is missing"};
    }
    return node[key];
}

template <class T>
T value(const YAML::Node& node, const char* key, const std::string& where = "") {
    const YAML::Node found = child(node, key, where);
    try {
        return found.as<T>();
    } catch (const YAML::Exception&) {
        throw Malformed{"'" + where + key + "' has the wrong type"};
    }
}

template <class T>
T bounded(const YAML::Node& node, const char* key, T low, T high, const std::string& where = "") {
    const T number = value<T>(node, key, where);
    if (number < low || number > high) {
        throw Malformed{"'" + where + key + "' is out of range"};
    }
    return number;
}

/// Whether it may stand in a path and in any line: short, and every character of it can be seen.
bool is_plain(const std::string& text) {
    return !text.empty() && text == legible(text, max_name_characters);
}

PackageFile read_file_entry(const YAML::Node& node, const std::string& where) {
    PackageFile file;
    file.name = value<std::string>(node, "file", where);
    if (!is_plain(file.name) || file.name.find_first_of("/\\") != std::string::npos ||
        file.name.front() == '.') {
        throw Malformed{"'" + where + "file' must be a plain file name"};
    }
    file.sha256 = value<std::string>(node, "sha256", where);
    if (file.sha256.size() != 64 ||
        file.sha256.find_first_not_of("0123456789abcdef") != std::string::npos) {
        throw Malformed{"'" + where + "sha256' must be 64 lower-case hex digits"};
    }
    file.bytes = bounded<std::uint64_t>(node, "bytes", 1, max_tower_bytes, where);
    return file;
}

std::array<float, 3> read_channels(const YAML::Node& node, const char* key, float above) {
    const auto numbers = value<std::vector<float>>(node, key, "image.");
    if (numbers.size() != 3) {
        throw Malformed{std::string("'image.") + key + "' must hold 3 numbers"};
    }
    std::array<float, 3> out{};
    for (std::size_t i = 0; i < 3; ++i) {
        if (!std::isfinite(numbers[i]) || numbers[i] <= above || numbers[i] > 1.0F) {
            throw Malformed{std::string("'image.") + key + "' is out of range"};
        }
        out[i] = numbers[i];
    }
    return out;
}

Rgb read_background(const YAML::Node& node) {
    const auto numbers = value<std::vector<int>>(node, "background", "image.");
    if (numbers.size() != 3) {
        throw Malformed{"'image.background' must hold 3 numbers"};
    }
    for (const int n : numbers) {
        if (n < 0 || n > 255) {
            throw Malformed{"'image.background' is out of range"};
        }
    }
    return Rgb{static_cast<std::uint8_t>(numbers[0]), static_cast<std::uint8_t>(numbers[1]),
               static_cast<std::uint8_t>(numbers[2])};
}

void read_image_part(const YAML::Node& node, ModelPackage& package) {
    package.image_tower = read_file_entry(node, "image.");
    package.input_size = bounded<int>(node, "input_size", 8, max_input_size, "image.");
    const auto rule = value<std::string>(node, "resize", "image.");
    if (rule != "pad" && rule != "crop") {
        throw Malformed{"'image.resize' must be pad or crop"};
    }
    package.resize = rule == "pad" ? ResizeRule::pad : ResizeRule::crop;
    package.background = read_background(node);
    package.mean = read_channels(node, "mean", -1.0F);
    package.std = read_channels(node, "std", 0.0F);
}

/// A vocabulary that model.yaml names: checked like the towers.
std::string read_vocabulary(const YAML::Node& node, const char* key, const ModelPackage& package) {
    const std::string where = std::string("tokenizer.") + key + ".";
    const PackageFile file = read_file_entry(child(node, key, "tokenizer."), where);
    if (file.bytes > max_vocabulary_bytes) {
        throw Malformed{"'" + where + "bytes' is out of range"};
    }
    const auto bytes = read_verified(package, file);
    if (!bytes) {
        throw Malformed{bytes.error().message};
    }
    return {bytes->begin(), bytes->end()};
}

Result<std::unique_ptr<Tokenizer>> make_tokenizer(const YAML::Node& node, std::size_t max_tokens,
                                                  const ModelPackage& package) {
    if (package.tokenizer_kind == "clip-bpe") {
        return make_clip_bpe_tokenizer(read_vocabulary(node, "merges", package), max_tokens);
    }
    if (package.tokenizer_kind == "wordpiece") {
        return make_wordpiece_tokenizer(read_vocabulary(node, "vocabulary", package), max_tokens);
    }
    if (package.tokenizer_kind == "char-ngram-hash") {
        return make_char_ngram_tokenizer({value<std::int64_t>(node, "buckets", "tokenizer."),
                                          value<int>(node, "min_n", "tokenizer."),
                                          value<int>(node, "max_n", "tokenizer."), max_tokens});
    }
    throw Malformed{"tokenizer kind " + quoted_legibly(package.tokenizer_kind) + " is not known"};
}

void read_tokenizer(const YAML::Node& root, ModelPackage& package) {
    const YAML::Node node = child(root, "tokenizer", "");
    package.tokenizer_kind = value<std::string>(node, "kind", "tokenizer.");
    const auto max_tokens =
        bounded<std::size_t>(child(root, "text", ""), "max_tokens", 1, 65'536, "text.");
    auto tokenizer = make_tokenizer(node, max_tokens, package);
    if (!tokenizer) {
        throw Malformed{tokenizer.error().message};
    }
    package.tokenizer = std::move(tokenizer).value();
}

ModelPackage parse(const std::string& text, const std::filesystem::path& folder) {
    const YAML::Node root = YAML::Load(text);
    ModelPackage package;
    package.folder = folder;
    if (value<int>(root, "format") != supported_format) {
        throw Malformed{"its format is not 1; a newer Emojiscope may read it"};
    }
    package.id.name = value<std::string>(root, "name");
    package.id.version = value<std::string>(root, "version");
    package.id.dimension = bounded<int>(root, "dimension", 2, max_dimension);
    for (const auto& [key, said] :
         {std::pair("name", &package.id.name), std::pair("version", &package.id.version)}) {
        if (!is_plain(*said)) {
            throw Malformed{"'" + std::string(key) +
                            "' is empty, too long, or holds what cannot be seen"};
        }
    }
    read_image_part(child(root, "image", ""), package);
    package.text_tower = read_file_entry(child(root, "text", ""), "text.");
    read_tokenizer(root, package);
    if (root["precision"]) {
        const auto word = value<std::string>(root, "precision");
        const auto precision = parse_precision(word);
        if (!precision) {
            throw Malformed{"precision " + quoted_legibly(word) + " is not known"};
        }
        package.precision = *precision;
    }
    package.licence = value<std::string>(root, "licence");
    package.provenance = value<std::string>(root, "provenance");
    return package;
}

constexpr std::array all_precisions{Precision::float32, Precision::bfloat16, Precision::int8};

Error mismatch(const std::filesystem::path& path) {
    return fail(ErrorCode::corrupt,
                path.string() + ": does not match the size and sha256 in model.yaml");
}

}  // namespace

const char* to_string(Precision precision) noexcept {
    switch (precision) {
        case Precision::bfloat16: return "bfloat16";
        case Precision::int8: return "int8";
        case Precision::float32: break;
    }
    return "float32";
}

std::optional<Precision> parse_precision(std::string_view word) noexcept {
    for (const Precision precision : all_precisions) {
        if (word == to_string(precision)) {
            return precision;
        }
    }
    return std::nullopt;
}

Result<ModelPackage> read_model_package(const std::filesystem::path& folder) {
    const auto path = folder / "model.yaml";
    auto bytes = image::read_file(path, model_yaml_limits.max_bytes);
    if (!bytes) {
        return fail(bytes.error().code, "no model package: " + bytes.error().message);
    }
    const std::string text(bytes->begin(), bytes->end());
    if (const auto checked = check_yaml(text, model_yaml_limits); !checked) {
        return fail(ErrorCode::corrupt, path.string() + ": " + checked.error().message);
    }
    try {
        return parse(text, folder);
    } catch (const Malformed& malformed) {
        return fail(ErrorCode::corrupt, path.string() + ": " + malformed.what);
    } catch (const YAML::Exception& error) {
        return fail(ErrorCode::corrupt,
                    path.string() + ": " + legible(error.what(), most_message_characters));
    }
}

Result<std::vector<std::uint8_t>> read_verified(const ModelPackage& package,
                                                const PackageFile& file) {
    const auto path = package.folder / file.name;
    auto bytes = image::read_file(path, file.bytes);
    if (!bytes) {
        return bytes.error();
    }
    if (bytes->size() != file.bytes || image::sha256_hex(*bytes) != file.sha256) {
        return mismatch(path);
    }
    return bytes;
}

Result<void> verify_file(const ModelPackage& package, const PackageFile& file,
                         std::chrono::steady_clock::time_point deadline) {
    const auto path = package.folder / file.name;
    std::error_code unknown;
    const auto size = std::filesystem::file_size(path, unknown);
    if (!unknown && size != file.bytes) {
        return mismatch(path);
    }
    const auto hash = image::sha256_hex_of_file(path, deadline);
    if (!hash) {
        return hash.error();
    }
    return *hash == file.sha256 ? Result<void>{} : Result<void>(mismatch(path));
}

}  // namespace emojiscope::embedding
