#include "cli.hpp"

#include "commands/commands.hpp"
#include "log.hpp"
#include "token_files.hpp"

#include "emojiscope/core/legible.hpp"
#include "emojiscope/map/clusters.hpp"

#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>

namespace emojiscope::app {
namespace {

/// Options that stand before the command.
struct GlobalArguments {
    std::string config;
    std::string data;
    std::string model;
};

/// Everything that may be typed, and the command that was chosen.
struct CommandLine {
    GlobalArguments global;
    std::vector<std::filesystem::path> import_paths;
    SearchArguments search;
    CheckArguments check;
    bool dupes_json = false;
    EvalArguments eval;
    bool list_yaml = false;
    bool abandon_move = false;
    bool small_copies = false;
    MapArguments map;
    SimulateArguments simulate;
    DemoArguments demo;
    BackupArguments backup;
    RestoreArguments restore;
    bool doctor_json = false;
    bool tells_of_config = false;  ///< the command goes on where the configuration cannot be read
    ConfigReading reading;         ///< for such a command
    bool quiet = true;  ///< only warnings in the log, unless the configuration says otherwise
    std::function<int(const Config&)> run;
};

/// Called again for a reload, and then of the same file: should that be gone for a moment, nothing
/// falls back to its default.
Result<Config> read_configuration(CommandLine& line);

void choose(CLI::App* command, CommandLine& line, bool quiet,
            std::function<int(const Config&)> run) {
    command->callback([&line, quiet, run = std::move(run)] {
        line.quiet = quiet;
        line.run = run;
    });
}

void add_import(CLI::App& app, CommandLine& line) {
    auto* import = app.add_subcommand(
        "import", "learn a folder of images, or a YAML list of {name, updated, value}");
    import->add_option("PATH", line.import_paths, "folders, images, .yaml lists")->required();
    choose(import, line, false,
           [&line](const Config& config) { return import_command(config, line.import_paths); });
}

void add_search(CLI::App& app, CommandLine& line) {
    SearchArguments& a = line.search;
    auto* search = app.add_subcommand("search", "find emoji by words or by a picture");
    auto* text = search->add_option("TEXT", a.text, "words of any language");
    auto* image = search->add_option("--image", a.image, "a picture");
    auto* queries = search->add_option("--queries", a.queries, "a file with one query a line");
    auto* images = search->add_option("--images", a.images, "a file with one path a line");
    search->add_option("-k", a.k, "results to give")->check(CLI::Range(1, 1000));
    search->add_option("--signals", a.signals, "of name,text,concept,image")
        ->delimiter(',')
        ->allow_extra_args(false);
    search->add_flag("--json", a.json, "one JSON object a query");
    choose(search, line, true, [&line, text, image, queries, images](const Config& config) {
        const auto given = text->count() + image->count() + queries->count() + images->count();
        if (given != 1) {
            report("search takes exactly one of TEXT, --image, --queries, --images");
            return static_cast<int>(exit_usage);
        }
        return search_command(config, line.search);
    });
}

void add_duplicates(CLI::App& app, CommandLine& line) {
    auto* check = app.add_subcommand(
        "check", "what the duplicate alert would say of pictures that are not in the catalogue");
    auto* files = check->add_option("FILE", line.check.files, "pictures");
    auto* list = check->add_option("--files", line.check.list, "a file with one path a line");
    check->add_flag("--json", line.check.json, "one JSON object a file");
    choose(check, line, true, [&line, files, list](const Config& config) {
        if ((files->count() > 0) == (list->count() > 0)) {
            report("check takes either FILE… or --files FILE");
            return static_cast<int>(exit_usage);
        }
        return check_command(config, line.check);
    });
    auto* dupes = app.add_subcommand("dupes", "every group of duplicates in the catalogue");
    dupes->add_flag("--json", line.dupes_json, "one JSON object");
    choose(dupes, line, true,
           [&line](const Config& config) { return dupes_command(config, line.dupes_json); });
}

void add_evaluation(CLI::App& app, CommandLine& line) {
    EvalArguments& a = line.eval;
    auto* eval = app.add_subcommand("eval", "measure on labelled sets");
    eval->add_option("DIR", a.folder, "a folder of labelled queries, or of uploads")->required();
    eval->add_flag("--duplicates", a.duplicates, "streams of uploads: which raise an alert");
    eval->add_option("--signals", a.signals, "of queries: name,text,concept,image")->delimiter(',');
    eval->add_flag("--items", a.items, "each query with its answer as well");
    eval->add_option("--same-pictures", a.same_pictures,
                     "pairs of clean emoji that were judged to be the same picture");
    eval->add_flag("--json", a.json, "one JSON object a set");
    choose(eval, line, true, [&line](const Config& config) {
        return line.eval.duplicates ? eval_duplicates_command(config, line.eval)
                                    : eval_search_command(config, line.eval);
    });
}

void add_catalogue(CLI::App& app, CommandLine& line) {
    auto* list = app.add_subcommand("list", "the catalogue");
    list->add_flag("--yaml", line.list_yaml, "as a YAML list of {name, updated, value}");
    choose(list, line, true,
           [&line](const Config& config) { return list_command(config, line.list_yaml); });
    auto* reembed = app.add_subcommand(
        "reembed", "move the catalogue to the model of --model; killed, it goes on next time");
    reembed->add_flag("--abandon", line.abandon_move, "drop what was done of a move");
    reembed->add_flag("--small-copies", line.small_copies,
                      "take what is out of reach from the small copies that the catalogue keeps");
    choose(reembed, line, false, [&line](const Config& config) {
        return reembed_command(config, line.abandon_move, line.small_copies);
    });
    auto* model = app.add_subcommand("model", "the model package");
    model->require_subcommand(1);
    choose(model->add_subcommand("info", "what it is"), line, true,
           [](const Config& config) { return model_info_command(config); });
    choose(model->add_subcommand("verify", "whether it is whole, and loads"), line, false,
           [](const Config& config) { return model_verify_command(config); });
}

void add_map(CLI::App& app, CommandLine& line) {
    MapArguments& m = line.map;
    auto* map = app.add_subcommand("map", "all emoji on one page, those that look alike together");
    map->add_option("-o,--out", m.out, "the page to write (HTML)")->required();
    map->add_option("--dims", m.dims, "2 or 3")
        ->check(CLI::IsMember({2, 3}))
        ->capture_default_str();
    map->add_option("--clusters", m.clusters, "how many; without it as many as fit best")
        ->check(CLI::Range(std::size_t{1}, map::most_clusters));
    map->add_option("--cluster-on", m.cluster_on, "what clusters are made of: embedding or map")
        ->check(CLI::IsMember({"embedding", "map"}))
        ->capture_default_str();
    map->add_option("--labels", m.labels, "names on the map at first: on or off")
        ->check(CLI::IsMember({"on", "off"}))
        ->capture_default_str();
    map->add_option("--perplexity", m.perplexity, "how many neighbours count, about")
        ->check(CLI::Range(1.0, 10'000.0));
    map->add_option("--seed", m.seed, "another number gives another map")->capture_default_str();
    choose(map, line, true,
           [&line](const Config& config) { return map_command(config, line.map); });
}

void add_bot(CLI::App& app, CommandLine& line) {
    choose(app.add_subcommand("sync", "bring the catalogue in line with the workspace"), line,
           false, [](const Config& config) { return sync_command(config); });
    choose(app.add_subcommand("serve", "run the bot"), line, false, [&line](const Config& config) {
        return serve_command(config, [&line] { return read_configuration(line); });
    });

    SimulateArguments& s = line.simulate;
    auto* simulate = app.add_subcommand("simulate", "run a local Slack, for trials and tests");
    simulate->add_option("--address", s.address, "a loopback address")->capture_default_str();
    simulate->add_option("--port", s.port, "0: any free port")->capture_default_str();
    auto* tls = simulate->add_flag("--tls", s.tls, "https and wss with a certificate made now");
    simulate->add_option("--ca-out", s.ca_out, "where to write that certificate (PEM)")->needs(tls);
    simulate->add_option("--retry-ms", s.retry_ms, "after which an event is sent again")
        ->check(CLI::Range(1, 3'600'000));
    simulate
        ->add_option("--dials-per-minute", s.dials_per_minute, "connections granted; 0: any number")
        ->check(CLI::Range(0.0, 1e6));
    simulate->add_option("--workspace", s.workspace, "a folder of images: its custom emoji");
    choose(simulate, line, false, [&line](const Config&) {
        if (line.simulate.tls && line.simulate.ca_out.empty()) {
            report("simulate --tls needs --ca-out FILE, or nobody could trust it");
            return static_cast<int>(exit_usage);
        }
        return simulate_command(line.simulate);
    });

    auto* demo = app.add_subcommand("demo", "a local Slack and the bot over a sample workspace");
    demo->add_option("--workspace", line.demo.workspace, "a folder of images")->required();
    demo->add_option("--port", line.demo.port, "0: any free port")->capture_default_str();
    choose(demo, line, false,
           [&line](const Config& config) { return demo_command(config, line.demo); });
}

void add_care(CLI::App& app, CommandLine& line) {
    auto* doctor = app.add_subcommand(
        "doctor", "what this installation lacks or has wrong, and how to mend it");
    doctor->add_flag("--json", line.doctor_json, "one JSON object");
    doctor->callback([&line] {
        line.tells_of_config = true;
        line.run = [&line](const Config& config) {
            return doctor_command(line.reading, config, line.doctor_json);
        };
    });
    auto* backup = app.add_subcommand("backup", "copy the catalogue, beside a running bot or not");
    backup->add_option("FILE", line.backup.file, "the copy to write")->required();
    backup->add_flag("--force", line.backup.force, "replace a file that is there");
    choose(backup, line, true,
           [&line](const Config& config) { return backup_command(config, line.backup); });
    auto* restore = app.add_subcommand("restore", "put a copy in the place of the catalogue");
    restore->add_option("FILE", line.restore.file, "what backup wrote")->required();
    restore->add_flag("--keep-queues", line.restore.keep_queues,
                      "do what waited in it when it was made: answers, alerts, events");
    choose(restore, line, true,
           [&line](const Config& config) { return restore_command(config, line.restore); });
}

/// --config, or the usual place if there is a file; empty: there is none.
std::filesystem::path configuration_file(const GlobalArguments& global) {
    std::filesystem::path file = global.config;
    if (file.empty()) {
        const char* home = std::getenv("XDG_CONFIG_HOME");
        const char* user = std::getenv("HOME");
        if (home != nullptr && *home != '\0') {
            file = std::filesystem::path(home) / "emojiscope/config.yaml";
        } else if (user != nullptr && *user != '\0') {
            file = std::filesystem::path(user) / ".config/emojiscope/config.yaml";
        }
        std::error_code error;
        if (!std::filesystem::exists(file, error)) {
            file.clear();
        }
    }
    return file;
}

/// What stands on the command line, and in the environment, counts more than the file.
void read_outside_file(const GlobalArguments& global, Config& config) {
    read_environment(config);
    if (!global.data.empty()) {
        config.data = global.data;
    }
    if (!global.model.empty()) {
        config.model = global.model;
        config.next_model.clear();  // what was typed is what is meant
    }
}

Result<Config> read_configuration(CommandLine& line) {
    Config config = default_config();
    if (line.reading.file.empty()) {
        line.reading.file = configuration_file(line.global);
    }
    if (!line.reading.file.empty()) {
        if (auto read = read_config(line.reading.file, config); !read) {
            if (!line.tells_of_config) {
                return read.error();
            }
            line.reading.problem = read.error().message;
            config = default_config();
        }
    }
    read_outside_file(line.global, config);
    return config;
}

/// Commands that are given the tokens; the other ones never have them in memory.
constexpr std::array<std::string_view, 3> speak_to_slack{"serve", "sync", "doctor"};

void add_tokens(std::string_view command, const TokenSources& sources, Config& config) {
    if (std::ranges::find(speak_to_slack, command) == speak_to_slack.end()) {
        return;
    }
    if (const auto read = read_tokens(sources, config.slack); !read) {
        config.slack.token_problem = read.error();
        return;
    }
    if (command == "doctor") {
        return;  // it tells of open files itself
    }
    for (const auto& [file, mode] : config.slack.open_token_files) {
        spdlog::warn("the token file {} is open to others (mode {}): chmod 600 {}", file, mode,
                     file);
    }
}

int parse_failed(const CLI::App& app, const CLI::ParseError& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
        return app.exit(error);  // --help, --version
    }
    const auto extras = app.remaining();
    if (!extras.empty() && app.get_subcommands().empty()) {
        report("there is no command " + quoted_legibly(extras.front()) +
               ": emojiscope --help lists them");
    } else if (app.get_subcommands().empty()) {
        report(std::string(error.what()) + "; emojiscope --help lists the commands");
    } else {
        report(error.what());
    }
    return exit_usage;
}

}  // namespace

int run_command_line(int argc, char** argv, const TokenSources& tokens) {
    hold_standard_streams();
    CommandLine line;
    CLI::App app("Emoji search for Slack by meaning and sight", "emojiscope");
    app.set_version_flag("--version", EMOJISCOPE_VERSION);
    app.add_option("--config", line.global.config, "configuration file (YAML)");
    app.add_option("--data", line.global.data, "folder of the catalogue");
    app.add_option("--model", line.global.model, "folder of the model package");
    app.require_subcommand(1);
    app.fallthrough();
    add_import(app, line);
    add_search(app, line);
    add_duplicates(app, line);
    add_evaluation(app, line);
    add_catalogue(app, line);
    add_map(app, line);
    add_bot(app, line);
    add_care(app, line);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return parse_failed(app, error);
    }
    auto config = read_configuration(line);
    if (!config) {
        return report(config.error().message);
    }
    if (auto started = start_log(config->log, line.quiet); !started && !line.tells_of_config) {
        return report(started.error().message);
    }
    add_tokens(app.get_subcommands().front()->get_name(), tokens, *config);
    const int status = line.run(*config);
    std::cout.flush();
    if (!std::cout || std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        return report("cannot write to the standard output");
    }
    return status;
}

}  // namespace emojiscope::app
