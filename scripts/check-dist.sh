#!/usr/bin/env bash
# The committed bundle must be, byte for byte, what its sources make.
set -euo pipefail
cd "$(dirname "$0")/.."
node scripts/build.ts --force --filter=@motion-transfer/action
if [ -n "$(git status --porcelain -- packages/action/dist)" ]; then
  git status --porcelain -- packages/action/dist
  echo 'packages/action/dist is not what the sources make: run `npm run build` and commit it.' >&2
  exit 1
fi
echo 'packages/action/dist is fresh.'
