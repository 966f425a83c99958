import { checkBaseUrl, type Environment } from '../../http/endpoint.ts';
import { isLoopback } from '../../http/loopback.ts';

/** Keys that may sign for a store; with a session token they are good for a while only. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
}

/** A base URL that the environment names. */
interface MovedEndpoint {
  readonly baseUrl: string;
  readonly isLoopback: boolean;
}

/** What the environment says about S3-compatible stores, under AWS's own names. */
export interface S3Connection {
  /** Wins over the config's endpoint; only it may be plain http, on this machine. */
  readonly endpoint: MovedEndpoint | null;
  readonly region: string | null;
  readonly credentials: AwsCredentials | null;
  /** When a session ends, as it is written there; `null` where nothing says so. */
  readonly credentialExpiration: string | null;
}

/** @throws UnsafeError for a moved address that is not https (or plain http on loopback). */
export function readS3Connection(environment: Environment): S3Connection {
  const value = (name: string): string | null => {
    const text = environment[name]?.trim() ?? '';
    return text === '' ? null : text;
  };
  const moved = (...names: readonly string[]): MovedEndpoint | null => {
    for (const name of names) {
      const text = value(name);
      if (text == null) continue;
      const baseUrl = checkBaseUrl(text, name);
      return { baseUrl, isLoopback: isLoopback(new URL(baseUrl).hostname) };
    }
    return null;
  };
  const [accessKeyId, secretAccessKey] = [
    value('AWS_ACCESS_KEY_ID'),
    value('AWS_SECRET_ACCESS_KEY'),
  ];
  return {
    endpoint: moved('AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'),
    region: value('AWS_REGION') ?? value('AWS_DEFAULT_REGION'),
    credentials:
      accessKeyId == null || secretAccessKey == null
        ? null
        : { accessKeyId, secretAccessKey, sessionToken: value('AWS_SESSION_TOKEN') },
    credentialExpiration: value('AWS_CREDENTIAL_EXPIRATION'),
  };
}
