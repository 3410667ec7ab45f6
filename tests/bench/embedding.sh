#!/bin/bash
# How fast pictures and texts are embedded, beside the article's pipeline and the machine's ceiling.
#   tests/bench/embedding.sh [FOLDER_OF_PICTURES]
# Without a folder: the emoji of EMOJISCOPE_SHARED if it names the optional folder of test data, else
# the sample workspace. The model is ViT-B/32 with random weights (about 1 GB under build/bench),
# then the default one. Leave the machine alone meanwhile: some ten minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=build/bench
pictures=${1:-}

cmake --preset release >/dev/null
cmake --build --preset release --target embedding_bench embed_files
mkdir -p "$out/pictures"
if [ -z "$pictures" ]; then
    pictures=$out/pictures
    if [ -n "${EMOJISCOPE_SHARED:-}" ]; then
        tar -xf "$EMOJISCOPE_SHARED/emoji/workspace-dev.tar" -C "$pictures"
    else
        /usr/bin/python3 deploy/make-sample-workspace.py "$pictures/sample"
    fi
fi
/usr/bin/python3 tests/bench/make_random_clip.py "$out/clip"

for precision in float32 bfloat16 int8; do
    echo "== ViT-B/32, $precision"
    build/release/bin/embedding_bench "$out/clip/$precision"
done
echo "== the default model"
build/release/bin/embedding_bench models/emojiclip --benchmark_filter='images|texts|load'
echo "== beside the article's pipeline"
/usr/bin/python3 tests/bench/embedding.py "$pictures"
