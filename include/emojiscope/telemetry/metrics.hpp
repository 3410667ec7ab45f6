// Figures about the running program, as Prometheus reads them: counters, gauges and histograms.
// https://prometheus.io/docs/instrumenting/exposition_formats/
//
// Names and labels come from the code, values of labels from small sets that are known beforehand:
// never an id, a name or a text of somebody's. Should that fail once, a metric keeps to
// `max_series` of them and counts the rest under "other".
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace emojiscope::telemetry {

/// Of one metric.
inline constexpr std::size_t max_series = 500;

/// Of a metric's labels, in the order in which they were declared.
using LabelValues = std::initializer_list<std::string_view>;

/// Grows only. Handles are cheap to copy, may be used from any thread, and refer to their Metrics.
class Counter {
public:
    /// By 0: from now on it stands on the page, so that its first growth is seen as one.
    void add(LabelValues labels = {}, double by = 1) const;

private:
    friend class Metrics;
    struct Series;
    explicit Counter(Series& series) : series_(&series) {}
    Series* series_;
};

/// Likewise; goes up and down.
class Gauge {
public:
    void set(LabelValues labels, double value) const;
    /// The same, and what it said with other labels is withdrawn: for what is one of several.
    void set_only(LabelValues labels, double value) const;

private:
    friend class Metrics;
    struct Series;
    explicit Gauge(Series& series) : series_(&series) {}
    Series* series_;
};

/// Likewise; how often which values came.
class Histogram {
public:
    void observe(LabelValues labels, double value) const;
    /// It stands on the page from now on.
    void show(LabelValues labels = {}) const;

private:
    friend class Metrics;
    struct Series;
    explicit Histogram(Series& series) : series_(&series) {}
    Series* series_;
};

/// Safe from any thread. What the operating system knows of the process (`process_…`) is on the
/// page besides what is declared here.
class Metrics {
public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// `name` as Prometheus wants it: with its unit, a counter ending in `_total`. Throws
    /// std::invalid_argument for a name that is none, or is declared already.
    [[nodiscard]] Counter counter(const std::string& name, const std::string& help,
                                  std::vector<std::string> labels = {});
    [[nodiscard]] Gauge gauge(const std::string& name, const std::string& help,
                              std::vector<std::string> labels = {});
    /// `bounds`: upper bounds of its buckets, rising; one without a bound comes last by itself.
    [[nodiscard]] Histogram histogram(const std::string& name, const std::string& help,
                                      std::vector<double> bounds,
                                      std::vector<std::string> labels = {});

    /// The page. Reads a few files of /proc, and waits for nothing else.
    [[nodiscard]] std::string text() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace emojiscope::telemetry
