#include "emojiscope/app/engine.hpp"

#include "measured_ports.hpp"
#include "new_index.hpp"
#include "slack_link.hpp"

#include "emojiscope/app/picture_fetcher.hpp"
#include "emojiscope/embedding/embedder.hpp"
#include "emojiscope/embedding/memory.hpp"
#include "emojiscope/image/picture_comparer.hpp"
#include "emojiscope/image/picture_reader.hpp"
#include "emojiscope/store/store.hpp"
#include "emojiscope/text/concepts.hpp"
#include "emojiscope/text/readings.hpp"
#include "emojiscope/text/stamp_reader.hpp"

#include <spdlog/spdlog.h>

namespace emojiscope::app {
namespace {

void log_tower(const char* name, const embedding::TowerInfo& tower, embedding::Precision wanted) {
    spdlog::info("{} tower: {}, {} linear layer(s) and {} product(s) by oneDNN", name,
                 embedding::to_string(tower.precision), tower.packed_layers, tower.packed_products);
    if (tower.packed_layers > 0 && tower.precision != wanted) {
        const bool lacking = embedding::usable_precision(wanted) != wanted;
        spdlog::warn(
            "{} tower: not in {}: {}", name, embedding::to_string(wanted),
            lacking ? "this CPU has no instructions for it" : "its answers would be others");
    }
    if (!tower.as_it_came.empty()) {
        spdlog::warn("{} tower: runs as it came, slowly: {}", name, tower.as_it_came);
    }
}

}  // namespace

Result<std::unique_ptr<search::Embedder>> load_model(const Config& config,
                                                     const std::filesystem::path& folder) {
    const embedding::BlasInfo blas = embedding::blas_info();
    if (blas.reference) {
        const std::string line = "the linear algebra library is the reference BLAS (" +
                                 blas.description + "), 27 times slower than OpenBLAS";
        if (!config.inference.allow_reference_blas) {
            return fail(ErrorCode::unsupported,
                        line +
                            ": install libopenblas0-openmp, or set "
                            "inference.allow_reference_blas to go on all the same");
        }
        spdlog::warn("{}: GOING ON ALL THE SAME, as the configuration says", line);
    }
    auto package = embedding::read_model_package(folder);
    if (!package) {
        return package.error();
    }
    embedding::keep_memory_for_inference();
    embedding::EmbedderOptions options;
    options.threads = config.inference.threads;
    options.precision = config.inference.precision;
    auto embedder = embedding::load_embedder(*package, options);
    if (!embedder) {
        return embedder.error();
    }
    spdlog::info("BLAS: {}; libtorch {}, {} thread(s); model: {} {}, {} dimensions",
                 blas.description, embedding::torch_version(), embedding::inference_threads(),
                 package->id.name, package->id.version, package->id.dimension);
    log_tower("image", (*embedder)->image_tower(), options.precision.value_or(package->precision));
    log_tower("text", (*embedder)->text_tower(), options.precision.value_or(package->precision));
    return std::unique_ptr<search::Embedder>(std::move(*embedder));
}

Engine::Engine() = default;
Engine::~Engine() = default;

search::Catalogue& Engine::catalogue() {
    return store_->catalogue();
}

Result<void> Engine::open_store(const Config& config, const EngineOptions& options) {
    auto store = store::Store::open(config.data, {options.write, options.must_exist}, clock_);
    if (!store) {
        return store.error();
    }
    store_ = std::move(*store);
    reader_ = std::make_unique<image::PictureReader>();
    comparer_ = std::make_unique<image::PictureComparer>();
    auto index = new_index(comparer_->descriptor_dimension());
    if (!index) {
        return index.error();
    }
    duplicates_ = std::make_unique<search::DuplicateFinder>(store_->catalogue(), store_->verdicts(),
                                                            *comparer_, std::move(*index));
    return {};
}

Result<void> Engine::open_language(const Config& config, const EngineOptions& options) {
    auto readings = text::JapaneseReader::open();
    if (!readings) {
        return readings.error();
    }
    readings_ = std::move(*readings);
    auto concepts = text::ConceptDictionary::open(config.concepts);
    if (!concepts) {
        return concepts.error();
    }
    concepts_ = std::move(*concepts);
    if (!options.write) {
        return {};
    }
    auto reader = text::StampReader::open();
    if (!reader) {
        return reader.error();
    }
    text_reader_ = measured(std::move(*reader), options.meter);
    return {};
}

Result<void> Engine::check_model(const Config& config, const std::filesystem::path& folder) {
    const search::ModelId& model = embedder_->model();
    const auto stored = catalogue().model();
    if (!stored) {
        return stored.error();
    }
    if (!*stored || **stored == model) {
        return {};
    }
    const auto moving = store_->model_move().progress();
    if (!moving) {
        return moving.error();
    }
    const std::string command = "`emojiscope --model " + folder.string() + " reembed`";
    std::string line = "the catalogue in " + config.data.string() + " was made with model " +
                       to_string(**stored) + ", not with " + to_string(model);
    if (*moving && (*moving)->to == model) {
        line += "; it is being moved (" + std::to_string((*moving)->settled) + " of " +
                std::to_string((*moving)->emoji) + " emoji are done): " + command +
                " goes on with that, and until its end " + to_string(**stored) + " answers";
    } else {
        line += ": " + command + " moves it";
    }
    return fail(ErrorCode::conflict, line);
}

Result<std::filesystem::path> Engine::choose_model(const Config& config) {
    if (config.next_model.empty()) {
        return config.model;
    }
    const auto next = embedding::read_model_package(config.next_model);
    if (!next) {
        return fail(next.error().code, "next_model: " + next.error().message);
    }
    const auto stored = catalogue().model();
    if (!stored) {
        return stored.error();
    }
    if (!*stored) {
        return config.next_model;  // there is nothing to move
    }
    if (**stored != next->id) {
        return config.model;
    }
    if (config.next_model != config.model) {
        spdlog::info(
            "the catalogue is of model {} by now: `model` of the configuration can be set to {}, "
            "and `next_model` be left out",
            to_string(next->id), config.next_model.string());
    }
    return config.next_model;
}

Result<void> Engine::open_move(const Config& config, CallMeter* meter) {
    const auto next = embedding::read_model_package(config.next_model);
    if (!next) {
        return fail(next.error().code, "next_model: " + next.error().message);
    }
    if (next->id == embedder_->model()) {
        return {};
    }
    auto rules = workspace_downloads(config);
    if (!rules) {
        return rules.error();
    }
    // Nobody waits for it, and a small copy is the worse picture: an outage may last two hours.
    using std::chrono::minutes;
    using std::chrono::seconds;
    FetchOptions fetching{
        dialer_options(config),
        std::move(*rules),
        {seconds{1}, seconds{10}, minutes{1}, minutes{5}, minutes{15}, minutes{60}, minutes{60}}};
    fetcher_ = std::make_unique<PictureFetcher>(std::move(fetching));
    search::MoveMeans means;
    means.load_model = [config, meter]() -> Result<std::unique_ptr<search::Embedder>> {
        auto embedder = load_model(config, config.next_model);
        if (!embedder) {
            return embedder;
        }
        return measured(std::move(*embedder), meter);
    };
    means.make_index = new_index;
    means.fetch = [this](const EmojiRecord& record) { return fetcher_->fetch(record); };
    means.stop_fetching = [this] { fetcher_->stop(); };
    move_ = std::make_unique<search::LiveMove>(catalogue(), store_->model_move(), *library_,
                                               *embedder_, *reader_, std::move(means));
    return {};
}

Result<void> Engine::open_model(const Config& config, const EngineOptions& options) {
    const auto folder = choose_model(config);
    if (!folder) {
        return folder.error();
    }
    auto embedder = load_model(config, *folder);
    if (!embedder) {
        return embedder.error();
    }
    embedder_ = std::make_unique<search::ModelInUse>(measured(std::move(*embedder), options.meter));
    const search::ModelId& model = embedder_->model();
    if (auto same = check_model(config, *folder); !same) {
        return same;
    }
    if (options.write) {
        if (auto claimed = catalogue().claim_model(model); !claimed) {
            return claimed;
        }
    }
    auto index = new_index(model.dimension);
    if (!index) {
        return index.error();
    }
    if (auto opened = open_language(config, options); !opened) {
        return opened;
    }
    library_ =
        std::make_unique<search::EmojiLibrary>(catalogue(), std::move(*index), options.team_id,
                                               search::Language{readings_.get(), concepts_.get()});
    auto loaded = library_->load();
    // Another program may have ended a move between the two looks at the catalogue.
    if (auto same = check_model(config, *folder); !same) {
        return same;
    }
    if (!loaded) {
        return loaded;
    }
    search_ = std::make_unique<search::EmojiSearch>(
        *library_, *embedder_, search::SearchOptions{config.search.standard_emoji});
    ingestor_ =
        std::make_unique<search::Ingestor>(catalogue(), *library_, *embedder_, *reader_,
                                           static_cast<std::size_t>(config.inference.threads));
    if (text_reader_) {
        text_reading_ = std::make_unique<search::TextReading>(catalogue(), *library_, *reader_,
                                                              *text_reader_, options.team_id);
    }
    return options.move && !config.next_model.empty() ? open_move(config, options.meter)
                                                      : Result<void>{};
}

Result<std::unique_ptr<Engine>> Engine::open(const Config& config, const EngineOptions& options) {
    std::unique_ptr<Engine> engine(new Engine());
    if (auto opened = engine->open_store(config, options); !opened) {
        return opened.error();
    }
    if (options.model) {
        if (auto opened = engine->open_model(config, options); !opened) {
            return opened.error();
        }
    }
    return engine;
}

}  // namespace emojiscope::app
