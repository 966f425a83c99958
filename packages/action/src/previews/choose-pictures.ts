import { listEntries, type Report } from '@motion-transfer/core/shell';
import type { Previews } from '../draft/previews.ts';
import type { StripRequest } from '../draft/strip.ts';

export interface WantedCell {
  readonly role: StripRequest['cells'][number]['role'];
  /** `drafts`: the directory of the previews. */
  readonly in: 'workspace' | 'bundle' | 'drafts';
  readonly path: string;
}

/** The picture of one transfer. */
export interface WantedPicture {
  readonly id: string;
  readonly output: string;
  /** What it was made from. */
  readonly inputs: readonly WantedCell[];
  /** What a new one would replace; shown instead of the inputs where the repository has it. */
  readonly before: WantedCell | null;
  readonly made: WantedCell;
}

type Entry = ReturnType<typeof listEntries>[number];

/** A picture for every transfer with something new to see: the draft of what would be bought, or what was made. */
export function choosePictures(report: Report, previews: Previews): WantedPicture[] {
  return listEntries(report, previews.all).flatMap((entry) => {
    const made = report.command === 'plan' ? draftOf(entry) : resultOf(entry);
    if (made == null) return [];
    const output = entry.result?.output ?? entry.step?.output ?? entry.id;
    const before = made.in === 'drafts' ? beforeOf(entry, output) : null;
    return [{ id: entry.id, output, inputs: inputsOf(entry), before, made }];
  });
}

/** Of a transfer that is new nothing was there before. */
function beforeOf({ step }: Entry, path: string): WantedCell | null {
  const isNew = step?.reasons.some(({ code }) => code === 'new') ?? true;
  return isNew ? null : { role: 'before', in: 'workspace', path };
}

function draftOf({ draft }: Entry): WantedCell | null {
  return draft?.path == null ? null : { role: 'draft', in: 'drafts', path: draft.path };
}

function resultOf({ result }: Entry): WantedCell | null {
  if (result == null || !['generated', 'collected'].includes(result.state)) return null;
  return { role: result.draft ? 'draft' : 'result', in: 'bundle', path: result.output };
}

/** What lies at an address of its own is not in the repository, and so in none of its pictures. */
function inputsOf({ clips }: Entry): WantedCell[] {
  return clips.flatMap(({ role, place }): WantedCell[] => {
    if (place.in !== 'workspace' || (role !== 'character' && role !== 'motion')) return [];
    const shown = role === 'motion' ? 'reference' : role;
    return [{ role: shown, in: 'workspace', path: place.path }];
  });
}
