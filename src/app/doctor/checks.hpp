// Each look that the doctor takes. What only judges is apart from what only gathers, so that it is
// tested without a machine that is ill. Nothing here changes anything or takes a lock.
#pragma once

#include "check.hpp"
#include "slack_probe.hpp"

#include "commands/commands.hpp"

#include "emojiscope/embedding/embedder.hpp"
#include "emojiscope/search/embedder.hpp"
#include "emojiscope/store/health.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace emojiscope::app::doctor {

// configuration_checks.cpp
[[nodiscard]] Check check_configuration(const ConfigReading& reading, const Config& config);

// slack_checks.cpp
/// Whether others may read the files that the tokens come from.
/// REQUIRES: `open_token_files`, or the `token_problem`, of read_tokens.
[[nodiscard]] Check check_token_files(const SlackConfig& slack, bool configured);
/// Every scope of manifests/slack-app.yaml.
[[nodiscard]] std::set<std::string> needed_scopes();
[[nodiscard]] Check judge_bot_token(const SlackAnswer& answer);
[[nodiscard]] Check judge_scopes(const SlackAnswer& answer);
[[nodiscard]] Check judge_clock(std::optional<std::chrono::sys_seconds> theirs,
                                std::chrono::sys_seconds ours);
/// Whether there are no tokens because systemd shows them to the service alone, and not to us.
[[nodiscard]] bool needs_the_service(const SlackConfig& slack);
/// slack, bot_token, scopes, clock. `configured` false: the configuration could not be read.
/// REQUIRES: tokens, or the `token_problem`, of read_tokens.
[[nodiscard]] Checks check_bot(const Config& config, bool configured);
[[nodiscard]] Check check_app_token(const Config& config, bool configured, const Checks& so_far);
[[nodiscard]] Check check_alert_channel(std::string_view channel);

// model_checks.cpp
/// `patience`: of a step's time, for reading the towers.
[[nodiscard]] Check check_model(std::string name, const std::filesystem::path& folder,
                                std::chrono::milliseconds patience = std::chrono::seconds(7));
[[nodiscard]] Check check_next_model(const Config& config);
[[nodiscard]] Check judge_catalogue_model(const std::optional<search::ModelId>& of_catalogue,
                                          const std::optional<search::ModelId>& model,
                                          const std::optional<search::ModelId>& next_model);

// storage_checks.cpp
[[nodiscard]] Check judge_database(const Result<store::DatabaseHealth>& health);
/// database, catalogue_model.
[[nodiscard]] Checks check_database(const Config& config);
[[nodiscard]] Check check_writer(const std::filesystem::path& data);
/// Bytes. `free` is what this user may still write.
[[nodiscard]] Check judge_disk(const std::string& place, bool writable, std::uintmax_t free,
                               std::uintmax_t database);
[[nodiscard]] Check check_disk(const std::filesystem::path& data);

// machine_checks.cpp
/// Bytes.
[[nodiscard]] Check judge_memory(std::uintmax_t available, std::uintmax_t needed);
[[nodiscard]] Check check_memory(const Config& config);
[[nodiscard]] Check check_processor(const Config& config);
[[nodiscard]] Check judge_linear_algebra(const embedding::BlasInfo& blas, bool allowed);
[[nodiscard]] Check check_linear_algebra(const Config& config);
[[nodiscard]] Check check_words_in_pictures();
[[nodiscard]] Check check_japanese();
[[nodiscard]] Check check_meanings(const std::filesystem::path& dictionary);
[[nodiscard]] Check check_map_page();
[[nodiscard]] Check check_fonts();

/// "1.5 GiB"
[[nodiscard]] std::string in_words(std::uintmax_t bytes);

}  // namespace emojiscope::app::doctor
