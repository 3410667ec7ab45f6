// A small workspace on fakes, with a model that can be exchanged while it is used.
#pragma once

#include "moving_world.hpp"

#include "emojiscope/search/live_move.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace emojiscope::search {

/// As World, but with a model that can be exchanged.
struct LiveWorld {
    ManualClock clock;
    fakes::MemoryCatalogue catalogue{clock};
    fakes::MemoryModelMove move{catalogue};
    fakes::FakePictureReader reader;
    ModelInUse in_use{std::make_unique<fakes::FakeEmbedder>()};
    EmojiLibrary library{
        catalogue, std::make_unique<fakes::LinearIndex>(fakes::FakeEmbedder::dimension), team};
    EmojiSearch search{library, in_use};
    Ingestor ingestor{catalogue, library, in_use, reader};
    Workspace workspace{catalogue, library, team};
    std::map<std::string, File> files;
    std::mutex files_mutex;
    std::atomic<bool> stopped{false};
    std::optional<Error> cannot_load;
    std::function<void()> on_fetch = [] {};
    std::function<void()> on_stop = [] {};
    LiveMove live{catalogue, move, library, in_use, reader, means()};
    const ModelId before = in_use.model();
    const ModelId after{"fake", "next", fakes::FakeEmbedder::dimension + 1};

    LiveWorld() { catalogue.claim_model(before).value(); }

    MoveMeans means() {
        MoveMeans made;
        made.load_model = [this]() -> Result<std::unique_ptr<Embedder>> {
            if (cannot_load) {
                return *cannot_load;
            }
            return std::make_unique<NextEmbedder>(MovingWorld::poison);
        };
        made.make_index = [](int dimension) -> Result<std::unique_ptr<VectorIndex>> {
            return std::make_unique<fakes::LinearIndex>(dimension);
        };
        made.fetch = [this](const EmojiRecord& emoji) -> Result<File> {
            on_fetch();
            const std::lock_guard lock(files_mutex);
            if (stopped) {
                return fail(ErrorCode::cancelled, "stopped");
            }
            const auto found = files.find(emoji.value);
            return found == files.end() ? Result<File>(fail(ErrorCode::not_found, "gone"))
                                        : Result<File>(found->second);
        };
        made.stop_fetching = [this] {
            stopped = true;
            on_stop();
        };
        made.files_at_once = 2;
        return made;
    }

    void learn(const std::string& name, const RgbaImage& image) {
        const File file = file_of(image);
        {
            const std::lock_guard lock(files_mutex);
            files[url_of(name)] = file;
        }
        const SourceEmoji source{name, url_of(name), ""};
        const IngestItem item{workspace.put(std::span(&source, 1)).value().front(), file};
        ingestor.ingest({item}).front().value();
    }

    /// Steps until nothing waits.
    void embed() {
        while (live.step().value()) {
        }
    }
    [[nodiscard]] Names alike(const RgbaImage& image) const {
        return names_of(search.by_picture(reader.read(file_of(image)).value(), 10).value());
    }
};

}  // namespace emojiscope::search
