import { hostOf, readText, USER_AGENT } from '../../http/call-api.ts';
import { isLoopbackHost } from '../../http/endpoint.ts';
import { checkUrl } from '../../http/fetch-file.ts';
import { ConfigError, messageOf, NeverSentError, NoAnswerError } from '../../model/errors.ts';
import type { Ports } from '../../ports.ts';
import { backoffMs } from '../../retry.ts';
import { awsDomain } from './address.ts';
import type { AwsCredentials, S3Connection } from './connection.ts';

/** Credentials as they are needed: the environment's, or a role's for the identity of this job. */
export interface CredentialSource {
  /** Good for `seconds` from now, where whoever issues them allows that. */
  get(seconds: number, signal: AbortSignal): Promise<AwsCredentials>;
}

interface CredentialRequest {
  readonly connection: S3Connection;
  readonly roleArn: string | null;
  readonly region: string;
  /** Told every secret before anything else happens with it. */
  readonly hide: (secret: string) => void;
}

/** A role can be had for an hour whatever its own maximum is (AssumeRoleWithWebIdentity, DurationSeconds). */
const SURE_SECONDS = 3_600;
const MAX_SECONDS = 43_200;
const MAX_TRIES = 4;
const TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 262_144;

interface Session {
  readonly credentials: AwsCredentials;
  readonly askedSeconds: number;
  readonly endsMs: number;
}

export function createCredentialSource(ports: Ports, request: CredentialRequest): CredentialSource {
  const { connection } = request;
  const { credentials } = connection;
  if (credentials != null) return { get: async () => credentials };
  let session: Promise<Session> | null = null;
  const begin = (seconds: number, signal: AbortSignal): Promise<Session> => {
    const begun = assumeRole(ports, request, seconds, signal);
    session = begun;
    // Whoever comes next may try again what failed.
    begun.catch(() => {
      if (session === begun) session = null;
    });
    return begun;
  };
  return {
    async get(seconds, signal) {
      const asked = session ?? begin(seconds, signal);
      const current = await asked;
      if (isGoodFor(current, seconds, ports.clock.nowMs())) return current.credentials;
      const renewed = session === asked || session == null ? begin(seconds, signal) : session;
      return (await renewed).credentials;
    },
  };
}

/** Renewed once less than half of it is left, and less than is needed. */
function isGoodFor({ askedSeconds, endsMs }: Session, seconds: number, nowMs: number): boolean {
  const leftSeconds = (endsMs - nowMs) / 1000;
  return leftSeconds >= Math.min(seconds, askedSeconds / 2);
}

async function assumeRole(
  ports: Ports,
  request: CredentialRequest,
  seconds: number,
  signal: AbortSignal,
): Promise<Session> {
  const { connection, hide } = request;
  const { identity } = connection;
  const roleArn = request.roleArn ?? connection.roleArn;
  if (identity == null || roleArn == null) throw refusal('there are no credentials');
  const token = await askForIdentity(ports, identity, hide, signal);
  const wanted = Math.min(Math.max(Math.ceil(seconds), SURE_SECONDS), MAX_SECONDS);
  const first = await askForRole(ports, request, { roleArn, token, seconds: wanted }, signal);
  if (first.code !== 'ValidationError' || wanted === SURE_SECONDS)
    return readSession(first, wanted, ports, hide);
  ports.log.info(
    `${roleArn} cannot be had for ${Math.ceil(wanted / 60)} minutes; asking for 60 (raise the role's maximum session duration for longer runs)`,
  );
  const second = await askForRole(
    ports,
    request,
    { roleArn, token, seconds: SURE_SECONDS },
    signal,
  );
  return readSession(second, SURE_SECONDS, ports, hide);
}

/** GitHub's own description: "OpenID Connect reference", ACTIONS_ID_TOKEN_REQUEST_URL. */
async function askForIdentity(
  ports: Ports,
  { url, token }: { readonly url: string; readonly token: string },
  hide: (secret: string) => void,
  signal: AbortSignal,
): Promise<string> {
  hide(token);
  const address = `${url}${url.includes('?') ? '&' : '?'}audience=sts.amazonaws.com`;
  const { status, text } = await ask(ports, signal, {
    method: 'GET',
    url: address,
    headers: { authorization: `bearer ${token}`, accept: 'application/json' },
  });
  const [, value = ''] = /"value"\s*:\s*"([\w.-]+)"/.exec(text) ?? [];
  if (status !== 200 || value === '')
    throw refusal(
      `GitHub gave this job no identity (${hostOf(url)}: HTTP ${status}); give the job \`permissions: id-token: write\``,
    );
  hide(value);
  return value;
}

