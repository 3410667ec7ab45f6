#include "emojiscope/app/duplicate_evaluation.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/core/text.hpp"
#include "emojiscope/image/decode.hpp"
#include "emojiscope/image/perceptual_hash.hpp"
#include "emojiscope/slack/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <fstream>
#include <optional>
#include <set>

namespace emojiscope::app {
namespace {

using std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr int yardstick_bits = 10;
constexpr float yardstick_cosine = 0.95F;
constexpr const char* clean = "clean";

std::pair<std::string, std::string> ordered(std::string a, std::string b) {
    if (b < a) {
        std::swap(a, b);
    }
    return {std::move(a), std::move(b)};
}

/// What simpler rules know of the past.
struct Yardsticks {
    std::set<std::string> file_hashes;
    std::vector<std::uint64_t> perceptual_hashes;
};

class Replay {
public:
    Replay(Engine& engine, const SamePictures& same_pictures)
        : engine_(engine), same_pictures_(same_pictures) {}

    Result<void> take(const LabelledUpload& upload) {
        auto bytes = image::read_file(upload.file);
        if (!bytes) {
            return bytes.error();
        }
        const auto begin = steady_clock::now();
        auto picture = engine_.reader().read(*bytes);
        if (!picture) {
            return fail(picture.error().code,
                        upload.file.string() + ": " + picture.error().message);
        }
        auto matches = engine_.duplicates().check(local_team, *picture);
        if (!matches) {
            return matches.error();
        }
        times_.emplace_back(steady_clock::now() - begin);
        judge(upload, *picture, *matches);
        if (auto compared = compare_yardsticks(upload, *picture); !compared) {
            return compared;
        }
        return upload.kind == clean ? learn(upload, std::move(*bytes), *picture) : Result<void>{};
    }

    [[nodiscard]] DuplicateEvaluation result() {
        std::sort(times_.begin(), times_.end());
        if (!times_.empty()) {
            result_.check_p50 = times_[times_.size() / 2];
            result_.check_p99 = times_[times_.size() * 99 / 100];
        }
        return std::move(result_);
    }

private:
    /// Whether an alert that names `named` for this upload is right.
    bool is_right(const LabelledUpload& upload, const search::ReadPicture& picture,
                  const EmojiRecord& named) const {
        if (named.name == upload.original) {
            return true;
        }
        const auto original = pixel_hashes_.find(upload.original);
        if (original != pixel_hashes_.end()) {
            // The original may itself repeat an older one, which is then the one to be named.
            return original->second == named.pixel_hash ||
                   same_pictures_.contains(ordered(upload.original, named.name));
        }
        return upload.kind == clean && (named.pixel_hash == picture.pixel_hash ||
                                        same_pictures_.contains(ordered(upload.name, named.name)));
    }

    void judge(const LabelledUpload& upload, const search::ReadPicture& picture,
               const std::vector<search::DuplicateMatch>& matches) {
        ClassFigures& figures = result_.classes[upload.kind];
        figures.expect = upload.expect;
        const search::DuplicateMatch* alert = search::oldest_duplicate(matches);
        const bool right = alert != nullptr && is_right(upload, picture, alert->original);
        set_aside_ = upload.kind == clean && right;
        if (set_aside_) {
            ++figures.set_aside;
            return;
        }
        ++figures.uploads;
        const bool wanted = upload.expect == "identical" || upload.expect == "same_image";
        if (alert == nullptr) {
            figures.near += matches.empty() ? 0 : 1;
            if (wanted) {
                result_.misses.push_back(upload.name + " ~ " + upload.original);
            }
            return;
        }
        ++figures.alerts;
        figures.identical += alert->kind == search::DuplicateKind::identical ? 1 : 0;
        figures.right_original += right ? 1 : 0;
        if (!right || !wanted) {
            result_.false_alerts.push_back(upload.name + " ~ " + alert->original.name + " (" +
                                           search::to_string(alert->kind) + " " +
                                           std::to_string(alert->score) + ")");
        }
    }

