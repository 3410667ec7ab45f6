#include "commands.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/core/text.hpp"
#include "emojiscope/embedding/embedder.hpp"
#include "emojiscope/embedding/model_package.hpp"

#include <iostream>

namespace emojiscope::app {

int model_info_command(const Config& config) {
    auto package = embedding::read_model_package(config.model);
    if (!package) {
        return report(package.error().message);
    }
    std::cout << "name:       " << package->id.name << '\n'
              << "version:    " << package->id.version << '\n'
              << "dimension:  " << package->id.dimension << '\n'
              << "input size: " << package->input_size << " x " << package->input_size << '\n'
              << "tokenizer:  " << package->tokenizer_kind << '\n'
              << "precision:  " << embedding::to_string(package->precision) << '\n'
              << "size:       " << package->image_tower.bytes + package->text_tower.bytes
              << " bytes\n"
              << "licence:    " << one_line(package->licence) << '\n'
              << "provenance: " << one_line(package->provenance) << '\n'
              << "folder:     " << config.model.string() << '\n';
    return exit_done;
}

int model_verify_command(const Config& config) {
    auto embedder = load_model(config, config.model);
    if (!embedder) {
        return report(embedder.error().message);
    }
    const auto& id = (*embedder)->model();
    std::cout << "ok: " << id.name << ' ' << id.version << ": hashes match, both towers load, "
              << id.dimension << " finite dimensions\n";
    return exit_done;
}

}  // namespace emojiscope::app
