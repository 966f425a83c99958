import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let written: Promise<NodeJS.ProcessEnv> | null = null;

/**
 * Lets git trust what Node trusts. git reads neither NODE_EXTRA_CA_CERTS nor, with most builds of curl, SSL_CERT_FILE;
 * it knows GIT_SSL_CAINFO, which stands in place of its own list. So that file holds all: Node's own certificates, the
 * system's and the extra ones. Nothing is set where the environment names none, or names git's file itself.
 */
export function certificatesForGit(environment: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const isSet = (name: string) => (environment[name] ?? '') !== '';
  const isExtended = isSet('NODE_EXTRA_CA_CERTS') || isSet('SSL_CERT_FILE');
  if (!isExtended || isSet('GIT_SSL_CAINFO')) return Promise.resolve({});
  written ??= writeCertificates();
  return written;
}

/** Once per process, which takes the file away at its end. */
async function writeCertificates(): Promise<NodeJS.ProcessEnv> {
  const directory = await mkdtemp(join(tmpdir(), 'motion-transfer-ca-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'ca.pem');
  // Seldom needed, and of all that a plan would load, half of what Node itself takes to start.
  const { getCACertificates } = await import('node:tls');
  const all = [...getCACertificates('default'), ...getCACertificates('system')];
  await writeFile(file, [...new Set(all.map((certificate) => certificate.trim())), ''].join('\n'));
  return { GIT_SSL_CAINFO: file };
}
