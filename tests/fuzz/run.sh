#!/bin/bash
# Builds the fuzzers with clang and runs one after another, each over its corpus, then on inputs of
# its own.
#   tests/fuzz/run.sh [SECONDS [NAME...]]     default: 60 seconds, all of them
# An input that takes 25 seconds, more than 2 GiB of memory, or 1 GiB at once is a finding. What makes
# a fuzzer fail is left in build/fuzz/findings; add it to the corpus, under a telling name, once it
# is mended. What was learnt is kept in build/fuzz/grown, so that the next run goes on from there.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
names=("${@:2}")
if [ ${#names[@]} -eq 0 ]; then
    for file in tests/fuzz/*_fuzz.cpp; do
        names+=("$(basename "$file" _fuzz.cpp)")
    done
fi

deploy/install-deps.sh --fuzz
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target "${names[@]/#/fuzz_}"
mkdir -p build/fuzz/findings
export UBSAN_OPTIONS=print_stacktrace=1
failed=()
for name in "${names[@]}"; do
    grown=build/fuzz/grown/$name
    mkdir -p "$grown"
    options=(-max_total_time="$seconds" -max_len=16384 -timeout=25 -rss_limit_mb=2048
             -malloc_limit_mb=1024 -print_final_stats=1
             -artifact_prefix="build/fuzz/findings/$name-")
    echo "== $name"
    "build/fuzz/bin/fuzz_$name" "${options[@]}" "$grown" "tests/fuzz/corpus/$name" ||
        failed+=("$name")
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "findings of ${failed[*]}: see build/fuzz/findings" >&2
    exit 1
fi
