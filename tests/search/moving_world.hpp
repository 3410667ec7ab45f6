// A small workspace on fakes that moves to another model.
#pragma once

#include "world.hpp"

#include "emojiscope/search/reembedder.hpp"
#include "fakes/memory_model_move.hpp"

#include <atomic>
#include <map>
#include <mutex>

namespace emojiscope::search {

/// Fails on one picture, or on all, and makes other vectors than the fake that it is made of.
class NextEmbedder final : public Embedder {
public:
    explicit NextEmbedder(RgbaImage poison) : poison_(std::move(poison)) {}

    std::atomic<bool> broken{false};

    [[nodiscard]] const ModelId& model() const noexcept override { return model_; }
    [[nodiscard]] Result<Embeddings> embed_images(
        std::span<const RgbaImage* const> images) override {
        for (const RgbaImage* const image : images) {
            if (broken || *image == poison_) {
                return fail(ErrorCode::internal, "the model's output is not finite");
            }
        }
        return other(inner_.embed_images(images));
    }
    [[nodiscard]] Result<Embeddings> embed_texts(std::span<const std::string> texts) override {
        return other(inner_.embed_texts(texts));
    }
    [[nodiscard]] std::size_t images_embedded() const { return inner_.images_embedded(); }

private:
    /// The same, turned round, and with a dimension more.
    static Result<Embeddings> other(Result<Embeddings> rows) {
        if (!rows) {
            return rows;
        }
        Embeddings out{rows->dimension + 1, {}};
        for (std::size_t i = 0; i < rows->count(); ++i) {
            const auto row = rows->row(i);
            out.values.insert(out.values.end(), row.rbegin(), row.rend());
            out.values.push_back(0.0F);
        }
        return out;
    }

    ModelId model_{"fake", "next", fakes::FakeEmbedder::dimension + 1};
    fakes::FakeEmbedder inner_;
    RgbaImage poison_;
};

struct MovingWorld : World {
    inline static const RgbaImage poison = plain({1, 2, 3});

    explicit MovingWorld(ReembedOptions options = {})
        : reembedder(catalogue, move, next, reader, fetch(), options) {}

    /// What lies where; `learn` puts it there.
    std::map<std::string, File> files;
    std::mutex files_mutex;
    std::atomic<int> fetches{0};
    std::atomic<bool> stopped{false};
    fakes::MemoryModelMove move{catalogue};
    NextEmbedder next{poison};
    Reembedder reembedder;

    [[nodiscard]] FetchPicture fetch() {
        return [this](const EmojiRecord& emoji) -> Result<std::vector<std::uint8_t>> {
            const std::lock_guard lock(files_mutex);
            if (stopped) {
                return fail(ErrorCode::cancelled, "stopped");
            }
            ++fetches;
            const auto found = files.find(emoji.value);
            if (found == files.end()) {
                return fail(ErrorCode::not_found, "nothing lies at " + emoji.value);
            }
            return found->second;
        };
    }

    void begin() { reembedder.begin().value(); }

    /// How many emoji were settled.
    std::size_t embed_all() {
        std::size_t all = 0;
        for (;;) {
            const std::size_t some = reembedder.embed_some().value();
            if (some == 0) {
                return all;
            }
            all += some;
        }
    }

    [[nodiscard]] std::vector<float> stored(const std::string& name) const {
        return catalogue.facts(catalogue.find(team, name).value().id).value().vectors.values;
    }
    [[nodiscard]] std::vector<float> next_vector(const RgbaImage& image) {
        const RgbaImage* const one = &image;
        return next.embed_images(std::span(&one, 1)).value().values;
    }

    /// As a release before small copies left it.
    void learn_unsketched(const std::string& name, const RgbaImage& image) {
        const SourceEmoji source{name, url_of(name), ""};
        const auto record = workspace.put(std::span(&source, 1)).value().front();
        const File file = file_of(image);
        const auto picture = reader.read(file).value();
        catalogue
            .complete(record.id, record.value,
                      {picture.file_hash,
                       picture.pixel_hash,
                       picture.width,
                       picture.height,
                       1,
                       {fakes::FakeEmbedder::dimension, vector_of(*this, image)},
                       {}})
            .value();
        const std::lock_guard lock(files_mutex);
        files[url_of(name)] = file;
    }
};

/// As the one of World, and leaves the file where a move finds it.
inline EmojiRecord learn(MovingWorld& world, const std::string& name, const File& file) {
    {
        const std::lock_guard lock(world.files_mutex);
        world.files[url_of(name)] = file;
    }
    return learn(static_cast<World&>(world), name, file);
}
inline EmojiRecord learn(MovingWorld& world, const std::string& name, const RgbaImage& image) {
    return learn(world, name, file_of(image));
}

}  // namespace emojiscope::search
