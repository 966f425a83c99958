/** `2026-11`, in UTC: a hold belongs to the month of its reservation. */
export function monthOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 7);
}
