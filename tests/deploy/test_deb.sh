#!/bin/bash
# The Debian package in a fresh Debian 12: installed, used, upgraded, removed, purged.
#   test_deb.sh FOLDER_OF_THE_PACKAGE     (the target deb_test)
# Needs root and debootstrap (deploy/install-deps.sh --deb). Packages come from where this
# machine's own apt takes them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
suite=bookworm

if [ "${2:-}" != inside ]; then
  [ "$(id -u)" -eq 0 ] || { echo "$0: needs root" >&2; exit 1; }
  command -v debootstrap > /dev/null ||
    { echo "$0: needs debootstrap (deploy/install-deps.sh --deb)" >&2; exit 1; }
  packages=("$1"/emojiscope_*.deb)
  if [ ${#packages[@]} -ne 1 ] || [ ! -f "${packages[0]}" ]; then
    echo "$0: $1 must hold one package" >&2
    exit 1
  fi
  root=$(mktemp -d "${TMPDIR:-/var/tmp}/emojiscope-deb.XXXXXX")
  chmod 755 "$root"   # or nobody but root could enter it
  # Mounts are made in a namespace of their own, which is gone before anything is deleted.
  trap 'rm -rf --one-file-system "$root"' EXIT
  unshare --mount --pid --fork --kill-child "$0" "${packages[0]}" inside "$root"
  exit
fi

package=$1
root=$3
fail() { echo "FAIL: $*" >&2; exit 1; }
ok() { echo "ok: $*"; }
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
  DEBIAN_FRONTEND=noninteractive "${proxies[@]}" "$@"; }
as_bot() { inside runuser -u emojiscope -- env -C /usr emojiscope "$@"; }
says() {   # says WHAT PATTERN COMMAND...
  local what=$1 pattern=$2 answer
  shift 2
  answer=$("$@" 2>&1) || fail "$what: $* ended with $?: $answer"
  grep -q -- "$pattern" <<< "$answer" || fail "$what: no '$pattern' in: $answer"
  ok "$what"
}
proxies=()
for name in http_proxy https_proxy no_proxy; do
  [ -z "${!name:-}" ] || proxies+=("$name=${!name}")
done

# -- a fresh Debian, from this machine's sources
mapfile -t sources < <(apt-get indextargets \
  --format '$(RELEASE) $(REPO_URI) $(COMPONENT)' 'Identifier: Packages' |
  grep -E "^$suite(-updates|-security)? " | sort -u)
mirror=$(printf '%s\n' "${sources[@]}" | sed -n "s/^$suite \(.*\) main$/\1/p" | head -n 1)
[ -n "$mirror" ] || fail "this machine's apt has no source of $suite"
debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$mirror" \
  > "$root.log" 2>&1 || { tail -n 20 "$root.log"; rm -f "$root.log"; fail "debootstrap"; }
rm -f "$root.log"
for source in "${sources[@]}"; do
  read -r release uri component <<< "$source"
  echo "deb $uri $release $component"
done > "$root/etc/apt/sources.list"
apt-config dump | grep -E '^Acquire::(http|https|Check)' > "$root/etc/apt/apt.conf.d/90host" || true
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
cp -L /etc/hosts "$root/etc/hosts"
mount -t proc proc "$root/proc"
inside apt-get update -q > /dev/null

# -- installed
cp "$package" "$root/tmp/emojiscope.deb"
inside apt-get install -q -y --no-install-recommends /tmp/emojiscope.deb > "$root/tmp/log" 2>&1 ||
  { tail -n 30 "$root/tmp/log"; fail "the package cannot be installed"; }
ok "installed with $(inside dpkg-query -W -f x | wc -c) packages in all"
[ -z "$(inside dpkg --verify emojiscope)" ] || fail "dpkg --verify: $(inside dpkg --verify emojiscope)"
owner() { inside stat -c '%U %G %a' "$1"; }
[ "$(owner /var/lib/emojiscope)" = "emojiscope emojiscope 700" ] || fail "owner of the data"
[ "$(owner /etc/emojiscope)" = "root emojiscope 750" ] || fail "owner of /etc/emojiscope"
[ "$(owner /etc/emojiscope/config.yaml)" = "root emojiscope 640" ] || fail "owner of config.yaml"
[ "$(owner /usr/share/emojiscope)" = "root root 755" ] || fail "owner of /usr/share/emojiscope"
enabled=$root/etc/systemd/system/multi-user.target.wants/emojiscope.service
[ -L "$enabled" ] || fail "the service is not enabled"
ok "user, folders and service are there"

# -- used, as the bot's user
says "model info" '^folder: */usr/share/emojiscope/models/emojiclip$' as_bot model info
says "model verify" '^ok: emojiclip' as_bot model verify
mkdir -m 755 "$root/tmp/pictures"
cp "$here/../data/stamps/otsukare.png" "$root/tmp/pictures/beer_parrot.png"
cp "$here/../data/stamps/lgtm.png" "$root/tmp/pictures/安心.png"
data=(--data /var/lib/emojiscope)
says "import" '^2 emoji' as_bot "${data[@]}" import /tmp/pictures
says "a meaning is found" ':beer_parrot:' as_bot "${data[@]}" search cerveza --signals concept
says "a reading is found (MeCab)" ':安心:' as_bot "${data[@]}" search anshin --signals name
says "a word in a picture is read (Tesseract)" ':安心:' \
  as_bot "${data[@]}" search lgtm --signals text
says "a map is drawn" . as_bot "${data[@]}" map -o /var/lib/emojiscope/map.html
status=0
answer=$(as_bot --config /etc/emojiscope/config.yaml serve 2>&1) || status=$?
[ "$status" -eq 1 ] && grep -q 'token file /run/credentials/emojiscope.service/' <<< "$answer" ||
  fail "without tokens: status $status, $answer"
ok "the configuration is read, and names the tokens' place"
inside apt-get install -q -y --no-install-recommends systemd > /dev/null 2>&1
answer=$(inside systemd-analyze verify --man=no /usr/lib/systemd/system/emojiscope.service 2>&1 |
  grep -F emojiscope || true)
[ -z "$answer" ] || fail "systemd-analyze verify: $answer"
ok "systemd-analyze verify"

# -- upgraded: what was changed stays
echo "log_level: debug" >> "$root/etc/emojiscope/config.yaml"
inside systemctl disable -q emojiscope.service
inside dpkg-deb -R /tmp/emojiscope.deb /tmp/next
sed -i 's/^Version: .*/Version: 999/' "$root/tmp/next/DEBIAN/control"
echo "# of a later version" >> "$root/tmp/next/etc/emojiscope/config.yaml"
inside dpkg-deb -b /tmp/next /tmp/next.deb > /dev/null
inside dpkg --force-confold -i /tmp/next.deb > /dev/null
grep -q '^log_level: debug$' "$root/etc/emojiscope/config.yaml" || fail "an upgrade lost a change"
[ "$(owner /etc/emojiscope/config.yaml)" = "root emojiscope 640" ] || fail "owner after an upgrade"
[ ! -e "$enabled" ] || fail "an upgrade enabled a disabled service"
says "the catalogue is there after an upgrade" beer_parrot as_bot "${data[@]}" list

# -- removed, then purged
echo xoxb-1 > "$root/etc/emojiscope/bot_token"
inside apt-get remove -q -y emojiscope > /dev/null 2>&1
[ ! -e "$root/usr/bin/emojiscope" ] || fail "removal left the program"
[ -f "$root/etc/emojiscope/bot_token" ] || fail "removal took the tokens"
[ -n "$(ls "$root/var/lib/emojiscope")" ] || fail "removal took the catalogue"
ok "removal keeps tokens, configuration and catalogue"
inside apt-get purge -q -y emojiscope > /dev/null 2>&1
left=$(cd "$root" && find . -xdev -iname '*emojiscope*' -not -path './tmp/*')
[ -z "$left" ] || fail "a purge left: $left"
ok "a purge leaves nothing"
