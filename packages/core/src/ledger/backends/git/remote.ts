import { isLoopback } from '../../../http/loopback.ts';
import { LedgerError } from '../../../model/errors.ts';
import { withoutSecrets } from '../../../model/secrets/redact.ts';

/** Where the branch lies and how git may get there. */
export interface Remote {
  readonly url: string;
  /** What every git that talks to it is given; holds the token. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the configuration of user and system stays out. */
  readonly isIsolated: boolean;
  /** Takes the token, in every form in which git handles it, out of a text. */
  redact(text: string): string;
}

/** What is wrong with an address or a token, as the error of whoever uses it. */
type RemoteErrorFactory = (why: string) => Error;

/**
 * With a token for an http(s) remote, the configuration and the credentials of user and system stay
 * out; without one they are what git goes by.
 *
 * @throws LedgerError, or what `errorFor` makes, for an address or a token that cannot be used; never repeats either.
 */
export function openRemote(
  remoteUrl: string,
  token: string | null,
  errorFor: RemoteErrorFactory = refusedForLedger,
): Remote {
  const protocol = protocolOf(remoteUrl, errorFor);
  const withToken = token != null && protocol.startsWith('http');
  if (withToken && !/^[\x21-\x7e]+$/.test(token)) {
    throw errorFor('its token holds characters that no token has; check the secret it comes from');
  }
  const credentials = `x-access-token:${token}`;
  return {
    url: remoteUrl,
    isIsolated: withToken,
    environment: {
      ...noQuestions,
      GIT_ALLOW_PROTOCOL: withToken ? protocol : allowedProtocols(protocol),
      ...(withToken ? authorization(new URL(remoteUrl).origin, credentials) : {}),
    },
    redact: (text) =>
      token == null ? text : withoutSecrets(text, [base64(credentials), base64(token), token]),
  };
}

const noQuestions = {
  GIT_ASKPASS: '',
  SSH_ASKPASS: '',
  SSH_ASKPASS_REQUIRE: 'never',
  GCM_INTERACTIVE: 'never',
};

/** By environment: arguments can be seen by every process of the machine, files outlive us. */
function authorization(origin: string, credentials: string): Record<string, string> {
  const settings = {
    [`http.${origin}/.extraheader`]: `Authorization: Basic ${base64(credentials)}`,
    // git would repeat the header at whatever address it is sent to.
    'http.followRedirects': 'false',
    'credential.helper': '',
  };
  const entries = Object.entries(settings);
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(entries.length)],
    ...entries.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ]);
}

function protocolOf(
  remoteUrl: string,
  refused: RemoteErrorFactory,
): 'https' | 'http' | 'ssh' | 'file' {
  if (/^(\/|[A-Za-z]:[\\/])/.test(remoteUrl)) return 'file';
  // git's short form of ssh: a colon before the first slash.
  if (/^[A-Za-z0-9._-]+(@[A-Za-z0-9._-]+)?:(?!\/\/|:)/.test(remoteUrl)) {
    if (remoteUrl.startsWith('-')) throw refused('its address begins with a hyphen');
    return 'ssh';
  }
  const url = URL.parse(remoteUrl);
  if (url == null) throw refused('its address is neither a URL nor an absolute path');
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
  if (url.password !== '' || (isHttp && url.username !== '')) {
    throw refused('its address holds credentials; take them out and give the token by itself');
  }
  if (url.hostname.startsWith('-')) throw refused('its host begins with a hyphen');
  switch (url.protocol) {
    case 'https:':
      return 'https';
    case 'http:':
      if (isLoopback(url.hostname)) return 'http';
      throw refused('plain http is for this machine only; use https or ssh');
    case 'ssh:':
      return 'ssh';
    case 'file:':
      return 'file';
    default:
      throw refused(`${url.protocol} is not used; use https, ssh or a path`);
  }
}

/** A user's configuration may send one address to another (`insteadOf`): to these only. */
function allowedProtocols(protocol: string): string {
  return protocol === 'http' ? 'http:https:ssh:file' : 'https:ssh:file';
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function refusedForLedger(why: string): LedgerError {
  return new LedgerError(`The remote of the ledger cannot be used: ${why}. Nothing is spent.`);
}
