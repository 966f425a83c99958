import type { Clock } from '../clock.ts';
import type { FaultSite } from '../faults/fault.ts';
import { sha256Hex } from '../hash.ts';
import { jsonReply, type Reply } from '../http/exchange.ts';
import { isRecord } from '../json.ts';
import type { Mount } from '../server/mount.ts';
import type { BlobStore } from './blob-store.ts';
import { type RunIdentity, readRuntimeToken } from './runtime-token.ts';

/** A finished workflow artifact. */
export interface Artifact extends RunIdentity {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly bytes: Buffer;
  /** `sha256:<hex>` */
  readonly digest: string;
  readonly mimeType: string | undefined;
  readonly createdAt: string;
  readonly expiresAt: string | undefined;
}

export interface ArtifactService extends Mount {
  readonly artifacts: readonly Artifact[];
  /** Where an artifact is read without credentials. */
  signedUrl(artifact: Artifact): string;
}

type Method = (request: Record<string, unknown>, identity: RunIdentity) => Reply;

interface Entry {
  readonly request: Readonly<Record<string, unknown>>;
  readonly blob: string;
  finished: Artifact | undefined;
}

const SERVICE = '/github.actions.results.api.v1.ArtifactService/';
/** https://github.com/actions/toolkit : path-and-artifact-name-validation.ts */
const FORBIDDEN_IN_NAMES = /["\n\r:<>|*?\\/]/;

/**
 * GitHub's artifact service (Twirp over JSON), as `@actions/artifact` 6 speaks it: snake_case
 * fields, 64-bit integers as strings, wrapper types as plain values. A name is unique within a run.
 */
export function createArtifactService(blobs: BlobStore, clock: Clock): ArtifactService {
  const entries = new Map<string, Entry>();
  let lastId = 100;
  let uploads = 0;
  const finished = () => [...entries.values()].flatMap((entry) => entry.finished ?? []);

  const methods: Record<string, Method> = {
    CreateArtifact(request, { run }) {
      const name = String(request.name ?? '');
      if (name === '' || FORBIDDEN_IN_NAMES.test(name)) {
        return twirpError(400, 'invalid_argument', `'${name}' is no valid artifact name`);
      }
      const key = keyOf(run, name);
      if (entries.has(key)) {
        const message = 'Conflict: an artifact with this name already exists on the workflow run';
        return twirpError(409, 'already_exists', message);
      }
      uploads += 1;
      const blob = `${uploads}/${name}`;
      entries.set(key, { request, blob, finished: undefined });
      return jsonReply(200, { ok: true, signed_upload_url: blobs.signedUrl(blob) });
    },
    FinalizeArtifact(request, identity) {
      const name = String(request.name);
      const entry = entries.get(keyOf(identity.run, name));
      const blob = entry && blobs.read(entry.blob);
      if (entry === undefined || blob === undefined) return notFound(name);
      const digest = `sha256:${sha256Hex(blob.bytes)}`;
      if (String(request.size) !== String(blob.bytes.length)) {
        return twirpError(400, 'invalid_argument', `the size is ${blob.bytes.length}`);
      }
      if (request.hash !== undefined && request.hash !== digest) {
        return twirpError(400, 'invalid_argument', `the hash is ${digest}`);
      }
      lastId += 1;
      const { expires_at: expiresAt, mime_type: mimeType } = entry.request;
      entry.finished = {
        ...identity,
        id: String(lastId),
        name,
        size: blob.bytes.length,
        bytes: blob.bytes,
        mimeType: typeof mimeType === 'string' ? mimeType : undefined,
        createdAt: new Date(clock.nowMs()).toISOString(),
        expiresAt: typeof expiresAt === 'string' ? expiresAt : undefined,
        digest,
      };
      return jsonReply(200, { ok: true, artifact_id: entry.finished.id });
    },
    ListArtifacts(request, { run }) {
      const artifacts = finished()
        .filter((artifact) => artifact.run === run)
        .filter(({ name }) => (request.name_filter ?? name) === name)
        .filter(({ id }) => String(request.id_filter ?? id) === id)
        .map((artifact) => ({
          workflow_run_backend_id: artifact.run,
          workflow_job_run_backend_id: artifact.job,
          database_id: artifact.id,
          name: artifact.name,
          size: String(artifact.size),
          created_at: artifact.createdAt,
          digest: artifact.digest,
        }));
      return jsonReply(200, { artifacts });
    },
    GetSignedArtifactURL(request, { run }) {
      const entry = entries.get(keyOf(run, String(request.name)));
      if (entry?.finished === undefined) return notFound(String(request.name));
      return jsonReply(200, { signed_url: blobs.signedUrl(entry.blob) });
    },
    DeleteArtifact(request, { run }) {
      const entry = entries.get(keyOf(run, String(request.name)));
      if (entry?.finished === undefined) return notFound(String(request.name));
      entries.delete(keyOf(run, String(request.name)));
      blobs.remove(entry.blob);
      return jsonReply(200, { ok: true, artifact_id: entry.finished.id });
    },
  };

  return {
    name: 'twirp',
    get artifacts() {
      return finished();
    },
    signedUrl: ({ run, name }) => blobs.signedUrl(entries.get(keyOf(run, name))?.blob ?? ''),
    siteOf({ path }): FaultSite | undefined {
      if (path === `${SERVICE}CreateArtifact`) return { at: 'artifact-create' };
      if (path === `${SERVICE}FinalizeArtifact`) return { at: 'artifact-finalize' };
      return undefined;
    },
    async handle({ method, path, headers, json }) {
      const answer = path.startsWith(SERVICE) ? methods[path.slice(SERVICE.length)] : undefined;
      if (method !== 'POST' || answer === undefined) {
        return twirpError(404, 'bad_route', `no handler for ${method} ${path}`);
      }
      const identity = readRuntimeToken(headers.authorization);
      if (identity === undefined) {
        return twirpError(401, 'unauthenticated', 'the runtime token is missing or wrong');
      }
      if (!isRecord(json)) return twirpError(400, 'malformed', 'the body is not a JSON object');
      if (json.workflow_run_backend_id !== identity.run) {
        return twirpError(403, 'permission_denied', 'the runtime token is for another run');
      }
      return answer(json, identity);
    },
    errorBody: (status) => ({ code: 'unavailable', msg: `emulated HTTP ${status}` }),
  };
}

function keyOf(run: string, name: string): string {
  return `${run}/${name}`;
}

function notFound(name: string): Reply {
  return twirpError(404, 'not_found', `there is no artifact '${name}'`);
}

function twirpError(status: number, code: string, msg: string): Reply {
  return jsonReply(status, { code, msg });
}
