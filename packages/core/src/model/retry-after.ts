/** Milliseconds asked for by a `Retry-After`: seconds, or a date measured against the answer's own. */
export function readRetryAfter(
  value: string | undefined,
  answeredOn: string | undefined,
): number | null {
  if (value == null) return null;
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Number(value) * 1000;
  const waitMs = Date.parse(value) - Date.parse(answeredOn ?? '');
  return Number.isNaN(waitMs) ? null : Math.max(0, waitMs);
}
