#!/bin/bash
# Installs what building, testing and demonstrating Emojiscope needs on Debian 12.
#   deploy/install-deps.sh                build, run and test
#   deploy/install-deps.sh --build-only   build and run, no more
#   deploy/install-deps.sh --train        also what models/train needs
#   deploy/install-deps.sh --fuzz         also what tests/fuzz needs
#   deploy/install-deps.sh --deb          also what the target deb_test needs (debootstrap)
#   deploy/install-deps.sh --bench        also what tests/bench compares with (scikit-learn)
# Only adds packages: the whole run is refused if apt would have to remove one.
set -euo pipefail

boost_prefix=${EMOJISCOPE_BOOST_PREFIX:-/opt/emojiscope/boost-1.81}
prometheus_prefix=${EMOJISCOPE_PROMETHEUS_PREFIX:-/opt/emojiscope/prometheus-cpp-1.0}
promtool_prefix=/opt/emojiscope/promtool-2.42

build_packages=(
  g++ cmake ninja-build ccache pkg-config git
  libtorch-dev                       # inference
  libdnnl-dev                        # oneDNN, which libtorch brings along, as headers
  libfaiss-dev                       # vector search
  libsqlitecpp-dev libsqlite3-dev    # catalogue
  libicu-dev                         # Unicode
  libmecab-dev                       # how Japanese is read
  libtesseract-dev                   # words in pictures
  zlib1g-dev
  libpng-dev libjpeg62-turbo-dev libgif-dev libwebp-dev
  libpango1.0-dev                    # the map as a picture (with cairo)
  libyaml-cpp-dev nlohmann-json3-dev libcli11-dev libspdlog-dev libssl-dev
  libfmt-dev
  libprometheus-cpp-core1.0          # metrics (its headers are unpacked below)
  dpkg-dev file                      # the Debian package: which libraries the program needs
)
# What the program needs while it runs; the Debian package depends on the same.
mapfile -t runtime_packages < <(sed -E 's/[[:space:]]*(#.*)?$//; /^$/d' \
  "$(dirname "$0")/runtime-packages.txt")
[ ${#runtime_packages[@]} -gt 0 ] || { echo "$0: no runtime-packages.txt beside it" >&2; exit 1; }
test_packages=(catch2 libbenchmark-dev openssl curl python3-torch python3-yaml chromium systemd)
demo_packages=(python3 python3-pil fonts-noto-color-emoji fonts-noto-cjk unicode-cldr-core)
train_packages=(python3-torch python3-numpy python3-yaml fonts-symbola librsvg2-bin openclipart-svg
  tuxpaint-stamps-default mecab-ipadic wamerican
  fonts-mplus fonts-vlgothic fonts-takao fonts-kouzan-mouhitsu fonts-motoya-l-maruberi
  fonts-konatu fonts-umeplus fonts-sawarabi-gothic fonts-lato fonts-nanum
  fonts-roboto-unhinted fonts-liberation2 fonts-bebas-neue fonts-comic-neue)
fuzz_packages=(clang-14 libclang-rt-14-dev)
deb_packages=(debootstrap)
bench_packages=(python3-sklearn python3-numpy)

packages=("${build_packages[@]}" "${runtime_packages[@]}")
# The container's build stage neither tests nor demonstrates.
[ "${1:-}" = --build-only ] || packages+=("${test_packages[@]}" "${demo_packages[@]}")
case "${1:-}" in
  "" | --build-only) ;;
  --train) packages+=("${train_packages[@]}") ;;
  --fuzz) packages+=("${fuzz_packages[@]}") ;;
  --deb) packages+=("${deb_packages[@]}") ;;
  --bench) packages+=("${bench_packages[@]}") ;;
  *) echo "usage: $0 [--build-only | --train | --fuzz | --deb | --bench]" >&2; exit 2 ;;
esac
# npm brings plotly.js for the map, and Node runs two tests; what is already there will do.
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "$0: needs root, or sudo" >&2; exit 1; }
  as_root=(sudo)
fi

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done

# unpack PACKAGE FILE PREFIX: unpacks a Debian package into PREFIX, without installing it, unless
# its FILE is there already.
unpack() (
  package=$1 file=$2 prefix=$3
  [ ! -f "$prefix/$file" ] || exit 0
  echo "unpacking $package to $prefix"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  chmod 755 "$work"
  (cd "$work" && apt-get -q download "$package")
  "${as_root[@]}" mkdir -p "$prefix"
  "${as_root[@]}" dpkg-deb -x "$work/${package}"_*.deb "$prefix"
)

# What is unpacked: package, file, prefix.
unpacked=(
  # It conflicts with Debian's default Boost headers: installing it would remove them and whatever
  # builds on them. Everything we use is header-only.
  "libboost1.81-dev usr/include/boost/version.hpp $boost_prefix"
  # It would bring a web server and an HTTP client that nothing here uses.
  "prometheus-cpp-dev usr/include/prometheus/registry.h $prometheus_prefix"
)
# For promtool, which tests rules and metrics; installed, it would start a service.
[ "${1:-}" = --build-only ] || unpacked+=("prometheus usr/bin/promtool $promtool_prefix")

need_list=${#missing[@]}
for entry in "${unpacked[@]}"; do
  read -r _ file prefix <<< "$entry"
  [ -f "$prefix/$file" ] || need_list=1
done
if [ "$need_list" -gt 0 ]; then
  "${as_root[@]}" apt-get update -q
fi

if [ ${#missing[@]} -gt 0 ]; then
  echo "installing: ${missing[*]}"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends --no-remove "${missing[@]}"
fi

for entry in "${unpacked[@]}"; do
  read -r package file prefix <<< "$entry"
  unpack "$package" "$file" "$prefix"
done
# plotly.js is built into the program, for the pages of maps; without it all else works.
# What is there already stays if it is of the version that is asked for, or if there is no other:
# npm ci deletes first and fetches afterwards, so it works beside it.
page="$(cd "$(dirname "$0")/.." && pwd)/src/map/page"
integrity() { grep -o '"integrity": *"[^"]*"' "$1" 2>/dev/null || true; }
if [ ! -f "$page/node_modules/plotly.js-dist-min/plotly.min.js" ] ||
   [ "$(integrity "$page/node_modules/.package-lock.json")" != "$(integrity "$page/package-lock.json")" ]; then
  fetched=$(mktemp -d "$page/.fetch.XXXXXX")
  cp "$page/package.json" "$page/package-lock.json" "$fetched"
  if (cd "$fetched" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error); then
    rm -rf "$page/node_modules"
    mv "$fetched/node_modules" "$page/node_modules"
  else
    echo "warning: npm cannot fetch plotly.js: unless it is there already, this build will make no pages of maps" >&2
  fi
  rm -rf "$fetched"
fi
echo "dependencies are in place (Boost 1.81 headers: $boost_prefix/usr/include)"
