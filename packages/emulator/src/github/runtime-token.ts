import { isRecord, parseJson } from '../json.ts';

/** Who uploads: names of a workflow run and of a job in it. */
export interface RunIdentity {
  readonly run: string;
  readonly job: string;
}

const SIGNATURE = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

/**
 * What the runner hands to an action as ACTIONS_RUNTIME_TOKEN: a JWT whose `scp` names the run and
 * the job. The client does not check the signature.
 */
export function createRuntimeToken({ run, job }: RunIdentity): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const scope = `Actions.Results:${run}:${job}`;
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ scp: scope })}.${SIGNATURE}`;
}

/** Reads `Authorization: Bearer <token>`; `undefined` for a token that is not ours. */
export function readRuntimeToken(authorization: string | undefined): RunIdentity | undefined {
  const match = /^Bearer [^.]+\.([^.]+)\.([^.]+)$/.exec(authorization ?? '');
  const [, payload = '', signature] = match ?? [];
  const claims = parseJson(Buffer.from(payload, 'base64url').toString());
  if (signature !== SIGNATURE || !isRecord(claims)) return undefined;
  const [, run, job] = /^Actions\.Results:([^:]+):([^:]+)$/.exec(String(claims.scp)) ?? [];
  return run === undefined || job === undefined ? undefined : { run, job };
}
