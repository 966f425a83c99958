import { createHmac } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { jsonReply, textReply } from '../http/exchange.ts';
import { isRecord, parseJson } from '../json.ts';
import { randomText } from '../random.ts';
import type { Mount } from '../server/mount.ts';

export interface IdentityClaims {
  readonly sub: string;
  readonly aud: string;
  readonly endsMs: number;
}

/** GitHub's issuer of job identities (docs.github.com, "OpenID Connect reference"). */
export interface OidcIssuer extends Mount {
  /** Lets a job ask for its identity: what the runner puts into its environment. */
  grant(origin: string, subject: string): Readonly<Record<string, string>>;
  /** The claims of a token that was issued here. */
  read(token: string): IdentityClaims | undefined;
}

const LIFE_MS = 300_000;

export function createOidcIssuer(clock: Clock): OidcIssuer {
  const secret = randomText(32, 'hex');
  const subjects = new Map<string, string>();
  const sign = (text: string) => createHmac('sha256', secret).update(text).digest('base64url');
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    name: 'oidc',
    siteOf: () => ({ at: 'oidc' }),
    grant(origin, subject) {
      const token = randomText(48, 'base64url');
      subjects.set(token, subject);
      return {
        ACTIONS_ID_TOKEN_REQUEST_URL: `${origin}/oidc/token?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
      };
    },
    read(token) {
      const [head = '', payload = '', signature] = token.split('.');
      const claims = parseJson(Buffer.from(payload, 'base64url').toString());
      if (signature !== sign(`${head}.${payload}`) || !isRecord(claims)) return undefined;
      return {
        sub: String(claims.sub),
        aud: String(claims.aud),
        endsMs: Number(claims.exp) * 1000,
      };
    },
    async handle({ method, url, headers }) {
      const [, token = ''] = /^bearer (.+)$/i.exec(headers.authorization ?? '') ?? [];
      const subject = subjects.get(token);
      if (method !== 'GET' || subject === undefined) return textReply(401, 'Unauthorized');
      const exp = Math.floor((clock.nowMs() + LIFE_MS) / 1000);
      const claims = { sub: subject, aud: url.searchParams.get('audience') ?? 'github', exp };
      const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
      return jsonReply(200, { count: body.length, value: `${body}.${sign(body)}` });
    },
    errorBody: (status) => ({ message: `emulated HTTP ${status}` }),
  };
}
