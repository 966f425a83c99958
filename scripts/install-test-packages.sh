#!/usr/bin/env bash
# Git LFS and tinyproxy for the tests that need them, where the machine has none: packages of Debian and Ubuntu.
set -euo pipefail
missing=()
git lfs version >/dev/null 2>&1 || missing+=(git-lfs)
command -v tinyproxy >/dev/null || missing+=(tinyproxy)
if [ "${#missing[@]}" = 0 ]; then exit 0; fi
run() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
export DEBIAN_FRONTEND=noninteractive
install() { run apt-get install --yes --no-install-recommends "${missing[@]}"; }
install || { run apt-get update && install; }
git lfs version
tinyproxy -v
