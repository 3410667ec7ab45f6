// A small workspace on fakes, complete from catalogue to search; what the tests of this room share.
#pragma once

#include "emojiscope/search/duplicate_finder.hpp"
#include "emojiscope/search/emoji_library.hpp"
#include "emojiscope/search/emoji_search.hpp"
#include "emojiscope/search/ingestor.hpp"
#include "emojiscope/search/workspace.hpp"
#include "fakes/fake_embedder.hpp"
#include "fakes/fake_picture_comparer.hpp"
#include "fakes/fake_picture_reader.hpp"
#include "fakes/linear_index.hpp"
#include "fakes/memory_catalogue.hpp"
#include "fakes/memory_verdicts.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace emojiscope::search {

inline constexpr const char* team = "T1";

/// The whole of the room on fakes; for one thread.
struct World {
    World() { catalogue.claim_model(embedder.model()).value(); }

    ManualClock clock;
    fakes::MemoryCatalogue catalogue{clock};
    fakes::FakeEmbedder embedder;
    fakes::FakePictureReader reader;
    EmojiLibrary library{
        catalogue, std::make_unique<fakes::LinearIndex>(fakes::FakeEmbedder::dimension), team};
    EmojiSearch search{library, embedder};
    Ingestor ingestor{catalogue, library, embedder, reader};
    Workspace workspace{catalogue, library, team};
    fakes::MemoryVerdicts verdicts{catalogue};
    fakes::FakePictureComparer comparer;
    DuplicateFinder duplicates{
        catalogue, verdicts, comparer,
        std::make_unique<fakes::LinearIndex>(comparer.descriptor_dimension())};
};

using File = std::vector<std::uint8_t>;

inline File file_of(const RgbaImage& image, std::uint8_t salt = 0) {
    return fakes::fake_picture_file(std::span(&image, 1), salt);
}

inline RgbaImage plain(Rgb colour) {
    return fakes::plain_image(8, 8, colour);
}

/// Colours as far from each other as the fake embedder can tell them apart.
inline const RgbaImage red = plain({255, 0, 0});
inline const RgbaImage green = plain({0, 255, 0});
inline const RgbaImage blue = plain({0, 0, 255});
inline const RgbaImage pink = plain({255, 60, 60});

inline std::string url_of(const std::string& name) {
    return "https://emoji.example/" + name + ".png";
}

/// Names a picture and learns it: what a sync does with one emoji.
inline EmojiRecord learn(World& world, const std::string& name, const File& file) {
    const SourceEmoji source{name, url_of(name), ""};
    const auto records = world.workspace.put(std::span(&source, 1)).value();
    const IngestItem item{records.front(), file};
    return world.ingestor.ingest({item}).front().value();
}

inline EmojiRecord learn(World& world, const std::string& name, const RgbaImage& image) {
    return learn(world, name, file_of(image));
}

inline void put_alias(World& world, const std::string& alias, const std::string& target) {
    const AliasRecord record{team, alias, target};
    world.workspace.put_aliases(std::span(&record, 1)).value();
}

inline std::vector<float> vector_of(World& world, const RgbaImage& image) {
    const RgbaImage* const one = &image;
    return world.embedder.embed_images(std::span(&one, 1)).value().values;
}

using Names = std::vector<std::string>;

inline Names names_of(const Answer& answer) {
    Names names;
    for (const Hit& hit : answer.hits) {
        names.push_back(hit.name);
    }
    return names;
}

}  // namespace emojiscope::search
