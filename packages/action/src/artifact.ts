import { setTimeout as wait } from 'node:timers/promises';
import { type LogPort, messageOf } from '@motion-transfer/core';
import type { Bundle } from './bundle.ts';

export interface UploadedArtifact {
  readonly id: number;
  readonly name: string;
}

const MAX_NAMES = 20;
const MAX_TRIES = 3;

/**
 * Uploads the bundle as a workflow artifact. A name already taken in this run gets a suffix; faults
 * of the network are tried again, which the client does not do by itself.
 *
 * @throws what the last try threw; the files stay where they are.
 */
export async function uploadBundle(
  bundle: Bundle,
  request: { readonly name: string; readonly retentionDays: number | null; readonly log: LogPort },
): Promise<UploadedArtifact> {
  // The client and the storage SDK under it are large: loaded only when there is something to upload.
  const { DefaultArtifactClient } = await import('@actions/artifact');
  const client = new DefaultArtifactClient();
  let suffix = 1;
  for (let attempt = 1; ; ) {
    const name = suffix === 1 ? request.name : `${request.name}-${suffix}`;
    try {
      const { id } = await client.uploadArtifact(name, [...bundle.files], bundle.directory, {
        // Videos do not shrink any further.
        compressionLevel: 0,
        ...(request.retentionDays != null ? { retentionDays: request.retentionDays } : {}),
      });
      if (id == null) throw new Error('the artifact service gave no id');
      return { id, name };
    } catch (error) {
      if (isNameTaken(error) && suffix < MAX_NAMES) {
        suffix += 1;
        continue;
      }
      if (attempt >= MAX_TRIES || !isWorthAnotherTry(error)) throw error;
      request.log.info(`artifact upload: ${messageOf(error)}; trying again`);
      await wait(1_000 * 2 ** attempt);
      attempt += 1;
      // A half-made artifact of the failed try may hold the name.
    }
  }
}

function isNameTaken(error: unknown): boolean {
  return /\(409\)|already exists|conflict/i.test(messageOf(error));
}

function isWorthAnotherTry(error: unknown): boolean {
  return !/quota|usage|unauthorized|forbidden|\(40[013]\)/i.test(messageOf(error));
}
