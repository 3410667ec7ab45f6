// The search part of the composition root: opens the catalogue and the model, and joins them.
#pragma once

#include "emojiscope/app/config.hpp"
#include "emojiscope/core/error.hpp"
#include "emojiscope/search/catalogue.hpp"
#include "emojiscope/search/duplicate_finder.hpp"
#include "emojiscope/search/embedder.hpp"
#include "emojiscope/search/emoji_library.hpp"
#include "emojiscope/search/emoji_search.hpp"
#include "emojiscope/search/ingestor.hpp"
#include "emojiscope/search/language.hpp"
#include "emojiscope/search/live_move.hpp"
#include "emojiscope/search/model_in_use.hpp"
#include "emojiscope/search/picture_reader.hpp"
#include "emojiscope/search/text_reading.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace emojiscope::store {
class Store;
}

namespace emojiscope::app {

class CallMeter;
class PictureFetcher;

/// The workspace of everything that `import` brings in.
inline constexpr const char* local_team = "local";

struct EngineOptions {
    bool write = false;          ///< takes the writer's lock; refused if another program holds it
    bool model = true;           ///< load the model and fill the library
    std::string team_id;         ///< which workspace the library shows; empty: all
    bool must_exist = false;     ///< when writing: no catalogue is made where there is none
    bool move = false;           ///< prepare the move to Config::next_model, if it is to be made
    CallMeter* meter = nullptr;  ///< null: costly calls are not measured; outlives the engine
};

/// Owns everything; the references stay valid as long as the engine does. Threads: as each part.
class Engine {
public:
    /// Takes Config::next_model in place of Config::model if the catalogue is of that already, or
    /// of none. Error: conflict if it is of a third one, which the line names.
    [[nodiscard]] static Result<std::unique_ptr<Engine>> open(const Config& config,
                                                              const EngineOptions& options);
    ~Engine();

    [[nodiscard]] store::Store& store() { return *store_; }
    [[nodiscard]] search::Catalogue& catalogue();
    [[nodiscard]] search::DuplicateFinder& duplicates() { return *duplicates_; }
    [[nodiscard]] const search::PictureReader& reader() const { return *reader_; }
    [[nodiscard]] const Clock& clock() const { return clock_; }

    // Only with EngineOptions::model.
    [[nodiscard]] search::Embedder& embedder() { return *embedder_; }
    [[nodiscard]] search::EmojiLibrary& library() { return *library_; }
    [[nodiscard]] search::EmojiSearch& search() { return *search_; }
    [[nodiscard]] search::Ingestor& ingestor() { return *ingestor_; }
    /// Null if words in pictures are not to be read.
    [[nodiscard]] search::TextReading* text_reading() { return text_reading_.get(); }
    /// Likewise.
    [[nodiscard]] const search::TextReader* text_reader() const { return text_reader_.get(); }
    /// Null if there is no move to be made.
    [[nodiscard]] search::LiveMove* move() { return move_.get(); }

private:
    Engine();
    [[nodiscard]] Result<void> open_store(const Config& config, const EngineOptions& options);
    [[nodiscard]] Result<void> open_language(const Config& config, const EngineOptions& options);
    [[nodiscard]] Result<void> open_model(const Config& config, const EngineOptions& options);
    [[nodiscard]] Result<std::filesystem::path> choose_model(const Config& config);
    [[nodiscard]] Result<void> open_move(const Config& config, CallMeter* meter);
    /// Error: conflict if the catalogue is of another model than that of this folder.
    [[nodiscard]] Result<void> check_model(const Config& config,
                                           const std::filesystem::path& folder);

    SystemClock clock_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<search::PictureReader> reader_;
    std::unique_ptr<search::PictureComparer> comparer_;
    std::unique_ptr<search::DuplicateFinder> duplicates_;
    std::unique_ptr<search::Readings> readings_;
    std::unique_ptr<search::Concepts> concepts_;
    std::unique_ptr<search::TextReader> text_reader_;
    std::unique_ptr<search::ModelInUse> embedder_;
    std::unique_ptr<search::EmojiLibrary> library_;
    std::unique_ptr<search::EmojiSearch> search_;
    std::unique_ptr<search::Ingestor> ingestor_;
    std::unique_ptr<search::TextReading> text_reading_;
    std::unique_ptr<PictureFetcher> fetcher_;
    std::unique_ptr<search::LiveMove> move_;
};

/// Has the C library keep up to 256 MiB of freed memory, for the passes to come.
/// Refuses the reference BLAS unless the configuration allows it; logs BLAS, threads and model.
[[nodiscard]] Result<std::unique_ptr<search::Embedder>> load_model(
    const Config& config, const std::filesystem::path& folder);

}  // namespace emojiscope::app
