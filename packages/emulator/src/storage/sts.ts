import type { Clock } from '../clock.ts';
import { bytesReply, type Exchange, type Reply } from '../http/exchange.ts';
import type { Mount } from '../server/mount.ts';
import type { KeyRing } from './keys.ts';
import type { OidcIssuer } from './oidc.ts';

/** A role, and how long its sessions may last at most. */
export interface EmulatedRole {
  readonly arn: string;
  /** Claim `sub` that the role trusts. */
  readonly trustedSubject: string;
  readonly maxSeconds: number;
}

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** `AssumeRoleWithWebIdentity` (docs.aws.amazon.com/STS/latest/APIReference): form in, XML out, not signed. */
export function createSts(
  roles: ReadonlyMap<string, EmulatedRole>,
  keys: KeyRing,
  oidc: OidcIssuer,
  clock: Clock,
): Mount {
  const handle = ({ method, bytes, headers }: Exchange): Reply => {
    const form = new URLSearchParams(bytes.toString());
    const isForm =
      headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
    if (method !== 'POST' || !isForm) return refuse(400, 'InvalidAction');
    if (
      form.get('Action') !== 'AssumeRoleWithWebIdentity' ||
      form.get('Version') !== '2011-06-15'
    ) {
      return refuse(400, 'InvalidAction');
    }
    if (!/^[\w+=,.@-]{2,64}$/.test(form.get('RoleSessionName') ?? '')) {
      return refuse(400, 'ValidationError');
    }
    const claims = oidc.read(form.get('WebIdentityToken') ?? '');
    if (claims === undefined || claims.aud !== 'sts.amazonaws.com') {
      return refuse(400, 'InvalidIdentityToken');
    }
    if (claims.endsMs <= clock.nowMs()) return refuse(400, 'ExpiredTokenException');
    const role = roles.get(form.get('RoleArn') ?? '');
    if (role === undefined || role.trustedSubject !== claims.sub)
      return refuse(403, 'AccessDenied');
    const seconds = Number(form.get('DurationSeconds') ?? 3_600);
    if (!Number.isInteger(seconds) || seconds < 900 || seconds > role.maxSeconds) {
      return refuse(400, 'ValidationError');
    }
    const endsMs = clock.nowMs() + seconds * 1000;
    const key = keys.issue(endsMs);
    return xmlReply(
      200,
      `<AssumeRoleWithWebIdentityResponse xmlns="${NAMESPACE}"><AssumeRoleWithWebIdentityResult><SubjectFromWebIdentityToken>${claims.sub}</SubjectFromWebIdentityToken><Audience>${claims.aud}</Audience><Credentials><SessionToken>${key.sessionToken}</SessionToken><SecretAccessKey>${key.secretAccessKey}</SecretAccessKey><Expiration>${new Date(endsMs).toISOString()}</Expiration><AccessKeyId>${key.accessKeyId}</AccessKeyId></Credentials></AssumeRoleWithWebIdentityResult><ResponseMetadata><RequestId>ad4156e9-bce1-11e2-82e6-6b6efEXAMPLE</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>`,
    );
  };
  return {
    name: 'sts',
    siteOf: () => ({ at: 'sts' }),
    handle: async (exchange) => handle(exchange),
    errorBody: (status) => ({ Code: `Emulated${status}` }),
  };
}

function refuse(status: number, code: string): Reply {
  return xmlReply(
    status,
    `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${code}</Message></Error></ErrorResponse>`,
  );
}

function xmlReply(status: number, xml: string): Reply {
  return bytesReply(status, Buffer.from(xml), { 'content-type': 'text/xml' });
}
