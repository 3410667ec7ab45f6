#!/bin/bash
# The service is well-formed, and its sandbox as tight as deploy/README.md says.
#   test_service.sh PROGRAM
# Exit status 77: skipped.
set -euo pipefail
program=$1
service=$(cd "$(dirname "$0")/../.." && pwd)/deploy/emojiscope.service
most=20   # in tenths: an overall exposure of 2.0

if ! command -v systemd-analyze > /dev/null; then
  echo "SKIP: systemd-analyze is not installed (Debian package systemd)"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# verify wants the program to be where the service says, and tells of unknown keys in words only.
sed "s#^ExecStart=/usr/bin/emojiscope #ExecStart=$program #" "$service" > "$work/emojiscope.service"
grep -q "^ExecStart=$program " "$work/emojiscope.service"
# Of what its own system has it may complain; of this service it may not.
complaints=$(systemd-analyze verify --man=no "$work/emojiscope.service" 2>&1 |
  grep -F emojiscope || true)
if [ -n "$complaints" ]; then
  echo "FAIL: systemd-analyze verify says:"
  echo "$complaints"
  exit 1
fi

if ! systemd-analyze security --offline=yes --threshold="$most" --no-pager "$service" \
  > "$work/rating" 2>&1; then
  cat "$work/rating"
  echo "FAIL: the exposure is above $most tenths"
  exit 1
fi
measured=$(sed -n 's/.*Overall exposure level for emojiscope.service: \([0-9.]*\).*/\1/p' \
  "$work/rating")
said=$(sed -n 's/.*overall exposure of \([0-9.]*\) .*/\1/p' "${service%/*}/README.md")
# Each systemd has a few more things to rate; the figure in the README is Debian 12's.
if systemctl --version | grep -q '^systemd 252 ' && [ "$measured" != "$said" ]; then
  echo "FAIL: measured $measured, deploy/README.md says '$said'"
  exit 1
fi
echo "overall exposure: $measured"
