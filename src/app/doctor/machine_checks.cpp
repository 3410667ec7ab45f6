#include "checks.hpp"

#include "emojiscope/core/text.hpp"
#include "emojiscope/embedding/model_package.hpp"
#include "emojiscope/map/fonts.hpp"
#include "emojiscope/map/page.hpp"
#include "emojiscope/text/concepts.hpp"
#include "emojiscope/text/readings.hpp"
#include "emojiscope/text/stamp_reader.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>
#include <thread>

namespace emojiscope::app::doctor {
namespace {

constexpr std::uintmax_t kibibyte = 1024;
/// Of the program itself, its libraries and a catalogue of some thousand emoji.
constexpr std::uintmax_t needed_besides_model = 400 * kibibyte * kibibyte;
constexpr std::uintmax_t no_limit = std::numeric_limits<std::uintmax_t>::max();

/// As the kernel estimates it, without swapping.
std::uintmax_t memory_available() {
    std::ifstream in("/proc/meminfo");
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string key;
        std::uintmax_t kibibytes = 0;
        if (words >> key >> kibibytes && key == "MemAvailable:") {
            return kibibytes * kibibyte;
        }
    }
    return no_limit;
}

/// What a container, or systemd, leaves to this process.
std::uintmax_t memory_allowed() {
    std::ifstream own("/proc/self/cgroup");
    std::string line;
    std::getline(own, line);
    if (!line.starts_with("0::")) {
        return no_limit;
    }
    const std::string folder = "/sys/fs/cgroup" + line.substr(3);
    std::uintmax_t most = 0;
    std::uintmax_t used = 0;
    if (!(std::ifstream(folder + "/memory.max") >> most) ||
        !(std::ifstream(folder + "/memory.current") >> used)) {
        return no_limit;  // "max", or no such group
    }
    return most > used ? most - used : 0;
}

bool has_avx2() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2") != 0;
#else
    return false;
#endif
}

Check of_data(std::string name, const Result<void>& opened, std::string good, std::string remedy) {
    return opened ? ok(std::move(name), std::move(good))
                  : failed(std::move(name), opened.error().message, std::move(remedy));
}

template <class T>
Result<void> without_value(const Result<T>& result) {
    return result ? Result<void>{} : Result<void>(result.error());
}

}  // namespace

Check judge_memory(std::uintmax_t available, std::uintmax_t needed) {
    if (available == no_limit) {
        return skipped("memory", "the kernel does not say how much there is");
    }
    if (available < needed) {
        return warning("memory",
                       in_words(available) + " available, and the bot may need " + in_words(needed),
                       "end other programs (the bot itself, if it runs, counts among them), or "
                       "give the machine more");
    }
    return ok("memory", in_words(available) + " available");
}

Check check_memory(const Config& config) {
    std::uintmax_t needed = needed_besides_model;
    for (const auto& folder : {config.model, config.next_model}) {
        if (folder.empty()) {
            continue;
        }
        if (const auto package = embedding::read_model_package(folder)) {
            needed += 2 * (package->image_tower.bytes + package->text_tower.bytes);
        }
    }
    return judge_memory(std::min(memory_available(), memory_allowed()), needed);
}

Check check_processor(const Config& config) {
    const std::string name = "processor";
    using embedding::Precision;
    std::string finding =
        std::to_string(std::max(1U, std::thread::hardware_concurrency())) + " core(s)";
    finding += has_avx2() ? ", AVX2" : ", no AVX2";
    for (const Precision precision : {Precision::bfloat16, Precision::int8}) {
        if (embedding::usable_precision(precision) == precision) {
            finding += std::string(", ") + embedding::to_string(precision);
        }
    }
    const auto package = embedding::read_model_package(config.model);
    const auto wanted = config.inference.precision
                            ? config.inference.precision
                            : (package ? std::optional(package->precision) : std::nullopt);
    if (wanted && embedding::usable_precision(*wanted) != *wanted) {
        return warning(name,
                       finding + "; the model is to be computed in " +
                           embedding::to_string(*wanted) + ", and is in float32",
                       "nothing needs to be done: it is slower, and answers alike");
    }
    if (!has_avx2()) {
        return warning(name, finding,
                       "it works, several times slower than on a processor with AVX2");
    }
    return ok(name, finding);
}

Check judge_linear_algebra(const embedding::BlasInfo& blas, bool allowed) {
    const std::string name = "linear_algebra";
    if (!blas.reference) {
        return ok(name, one_line(blas.description));
    }
    const std::string finding = one_line(blas.description) + ", 27 times slower than OpenBLAS";
    const std::string remedy = "apt install libopenblas0-openmp";
    return allowed ? warning(name, finding, remedy) : failed(name, finding, remedy);
}

Check check_linear_algebra(const Config& config) {
    return judge_linear_algebra(embedding::blas_info(), config.inference.allow_reference_blas);
}

Check check_words_in_pictures() {
    return of_data("words_in_pictures", without_value(text::StampReader::open()),
                   "Tesseract reads jpn, jpn_vert and eng",
                   "apt install tesseract-ocr-jpn tesseract-ocr-jpn-vert tesseract-ocr-eng");
}

Check check_japanese() {
    return of_data("japanese", without_value(text::JapaneseReader::open()),
                   "MeCab and its dictionary are there", "apt install mecab-ipadic-utf8");
}

Check check_meanings(const std::filesystem::path& dictionary) {
    return of_data("meanings", without_value(text::ConceptDictionary::open(dictionary)),
                   dictionary.string(),
                   "install the package again, or correct `concepts` in the configuration");
}

Check check_map_page() {
    const auto able = map::can_make_pages();
    return able ? ok("map_page", "plotly.js is built in")
                : warning("map_page", able.error().message,
                          "build the program with src/map/page/node_modules there "
                          "(deploy/install-deps.sh fetches it)");
}

Check check_fonts() {
    const std::string name = "fonts";
    const std::string remedy = "apt install fonts-noto-cjk";
    if (!map::can_write("Emoji")) {
        return warning(name, "there is no font: the picture of a map has no names", remedy);
    }
    if (!map::can_write("絵文字ビール")) {
        return warning(name, "no font has Japanese: such names are boxes on the picture of a map",
                       remedy);
    }
    return ok(name, "Latin and Japanese names can be drawn");
}

}  // namespace emojiscope::app::doctor
