// A fuzzer without libFuzzer, for the tests of every day: its corpus, and mutations of it that are
// the same on every machine.
//
//   fuzz_NAME CORPUS MUTATIONS [FAILED]
// CORPUS is a folder, or one file. Fails (by abort or a sanitizer) when a property does not hold;
// the input is then left in the file FAILED (default: fuzz-failed-input).
#include "fuzzing.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

// Of AddressSanitizer, where it is linked.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t most_mutated_bytes = 16 * 1024;

// For the handler of signals, which may use little else.
const Bytes* tried = nullptr;
std::string failed_file = "fuzz-failed-input";

void keep_failed() {
    if (tried == nullptr) {
        return;
    }
    const int file = open(failed_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file >= 0) {
        [[maybe_unused]] const auto written = write(file, tried->data(), tried->size());
        close(file);
    }
    tried = nullptr;
}

void on_signal(int signal) {
    keep_failed();
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

Bytes read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& corpus) {
    if (!std::filesystem::is_directory(corpus)) {
        return {corpus};
    }
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

/// Changes of the kinds that libFuzzer makes. The generator's sequence is the same everywhere,
/// which that of the standard distributions is not.
class Mutator {
public:
    explicit Mutator(const std::vector<Bytes>& corpus) : corpus_(corpus) {}

    Bytes next() {
        Bytes bytes = corpus_[below(corpus_.size())];
        bytes.resize(std::min(bytes.size(), most_mutated_bytes));
        for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
            change(bytes);
        }
        bytes.resize(std::min(bytes.size(), most_mutated_bytes));
        return bytes;
    }

private:
    std::size_t below(std::size_t count) { return count == 0 ? 0 : random_() % count; }
    std::uint8_t any_byte() { return static_cast<std::uint8_t>(random_()); }

    void change(Bytes& bytes) {
        static constexpr std::uint8_t telling[] = {0x00, 0x01, 0x7F, 0x80, 0xFF, '"', '[', '\\'};
        const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size()));
        const auto most = static_cast<std::size_t>(bytes.end() - at);
        const auto end = at + static_cast<std::ptrdiff_t>(below(std::min<std::size_t>(most, 64)));
        switch (bytes.empty() ? 6 : below(8)) {
            case 0: *at = static_cast<std::uint8_t>(*at ^ 1U << below(8)); break;
            case 1: *at = any_byte(); break;
            case 2: *at = telling[below(std::size(telling))]; break;
            case 3: bytes.erase(at, end); break;
            case 4: bytes.resize(static_cast<std::size_t>(at - bytes.begin())); break;
            case 5: {
                const Bytes again(at, end);
                bytes.insert(end, again.begin(), again.end());
                break;
            }
            case 6: bytes.insert(at, 1 + below(8), any_byte()); break;
            default: {  // goes on as another one does
                const Bytes& other = corpus_[below(corpus_.size())];
                bytes.resize(static_cast<std::size_t>(at - bytes.begin()));
                bytes.insert(bytes.end(),
                             other.begin() + static_cast<std::ptrdiff_t>(below(other.size())),
                             other.end());
            }
        }
    }

    const std::vector<Bytes>& corpus_;
    std::mt19937 random_{20240601};
};

void run(const Bytes& bytes) {
    // Of the exact length, so that AddressSanitizer sees a read past the end.
    const Bytes copy(bytes);
    tried = &copy;
    LLVMFuzzerTestOneInput(copy.data(), copy.size());
    tried = nullptr;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: " << argv[0] << " CORPUS MUTATIONS [FAILED]\n";
        return 2;
    }
    if (argc > 3) {
        failed_file = argv[3];
    }
    for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS}) {
        std::signal(signal, on_signal);
    }
    if (__sanitizer_set_death_callback != nullptr) {
        __sanitizer_set_death_callback(keep_failed);
    }
    std::vector<Bytes> corpus;
    for (const auto& file : files_of(argv[1])) {
        corpus.push_back(read(file));
    }
    if (corpus.empty()) {
        std::cerr << "there is nothing in " << argv[1] << '\n';
        return 1;
    }
    std::for_each(corpus.begin(), corpus.end(), run);
    Mutator mutator(corpus);
    const long mutations = std::strtol(argv[2], nullptr, 10);
    for (long i = 0; i < mutations; ++i) {
        run(mutator.next());
    }
    std::cout << corpus.size() << " of the corpus and " << mutations << " mutations of it\n";
    return 0;
}