    Result<void> compare_yardsticks(const LabelledUpload& upload,
                                    const search::ReadPicture& picture) {
        if (set_aside_) {
            return {};
        }
        ClassFigures& figures = result_.classes[upload.kind];
        figures.byte_hash += past_.file_hashes.contains(picture.file_hash) ? 1 : 0;
        const std::uint64_t hash = image::perceptual_hash(picture.frames.front());
        const bool hashes_near = std::any_of(
            past_.perceptual_hashes.begin(), past_.perceptual_hashes.end(),
            [&](std::uint64_t other) { return std::popcount(hash ^ other) <= yardstick_bits; });
        figures.perceptual_hash += hashes_near ? 1 : 0;
        const RgbaImage* const frame = &picture.frames.front();
        auto vector = engine_.embedder().embed_images({&frame, 1});
        if (!vector) {
            return vector.error();
        }
        auto near = engine_.library().neighbours(vector->values);
        if (!near) {
            return near.error();
        }
        figures.cosine += !near->empty() && near->front().cosine >= yardstick_cosine ? 1 : 0;
        return {};
    }

    Result<void> learn(const LabelledUpload& upload, std::vector<std::uint8_t> bytes,
                       const search::ReadPicture& picture) {
        past_.file_hashes.insert(picture.file_hash);
        past_.perceptual_hashes.push_back(image::perceptual_hash(picture.frames.front()));
        pixel_hashes_.emplace(upload.name, picture.pixel_hash);
        auto record = engine_.catalogue().put(local_team, {upload.name, upload.file.string(), ""});
        if (!record) {
            return record.error();
        }
        std::vector<search::IngestItem> items;
        items.push_back({std::move(*record), std::move(bytes)});
        auto learnt = engine_.ingestor().ingest(std::move(items));
        return learnt.front() ? Result<void>{} : Result<void>{learnt.front().error()};
    }

    Engine& engine_;
    const SamePictures& same_pictures_;
    Yardsticks past_;
    std::map<std::string, std::string> pixel_hashes_;  ///< of the clean emoji, by name
    std::vector<Milliseconds> times_;
    DuplicateEvaluation result_;
    bool set_aside_ = false;  ///< the upload at hand
};

}  // namespace

Result<std::vector<LabelledUpload>> read_uploads(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) {
        return fail(ErrorCode::not_found, "cannot read " + file.string());
    }
    std::vector<LabelledUpload> uploads;
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        const auto json = nlohmann::json::parse(line, nullptr, false);
        LabelledUpload upload{slack::string_field(json, "name"),
                              file.parent_path() / slack::string_field(json, "file"),
                              slack::string_field(json, "class"),
                              slack::string_field(json, "expect"),
                              slack::string_field(json, "original")};
        if (upload.name.empty() || upload.kind.empty() || upload.expect.empty()) {
            return fail(ErrorCode::corrupt, file.string() + ", line " + std::to_string(number) +
                                                ": not an upload with name, class and expect");
        }
        uploads.push_back(std::move(upload));
    }
    return uploads;
}

Result<SamePictures> read_same_pictures(const std::filesystem::path& file) {
    SamePictures pairs;
    std::ifstream in(file);
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (line.empty() || line.front() == '#') {
            continue;
        }
        const auto first = line.find('\t');
        const auto second = line.find('\t', first + 1);
        if (first == std::string::npos || second == std::string::npos) {
            return fail(ErrorCode::corrupt, file.string() + ", line " + std::to_string(number) +
                                                ": not two names and a reason");
        }
        pairs.insert(ordered(line.substr(0, first), line.substr(first + 1, second - first - 1)));
    }
    return pairs;
}

Result<DuplicateEvaluation> evaluate_duplicates(
    Engine& engine, const std::vector<LabelledUpload>& uploads, const SamePictures& same_pictures,
    const std::function<void(std::size_t, std::size_t)>& on_progress) {
    Replay replay(engine, same_pictures);
    for (std::size_t i = 0; i < uploads.size(); ++i) {
        if (auto taken = replay.take(uploads[i]); !taken) {
            return taken.error();
        }
        on_progress(i + 1, uploads.size());
    }
    return replay.result();
}

}  // namespace emojiscope::app
