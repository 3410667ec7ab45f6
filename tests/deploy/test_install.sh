#!/bin/bash
# What `cmake --install` puts under some prefix works from any folder, without the source tree's
# files.
#   test_install.sh CMAKE BUILD_FOLDER
set -euo pipefail
cmake=$1
build=$2
pictures=$(cd "$(dirname "$0")/../data/stamps" && pwd)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
"$cmake" --install "$build" --prefix "$prefix" > "$work/log"
# Where somebody configured the bot for themselves, that must not matter.
export HOME=$work XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/share
mkdir "$work/elsewhere"
cd "$work/elsewhere"
emojiscope=("$prefix/bin/emojiscope" --data "$work/data")

expect() {   # expect WHAT PATTERN COMMAND...
  local what=$1 pattern=$2
  shift 2
  if ! "$@" > "$work/out" 2> "$work/err" || ! grep -q -- "$pattern" "$work/out"; then
    echo "FAIL: $what: no '$pattern' in the answer of: $*"
    cat "$work/out" "$work/err"
    exit 1
  fi
  echo "ok: $what"
}

expect "the model is the installed one" \
  "^folder: *$prefix/share/emojiscope/models/emojiclip$" "${emojiscope[@]}" model info
expect "the model is whole" '^ok: emojiclip' "${emojiscope[@]}" model verify

mkdir "$work/pictures"
cp "$pictures/otsukare.png" "$work/pictures/beer_parrot.png"
cp "$pictures/lgtm.png" "$work/pictures/安心.png"
printf 'inference: {allow_reference_blas: true}\n' > "$work/config.yaml"
emojiscope+=(--config "$work/config.yaml")
expect "a folder is learnt" '^2 emoji' "${emojiscope[@]}" import "$work/pictures"
expect "a name is found" ':beer_parrot:' "${emojiscope[@]}" search beer
expect "a meaning is found, by the installed dictionary" ':beer_parrot:' \
  "${emojiscope[@]}" search cerveza --signals concept
expect "a reading is found" ':安心:' "${emojiscope[@]}" search anshin --signals name

service=$prefix/lib/systemd/system/emojiscope.service
expect "the service names the installed program" \
  "^ExecStart=$prefix/bin/emojiscope " cat "$service"
for file in share/emojiscope/manifests/slack-app.yaml share/doc/emojiscope/README.md \
  share/doc/emojiscope/SECURITY.md share/doc/emojiscope/deploy/config.example.yaml \
  share/doc/emojiscope/LICENSE share/doc/emojiscope/THIRD_PARTY.md \
  share/doc/emojiscope/deploy/README.md share/doc/emojiscope/deploy/config.yaml \
  share/doc/emojiscope/deploy/grafana/emojiscope.json \
  share/doc/emojiscope/deploy/prometheus/alerts.yaml; do
  expect "$file is there" . cat "$prefix/$file"
done
# What belongs to the Debian package alone.
[ ! -e "$prefix/etc" ] || { echo "FAIL: $prefix/etc was made"; exit 1; }
