#include "emojiscope/search/reembedder.hpp"

#include "on_all_cores.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

namespace emojiscope::search {
namespace {

/// No further picture of a batch is decoded once so many pixels wait for the model (64 MiB of
/// RGBA); what is left out comes with a later batch.
constexpr std::size_t max_pixels_waiting = std::size_t{16} * 1024 * 1024;

std::size_t pixels_of(std::span<const RgbaImage> frames) {
    std::size_t sum = 0;
    for (const RgbaImage& frame : frames) {
        sum += frame.pixels.size() / 4;
    }
    return sum;
}

}  // namespace

/// A file on its way; without frames it is given up.
struct Reembedder::Prepared {
    std::string file_hash;
    std::size_t emoji = 0;  ///< that show it
    std::vector<RgbaImage> frames;
    bool from_sketch = false;
    std::string why;
    Embeddings vectors;
};

struct Reembedder::Batch {
    std::string last;  ///< file hash; empty: nothing waits behind where we were
    std::vector<Prepared> files;
};

namespace {

/// Whether the picture may well be where it was, and only the way to it is closed.
bool may_come_back(ErrorCode code) {
    return code == ErrorCode::network || code == ErrorCode::timeout ||
           code == ErrorCode::rate_limited || code == ErrorCode::auth;
}

}  // namespace

Reembedder::Reembedder(const Catalogue& catalogue, ModelMove& move, Embedder& next,
                       const PictureReader& reader, FetchPicture fetch,
                       const ReembedOptions& options)
    : catalogue_(catalogue),
      move_(move),
      next_(next),
      reader_(reader),
      fetch_(std::move(fetch)),
      options_(options) {}

Reembedder::~Reembedder() = default;

Result<void> Reembedder::begin() {
    return move_.begin(next_.model());
}

Result<void> Reembedder::take_sketch(const WaitingFile& file, Prepared& prepared) const {
    for (const EmojiRecord& emoji : file.emoji) {
        const auto sketch = catalogue_.sketch(emoji.id);
        if (!sketch) {
            if (sketch.error().code == ErrorCode::not_found) {
                continue;
            }
            return sketch.error();
        }
        if (auto picture = reader_.picture_of(*sketch)) {
            prepared.frames.push_back(std::move(*picture));
            prepared.from_sketch = true;
            return {};
        }
    }
    prepared.why += "; the catalogue has no small copy of it";
    return {};
}

Result<Reembedder::Prepared> Reembedder::prepare(const WaitingFile& file) const {
    Prepared prepared;
    prepared.file_hash = file.file_hash;
    prepared.emoji = file.emoji.size();
    std::optional<Error> unreachable;
    for (const EmojiRecord& emoji : file.emoji) {
        const auto bytes = fetch_(emoji);
        if (!bytes) {
            if (bytes.error().code == ErrorCode::cancelled) {
                return bytes.error();
            }
            prepared.why = bytes.error().message;
            if (may_come_back(bytes.error().code)) {
                unreachable = fail(bytes.error().code, ":" + emoji.name + ": " + prepared.why);
            }
            continue;
        }
        if (reader_.file_hash(*bytes) != file.file_hash) {
            prepared.why = emoji.value + " is another file by now";
            continue;
        }
        auto picture = reader_.read(*bytes);
        if (!picture) {
            prepared.why = emoji.value + ": " + picture.error().message;
            break;
        }
        prepared.frames = std::move(picture->frames);
        prepared.why.clear();
        return prepared;
    }
    if (unreachable && !options_.copies_of_unreachable) {
        return *unreachable;
    }
    if (auto taken = take_sketch(file, prepared); !taken) {
        return taken.error();
    }
    return prepared;
}

Result<std::unique_ptr<Reembedder::Batch>> Reembedder::prepare_after(
    const std::string& after) const {
    const auto waiting = move_.waiting(after, options_.files_at_once);
    if (!waiting) {
        return waiting.error();
    }
    auto batch = std::make_unique<Batch>();
    if (waiting->empty()) {
        return batch;
    }
    batch->last = waiting->back().file_hash;
    std::vector<std::optional<Prepared>> prepared(waiting->size());
    std::atomic<std::size_t> pixels{0};
    auto done = on_threads(options_.threads, waiting->size(), [&](std::size_t i) -> Result<void> {
        if (pixels >= max_pixels_waiting) {
            return {};
        }
        auto file = prepare((*waiting)[i]);
        if (!file) {
            return file.error();
        }
        pixels += pixels_of(file->frames);
        prepared[i] = std::move(*file);
        return {};
    });
    if (!done) {
        return done.error();
    }
    for (auto& file : prepared) {
        if (file) {
            batch->files.push_back(std::move(*file));
        }
    }
    return batch;
}

Result<std::unique_ptr<Reembedder::Batch>> Reembedder::next_batch() {
    auto batch = ahead_.valid() ? ahead_.get() : prepare_after(after_);
    if (batch && (*batch)->last.empty() && !after_.empty()) {
        // The end. Something may have come, or was left out, further in front.
        after_.clear();
        batch = prepare_after(after_);
    }
    if (!batch) {
        after_.clear();
        return batch;
    }
    after_ = (*batch)->last;
    if (options_.ahead && !after_.empty()) {
        ahead_ =
            std::async(std::launch::async, [this, after = after_] { return prepare_after(after); });
    }
    return batch;
}

Result<void> Reembedder::embed_together(std::vector<Prepared>& files) {
    std::vector<const RgbaImage*> frames;
    for (const Prepared& file : files) {
        for (const RgbaImage& frame : file.frames) {
            frames.push_back(&frame);
        }
    }
    const auto rows = next_.embed_images(frames);
    if (!rows) {
        return rows.error();
    }
    std::size_t row = 0;
    for (Prepared& file : files) {
        file.vectors.dimension = rows->dimension;
        for (std::size_t i = 0; i < file.frames.size(); ++i, ++row) {
            const auto values = rows->row(row);
            file.vectors.values.insert(file.vectors.values.end(), values.begin(), values.end());
        }
        embedded_ += file.frames.empty() ? 0 : 1;
    }
    return {};
}

Result<void> Reembedder::check_model() {
    const RgbaImage grey{2, 2, std::vector<std::uint8_t>(16, 128)};
    const RgbaImage* const one = &grey;
    auto probe = next_.embed_images({&one, 1});
    return probe ? Result<void>{} : probe.error();
}

Result<void> Reembedder::embed_one(Prepared& file) {
    std::vector<Prepared> alone;
    alone.push_back(std::move(file));
    auto done = embed_together(alone);
    file = std::move(alone.front());
    if (done) {
        return {};
    }
    // The picture's fault, or the model's? Nothing is given up on account of the latter.
    if (auto sound = check_model(); !sound) {
        return sound;
    }
    file.why = done.error().message;
    return {};
}

Result<std::vector<MovedFile>> Reembedder::embed(Batch& batch) {
    if (!embed_together(batch.files)) {
        // What the model cannot take is given up alone, not with those that came along.
        for (Prepared& file : batch.files) {
            if (file.frames.empty()) {
                continue;
            }
            if (auto done = embed_one(file); !done) {
                return done.error();
            }
        }
    }
    std::vector<MovedFile> moved;
    for (Prepared& file : batch.files) {
        moved.push_back({std::move(file.file_hash), std::move(file.vectors), file.from_sketch,
                         std::move(file.why)});
    }
    return moved;
}

Result<std::size_t> Reembedder::embed_some() {
    auto batch = next_batch();
    if (!batch) {
        return batch.error();
    }
    std::size_t emoji = 0;
    for (const Prepared& file : (*batch)->files) {
        emoji += file.emoji;
    }
    if (emoji == 0) {
        return 0;
    }
    auto moved = embed(**batch);
    if (!moved) {
        return moved.error();
    }
    if (auto stored = move_.put(next_.model(), *moved); !stored) {
        return stored.error();
    }
    return emoji;
}

Result<void> Reembedder::finish() {
    const auto progress = move_.progress();
    if (!progress) {
        return progress.error();
    }
    if (*progress && (*progress)->emoji > 0 && (*progress)->given_up == (*progress)->emoji) {
        return fail(ErrorCode::unsupported, "not one of " + std::to_string((*progress)->emoji) +
                                                " emoji could be embedded");
    }
    return move_.finish(next_.model());
}

}  // namespace emojiscope::search
