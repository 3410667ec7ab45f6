// A folder of the fuzzer's own, for what is read from files: made once, in memory where there is
// such a place, and gone at the end.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace emojiscope::fuzz {

class Folder {
public:
    Folder() {
        const std::filesystem::path memory = "/dev/shm";
        std::error_code none;
        const bool there = std::filesystem::is_directory(memory, none);
        path_ = (there ? memory : std::filesystem::temp_directory_path()) / "emojiscope-XXXXXX";
        std::string name = path_.string();
        if (::mkdtemp(name.data()) == nullptr) {
            std::abort();
        }
        path_ = name;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    std::filesystem::path write(const std::string& name, std::string_view content) const {
        const auto file = path_ / name;
        std::ofstream out(file, std::ios::binary | std::ios::trunc);
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
        return file;
    }

private:
    std::filesystem::path path_;
};

}  // namespace emojiscope::fuzz
