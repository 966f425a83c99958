#!/usr/bin/env bash
# What people write into a workflow step: curl and jq, all jobs at once. BENCH_RETRY=1 adds curl's own retries.
set -uo pipefail
QUEUE="$BENCH_ORIGIN/fal/fal-ai/kling-video"
export QUEUE
one() {
  local index=$1 id answer url retry=()
  [ -n "${BENCH_RETRY:-}" ] && retry=(--fail --retry 5)
  id=$(curl -sS "${retry[@]}" -X POST "$QUEUE/v3/standard/motion-control" -H 'Authorization: Key k' \
    -H 'Content-Type: application/json' -d "{\"prompt\":\"wave #$index\"}" | jq -r .request_id) || return 1
  [ -n "$id" ] && [ "$id" != null ] || return 1
  while :; do
    answer=$(curl -sS "${retry[@]}" "$QUEUE/requests/$id/status") || return 1
    case $(jq -r .status <<<"$answer") in
      COMPLETED) break ;;
      IN_QUEUE | IN_PROGRESS) sleep 5 ;;
      *) return 1 ;;
    esac
  done
  url=$(curl -sS "${retry[@]}" "$QUEUE/requests/$id" | jq -r .video.url) || return 1
  [ -n "$url" ] && [ "$url" != null ] || return 1
  curl -sS "${retry[@]}" -L -o "$BENCH_OUT/$index.mp4" "$url"
}
export -f one
seq 0 $((BENCH_JOBS - 1)) | xargs -P "$BENCH_JOBS" -I{} bash -c 'one {}'
