/** Loaded before each unit test: whatever would start a process or open a connection throws. */
import processes from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

function refuse(what: string): () => never {
  return () => {
    throw new Error(
      `A unit test only computes, but this one ${what}: rename its file to *.integration.test.ts.`,
    );
  };
}

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'])
  Reflect.set(processes, name, refuse(`starts a process (${name})`));
net.Server.prototype.listen = refuse('starts a server');
net.Socket.prototype.connect = refuse('opens a connection');
syncBuiltinESMExports();
