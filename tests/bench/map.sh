#!/bin/bash
# The map's layout beside scikit-learn's: time, divergence and trustworthiness, in one run.
#   tests/bench/map.sh [FOLDER_OF_A_CATALOGUE]     its vectors in place of made points
# Needs deploy/install-deps.sh --bench. Leave the machine alone meanwhile: some fifteen minutes, most
# of them scikit-learn's.
set -euo pipefail
cd "$(dirname "$0")/../.."
catalogue=()
if [ -n "${1:-}" ]; then catalogue=(--catalogue "$1"); fi

cmake --preset release >/dev/null
cmake --build --preset release --target map_bench
verdict=0
for points in 1000 5000; do
    for dims in 2 3; do
        /usr/bin/python3 tests/bench/map.py build/release --points "$points" --dims "$dims" \
            "${catalogue[@]}" || verdict=1
    done
done
/usr/bin/python3 tests/bench/map.py build/release --points 20000 --dims 2 --no-peer --no-judge
/usr/bin/python3 tests/bench/map.py build/release --points 20000 --dims 3 --no-peer --no-judge
exit $verdict
