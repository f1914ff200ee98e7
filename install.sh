#!/bin/sh
# Installs what building and testing xnc needs, from Debian's archive: nothing when all is there.
# As root, or through sudo. Arguments are packages that only some need.
set -eu
packages="build-essential cmake ninja-build pkg-config clang libclang-rt-14-dev clang-format
  libyaml-dev libjansson-dev zlib1g-dev libxxhash-dev libsleef-dev libcmocka-dev
  libjpeg62-turbo-dev libpng-dev
  python3 python3-numpy python3-pil python3-pip python3-pytest python3-setuptools python3-venv
  python3-wheel mypy qemu-user
  nasm debootstrap
  libmicrohttpd-dev libturbojpeg0-dev
  mandoc zsh file
  gcc-aarch64-linux-gnu libc6-dev-arm64-cross
  gcc-riscv64-linux-gnu libc6-dev-riscv64-cross $*"

missing=""
for package in $packages; do
    state=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
    case "$state" in ii*) ;; *) missing="$missing $package" ;; esac
done
[ -n "$missing" ] || exit 0

as_root=""
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "install.sh: needs root or sudo to install:$missing" >&2; exit 1; }
    as_root="sudo"
fi
echo "installing:$missing" >&2
$as_root apt-get update -q >&2
# shellcheck disable=SC2086 # the list is meant to be split into words
$as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends $missing >&2
