#!/bin/bash
# Builds the fuzzers with clang and runs each over its corpus, then on inputs of its own.
#   tests/fuzz/run.sh [SECONDS]     for each fuzzer; default 60
# An input that takes two minutes by the clock is a finding; less may be the machine's fault.
# What makes one fail is left in build/fuzz/findings; add it to the corpus once it is mended.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}

deploy/install-deps.sh --fuzz
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz
mkdir -p build/fuzz/findings
for corpus in tests/fuzz/corpus/*/; do
    name=$(basename "$corpus")
    grown=build/fuzz/grown/$name
    mkdir -p "$grown"
    echo "== $name"
    "build/fuzz/bin/fuzz_$name" -max_total_time="$seconds" -max_len=4096 -timeout=120 \
        -artifact_prefix="build/fuzz/findings/$name-" -print_final_stats=1 "$grown" "$corpus"
done
