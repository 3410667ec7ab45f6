#include "emojiscope/telemetry/metrics.hpp"

#include <catch2/catch.hpp>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace emojiscope::telemetry {
namespace {

/// The lines of a metric, without its HELP and TYPE.
std::vector<std::string> lines_of(const Metrics& metrics, const std::string& name) {
    std::vector<std::string> lines;
    std::istringstream page(metrics.text());
    for (std::string line; std::getline(page, line);) {
        if (line.starts_with(name) && line.find_first_of("{ ") == name.size()) {
            lines.push_back(line);
        }
    }
    std::ranges::sort(lines);
    return lines;
}

double value_of(const Metrics& metrics, const std::string& name) {
    const auto lines = lines_of(metrics, name);
    REQUIRE(lines.size() == 1);
    return std::stod(lines[0].substr(lines[0].rfind(' ')));
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a counter counts for each of its labels", "[metrics]") {
    Metrics metrics;
    const Counter calls = metrics.counter("calls_total", "Calls.", {"method", "result"});
    calls.add({"auth.test", "ok"});
    calls.add({"auth.test", "ok"}, 2);
    calls.add({"emoji.list", "timeout"});
    calls.add({"emoji.list", "ok"}, 0);
    CHECK(lines_of(metrics, "calls_total") ==
          Lines{R"(calls_total{method="auth.test",result="ok"} 3)",
                R"(calls_total{method="emoji.list",result="ok"} 0)",
                R"(calls_total{method="emoji.list",result="timeout"} 1)"});
    CHECK(metrics.text().find("# HELP calls_total Calls.\n# TYPE calls_total counter\n") !=
          std::string::npos);
}

TEST_CASE("a gauge goes up and down", "[metrics]") {
    Metrics metrics;
    const Gauge open = metrics.gauge("open", "What is open.");
    open.set({}, 4);
    open.set({}, 2.5);
    CHECK(lines_of(metrics, "open") == Lines{"open 2.5"});
}

TEST_CASE("what is one of several is said of one only", "[metrics]") {
    Metrics metrics;
    const Gauge model = metrics.gauge("model_info", "The model in use.", {"model"});
    model.set_only({"old"}, 1);
    model.set_only({"new"}, 1);
    CHECK(lines_of(metrics, "model_info") == Lines{R"(model_info{model="new"} 1)"});
    model.set_only({"old"}, 1);
    CHECK(lines_of(metrics, "model_info") == Lines{R"(model_info{model="old"} 1)"});
}

TEST_CASE("a histogram counts what is at most as large as each bound", "[metrics]") {
    Metrics metrics;
    const Histogram took = metrics.histogram("took_seconds", "How long.", {0.1, 1}, {"what"});
    took.observe({"a"}, 0.1);
    took.observe({"a"}, 0.25);
    took.observe({"a"}, 20);
    took.show({"b"});
    CHECK(lines_of(metrics, "took_seconds_bucket") ==
          Lines{R"(took_seconds_bucket{what="a",le="+Inf"} 3)",
                R"(took_seconds_bucket{what="a",le="0.1"} 1)",
                R"(took_seconds_bucket{what="a",le="1"} 2)",
                R"(took_seconds_bucket{what="b",le="+Inf"} 0)",
                R"(took_seconds_bucket{what="b",le="0.1"} 0)",
                R"(took_seconds_bucket{what="b",le="1"} 0)"});
    CHECK(lines_of(metrics, "took_seconds_sum")[0] == R"(took_seconds_sum{what="a"} 20.35)");
}

TEST_CASE("values of labels cannot break the page", "[metrics]") {
    Metrics metrics;
    metrics.counter("seen_total", "Seen.", {"what"}).add({"a\"} 7\n\\evil"});
    CHECK(lines_of(metrics, "seen_total") == Lines{"seen_total{what=\"a\\\"} 7\\n\\\\evil\"} 1"});
}

TEST_CASE("a metric does not grow without bounds by its labels", "[metrics]") {
    Metrics metrics;
    const Counter seen = metrics.counter("seen_total", "Seen.", {"what"});
    for (std::size_t i = 0; i < max_series + 50; ++i) {
        seen.add({std::to_string(i)});
    }
    const auto lines = lines_of(metrics, "seen_total");
    CHECK(lines.size() == max_series + 1);
    CHECK(std::ranges::find(lines, R"(seen_total{what="other"} 50)") != lines.end());
}

TEST_CASE("a wrong declaration or use is noticed", "[metrics]") {
    Metrics metrics;
    const Counter seen = metrics.counter("seen_total", "Seen.", {"what"});
    CHECK_THROWS_AS(metrics.gauge("seen_total", "Seen."), std::invalid_argument);
    CHECK_THROWS_AS(metrics.gauge("not a name", "None."), std::invalid_argument);
    CHECK_THROWS_AS(seen.add(), std::invalid_argument);
}

TEST_CASE("metrics may be used from several threads", "[metrics]") {
    Metrics metrics;
    const Counter seen = metrics.counter("seen_total", "Seen.", {"thread"});
    const Histogram took = metrics.histogram("took_seconds", "How long.", {1});
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&, i] {
                for (int n = 0; n < 500; ++n) {
                    seen.add({std::to_string(i % 2)});
                    took.observe({}, 0.5);
                }
            });
        }
        for (int n = 0; n < 20; ++n) {
            CHECK_FALSE(metrics.text().empty());
        }
    }
    CHECK(lines_of(metrics, "seen_total") ==
          Lines{R"(seen_total{thread="0"} 1000)", R"(seen_total{thread="1"} 1000)"});
    CHECK(value_of(metrics, "took_seconds_count") == 2000);
}

TEST_CASE("the page tells of the process", "[metrics]") {
    const Metrics metrics;
    CHECK(value_of(metrics, "process_resident_memory_bytes") > 1'000'000);
    CHECK(value_of(metrics, "process_cpu_seconds_total") >= 0);
    // In this century, and not in the future.
    CHECK(value_of(metrics, "process_start_time_seconds") > 1'000'000'000);
    CHECK(value_of(metrics, "process_start_time_seconds") <=
          static_cast<double>(::time(nullptr)) + 1);
    const double before = value_of(metrics, "process_open_fds");
    const int one_more = ::dup(0);
    REQUIRE(one_more >= 0);
    CHECK(value_of(metrics, "process_open_fds") == before + 1);
    ::close(one_more);
    rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    if (limit.rlim_cur != RLIM_INFINITY) {
        CHECK(value_of(metrics, "process_max_fds") == static_cast<double>(limit.rlim_cur));
    }
}

}  // namespace emojiscope::telemetry
