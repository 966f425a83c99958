/** Kept-alive sockets would hold the process; the last lines of the log must be out first. */
export function exitWith(code: number): void {
  process.stdout.write('', () => process.exit(code));
}