interface StsAnswer {
  readonly status: number;
  readonly text: string;
  readonly code: string | null;
}

/** docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html: not signed. */
async function askForRole(
  ports: Ports,
  { connection, region }: CredentialRequest,
  role: { readonly roleArn: string; readonly token: string; readonly seconds: number },
  signal: AbortSignal,
): Promise<StsAnswer> {
  const url = connection.sts?.baseUrl ?? `https://sts.${region}.${awsDomain(region)}`;
  const { status, text } = await ask(ports, signal, {
    method: 'POST',
    url: `${url}/`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: role.roleArn,
      RoleSessionName: 'motion-transfer',
      WebIdentityToken: role.token,
      DurationSeconds: String(role.seconds),
    }).toString(),
  });
  return { status, text, code: elementOf(text, 'Code') };
}

function readSession(
  { status, text, code }: StsAnswer,
  askedSeconds: number,
  ports: Ports,
  hide: (secret: string) => void,
): Session {
  const [accessKeyId, secretAccessKey, sessionToken, expiration] = [
    elementOf(text, 'AccessKeyId'),
    elementOf(text, 'SecretAccessKey'),
    elementOf(text, 'SessionToken'),
    elementOf(text, 'Expiration'),
  ];
  for (const secret of [secretAccessKey, sessionToken, accessKeyId])
    if (secret != null) hide(secret);
  if (status !== 200 || accessKeyId == null || secretAccessKey == null || sessionToken == null)
    throw refusal(
      `the role cannot be assumed (STS: HTTP ${status}${code == null ? '' : `, ${code}`}); check role-arn, and that the role trusts this repository's identity`,
    );
  const told = expiration == null ? Number.NaN : Date.parse(expiration);
  const endsMs = Number.isNaN(told) ? ports.clock.nowMs() + askedSeconds * 1000 : told;
  return { credentials: { accessKeyId, secretAccessKey, sessionToken }, askedSeconds, endsMs };
}

/** The text of one element; the answers are flat and known, and hold no markup of somebody else's. */
export function elementOf(xml: string, name: string): string | null {
  return new RegExp(`<${name}>\\s*([^<>&\\s]{1,8192})\\s*</${name}>`).exec(xml)?.[1] ?? null;
}

interface Question {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asked again when there was no answer, or one that may pass. No redirect is followed. */
async function ask(
  ports: Ports,
  signal: AbortSignal,
  question: Question,
): Promise<{ readonly status: number; readonly text: string }> {
  const { url, headers, ...rest } = question;
  // The environment alone names these addresses.
  const allowLoopback = isLoopbackHost(new URL(url).hostname);
  checkUrl(url, allowLoopback);
  for (let attempt = 1; ; attempt++) {
    let problem: string;
    try {
      const response = await ports.http.send({
        ...rest,
        url,
        headers: { ...headers, 'accept-encoding': 'identity', 'user-agent': USER_AGENT },
        headersTimeoutMs: TIMEOUT_MS,
        bodyTimeoutMs: TIMEOUT_MS,
        allowLoopback,
        signal,
      });
      const text = await readText(response, MAX_ANSWER_BYTES);
      if (response.status !== 429 && response.status < 500)
        return { status: response.status, text };
      problem = `HTTP ${response.status}`;
    } catch (error) {
      if (!(error instanceof NoAnswerError || error instanceof NeverSentError)) throw error;
      problem = messageOf(error);
    }
    if (attempt === MAX_TRIES) throw refusal(`${hostOf(url)}: ${problem}`);
    await ports.clock.sleep(backoffMs(attempt, 1_000, 10_000, ports.random()), signal);
  }
}

function refusal(problem: string): ConfigError {
  return new ConfigError([
    {
      severity: 'error',
      path: 'staging.s3',
      message: `no credentials for the bucket: ${problem}; nothing was bought`,
    },
  ]);
}
