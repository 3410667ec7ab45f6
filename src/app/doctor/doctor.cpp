#include "doctor.hpp"

#include "checks.hpp"

#include "emojiscope/core/text.hpp"

#include <exception>
#include <future>
#include <memory>
#include <thread>

namespace emojiscope::app::doctor {
namespace {

/// Nothing if it was not done in time.
std::shared_ptr<Checks> look_for(const Step& step, const Checks& so_far,
                                 std::chrono::milliseconds limit) {
    const auto promise = std::make_shared<std::promise<Checks>>();
    auto found = promise->get_future();
    std::thread([promise, step, so_far] {
        try {
            promise->set_value(step.look(so_far));
        } catch (...) {
            promise->set_exception(std::current_exception());
        }
    }).detach();
    if (found.wait_for(limit) != std::future_status::ready) {
        return nullptr;
    }
    try {
        return std::make_shared<Checks>(found.get());
    } catch (const std::exception& exception) {
        return std::make_shared<Checks>(Checks{
            failed(step.name, "the look at it ended in an error: " + one_line(exception.what()),
                   "report this, it is a fault of the program")});
    }
}

}  // namespace

std::vector<Step> steps(const ConfigReading& reading, const Config& config) {
    const bool read = reading.problem.empty();
    const auto one = [](std::string name, std::function<Check()> look) {
        return Step{std::move(name),
                    [look = std::move(look)](const Checks&) { return Checks{look()}; }};
    };
    return {
        one("configuration", [reading, config] { return check_configuration(reading, config); }),
        one("token_files", [config, read] { return check_token_files(config.slack, read); }),
        Step{"slack", [config, read](const Checks&) { return check_bot(config, read); }},
        Step{"app_token",
             [config, read](const Checks& so_far) {
                 return Checks{check_app_token(config, read, so_far)};
             }},
        one("alert_channel", [config] { return check_alert_channel(config.slack.alert_channel); }),
        one("model", [config] { return check_model("model", config.model); }),
        one("next_model", [config] { return check_next_model(config); }),
        Step{"database", [config](const Checks&) { return check_database(config); }},
        one("writer", [config] { return check_writer(config.data); }),
        one("disk", [config] { return check_disk(config.data); }),
        one("memory", [config] { return check_memory(config); }),
        one("processor", [config] { return check_processor(config); }),
        one("linear_algebra", [config] { return check_linear_algebra(config); }),
        one("words_in_pictures", [] { return check_words_in_pictures(); }),
        one("japanese", [] { return check_japanese(); }),
        one("meanings", [config] { return check_meanings(config.concepts); }),
        one("map_page", [] { return check_map_page(); }),
        one("fonts", [] { return check_fonts(); }),
    };
}

Diagnosis go_through(const std::vector<Step>& steps, std::chrono::milliseconds limit) {
    Diagnosis diagnosis;
    for (const Step& step : steps) {
        if (const auto found = look_for(step, diagnosis.checks, limit)) {
            diagnosis.checks.insert(diagnosis.checks.end(), found->begin(), found->end());
            continue;
        }
        diagnosis.overdue = true;
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limit).count();
        diagnosis.checks.push_back(
            warning(step.name,
                    "not looked at to its end: no outcome within " + std::to_string(seconds) + " s",
                    "see what is slow: the disk, the name service, or the network"));
    }
    return diagnosis;
}

}  // namespace emojiscope::app::doctor
