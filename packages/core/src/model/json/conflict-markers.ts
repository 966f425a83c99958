/**
 * The whole text of both sides of a file with conflict markers of git, ours first: what merged cleanly is in
 * both. The base between the sides (`merge.conflictStyle` diff3 and zdiff3) belongs to neither.
 *
 * @returns the text itself when it has no markers; `null` when they do not pair.
 */
export function sidesOfConflict(text: string): readonly string[] | null {
  const ours: string[] = [];
  const theirs: string[] = [];
  let at: 'both' | 'ours' | 'base' | 'theirs' = 'both';
  let isConflict = false;
  for (const line of text.split('\n')) {
    const marker = markerOf(line);
    if (marker == null) {
      if (at === 'both' || at === 'ours') ours.push(line);
      if (at === 'both' || at === 'theirs') theirs.push(line);
    } else if (marker === '<' && at === 'both') {
      at = 'ours';
      isConflict = true;
    } else if (marker === '|' && at === 'ours') at = 'base';
    else if (marker === '=' && (at === 'ours' || at === 'base')) at = 'theirs';
    else if (marker === '>' && at === 'theirs') at = 'both';
    // A base that was a conflict itself has markers of its own, which are longer.
    else return null;
  }
  if (at !== 'both') return null;
  return isConflict ? [ours.join('\n'), theirs.join('\n')] : [text];
}

/** Seven of one character, then nothing or a name (gitformat: `conflict-marker-size` is 7 unless changed). */
function markerOf(line: string): string | null {
  const [, run] = /^(<{7}|\|{7}|={7}|>{7})(?: .*)?\r?$/.exec(line) ?? [];
  return run?.[0] ?? null;
}
