#include "commands.hpp"

#include "read_texts.hpp"
#include "slack_link.hpp"

#include "emojiscope/app/engine.hpp"
#include "emojiscope/app/import_source.hpp"
#include "emojiscope/app/progress.hpp"
#include "emojiscope/app/url_fetcher.hpp"
#include "emojiscope/core/is_url.hpp"
#include "emojiscope/core/text.hpp"
#include "emojiscope/image/decode.hpp"
#include "emojiscope/search/workspace.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <future>
#include <utility>

namespace emojiscope::app {
namespace {

/// Pictures decoded and embedded together; bounds memory and what a kill makes to be done again.
constexpr std::size_t batch_size = 32;

struct Counts {
    std::size_t learnt = 0;
    std::size_t unchanged = 0;
    std::size_t failed = 0;
};

class Importer {
public:
    Importer(Engine& engine, slack::DialerOptions dialing, std::size_t total)
        : engine_(engine),
          progress_("importing", total),
          fetcher_(std::move(dialing), slack::DownloadRules::for_imports()) {}

    void add(const EmojiRecord& record) {
        auto bytes = read(record);
        if (!bytes) {
            failed(record, bytes.error());
            if (auto noted = engine_.ingestor().give_up(record, bytes.error()); !noted) {
                report(noted.error().message);
            }
            progress_.advance();
            return;
        }
        const bool same_file = record.state == EmojiState::ready && record.fingerprinted &&
                               record.file_hash == engine_.reader().file_hash(*bytes);
        if (same_file) {
            ++counts_.unchanged;
            progress_.advance();
            return;
        }
        batch_.push_back({record, std::move(*bytes)});
        if (batch_.size() >= batch_size) {
            flush();
        }
    }

    /// Learns all that was added.
    void finish() {
        flush();
        learn();
    }

    [[nodiscard]] const Counts& counts() const { return counts_; }

private:
    Result<std::vector<std::uint8_t>> read(const EmojiRecord& record) {
        return is_url(record.value) ? fetcher_.fetch(record.value) : image::read_file(record.value);
    }

    /// Has the batch decoded in the background, and the one before it learnt meanwhile.
    void flush() {
        auto next = std::async(std::launch::async, [this, items = std::move(batch_)]() mutable {
            return engine_.ingestor().read(std::move(items));
        });
        batch_.clear();
        learn();
        decoded_ = std::move(next);
    }

    void learn() {
        if (!decoded_.valid()) {
            return;
        }
        search::ReadBatch batch = decoded_.get();
        const std::vector<EmojiRecord> records = batch.records();
        const auto results = engine_.ingestor().learn(std::move(batch));
        for (std::size_t i = 0; i < results.size(); ++i) {
            if (results[i]) {
                ++counts_.learnt;
            } else {
                failed(records[i], results[i].error());
            }
        }
        progress_.advance(results.size());
    }

    void failed(const EmojiRecord& record, const Error& error) {
        ++counts_.failed;
        if (is_url(record.value)) {  // what stands behind its host may be somebody's secret
            report("emoji '" + record.name + "': " + error.message);
            return;
        }
        // Errors of reading a file begin with its path already.
        const bool named = error.message.starts_with(record.value);
        report(named ? error.message : record.value + ": " + error.message);
    }

    Engine& engine_;
    Progress progress_;
    UrlFetcher fetcher_;
    std::vector<search::IngestItem> batch_;
    std::future<search::ReadBatch> decoded_;  ///< the batch before that
    Counts counts_;
};

void summarise(const Counts& counts, std::size_t embedded, double seconds) {
    const auto all = counts.learnt + counts.unchanged + counts.failed;
    std::printf(
        "%zu emoji in %.1f s (%.0f a second): %zu learnt (%zu embedded), %zu unchanged, "
        "%zu failed\n",
        all, seconds, seconds > 0 ? static_cast<double>(all) / seconds : 0.0, counts.learnt,
        embedded, counts.unchanged, counts.failed);
}

}  // namespace

int import_command(const Config& config, const std::vector<std::filesystem::path>& paths) {
    ImportList list = read_import_paths(paths);
    for (const std::string& problem : list.problems) {
        report(problem);
    }
    auto engine = Engine::open(config, {true, true, local_team});
    if (!engine) {
        return report(engine.error().message);
    }
    const auto start = std::chrono::steady_clock::now();
    search::Workspace workspace((*engine)->catalogue(), (*engine)->library(), local_team);
    auto records = workspace.put(list.pictures);
    if (!records) {
        return report(records.error().message);
    }
    if (auto stored = workspace.put_aliases(list.aliases); !stored) {
        return report(stored.error().message);
    }
    Counts counts;
    {
        slack::DialerOptions dialing = dialer_options(config);
        dialing.ca_file.clear();  // what people import lies in the world
        Importer importer(**engine, std::move(dialing), records->size());
        for (const EmojiRecord& record : *records) {
            importer.add(record);
        }
        importer.finish();
        counts = importer.counts();
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    summarise(counts, (*engine)->ingestor().embedded(), took.count());
    if (auto read = read_texts(**engine); !read) {
        return report(read.error().message);
    }
    return counts.failed == 0 && list.problems.empty() ? exit_done : exit_failed;
}

int report(const std::string& message) {
    std::fprintf(stderr, "emojiscope: %s\n", one_line(message).c_str());
    return exit_failed;
}

}  // namespace emojiscope::app
