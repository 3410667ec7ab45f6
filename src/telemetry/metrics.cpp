#include "emojiscope/telemetry/metrics.hpp"

#include "process_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <utility>

namespace emojiscope::telemetry {
namespace {

constexpr std::string_view other = "other";

/// One metric with all its label values.
template <class T>
class Family {
public:
    Family(prometheus::Family<T>& family, std::vector<std::string> labels,
           std::vector<double> bounds = {})
        : family_(family), labels_(std::move(labels)), bounds_(std::move(bounds)) {}

    T& at(LabelValues values) {
        const std::scoped_lock lock(mutex_);
        return find(values);
    }

    void set_only(LabelValues values, double value) {
        const std::scoped_lock lock(mutex_);
        T& wanted = find(values);
        wanted.Set(value);
        for (auto it = series_.begin(); it != series_.end();) {
            if (it->second == &wanted) {
                ++it;
                continue;
            }
            family_.Remove(it->second);
            it = series_.erase(it);
        }
    }

private:
    /// REQUIRES: the mutex is held.
    T& find(LabelValues values) {
        if (values.size() != labels_.size()) {
            throw std::invalid_argument(family_.GetName() + ": as many values as labels");
        }
        std::vector<std::string> key(values.begin(), values.end());
        auto found = series_.find(key);
        if (found == series_.end() && series_.size() >= max_series) {
            key.assign(labels_.size(), std::string(other));
            found = series_.find(key);
        }
        if (found == series_.end()) {
            T& made = make(key);
            found = series_.emplace(std::move(key), &made).first;
        }
        return *found->second;
    }

    T& make(const std::vector<std::string>& key) {
        prometheus::Labels labels;
        for (std::size_t i = 0; i < key.size(); ++i) {
            labels.emplace(labels_[i], key[i]);
        }
        if constexpr (std::is_same_v<T, prometheus::Histogram>) {
            return family_.Add(labels, bounds_);
        } else {
            return family_.Add(labels);
        }
    }

    prometheus::Family<T>& family_;
    std::vector<std::string> labels_;
    std::vector<double> bounds_;
    std::mutex mutex_;
    std::map<std::vector<std::string>, T*> series_;  ///< by values
};

}  // namespace

struct Counter::Series : Family<prometheus::Counter> {
    using Family::Family;
};
struct Gauge::Series : Family<prometheus::Gauge> {
    using Family::Family;
};
struct Histogram::Series : Family<prometheus::Histogram> {
    using Family::Family;
};

void Counter::add(LabelValues labels, double by) const {
    series_->at(labels).Increment(by);
}

void Gauge::set(LabelValues labels, double value) const {
    series_->at(labels).Set(value);
}

void Gauge::set_only(LabelValues labels, double value) const {
    series_->set_only(labels, value);
}

void Histogram::observe(LabelValues labels, double value) const {
    series_->at(labels).Observe(value);
}

void Histogram::show(LabelValues labels) const {
    series_->at(labels);
}

struct Metrics::Impl {
    prometheus::Registry registry;
    std::mutex mutex;
    std::set<std::string> names;
    std::vector<std::unique_ptr<Counter::Series>> counters;
    std::vector<std::unique_ptr<Gauge::Series>> gauges;
    std::vector<std::unique_ptr<Histogram::Series>> histograms;

    void declare(const std::string& name) {
        const std::scoped_lock lock(mutex);
        if (!names.insert(name).second) {
            throw std::invalid_argument("the metric " + name + " is declared twice");
        }
    }
    template <class T, class... Arguments>
    T& keep(std::vector<std::unique_ptr<T>>& all, Arguments&&... arguments) {
        const std::scoped_lock lock(mutex);
        all.push_back(std::make_unique<T>(std::forward<Arguments>(arguments)...));
        return *all.back();
    }
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help,
                         std::vector<std::string> labels) {
    impl_->declare(name);
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(impl_->registry);
    return Counter(impl_->keep(impl_->counters, family, std::move(labels)));
}

Gauge Metrics::gauge(const std::string& name, const std::string& help,
                     std::vector<std::string> labels) {
    impl_->declare(name);
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry);
    return Gauge(impl_->keep(impl_->gauges, family, std::move(labels)));
}

Histogram Metrics::histogram(const std::string& name, const std::string& help,
                             std::vector<double> bounds, std::vector<std::string> labels) {
    impl_->declare(name);
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(impl_->registry);
    return Histogram(impl_->keep(impl_->histograms, family, std::move(labels), std::move(bounds)));
}

std::string Metrics::text() const {
    auto families = impl_->registry.Collect();
    auto process = process_metrics();
    std::move(process.begin(), process.end(), std::back_inserter(families));
    return static_cast<const prometheus::Serializer&>(prometheus::TextSerializer{})
        .Serialize(families);
}

}  // namespace emojiscope::telemetry
