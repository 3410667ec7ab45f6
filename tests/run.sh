#!/bin/bash
# Sets up everything on Debian 12, builds, and passes the tests.
#   tests/run.sh [preset]     preset: release (default), dev, asan, tsan
# EMOJISCOPE_SHARED may name a folder of further test data; its tests skip without it.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}

deploy/install-deps.sh
for folder in tests/fidelity tests/browser; do
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
done
# After this set-up nothing of the map may be skipped for want of plotly.js.
export EMOJISCOPE_REQUIRE_PLOTLY=1
cmake --preset "$preset"
cmake --build --preset "$preset"
# Tests that measure, or that bring the machine to its bounds, are marked to run alone.
ctest --preset "$preset" --output-on-failure --parallel "$(nproc)"
