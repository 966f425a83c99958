import { docsPage } from '../../model/advice/docs.ts';
import type { S3Settings } from '../../model/config.ts';

/** The word of an error answer; its sentences may repeat what was signed, and are not read. */
export function codeOf(xml: string): string | null {
  const code = elementOf(xml, 'Code');
  return code != null && /^[A-Za-z0-9.]{1,60}$/.test(code) ? code : null;
}

/**
 * What a store's refusal means for whoever set it up. Codes:
 * docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, read 2026-10-16.
 */
export function describeRefusal(
  status: number,
  code: string | null,
  { bucket }: Pick<S3Settings, 'bucket'>,
): string {
  const answer = `HTTP ${status}${code == null ? '' : `, ${code}`}`;
  switch (code) {
    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
      return `it refuses the credentials (${answer}); check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
    case 'ExpiredToken':
    case 'InvalidToken':
    case 'TokenRefreshRequired':
      return `it refuses the session (${answer}); get new credentials, AWS_SESSION_TOKEN among them`;
    case 'RequestTimeTooSkewed':
      return `its clock and the one here differ too much (${answer})`;
    case 'NoSuchBucket':
      return `there is no bucket ${bucket} (${answer}); check bucket, region and endpoint`;
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
    case 'TemporaryRedirect':
      return `the bucket ${bucket} is in another region (${answer}); check region`;
    case 'AccessDenied':
      return `access is denied (${answer}); allow s3:GetObject, s3:PutObject and s3:DeleteObject below the prefix (${docsPage('staging')}), and check that the credentials have not expired`;
    default:
      if (status >= 300 && status <= 399)
        return `it redirects elsewhere (${answer}), which is not followed; check region and endpoint`;
      return `it answers ${answer}; check bucket, region, endpoint and permissions (${docsPage('staging')})`;
  }
}

/** The text of one element; the answers are flat and known, and hold no markup of somebody else's. */
function elementOf(xml: string, name: string): string | null {
  return new RegExp(`<${name}>\\s*([^<>&\\s]{1,8192})\\s*</${name}>`).exec(xml)?.[1] ?? null;
}
