// Measures duplicate detection on a stream of labelled uploads, as it would have run: every upload
// is judged by what came before it.
#pragma once

#include "emojiscope/core/error.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace emojiscope::app {

class Engine;

/// A line of uploads.jsonl.
struct LabelledUpload {
    std::string name;
    std::filesystem::path file;
    std::string kind;      ///< the class: clean, or how the copy was made
    std::string expect;    ///< none, identical, same_image or near
    std::string original;  ///< of a copy; else empty
};

/// Errors: not_found, corrupt (with the number of the line).
[[nodiscard]] Result<std::vector<LabelledUpload>> read_uploads(const std::filesystem::path& file);

/// Pairs of clean emoji that show the same picture, as somebody judged by eye: an alert about
/// them is right. One pair a line: name, name and the reason, separated by tabs; # begins a
/// comment. An absent file holds none.
using SamePictures = std::set<std::pair<std::string, std::string>>;
[[nodiscard]] Result<SamePictures> read_same_pictures(const std::filesystem::path& file);

struct ClassFigures {
    std::string expect;
    std::size_t uploads = 0;
    std::size_t alerts = 0;          ///< would raise an alert
    std::size_t identical = 0;       ///< of these, told to be identical
    std::size_t right_original = 0;  ///< the alert names the original (or one of the same pixels)
    std::size_t near = 0;            ///< no alert, but offered as near
    std::size_t set_aside = 0;       ///< clean uploads judged to repeat another: not in `uploads`
    /// What simpler rules would say: alerts each.
    std::size_t byte_hash = 0;
    std::size_t perceptual_hash = 0;  ///< at most 10 bits differ
    std::size_t cosine = 0;           ///< embedding, at least 0.95
};

struct DuplicateEvaluation {
    std::map<std::string, ClassFigures> classes;
    std::vector<std::string> false_alerts;  ///< "upload ~ named (kind score)"
    std::vector<std::string> misses;
    std::chrono::duration<double, std::milli> check_p50{};  ///< decoding included, embedding not
    std::chrono::duration<double, std::milli> check_p99{};
};

/// `engine`: an empty catalogue with a model, opened for writing; the clean uploads stay in it.
/// `on_progress` is called with uploads done and to be done.
[[nodiscard]] Result<DuplicateEvaluation> evaluate_duplicates(
    Engine& engine, const std::vector<LabelledUpload>& uploads, const SamePictures& same_pictures,
    const std::function<void(std::size_t, std::size_t)>& on_progress);

}  // namespace emojiscope::app
