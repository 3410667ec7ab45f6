#!/bin/sh
# From nothing to a bot that answers, on this machine alone: installs, builds, makes a sample
# workspace of a few hundred emoji, starts a local Slack and the bot, takes a short printed tour,
# and leaves the page open. No account, and no download but Debian's packages and plotly.js (npm).
#
#   deploy/demo.sh              stays until Ctrl-C
#   deploy/demo.sh --tour-only  ends after the tour; the exit status tells whether it went well
# EMOJISCOPE_DEMO_PORT: the port of the page (8765; 0 for any).
set -eu
cd "$(dirname "$0")/.."

tour_only=no
case "${1:-}" in
    '') ;;
    --tour-only) tour_only=yes ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac

port=${EMOJISCOPE_DEMO_PORT:-8765}
if [ "$tour_only" = yes ]; then
    port=${EMOJISCOPE_DEMO_PORT:-0}
fi

echo "== installing what is needed"
deploy/install-deps.sh
echo "== building"
cmake --preset release -DEMOJISCOPE_TESTS="${EMOJISCOPE_TESTS:-ON}" > /dev/null
cmake --build --preset release --target emojiscope

# Made anew each time: the demo must not depend on what an earlier one left behind.
demo=$(mktemp -d "${TMPDIR:-/tmp}/emojiscope-demo.XXXXXX")
bot=
finish() {
    if [ -n "$bot" ]; then
        kill "$bot" 2> /dev/null || true
        wait "$bot" 2> /dev/null || true
    fi
    rm -rf "$demo"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

echo "== making a sample workspace"
/usr/bin/python3 deploy/make-sample-workspace.py "$demo/workspace"

echo "== starting the local Slack and the bot"
printf 'log_level: info\n' > "$demo/config.yaml"
build/release/bin/emojiscope --config "$demo/config.yaml" --data "$demo/data" \
    demo --workspace "$demo/workspace" --port "$port" > "$demo/out" 2> "$demo/log" &
bot=$!

# Ready when the bot answers and has read the whole workspace once.
tries=0
until grep -q '^The bot answers' "$demo/out" && grep -q ' sync: ' "$demo/log"; do
    tries=$((tries + 1))
    if ! kill -0 "$bot" 2> /dev/null || [ "$tries" -gt 600 ]; then
        echo "the demo did not start:" >&2
        cat "$demo/log" >&2
        exit 1
    fi
    sleep 0.2
done
grep -E 'BLAS|ready|sync' "$demo/log"
page=$(sed -n 's/^The bot answers\. Open \([^ ]*\).*/\1/p' "$demo/out")

status=0
/usr/bin/python3 deploy/tour.py "$page" "$demo/workspace" || status=$?
if [ "$status" -ne 0 ]; then
    cat "$demo/log" >&2
    exit "$status"
fi
if [ "$tour_only" = yes ]; then
    exit 0
fi
echo
echo "The page stays open at $page (Ctrl-C ends it)."
wait "$bot"
