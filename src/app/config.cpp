#include "emojiscope/app/config.hpp"

#include "config_sections.hpp"
#include "emojiscope/core/legible.hpp"
#include "emojiscope/core/yaml_limits.hpp"
#include "emojiscope/image/decode.hpp"

#include <yaml-cpp/yaml.h>

#include <cstdlib>

namespace emojiscope::app {
namespace {

/// Far more than any configuration has.
constexpr YamlLimits config_limits{.max_bytes = 1024 * 1024, .max_values = 10'000};

std::filesystem::path default_data() {
    if (const char* xdg = std::getenv("XDG_DATA_HOME"); xdg != nullptr && *xdg != '\0') {
        return std::filesystem::path(xdg) / "emojiscope";
    }
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
        return std::filesystem::path(home) / ".local/share/emojiscope";
    }
    return "emojiscope-data";
}

/// The first that exists of: beside the installed program, the source tree it was built from.
std::filesystem::path default_model() {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (!error) {
        auto installed = program.parent_path().parent_path() / "share/emojiscope/models/emojiclip";
        if (std::filesystem::exists(installed / "model.yaml", error)) {
            return installed;
        }
    }
    return std::filesystem::path(EMOJISCOPE_SOURCE_DIR) / "models/emojiclip";
}

}  // namespace

Config default_config() {
    Config config;
    config.data = default_data();
    config.model = default_model();
    config.concepts = config.model.parent_path() / "concepts/concepts.gz";
    return config;
}

Result<void> read_config(const std::filesystem::path& file, Config& config) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (error) {
        return fail(ErrorCode::not_found, "cannot read " + file.string() + ": " + error.message());
    }
    if (size > config_limits.max_bytes) {
        return fail(ErrorCode::too_large, file.string() + " is too large for a configuration");
    }
    const auto bytes = image::read_file(file, config_limits.max_bytes);
    if (!bytes) {
        return bytes.error();
    }
    const std::string text(bytes->begin(), bytes->end());
    if (const auto checked = check_yaml(text, config_limits); !checked) {
        return fail(checked.error().code, file.string() + ": " + checked.error().message);
    }
    try {
        const YAML::Node root = YAML::Load(text);
        if (!root.IsNull()) {  // an empty file, or one of comments only
            read_root(root, config);
        }
        return {};
    } catch (const Refused& refused) {
        return fail(ErrorCode::invalid_argument, file.string() + ": " + refused.what);
    } catch (const YAML::Exception& problem) {
        return fail(ErrorCode::invalid_argument,
                    file.string() + ": " + legible(problem.what(), most_message_characters));
    }
}

void read_environment(Config& config) {
    const auto take = [](const char* name, std::string& into) {
        if (const char* text = std::getenv(name); text != nullptr && *text != '\0') {
            into = text;
        }
    };
    take("EMOJISCOPE_SLACK_API_URL", config.slack.api_base_url);
    take("EMOJISCOPE_SLACK_CA_FILE", config.slack.ca_file);
    take("EMOJISCOPE_ALERT_CHANNEL", config.slack.alert_channel);
}

}  // namespace emojiscope::app
