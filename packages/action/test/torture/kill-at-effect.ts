/**
 * Loaded before the action (`node --import`): counts what its process does to the disk, and ends the
 * process with SIGKILL at one of these effects. Only calls of node:fs/promises count, which is how the
 * product writes everything that it may not lose.
 */
import { appendFileSync } from 'node:fs';
import files, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

type Moment = 'before' | 'torn' | 'after';
type Effect = (...args: unknown[]) => Promise<unknown>;

const { TORTURE_EFFECT = '', TORTURE_MOMENT = 'before', TORTURE_LOG = '' } = process.env;
const doomed = Number(TORTURE_EFFECT);
const moment = TORTURE_MOMENT as Moment;
let count = 0;

function die(name: string): never {
  appendFileSync(TORTURE_LOG, `${count} ${moment} ${name}\n`);
  process.kill(process.pid, 'SIGKILL');
  // The signal ends the process before anything else of it runs.
  for (;;);
}

function wrap(holder: object, name: string): void {
  const real: Effect = Reflect.get(holder, name);
  const wrapped = async function (this: unknown, ...args: unknown[]): Promise<unknown> {
    count += 1;
    const isDoomed = count === doomed;
    if (doomed === 0) appendFileSync(TORTURE_LOG, `${name}\n`);
    if (isDoomed && moment === 'before') die(name);
    if (isDoomed && moment === 'torn' && name === 'appendFile') {
      const [text, ...rest] = args;
      await real.call(this, String(text).slice(0, String(text).length / 2), ...rest);
      die(name);
    }
    const result = await real.apply(this, args);
    if (isDoomed) die(name);
    return result;
  };
  Reflect.set(holder, name, wrapped);
}

const probe: FileHandle = await files.open('/dev/null');
for (const name of ['appendFile', 'write', 'sync', 'truncate'])
  wrap(Object.getPrototypeOf(probe), name);
await probe.close();
for (const name of ['rename', 'link', 'rm', 'writeFile', 'copyFile', 'mkdir']) wrap(files, name);
syncBuiltinESMExports();
