import { proxyVariables } from './proxy.ts';

/** What reaches a git that we start: nothing of ours by accident, no key of a provider among it. */

const ALLOWED = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'XDG_CONFIG_HOME',
  // Windows.
  'APPDATA',
  'COMSPEC',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'PATHEXT',
  'PROGRAMDATA',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'USERPROFILE',
  'WINDIR',
  // Trusted certificates, and the parts of git itself.
  'CURL_CA_BUNDLE',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
  'GIT_EXEC_PATH',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
]);

/** How the user of this machine has set git up: kept where their configuration counts. */
const OF_THE_USER = new Set([
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CONFIG_SYSTEM',
  'GIT_LFS_SKIP_DOWNLOAD_ERRORS',
  'GIT_LFS_SKIP_SMUDGE',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSH_VARIANT',
  'SSH_AUTH_SOCK',
]);

export function allowedEnvironment(
  environment: NodeJS.ProcessEnv,
  isIsolated: boolean,
): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => {
      const upper = name.toUpperCase();
      return ALLOWED.has(upper) || (!isIsolated && OF_THE_USER.has(upper));
    }),
  );
}

/** Settings that make git start a program (git-config(1)). */
const STARTS_PROGRAM =
  /^(core\.(fsmonitor|sshcommand|askpass|gitproxy|alternaterefscommand|editor|pager)|diff\.external|diff\..+\.(command|textconv)|merge\..+\.driver|filter\..+\.(clean|smudge|process)|credential\.(.+\.)?helper|gpg\.(.+\.)?program|remote\..+\.vcs|submodule\..+\.update|trailer\..+\.(command|cmd)|lfs\.(customtransfer\..+\.path|(.+\.)?standalonetransferagent|extension\..+\.(clean|smudge)))$/i;

/** Programs that git-lfs puts between itself and the content: without them it would say something else. */
const EXTENDS_LFS = /^lfs\.extension\./i;

const WITHOUT_LFS = [
  ['filter.lfs.clean', ''],
  ['filter.lfs.smudge', ''],
  ['filter.lfs.process', ''],
  ['filter.lfs.required', 'false'],
] as const;

/** What git-lfs writes there when it is installed for one repository. */
const OF_LFS = /^git-lfs (clean -- %f|smudge (--skip )?-- %f|filter-process( --skip)?)$/;

/** What stands in for such a setting; every other one is emptied, which turns it off. */
const INSTEAD: Readonly<Record<string, string>> = {
  'core.fsmonitor': 'false',
  'core.sshcommand': 'ssh',
};

/**
 * Settings that turn off every program which the configuration of a work tree would start; an earlier
 * step of the job may have written it. `listed` is the output of `git config --list --show-scope -z`.
 */
export function withoutPrograms(listed: string): Map<string, string> {
  const settings = new Map([['core.fsmonitor', 'false']]);
  const parts = listed.split('\0');
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [scope = '', entry = ''] = parts.slice(at, at + 2);
    if (scope !== 'local' && scope !== 'worktree') continue;
    const end = entry.indexOf('\n');
    const [key, value] = end < 0 ? [entry, ''] : [entry.slice(0, end), entry.slice(end + 1)];
    if (!STARTS_PROGRAM.test(key)) continue;
    if (/^filter\.lfs\./i.test(key) && OF_LFS.test(value)) continue;
    settings.set(key, INSTEAD[key.toLowerCase()] ?? '');
    if (EXTENDS_LFS.test(key)) for (const [name, off] of WITHOUT_LFS) settings.set(name, off);
    const filter = /^(filter\..+)\.[^.]+$/i.exec(key)?.[1];
    if (filter != null) settings.set(`${filter}.required`, 'false');
  }
  return settings;
}

/** The address of the remote `origin` in that same output; `null` where there is none. */
export function originOf(listed: string): string | null {
  const key = 'remote.origin.url\n';
  return (
    listed
      .split('\0')
      .findLast((entry) => entry.startsWith(key))
      ?.slice(key.length) ?? null
  );
}

/** How git reaches a remote: the proxy is our own decision, never what git makes of the variables around it. */
export function proxyForGit(remoteUrl: string | null, environment: NodeJS.ProcessEnv) {
  if (remoteUrl == null) return {};
  // git's configuration may send an address of ssh (`git@host:path`) to https of the same host.
  const host = /^(?:ssh:\/\/)?(?:[^/@]*@)?([\w.-]{2,})[:/]/.exec(remoteUrl)?.[1];
  const url = URL.parse(/^https?:/.test(remoteUrl) ? remoteUrl : `https://${host}`);
  return url == null ? {} : proxyVariables(url, environment);
}

/** By environment, because a name may hold an equals sign, which ends it in an argument. */
export function asConfigVariables(settings: ReadonlyMap<string, string>): NodeJS.ProcessEnv {
  const entries = [...settings];
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(entries.length)],
    ...entries.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ]);
}
