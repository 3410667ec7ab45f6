#!/bin/bash
# Builds and runs the benchmarks; the figures go to standard output.
#   tests/bench/run.sh [EMOJI]     how many emoji the workspace has (default 5000)
# With EMOJISCOPE_SHARED naming the optional folder of test data the emoji are real ones.
set -euo pipefail
cd "$(dirname "$0")/../.."
emoji=${1:-5000}
out=build/bench/$emoji

cmake --preset release >/dev/null
cmake --build --preset release --target emojiscope duplicates_bench search_bench
tests/bench/make_workspace.py "$out" --emoji "$emoji"
rm -rf "$out/data"
build/release/bin/emojiscope --data "$out/data" import "$out/emoji"
build/release/bin/duplicates_bench "$out/data" "$out/uploads"
build/release/bin/search_bench "$out/data" tests/data/queries/sample.jsonl
