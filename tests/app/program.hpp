// Runs the built program and gives what it said; and the workspace folder that it is run on.
#pragma once

#include "emojiscope/image/encode.hpp"
#include "fakes/fake_picture_reader.hpp"
#include "fakes/temp_folder.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace emojiscope::app {

inline std::string read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

inline void write_text(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
}

inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    return lines;
}

/// A started program; killed at the end unless it was waited for. For one thread.
class Program {
public:
    explicit Program(const std::vector<std::string>& arguments) {
        std::vector<std::string> words{EMOJISCOPE_PROGRAM};
        words.insert(words.end(), arguments.begin(), arguments.end());
        std::vector<char*> argv;
        for (std::string& word : words) {
            argv.push_back(word.data());
        }
        argv.push_back(nullptr);
        const std::string out = (folder_.path() / "out").string();
        const std::string err = (folder_.path() / "err").string();
        id_ = ::fork();
        if (id_ < 0) {
            throw std::runtime_error("cannot fork");
        }
        if (id_ == 0) {
            ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);  // as a service, not at a terminal
            redirect(out, STDOUT_FILENO);
            redirect(err, STDERR_FILENO);
            ::execv(argv[0], argv.data());
            ::_exit(127);
        }
    }
    ~Program() { kill(); }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    /// The exit status, or minus the signal that ended it.
    int wait() {
        int status = 0;
        ::waitpid(id_, &status, 0);
        id_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

    void signal(int number) const { ::kill(id_, number); }

    /// As by `kill -9`.
    void kill() {
        if (id_ > 0) {
            ::kill(id_, SIGKILL);
            ::waitpid(id_, nullptr, 0);
            id_ = -1;
        }
    }

    [[nodiscard]] bool is_running() {
        int status = 0;
        if (id_ > 0 && ::waitpid(id_, &status, WNOHANG) == id_) {
            id_ = -1;
        }
        return id_ > 0;
    }

    [[nodiscard]] std::string out() const { return read_text(folder_.path() / "out"); }
    [[nodiscard]] std::string err() const { return read_text(folder_.path() / "err"); }

private:
    static void redirect(const std::string& file, int descriptor) {
        const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ::dup2(opened, descriptor);
    }

    fakes::TempFolder folder_;
    pid_t id_ = -1;
};

/// What a finished run left behind.
struct Run {
    int status = 0;
    std::string out;
    std::string err;
};

inline Run run(const std::vector<std::string>& arguments) {
    Program program(arguments);
    const int status = program.wait();
    return {status, program.out(), program.err()};
}

inline void write_png(const std::filesystem::path& file, const RgbaImage& image) {
    const auto bytes = image::encode_png(image).value();
    write_text(file, std::string(bytes.begin(), bytes.end()));
}

/// A disc of one colour on another: pictures that a model can tell apart.
inline RgbaImage disc(Rgb colour, Rgb ground, int radius) {
    RgbaImage image = fakes::plain_image(64, 64, ground);
    for (int y = 0; y < 64; ++y) {
        for (int x = 0; x < 64; ++x) {
            if ((x - 32) * (x - 32) + (y - 32) * (y - 32) <= radius * radius) {
                const auto at = static_cast<std::size_t>(4 * (64 * y + x));
                image.pixels[at] = colour.r;
                image.pixels[at + 1] = colour.g;
                image.pixels[at + 2] = colour.b;
            }
        }
    }
    return image;
}

/// A data folder and a folder of twelve pictures; `twin` and `red_disc` have the same pixels.
class Site {
public:
    Site() {
        std::filesystem::create_directory(pictures());
        const std::vector<std::pair<std::string, Rgb>> colours{
            {"red", {220, 30, 30}}, {"green", {30, 180, 60}}, {"blue", {40, 60, 230}}};
        for (const auto& [name, colour] : colours) {
            write_png(picture(name + "_disc"), disc(colour, {255, 255, 255}, 28));
            write_png(picture(name + "_dot"), disc(colour, {255, 255, 255}, 9));
            write_png(picture(name + "_night"), disc(colour, {0, 0, 0}, 20));
        }
        write_png(picture("twin"), disc({220, 30, 30}, {255, 255, 255}, 28));
        write_png(picture("white"), fakes::plain_image(64, 64, {255, 255, 255}));
        write_png(picture("ビール"), disc({240, 180, 20}, {250, 250, 240}, 25));
    }

    [[nodiscard]] std::filesystem::path data() const { return folder_.path() / "data"; }
    [[nodiscard]] std::filesystem::path pictures() const { return folder_.path() / "pictures"; }
    [[nodiscard]] std::filesystem::path picture(const std::string& name) const {
        return pictures() / (name + ".png");
    }
    [[nodiscard]] std::filesystem::path file(const std::string& name) const {
        return folder_.path() / name;
    }

    std::filesystem::path model = "models/emojiclip";  ///< the shipped one

    /// Runs a command on this data folder, whatever the user configured.
    [[nodiscard]] Run operator()(const std::vector<std::string>& command) const {
        return run(arguments(command));
    }
    [[nodiscard]] std::vector<std::string> arguments(
        const std::vector<std::string>& command) const {
        const auto config = file("config.yaml");
        write_text(config, "inference: {threads: 1, allow_reference_blas: true}\n");
        std::vector<std::string> all{"--config",      config.string(), "--data",
                                     data().string(), "--model",       model.string()};
        all.insert(all.end(), command.begin(), command.end());
        return all;
    }

private:
    fakes::TempFolder folder_;
};

}  // namespace emojiscope::app
