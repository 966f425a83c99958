#!/usr/bin/env bash
# Git LFS for the tests, where the machine has none: the package of Debian and Ubuntu. Changes no configuration of git.
set -euo pipefail
if git lfs version >/dev/null 2>&1; then exit 0; fi
run() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
export DEBIAN_FRONTEND=noninteractive
run apt-get install --yes --no-install-recommends git-lfs ||
  { run apt-get update && run apt-get install --yes --no-install-recommends git-lfs; }
git lfs version
