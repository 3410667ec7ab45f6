// Any bytes are a model.yaml: refused in one line that names it, or read, and then every number
// lies in its range, no file lies outside of the folder, and the tokenizer works.
#include "files_of_input.hpp"
#include "fuzzing.hpp"

#include "emojiscope/core/legible.hpp"
#include "emojiscope/embedding/model_package.hpp"

#include <cmath>

namespace emojiscope::fuzz {
namespace {

/// What a model.yaml may name; make_corpus.py has their hashes.
Folder& folder() {
    static Folder made;
    static const bool written = [] {
        made.write("merges.txt", "#version: 0.2\nb e\ne r</w>\nbe er</w>\n");
        made.write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nbe\n##er\n");
        return true;
    }();
    require(written, "there are files");
    return made;
}

void check_file(const embedding::PackageFile& file) {
    require(!file.name.empty() && file.name.front() != '.' &&
                file.name.find_first_of("/\\") == std::string::npos &&
                file.name == legible(file.name, 100),
            "a plain file name");
    require(file.sha256.size() == 64 && file.bytes >= 1, "its hash and length");
}

void check_tokenizer(const embedding::Tokenizer& tokenizer) {
    for (const std::string_view text : {"", "beer", "ビール!", "\xff\xfe"}) {
        const auto ids = tokenizer.encode(text);
        require(!ids.empty() && ids.size() <= 65'536, "1 to max_tokens ids");
        for (const std::int64_t id : ids) {
            require(id >= 0 && id < tokenizer.vocabulary_size(), "ids of the vocabulary");
        }
    }
}

void run(std::string_view text) {
    folder().write("model.yaml", text);
    const auto package = embedding::read_model_package(folder().path());
    if (!package) {
        require_one_line(package.error().message);
        require(package.error().message.find("model.yaml") != std::string::npos, "names the file");
        return;
    }
    for (const std::string* said : {&package->id.name, &package->id.version}) {
        require(!said->empty() && *said == legible(*said, 100), "a name and a version");
    }
    require(package->id.dimension >= 2 && package->id.dimension <= 4096, "a dimension");
    require(package->input_size >= 8 && package->input_size <= 1024, "a size of pictures");
    for (std::size_t i = 0; i < 3; ++i) {
        require(std::isfinite(package->mean[i]) && std::abs(package->mean[i]) <= 1, "a mean");
        require(package->std[i] > 0 && package->std[i] <= 1, "a deviation to divide by");
    }
    check_file(package->image_tower);
    check_file(package->text_tower);
    require(package->tokenizer != nullptr, "a tokenizer");
    check_tokenizer(*package->tokenizer);
}

}  // namespace
}  // namespace emojiscope::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    emojiscope::fuzz::run(emojiscope::fuzz::text_of(data, size));
    return 0;
}
