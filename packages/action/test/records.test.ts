import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { filesBelow, oneTransfer, startWithoutArtifacts, type Workbench } from './workbench.ts';

const JOURNAL = '.git/motion-transfer/journal.jsonl';

/** The files of the repository without the repository, as an archive of it unpacks. */
function unpack(bench: Workbench): string {
  const directory = mkdtempSync(join(tmpdir(), 'motion-transfer-unpacked-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  cpSync(bench.workspace, directory, {
    recursive: true,
    filter: (path) => !path.startsWith(join(bench.workspace, '.git/')),
  });
  rmSync(join(directory, '.git'), { recursive: true, force: true });
  cpSync(join(bench.workspace, '.github'), join(directory, '.github'), { recursive: true });
  return directory;
}

describe('files without a repository', () => {
  test('keep the journal out of the files, and believe none that lies among them', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('fal') });
    const workspace = unpack(bench);
    mkdirSync(join(workspace, '.motion-transfer'));
    writeFileSync(join(workspace, '.motion-transfer/journal.jsonl'), 'forged\n');
    const runnerTemp = mkdtempSync(join(tmpdir(), 'motion-transfer-runner-'));
    onTestFinished(() => rmSync(runnerTemp, { recursive: true, force: true }));
    const run = await bench.run({}, { workspace, environment: { RUNNER_TEMP: runnerTemp } });
    expect(run.exitCode, run.stdout).toBe(0);
    expect(existsSync(join(workspace, 'animations/wave.mp4'))).toBe(true);
    expect(filesBelow(join(workspace, '.motion-transfer'))).toHaveLength(1);
    const journals = filesBelow(join(runnerTemp, 'motion-transfer-state')).filter((path) =>
      path.endsWith('journal.jsonl'),
    );
    expect(journals.map((path) => readFileSync(path, 'utf8')).join()).toContain('"type":"record"');
  });

  test('buy nothing where there is no other place for the journal', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('fal') });
    const workspace = unpack(bench);
    const run = await bench.run({}, { workspace, environment: { RUNNER_TEMP: '' } });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('is no git repository, and RUNNER_TEMP names no directory');
    expect(bench.submits()).toBe(0);
    expect(existsSync(join(workspace, '.motion-transfer'))).toBe(false);
  });
});

describe.concurrent('a journal that cannot be read', () => {
  const noJson = /"(code|path|expected)":/;

  test('is reported in one sentence with file and line, for an intent as for a line', async () => {
    const bench = await startWithoutArtifacts({ config: oneTransfer('empiriolabs') });
    bench.emulator.inject({ at: 'submit', kind: 'lost-answer' });
    expect((await bench.run()).exitCode).toBe(1);
    const valid = bench.read(JOURNAL).toString();
    const line = valid.split('\n').findIndex((text) => text.includes('"type":"submit"')) + 1;

    bench.write(JOURNAL, valid.replace('"tier":"standard"', '"tier":"finest"'));
    for (const command of ['run', 'reconcile']) {
      const run = await bench.run({ command });
      expect(run.exitCode).toBe(1);
      expect(run.stdout).toContain(
        `journal.jsonl:${line}: what was asked for of animations/wave cannot be read (intent: parameters.tier: Invalid option`,
      );
      expect(run.stdout).toContain('put the last good version of that file back');
      expect(run.stdout).not.toMatch(noJson);
    }

    bench.write(JOURNAL, valid.replace('"type":"submit"', '"type":"submitted"'));
    const run = await bench.run();
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain(
      `journal.jsonl:${line}: this line of the journal cannot be read (`,
    );
    expect(run.stdout).toContain('so nothing is spent; restore the file');
    expect(run.stdout).not.toMatch(noJson);
    expect(bench.submits()).toBe(1);
  });
});

describe.concurrent('a ledger that the lockfile knows', () => {
  const config = (take: number, ledger: string) =>
    `ledger: ${ledger}\n${oneTransfer('prospolabs', `    take: ${take}\n`)}`;

  test('is the same one wherever its file lies, and an older copy of it is not', async () => {
    const bench = await startWithoutArtifacts({ config: config(1, 'file:../a.json') });
    const at = (name: string) => join(bench.workspace, '..', name);
    expect((await bench.run()).exitCode).toBe(0);
    cpSync(at('a.json'), at('older.json'));
    bench.write('.github/motion-transfer.yml', config(2, 'file:../a.json'));
    expect((await bench.run()).exitCode).toBe(0);
    cpSync(at('a.json'), at('moved.json'));

    bench.write('.github/motion-transfer.yml', config(3, 'file:../older.json'));
    const refused = await bench.run();
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toContain('it no longer leads back to version');
    expect(bench.submits()).toBe(2);
    bench.write('.github/motion-transfer.yml', config(3, 'file:../moved.json'));
    const bought = await bench.run();
    expect(bought.exitCode, bought.stdout).toBe(0);
    expect(bench.submits()).toBe(3);
  });

  test('is not exchanged for one of another kind silently', async () => {
    const bench = await startWithoutArtifacts({ config: config(1, 'file:../a.json') });
    expect((await bench.run()).exitCode).toBe(0);
    bench.write('.github/motion-transfer.yml', config(2, 'git'));
    const token = bench.emulator.github.createToken({ contents: 'write', actions: 'read' });
    const refused = await bench.run({}, { token });
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toMatch(
      /are on record in file .*, but the ledger written here is branch/,
    );
    expect(bench.submits()).toBe(1);
    const lockfile = JSON.parse(bench.read('motion-transfer.lock.json').toString());
    delete lockfile.outputs['animations/wave.mp4'].ledger;
    bench.write('motion-transfer.lock.json', JSON.stringify(lockfile));
    const bought = await bench.run({}, { token });
    expect(bought.exitCode, bought.stdout).toBe(0);
  });
});
