#include "emojiscope/embedding/model_package.hpp"

#include "emojiscope/embedding/embedder.hpp"
#include "emojiscope/image/hash.hpp"
#include "fakes/temp_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <span>
#include <sstream>

using namespace emojiscope;
using namespace emojiscope::embedding;

namespace fs = std::filesystem;

namespace {

const fs::path shipped = "models/emojiclip";

std::string read_text(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

void write_text(const fs::path& file, const std::string& text) {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text;
}

/// A copy of the shipped package, to be damaged.
class Copy {
public:
    Copy() { fs::copy(shipped, folder_.path(), fs::copy_options::recursive); }

    [[nodiscard]] const fs::path& path() const { return folder_.path(); }
    [[nodiscard]] std::string yaml() const { return read_text(path() / "model.yaml"); }
    void yaml(const std::string& text) const { write_text(path() / "model.yaml", text); }

private:
    fakes::TempFolder folder_;
};

/// A whole model.yaml that a test can vary key by key; its towers are not there.
struct Yaml {
    std::string format = "1";
    std::string name = "m";
    std::string version = "'1'";
    std::string dimension = "8";
    std::string image_file = "image.pt";
    std::string sha256 = std::string(64, 'a');
    std::string bytes = "10";
    std::string input_size = "64";
    std::string resize = "pad";
    std::string background = "[255, 255, 255]";
    std::string mean = "[0.5, 0.5, 0.5]";
    std::string deviation = "[0.5, 0.5, 0.5]";
    std::string text_file = "text.pt";
    std::string max_tokens = "256";
    std::string kind = "char-ngram-hash";
    std::string buckets = "16384";
    std::string min_n = "1";
    std::string max_n = "4";

    [[nodiscard]] std::string text() const {
        return "format: " + format + "\nname: " + name + "\nversion: " + version +
               "\ndimension: " + dimension + "\nimage: {file: " + image_file +
               ", sha256: " + sha256 + ", bytes: " + bytes + ", input_size: " + input_size +
               ", resize: " + resize + ", background: " + background + ", mean: " + mean +
               ", std: " + deviation + "}\ntext: {file: " + text_file + ", sha256: " + sha256 +
               ", bytes: " + bytes + ", max_tokens: " + max_tokens +
               "}\ntokenizer: {kind: " + kind + ", buckets: " + buckets + ", min_n: " + min_n +
               ", max_n: " + max_n + "}\nlicence: none\nprovenance: none\n";
    }
};

/// The refusal must be one line that says `what`.
void check_refused(const std::string& yaml, const std::string& what) {
    const fakes::TempFolder folder;
    write_text(folder.path() / "model.yaml", yaml);
    CAPTURE(yaml);
    const auto package = read_model_package(folder.path());
    REQUIRE(package.has_error());
    CHECK(package.error().code == ErrorCode::corrupt);
    CHECK_THAT(package.error().message, Catch::Contains(what));
    CHECK_THAT(package.error().message, Catch::Contains("model.yaml"));
    CHECK(package.error().message.find('\n') == std::string::npos);
}

void check_refused(std::string Yaml::*key, const std::string& value, const std::string& what) {
    Yaml yaml;
    yaml.*key = value;
    check_refused(yaml.text(), what);
}

/// What is wrong is found when the towers are read, in one line.
void check_unloadable(const fs::path& folder, ErrorCode code, const std::string& what) {
    const auto package = read_model_package(folder);
    REQUIRE(package.has_value());
    const auto embedder = load_embedder(*package, {.threads = 1});
    REQUIRE(embedder.has_error());
    CHECK(embedder.error().code == code);
    CHECK_THAT(embedder.error().message, Catch::Contains(what));
    CHECK(embedder.error().message.find('\n') == std::string::npos);
}

}  // namespace

TEST_CASE("the shipped package is read", "[package]") {
    const ModelPackage package = read_model_package(shipped).value();
    CHECK(package.id.name == "emojiclip");
    CHECK(!package.id.version.empty());
    CHECK(package.id.dimension >= 2);
    CHECK(package.input_size >= 8);
    CHECK(package.tokenizer != nullptr);
    CHECK(package.tokenizer_kind == "char-ngram-hash");
    CHECK(!package.licence.empty());
    CHECK(!package.provenance.empty());
    for (const PackageFile& file : {package.image_tower, package.text_tower}) {
        CHECK(read_verified(package, file).value().size() == file.bytes);
        CHECK(verify_file(package, file, std::chrono::steady_clock::time_point::max()).has_value());
        CHECK(
            verify_file(package, file, std::chrono::steady_clock::time_point::min()).error().code ==
            ErrorCode::timeout);
    }
}

TEST_CASE("a package's keys are taken over", "[package]") {
    const fakes::TempFolder folder;
    Yaml yaml;
    yaml.background = "[1, 2, 3]";
    yaml.mean = "[0.25, 0, -0.5]";
    yaml.resize = "crop";
    write_text(folder.path() / "model.yaml", yaml.text());
    const ModelPackage package = read_model_package(folder.path()).value();
    CHECK(package.folder == folder.path());
    CHECK(package.id == search::ModelId{"m", "1", 8});
    CHECK(package.image_tower.name == "image.pt");
    CHECK(package.image_tower.bytes == 10);
    CHECK(package.input_size == 64);
    CHECK(package.resize == ResizeRule::crop);
    CHECK(package.background == Rgb{1, 2, 3});
    CHECK(package.mean == std::array<float, 3>{0.25F, 0.0F, -0.5F});
    CHECK(package.tokenizer->vocabulary_size() == 16'384);
}

TEST_CASE("a missing package is not found", "[package]") {
    const fakes::TempFolder folder;
    for (const fs::path& path : {folder.path(), folder.path() / "nowhere"}) {
        const auto package = read_model_package(path);
        REQUIRE(package.has_error());
        CHECK(package.error().code == ErrorCode::not_found);
        CHECK_THAT(package.error().message, Catch::Contains("no model package"));
    }
    fs::create_directory(folder.path() / "model.yaml");
    CHECK(read_model_package(folder.path()).has_error());
}

TEST_CASE("wrong values are refused by their key", "[package]") {
    check_refused(&Yaml::format, "2", "format");
    check_refused(&Yaml::format, "one", "'format'");
    for (const std::string& text :
         {std::string("''"), std::string(101, 'x'), std::string("[a]"),
          std::string(R"("two\nlines")"), std::string(R"("a\0b")"), std::string(R"("a\u202Eb")")}) {
        check_refused(&Yaml::name, text, "'name'");
        check_refused(&Yaml::version, text, "'version'");
    }
    for (const char* dimension :
         {"1", "0", "-128", "5000", "99999999999999999999", "many", "1.5"}) {
        check_refused(&Yaml::dimension, dimension, "'dimension'");
    }
    for (const char* size : {"0", "7", "-64", "1025", "1e9", "nan"}) {
        check_refused(&Yaml::input_size, size, "'image.input_size'");
    }
    check_refused(&Yaml::resize, "stretch", "'image.resize'");
    for (const char* background : {"[255, 255]", "[0, 0, 256]", "[0, 0, -1]", "white", "[]"}) {
        check_refused(&Yaml::background, background, "'image.background'");
    }
    for (const char* mean : {"[0.5]", "[0.5, 0.5, 2]", "[.nan, 0, 0]", "[-1, 0, 0]", "half"}) {
        check_refused(&Yaml::mean, mean, "'image.mean'");
    }
    for (const char* deviation : {"[0, 1, 1]", "[-0.5, 1, 1]", "[.inf, 1, 1]", "[1, 1, 1, 1]"}) {
        check_refused(&Yaml::deviation, deviation, "'image.std'");
    }
    for (const char* bytes : {"0", "-1", "99999999999999", "18446744073709551616", "all"}) {
        check_refused(&Yaml::bytes, bytes, "'image.bytes'");
    }
    for (const std::string& hash :
         {std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g'), std::string(64, 'A')}) {
        check_refused(&Yaml::sha256, hash, "'image.sha256'");
    }
}

TEST_CASE("a tokenizer may have its vocabulary in the package", "[package]") {
    const fakes::TempFolder folder;
    const auto with = [&](const std::string& kind, const std::string& key,
                          const std::string& content, const std::string& sha256) {
        write_text(folder.path() / "words.txt", content);
        Yaml yaml;
        yaml.kind = kind + ", " + key + ": {file: words.txt, sha256: " + sha256 +
                    ", bytes: " + std::to_string(content.size()) + "}";
        write_text(folder.path() / "model.yaml", yaml.text());
        return read_model_package(folder.path());
    };
    const auto hash = [](const std::string& content) {
        return image::sha256_hex(
            std::span(reinterpret_cast<const std::uint8_t*>(content.data()), content.size()));
    };
    const std::string pairs = "b e\nbe e\n";
    const std::string pieces = "[UNK]\n[CLS]\n[SEP]\nbe\n";
    const auto clip = with("clip-bpe", "merges", pairs, hash(pairs)).value();
    CHECK(clip.tokenizer->vocabulary_size() == 516);
    const auto bert = with("wordpiece", "vocabulary", pieces, hash(pieces)).value();
    CHECK(bert.tokenizer->encode("be") == std::vector<std::int64_t>{1, 3, 2});

    const auto complaint = [](const Result<ModelPackage>& package) {
        REQUIRE(package.has_error());
        CHECK(package.error().code == ErrorCode::corrupt);
        return package.error().message;
    };
    CHECK_THAT(complaint(with("clip-bpe", "merges", pairs, hash(pieces))),
               Catch::Contains("words.txt: does not match"));
    CHECK_THAT(complaint(with("clip-bpe", "vocabulary", pairs, hash(pairs))),
               Catch::Contains("'tokenizer.merges' is missing"));
    CHECK_THAT(complaint(with("wordpiece", "vocabulary", pairs, hash(pairs))),
               Catch::Contains("lacks [UNK]"));
    std::filesystem::remove(folder.path() / "words.txt");
    CHECK_THAT(complaint(read_model_package(folder.path())), Catch::Contains("words.txt"));
}

TEST_CASE("an unknown tokenizer or one out of bounds is refused", "[package]") {
    check_refused(&Yaml::kind, "bpe", "'bpe'");
    check_refused(&Yaml::kind, "\"two\\nlines\"", "tokenizer kind");
    for (const char* tokens : {"0", "-1", "65537", "1e99"}) {
        check_refused(&Yaml::max_tokens, tokens, "'text.max_tokens'");
    }
    for (const char* buckets : {"0", "1", "-5", "99999999999"}) {
        check_refused(&Yaml::buckets, buckets, "");
    }
    check_refused(&Yaml::buckets, "lots", "'tokenizer.buckets'");
    check_refused(&Yaml::min_n, "0", "");
    check_refused(&Yaml::min_n, "5", "");
    check_refused(&Yaml::max_n, "1000000", "");
}

TEST_CASE("a package says what its weights were rounded to", "[package]") {
    const fakes::TempFolder folder;
    const auto precision_of = [&](const std::string& line) {
        write_text(folder.path() / "model.yaml", Yaml{}.text() + line);
        return read_model_package(folder.path()).value().precision;
    };
    CHECK(precision_of("") == Precision::float32);
    for (const Precision precision : {Precision::float32, Precision::bfloat16, Precision::int8}) {
        CHECK(precision_of(std::string("precision: ") + to_string(precision) + "\n") == precision);
    }
    check_refused(Yaml{}.text() + "precision: int4\n", "precision 'int4' is not known");
    check_refused(Yaml{}.text() + "precision: [int8]\n", "'precision' has the wrong type");
}

TEST_CASE("file names cannot leave the folder", "[package]") {
    for (const char* name : {"../image.pt", "/etc/passwd", "a/b.pt", "'a\\b.pt'", "..", ".", "''",
                             ".hidden", R"("a.pt\0b")", R"("a\n.pt")"}) {
        check_refused(&Yaml::image_file, name, "'image.file'");
        check_refused(&Yaml::text_file, name, "'text.file'");
    }
    check_refused(&Yaml::image_file, std::string(101, 'x'), "'image.file'");
}

TEST_CASE("every key is needed and must be of its kind", "[package]") {
    const std::string whole = Yaml().text();
    for (const std::string key :
         {"format",     "name",    "version",    "dimension", "image",  "text",
          "tokenizer",  "licence", "provenance", "file",      "sha256", "bytes",
          "input_size", "resize",  "background", "mean",      "std",    "max_tokens",
          "kind",       "buckets", "min_n",      "max_n"}) {
        std::string without = whole;
        const auto at = without.find(key + ": ");
        REQUIRE(at != std::string::npos);
        without.replace(at, key.size(), "x" + key);
        check_refused(without, key + "' is missing");
    }
    check_refused("", "'format' is missing");
    check_refused("just words", "'format' is missing");
    check_refused("- 1\n- 2\n", "'format' is missing");
    check_refused("format: [1]", "'format' has the wrong type");
}

TEST_CASE("a damaged model.yaml is refused, wherever it is cut", "[package]") {
    const std::string whole = Yaml().text();
    const fakes::TempFolder folder;
    for (std::size_t length = 0; length + 20 < whole.size(); length += 7) {
        write_text(folder.path() / "model.yaml", whole.substr(0, length));
        const auto package = read_model_package(folder.path());
        CAPTURE(length);
        REQUIRE(package.has_error());
        CHECK(package.error().code == ErrorCode::corrupt);
        CHECK(package.error().message.find('\n') == std::string::npos);
    }
    check_refused("format: 1\n\tname: [", "model.yaml");
    check_refused(std::string("\0\x01\xff\xfe", 4), "model.yaml");
    check_refused("a: &a [*a, *a]\nformat: *a", "model.yaml");
    check_refused(std::string(10'000, '['), "model.yaml");
}

TEST_CASE("an oversized model.yaml is not even parsed", "[package]") {
    const fakes::TempFolder folder;
    write_text(folder.path() / "model.yaml", Yaml().text() + std::string(100'000, '#'));
    CHECK(read_model_package(folder.path()).error().code == ErrorCode::too_large);
}

TEST_CASE("towers that are missing or changed are refused", "[package]") {
    const Copy copy;
    const fs::path tower = copy.path() / GENERATE("image.pt", "text.pt");
    const std::string whole = read_text(tower);
    const auto verified = [&] {
        const ModelPackage package = read_model_package(copy.path()).value();
        const auto later = std::chrono::steady_clock::time_point::max();
        const auto image = verify_file(package, package.image_tower, later);
        return image ? verify_file(package, package.text_tower, later) : image;
    };
    CHECK(verified().has_value());

    SECTION("missing") {
        fs::remove(tower);
        CHECK(verified().error().code == ErrorCode::not_found);
        check_unloadable(copy.path(), ErrorCode::not_found, tower.filename().string());
    }
    SECTION("cut off") {
        fs::resize_file(tower, whole.size() / 2);
        CHECK(verified().error().code == ErrorCode::corrupt);
        check_unloadable(copy.path(), ErrorCode::corrupt, "does not match the size and sha256");
    }
    SECTION("grown") {
        write_text(tower, whole + "x");
        CHECK(verified().error().code == ErrorCode::corrupt);
        check_unloadable(copy.path(), ErrorCode::too_large, tower.filename().string());
    }
    SECTION("one bit flipped") {
        std::string flipped = whole;
        flipped[flipped.size() / 3] = static_cast<char>(flipped[flipped.size() / 3] ^ 1);
        write_text(tower, flipped);
        CHECK(verified().error().code == ErrorCode::corrupt);
        check_unloadable(copy.path(), ErrorCode::corrupt, "does not match the size and sha256");
    }
    SECTION("a folder in its place") {
        fs::remove(tower);
        fs::create_directory(tower);
        const ModelPackage package = read_model_package(copy.path()).value();
        CHECK(load_embedder(package, {.threads = 1}).has_error());
    }
}

TEST_CASE("a dimension that the towers do not have is found by the probe", "[package]") {
    const Copy copy;
    const ModelPackage package = read_model_package(copy.path()).value();
    std::string yaml = copy.yaml();
    const std::string stated = "dimension: " + std::to_string(package.id.dimension);
    const auto at = yaml.find(stated);
    REQUIRE(at != std::string::npos);
    yaml.replace(at, stated.size(), "dimension: " + std::to_string(package.id.dimension / 2));
    copy.yaml(yaml);
    check_unloadable(copy.path(), ErrorCode::corrupt, "dimension");
}

TEST_CASE("bytes that are no TorchScript are refused even with the right hash", "[package]") {
    const Copy copy;
    const std::string hash_of_junk =  // of "junk\n"
        "edff58f2a441868dc58c35d06f2b1c86e12e12bedfaa793a49c227672f77566e";
    write_text(copy.path() / "junk.pt", "junk\n");
    Yaml yaml;
    yaml.image_file = "junk.pt";
    yaml.text_file = "junk.pt";
    yaml.bytes = "5";
    yaml.sha256 = hash_of_junk;
    copy.yaml(yaml.text());
    check_unloadable(copy.path(), ErrorCode::corrupt, "not a loadable TorchScript module");
}

TEST_CASE("towers in each other's place are refused", "[package]") {
    const Copy copy;
    ModelPackage package = read_model_package(copy.path()).value();
    std::swap(package.image_tower, package.text_tower);
    const auto embedder = load_embedder(package, {.threads = 1});
    REQUIRE(embedder.has_error());
    CHECK(embedder.error().code == ErrorCode::corrupt);
    CHECK(embedder.error().message.find('\n') == std::string::npos);
}
