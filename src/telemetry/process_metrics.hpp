// What the operating system knows of this process, under the names that all programs use for it.
// https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

namespace emojiscope::telemetry {

/// Read from /proc at each call; what cannot be read is left out. Safe from any thread.
[[nodiscard]] std::vector<prometheus::MetricFamily> process_metrics();

}  // namespace emojiscope::telemetry
