// Every command of the program: arguments in, exit status out. One file a command, or a family.
#pragma once

#include "reload.hpp"

#include "emojiscope/app/config.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace emojiscope::app {

/// Exit statuses of the command line's contract.
enum ExitStatus : int { exit_done = 0, exit_failed = 1, exit_usage = 2 };

struct SearchArguments {
    std::string text;
    std::filesystem::path image;
    std::filesystem::path queries;  ///< a file with one query a line
    std::filesystem::path images;   ///< a file with one path a line
    std::size_t k = 10;
    std::vector<std::string> signals;
    bool json = false;
};

struct CheckArguments {
    std::vector<std::filesystem::path> files;
    std::filesystem::path list;
    bool json = false;
};

struct EvalArguments {
    std::filesystem::path folder;
    bool duplicates = false;
    std::filesystem::path same_pictures;  ///< empty: same_pictures.tsv beside the uploads, if any
    std::vector<std::string> signals;     ///< of labelled queries; empty: all
    bool items = false;
    bool json = false;
};

struct SimulateArguments {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8765;
    bool tls = false;
    bool print_json = false;
    std::filesystem::path workspace;
    std::filesystem::path ca_out;
    int retry_ms = 60'000;        ///< after which an event is sent again, and after five times that
    double dials_per_minute = 0;  ///< 0: any number
};

struct DemoArguments {
    std::filesystem::path workspace;
    std::uint16_t port = 8765;
};

struct MapArguments {
    std::filesystem::path out;
    int dims = 2;
    std::size_t clusters = 0;        ///< 0: as many as fit best
    std::string cluster_on = "map";  ///< or "embedding"
    std::string labels = "on";       ///< or "off"
    double perplexity = 0;           ///< 0: by the number of emoji
    std::uint64_t seed = 1;
};

struct BackupArguments {
    std::filesystem::path file;
    bool force = false;  ///< a file that is there is replaced
};

struct RestoreArguments {
    std::filesystem::path file;
    bool keep_queues = false;
};

/// What came of reading the configuration: `doctor` goes on without it.
struct ConfigReading {
    std::filesystem::path file;  ///< empty: there is none, and none was asked for
    std::string problem;         ///< why it could not be read; empty: it was
};

int import_command(const Config& config, const std::vector<std::filesystem::path>& paths);
int search_command(const Config& config, const SearchArguments& arguments);
int check_command(const Config& config, const CheckArguments& arguments);
int eval_duplicates_command(const Config& config, const EvalArguments& arguments);
int eval_search_command(const Config& config, const EvalArguments& arguments);
int dupes_command(const Config& config, bool json);
int reembed_command(const Config& config, bool abandon, bool small_copies);
int list_command(const Config& config, bool yaml);
int map_command(const Config& config, const MapArguments& arguments);
int sync_command(const Config& config);
int serve_command(const Config& config, const Reread& reread);
int simulate_command(const SimulateArguments& arguments);
int demo_command(Config config, const DemoArguments& arguments);
int backup_command(const Config& config, const BackupArguments& arguments);
int restore_command(const Config& config, const RestoreArguments& arguments);
/// `config` holds the defaults where the file could not be read.
int doctor_command(const ConfigReading& reading, const Config& config, bool json);
int model_info_command(const Config& config);
int model_verify_command(const Config& config);

/// Prints one line on stderr; returns exit_failed.
int report(const std::string& message);

}  // namespace emojiscope::app
