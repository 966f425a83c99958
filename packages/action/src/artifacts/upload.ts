import { copyFile, mkdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { messageOf, type Ports } from '@motion-transfer/core';
import { Again, type RetryPolicy, withRetry } from '@motion-transfer/core/shell';
import type { Bundle } from './bundle.ts';
import { untilAnswered } from './until-answered.ts';

export interface UploadedArtifact {
  readonly id: number;
  readonly name: string;
}

interface UploadRequest {
  readonly retentionDays: number | null;
  readonly ports: Pick<Ports, 'clock' | 'random' | 'log'>;
}

const MAX_NAMES = 20;
const RETRY = { limit: { tries: 3 }, baseMs: 4_000, maxMs: 20_000 } as const;

/**
 * Uploads the bundle as a workflow artifact. A name already taken in this run gets a suffix; faults
 * of the network are tried again, which the client does not do by itself.
 *
 * @throws what the last try threw; the files stay where they are.
 */
export async function uploadBundle(
  bundle: Bundle,
  request: UploadRequest & { readonly name: string },
): Promise<UploadedArtifact> {
  const client = await createClient();
  return withFreeName(request.ports, async (suffix) => {
    const name = `${request.name}${suffix}`;
    const { id } = await client.uploadArtifact(name, [...bundle.files], bundle.directory, {
      // Videos do not shrink any further.
      compressionLevel: 0,
      ...retentionOf(request),
    });
    return { id, name };
  });
}

/**
 * Uploads one file as it is, so that a click on its artifact opens it in the browser. Its artifact is
 * called as the file is, in plain characters; under a name already taken, a copy with a suffix goes up.
 *
 * @throws what the last try threw; the file stays where it is.
 */
export async function uploadFile(path: string, request: UploadRequest): Promise<UploadedArtifact> {
  const client = await createClient();
  const name = fileArtifactName(basename(path));
  return withFreeName(request.ports, async (suffix) => {
    const own = withSuffix(name, suffix);
    const file = own === basename(path) ? path : await copyAs(own, path);
    const { id } = await client.uploadArtifact(basename(file), [file], dirname(file), {
      // The client ignores the name and takes the file's (@actions/artifact 6.2.1, upload-artifact.js).
      skipArchive: true,
      ...retentionOf(request),
    });
    return { id, name: basename(file) };
  });
}

/** The client and the storage SDK under it are large: loaded only when there is something to upload. */
async function createClient() {
  const { DefaultArtifactClient } = await import('@actions/artifact');
  return new DefaultArtifactClient();
}

function retentionOf({ retentionDays }: UploadRequest) {
  return retentionDays == null ? {} : { retentionDays };
}

/**
 * The name of a file that is an artifact by itself. The client prints it and a browser saves the file under it,
 * so it is made of characters that mean nothing anywhere; inside the bundle every file keeps its own.
 */
export function fileArtifactName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_');
  return plain === '' ? '_' : plain;
}

function withSuffix(name: string, suffix: string): string {
  const extension = extname(name);
  return `${basename(name, extension)}${suffix}${extension}`;
}

async function copyAs(name: string, path: string): Promise<string> {
  const directory = join(dirname(path), `renamed-${name}`);
  const copy = join(directory, name);
  await mkdir(directory, { recursive: true });
  await copyFile(path, copy);
  return copy;
}

async function withFreeName(
  ports: UploadRequest['ports'],
  upload: (suffix: string) => Promise<{ id?: number | undefined; name: string }>,
): Promise<UploadedArtifact> {
  // Kept from try to try: a half-made artifact of a failed one may hold the name.
  let number = 1;
  const policy: RetryPolicy = {
    ...RETRY,
    afterError: (error) => (isWorthAnotherTry(error) ? new Again(messageOf(error)) : null),
    onRetry: ({ because }) => ports.log.info(`artifact upload: ${because}; trying again`),
  };
  return withRetry(ports, policy, async () => {
    for (;;) {
      try {
        const suffix = number === 1 ? '' : `-${number}`;
        const { id, name } = await untilAnswered(upload(suffix));
        if (id == null) throw new Error('the artifact service gave no id');
        return { id, name };
      } catch (error) {
        if (!isNameTaken(error) || number >= MAX_NAMES) throw error;
        number += 1;
      }
    }
  });
}

function isNameTaken(error: unknown): boolean {
  return /\(409\)|already exists|conflict/i.test(messageOf(error));
}

/** Whether the same upload may go well a moment later; a quota or a missing right does not. */
export function isWorthAnotherTry(error: unknown): boolean {
  return !/quota|usage|unauthorized|forbidden|\(40[013]\)/i.test(messageOf(error));
}
