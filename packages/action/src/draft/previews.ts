import { join } from 'node:path';
import * as actions from '@actions/core';
import type { Plan } from '@motion-transfer/core';
import { type Preview, renderPreviews } from '@motion-transfer/core/shell';
import { createProgressLog } from '../progress.ts';
import type { Session } from '../session.ts';

/** The free drafts of what would be bought, and where they lie; nothing when nobody asked for them. */
export interface Previews {
  readonly directory: string;
  readonly all: readonly Preview[];
}

export async function makePreviews(session: Session, plan: Plan): Promise<Previews> {
  const { inputs, github, ports, stateDirectory, connections, stop } = session;
  const directory = join(github.temporaryDirectory, 'motion-transfer-drafts');
  if (!inputs.draft) return { directory, all: [] };
  const all = await actions.group('Drafts', () =>
    renderPreviews(
      {
        ports,
        workspace: github.workspace,
        stateDirectory,
        stop,
        allowLoopback: connections.endpoints.some((endpoint) => endpoint.isLoopback),
        onProgress: createProgressLog(ports.log),
      },
      plan,
      directory,
    ),
  );
  return { directory, all };
}

/** What is reported about the drafts. */
export function notesOfPreviews({ all }: Previews): string[] {
  const made = all.filter((preview) => preview.path != null);
  return [
    ...(made.length > 0
      ? [
          `Free drafts of ${made.length} ${made.length === 1 ? 'transfer' : 'transfers'}, to see the motion before paying, are under drafts/ in the output directory and its artifact.`,
        ]
      : []),
    ...all.flatMap((preview) => [
      ...(preview.problem != null ? [`${preview.id}: ${preview.problem}`] : []),
      ...preview.warnings.map((warning) => `Draft of ${preview.id}: ${warning}`),
    ]),
  ];
}
