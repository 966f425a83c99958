import { spawnSync } from 'node:child_process';
import { type Client, isOurs } from '../measure/clients.ts';

/** Without curl or jq there is no client that is made of them. */
export function available(clients: readonly Client[]): readonly Client[] {
  const hasTools = ['curl', 'jq', 'bash'].every(
    (tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).error == null,
  );
  return clients.filter((client) => hasTools || isOurs(client) || !client.script.endsWith('.sh'));
}
