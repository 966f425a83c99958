import { docsPage } from '../../model/advice/docs.ts';
import type { S3Connection } from './connection.ts';

/**
 * RFC 3339, as AWS's tools write it. aws-actions/configure-aws-credentials gives its output
 * `aws-expiration` out as JSON, in quotes (src/helpers.ts of v6.2.3).
 */
const TIME = /^("?)(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))\1$/;

/**
 * Why nothing may be bought with these credentials, with what to do. A session must last until the
 * run's deadline: addresses signed with it end with it, and a provider may read them until then.
 */
export function findCredentialProblem(
  { credentials, credentialExpiration }: S3Connection,
  deadlineMs: number,
): string | null {
  if (credentials == null)
    return "there are no credentials for the bucket; pass AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the step's env, or let aws-actions/configure-aws-credentials assume a role in a step before this one";
  if (credentialExpiration == null) return null;
  const [, , time = ''] = TIME.exec(credentialExpiration) ?? [];
  const endsMs = Date.parse(time);
  if (Number.isNaN(endsMs))
    return `AWS_CREDENTIAL_EXPIRATION is not a time such as ${formatTime(deadlineMs).replace('.000', '')}; pass the end of the session as the tool that began it writes it, or leave the variable out`;
  if (endsMs >= deadlineMs) return null;
  return `the session of the bucket's credentials ends at ${formatTime(endsMs)} (AWS_CREDENTIAL_EXPIRATION), before the deadline of this run at ${formatTime(deadlineMs)}; ask for a longer session (role-duration-seconds of aws-actions/configure-aws-credentials), or lower timeout-minutes`;
}

/** What is assumed of a session whose end nobody names. */
export function describeAssumption(
  { credentials, credentialExpiration }: S3Connection,
  deadlineMs: number,
): string | null {
  if (credentials?.sessionToken == null || credentialExpiration != null) return null;
  return `AWS_CREDENTIAL_EXPIRATION does not say when the session of AWS_SESSION_TOKEN ends; it is assumed to last until the deadline of this run at ${formatTime(deadlineMs)} (${docsPage('staging')})`;
}

function formatTime(ms: number): string {
  return new Date(ms).toISOString();
}
