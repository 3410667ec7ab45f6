#include "checks.hpp"

#include "emojiscope/embedding/model_package.hpp"

namespace emojiscope::app::doctor {

namespace {

constexpr const char* mend_model =
    "install the package again, or see models/README.md for how a model is made";

}  // namespace

Check check_model(std::string name, const std::filesystem::path& folder,
                  std::chrono::milliseconds patience) {
    const auto package = embedding::read_model_package(folder);
    if (!package) {
        return failed(std::move(name), package.error().message, mend_model);
    }
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (const embedding::PackageFile* file : {&package->image_tower, &package->text_tower}) {
        const auto whole = embedding::verify_file(*package, *file, deadline);
        if (!whole && whole.error().code == ErrorCode::timeout) {
            return warning(std::move(name), to_string(package->id) + ": " + whole.error().message,
                           "`emojiscope model verify` takes the time that it needs");
        }
        if (!whole) {
            return failed(std::move(name), whole.error().message, mend_model);
        }
    }
    return ok(std::move(name), to_string(package->id) +
                                   ", hashes match; `emojiscope model verify` "
                                   "loads it, too");
}

Check check_next_model(const Config& config) {
    if (config.next_model.empty()) {
        return skipped("next_model", "none is configured");
    }
    return check_model("next_model", config.next_model);
}

Check judge_catalogue_model(const std::optional<search::ModelId>& of_catalogue,
                            const std::optional<search::ModelId>& model,
                            const std::optional<search::ModelId>& next_model) {
    const std::string name = "catalogue_model";
    if (!of_catalogue) {
        return skipped(name, "the catalogue holds no vectors yet");
    }
    const std::string of = to_string(*of_catalogue);
    if (next_model && *of_catalogue == *next_model) {
        return ok(name, "the catalogue is of the next model, " + of + ", by now");
    }
    if (!model) {
        return skipped(name, "the catalogue is of " + of + "; the model could not be read");
    }
    if (*of_catalogue != *model) {
        return failed(
            name,
            "the catalogue is of " + of + ", and the configured model is " + to_string(*model),
            "name the other model in the configuration, or move the catalogue: "
            "`emojiscope reembed`");
    }
    return ok(name, of);
}

}  // namespace emojiscope::app::doctor
