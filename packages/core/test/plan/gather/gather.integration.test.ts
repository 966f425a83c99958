import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFile,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { openPurchaseStore } from '../../../src/ledger/purchase-store.ts';
import { ConfigError, RecordError } from '../../../src/model/errors.ts';
import type { Step } from '../../../src/model/plan.ts';
import type { Transfer } from '../../../src/model/transfer.ts';
import { checkOutputPath } from '../../../src/plan/gather/check-paths.ts';
import { adapters } from '../../../src/providers/registry.ts';
import { git } from '../../media/support.ts';
import { makeEvent, wayTo } from '../../support/journal.ts';
import {
  dance,
  file,
  girl,
  makeDirectory,
  makeRepository,
  ports,
  type Repository,
  robot,
  transferOf,
  wave,
} from '../../support/repository.ts';
import { startServer } from '../../support/server.ts';

const said = (step: Step) => step.reasons.map(({ message }) => message).join('; ');
const blobId = (content: Buffer) =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

/** The lockfile says that the dance was bought for the transfer. */
async function lock(repository: Repository, transfer: Transfer): Promise<void> {
  const bought = await repository.step(transfer);
  if (bought.action !== 'generate') throw new Error('blocked');
  const store = await openPurchaseStore(ports, repository);
  await store.lockOutput(transfer.output, {
    fingerprint: bought.fingerprint,
    provider: bought.provider,
    model: bought.model,
    adapterRevision: bought.adapterRevision,
    character: { source: transfer.character, identity: bought.character.identity ?? '' },
    motion: { source: transfer.motion, identity: bought.motion.identity ?? '' },
    take: 1,
    parameters: {},
    identity: `git:${blobId(dance)}`,
    sha256: createHash('sha256').update(dance).digest('hex'),
    bytes: dance.length,
    videoSeconds: 4,
    draft: false,
    copyOf: null,
    operation: {},
    holdMicroUsd: 1,
    charge: { microUsd: 1, source: 'estimated' },
    generatedAt: '2026-10-12T08:30:00.000Z',
  });
  await store.close();
}

describe('a plan of a repository', () => {
  test('knows its assets by git, their facts by their content, and the commit', async () => {
    const repository = await makeRepository();
    const plan = await repository.plan([transferOf()]);
    expect(plan.commit).toBe(await git(repository.workspace, 'rev-parse', 'HEAD'));
    expect(plan.steps).toMatchObject([
      {
        action: 'generate',
        character: { identity: `git:${blobId(girl)}` },
        motion: { identity: `git:${blobId(wave)}` },
        facts: {
          character: { format: 'png', bytes: girl.length },
          motion: { container: 'mp4', codec: 'h264', bytes: wave.length, hasSound: true },
        },
        staged: {
          character: { method: 'github', host: 'raw', path: 'assets/girl.png' },
          motion: { method: 'github', host: 'raw', path: 'assets/wave.mp4' },
        },
      },
    ]);
    expect(plan.totals.highMicroUsd).toBeGreaterThan(0);
  });

  test('is the same bytes each time, and the same in another clone', async () => {
    const [one, other] = [await makeRepository(), await makeRepository()];
    const transfers = [transferOf(), transferOf({ id: 'two', motion: file('assets/dance.mp4') })];
    const plan = await one.plan(transfers);
    expect(JSON.stringify(await one.plan(transfers))).toBe(JSON.stringify(plan));
    const { steps } = await other.plan(transfers);
    expect(steps).toEqual(plan.steps);
  });

  test('does not send what is not committed as it is here', async () => {
    const repository = await makeRepository();
    await appendFile(`${repository.workspace}/assets/girl.png`, 'x');
    const step = await repository.step(transferOf());
    expect(step).toMatchObject({
      action: 'blocked',
      reasons: [{ code: 'staging' }, { code: 'staging' }],
    });
    expect(said(step)).toContain('assets/girl.png is not committed');
    expect(said(step)).toContain('take the files by uploads of their own');
  });

  test('does not send what is only staged, or not in git at all', async () => {
    const repository = await makeRepository();
    await repository.write('assets/new.png', robot);
    const transfer = transferOf({ character: file('assets/new.png') });
    expect(said(await repository.step(transfer))).toContain('is not committed');
    await git(repository.workspace, 'add', '--all');
    expect(said(await repository.step(transfer))).toContain('is not committed');
    await repository.commit();
    expect((await repository.step(transfer)).action).toBe('generate');
  });

  test('reads files in LFS from the media host, once their content is here', async () => {
    const repository = await makeRepository();
    const oid = createHash('sha256').update(dance).digest('hex');
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${dance.length}\n`;
    await repository.write('.gitattributes', 'lfs/*.mp4 filter=lfs diff=lfs merge=lfs -text\n');
    await repository.write('lfs/dance.mp4', pointer);
    await repository.commit();
    const transfer = transferOf({ motion: file('lfs/dance.mp4') });
    const pointed = await repository.step(transfer);
    expect(pointed).toMatchObject({ action: 'blocked', reasons: [{ code: 'asset-problem' }] });
    expect(said(pointed)).toContain('Git LFS pointer');
    await repository.write('lfs/dance.mp4', dance);
    expect(await repository.step(transfer)).toMatchObject({
      action: 'generate',
      motion: { identity: `sha256:${oid}` },
      staged: { motion: { method: 'github', host: 'media', path: 'lfs/dance.mp4' } },
    });
  });

  test('sees the same asset in a file that was moved', async () => {
    const repository = await makeRepository();
    const before = await repository.step(transferOf());
    await rename(
      `${repository.workspace}/assets/wave.mp4`,
      `${repository.workspace}/assets/hello.mp4`,
    );
    await repository.commit();
    const after = await repository.step(transferOf({ motion: file('assets/hello.mp4') }));
    if (before.action !== 'generate' || after.action !== 'generate') throw new Error('blocked');
    expect(after.fingerprint).toBe(before.fingerprint);
  });

  test('names every asset that is no asset', async () => {
    const repository = await makeRepository();
    await repository.write('assets/page.png', '<!doctype html><h1>Sign in</h1>');
    await repository.write('assets/cut.mp4', wave.subarray(0, 60_000));
    await symlink('/proc/self/environ', `${repository.workspace}/assets/environ.mp4`);
    await repository.commit();
    const problems = async (character: string, motion: string) => {
      const step = await repository.step(
        transferOf({ character: file(character), motion: file(motion) }),
      );
      expect(step.action).toBe('blocked');
      expect(step.reasons.map(({ code }) => code)).toEqual(['asset-problem', 'asset-problem']);
      return step.reasons.map(({ message }) => message);
    };
    const [page, cut] = await problems('assets/page.png', 'assets/cut.mp4');
    expect(page).toContain('assets/page.png');
    expect(cut).toContain('assets/cut.mp4');
    const [missing] = await problems('assets/none.png', 'assets/none.mp4');
    expect(missing).toContain('assets/none.png does not exist');
  });

  test('is not made of a clip that lies about its length', async () => {
    const repository = await makeRepository();
    const lying = Buffer.from(wave);
    // mvhd, version 0: timescale at 12 bytes into the body, duration after it (ISO 14496-12, 8.2.2).
    const body = lying.indexOf('mvhd') + 4;
    lying.writeUInt32BE(lying.readUInt32BE(body + 12) * 29, body + 16);
    await repository.write('assets/lying.mp4', lying);
    await repository.commit();
    const step = await repository.step(transferOf({ motion: file('assets/lying.mp4') }));
    expect(step).toMatchObject({ action: 'blocked', reasons: [{ code: 'asset-problem' }] });
    expect(said(step)).toContain('assets/lying.mp4: the clip does not agree with itself');
    expect(said(step)).toContain('mvhd 29.00 s');
  });
});

describe('a clip that is another one by the time its facts are read', () => {
  /** Ports with which the clip is replaced once, right before it is opened for its facts. */
  function withSwap(workspace: string, path: string) {
    let isSwapped = false;
    const open: typeof ports.files.open = async (opened) => {
      if (opened === `${workspace}/${path}` && !isSwapped) {
        isSwapped = true;
        await writeFile(opened, dance);
      }
      return ports.files.open(opened);
    };
    return { ...ports, files: { ...ports.files, open } };
  }

  test.each([
    ['that git vouched for', 'assets/wave.mp4'],
    ['that was hashed', 'assets/new.mp4'],
  ])('%s is not bought with', async (_, path) => {
    const { workspace, plan, write } = await makeRepository();
    await write('assets/new.mp4', wave);
    const transfer = transferOf({ motion: file(path) });
    const { steps } = await plan([transfer], false, withSwap(workspace, path));
    expect(steps).toMatchObject([{ action: 'blocked', reasons: [{ code: 'asset-problem' }] }]);
    expect(said((steps as [Step])[0])).toContain(`${path} changed while it was read`);
  });
});

describe('what earlier runs left on disk', () => {
  test('is reused from the lockfile, kept when edited, blocked when gone', async () => {
    const repository = await makeRepository();
    const transfer = transferOf();
    await lock(repository, transfer);
    await repository.write(transfer.output, dance);
    expect(await repository.step(transfer)).toMatchObject({ action: 'reuse', warnings: [] });
    await repository.commit();
    expect(await repository.step(transfer)).toMatchObject({ action: 'reuse', warnings: [] });
    expect(await repository.step({ ...transfer, output: 'out/renamed.mp4' })).toMatchObject({
      action: 'reuse',
      copyFrom: 'out/hero.mp4',
    });
    await appendFile(`${repository.workspace}/${transfer.output}`, 'x');
    expect((await repository.step(transfer)).warnings).toHaveLength(1);
    await rm(`${repository.workspace}/${transfer.output}`);
    expect(said(await repository.step(transfer))).toContain('paid on 2026-10-12');
  });

  test('is the same when Git LFS keeps it, renamed in the config too', async () => {
    const repository = await makeRepository();
    const transfer = transferOf();
    await lock(repository, transfer);
    await repository.write('.gitattributes', 'out/*.mp4 filter=lfs diff=lfs merge=lfs -text\n');
    await repository.write(transfer.output, dance);
    expect(await repository.step(transfer)).toMatchObject({
      action: 'reuse',
      copyFrom: null,
      warnings: [],
    });
    expect(await repository.step({ ...transfer, output: 'out/renamed.mp4' })).toMatchObject({
      action: 'reuse',
      copyFrom: 'out/hero.mp4',
    });
    await repository.write(transfer.output, wave);
    expect((await repository.step(transfer)).warnings).toHaveLength(1);
  });

  test('is collected from the journal', async () => {
    const repository = await makeRepository();
    const transfer = transferOf();
    const bought = await repository.step(transfer);
    if (bought.action !== 'generate') throw new Error('blocked');
    const store = await openPurchaseStore(ports, repository);
    for (const type of wayTo.submitted)
      await store.append(makeEvent(type, { fingerprint: bought.fingerprint }));
    await store.close();
    expect(await repository.step(transfer)).toMatchObject({ action: 'generate', resumes: true });
  });

  test('of long ago, where something else lies by now, stops no other transfer', async () => {
    const repository = await makeRepository();
    await lock(repository, transferOf({ output: 'old/a.mp4' }));
    const lockfile = `${repository.workspace}/motion-transfer.lock.json`;
    const { outputs, ...rest } = JSON.parse(await readFile(lockfile, 'utf8'));
    outputs['../../b.mp4'] = outputs['old/a.mp4'];
    await writeFile(lockfile, JSON.stringify({ ...rest, outputs }));
    await mkdir(`${repository.workspace}/old/a.mp4`, { recursive: true });
    const other = transferOf({ output: 'new/c.mp4', character: file('assets/robot.png') });
    const step = await repository.step(other);
    expect(step.action).toBe('generate');
  });

  test('that nobody of ours made is left alone', async () => {
    const repository = await makeRepository();
    await repository.write('out/hero.mp4', dance);
    expect((await repository.step(transferOf())).reasons).toMatchObject([
      { code: 'output-not-ours' },
    ]);
    expect(await readFile(`${repository.workspace}/out/hero.mp4`)).toHaveLength(dance.length);
  });

  test('and is damaged stops the plan', async () => {
    const repository = await makeRepository();
    await repository.write('motion-transfer.lock.json', '{}');
    await expect(repository.plan([transferOf()])).rejects.toThrow(ConfigError);
    await rm(`${repository.workspace}/motion-transfer.lock.json`);
    await repository.write('.git/motion-transfer/journal.jsonl', 'garbage\n');
    await expect(repository.plan([transferOf()])).rejects.toThrow(RecordError);
  });
});

describe('outside git', () => {
  test('files have identities and prices, but no URL', async () => {
    const directory = await makeDirectory();
    await directory.write('assets/girl.png', girl);
    await directory.write('assets/wave.mp4', wave);
    const plan = await directory.plan([transferOf()]);
    expect(plan.commit).toBeNull();
    expect(plan.steps).toMatchObject([
      {
        action: 'blocked',
        character: { identity: `git:${blobId(girl)}` },
        reasons: [{ code: 'staging' }, { code: 'staging' }],
        offers: adapters.map(() => ({ estimate: { highMicroUsd: expect.any(Number) } })),
      },
    ]);
  });

  test('a repository without a commit has no URL either', async () => {
    const directory = await makeDirectory();
    await git(directory.workspace, 'init', '--quiet');
    await directory.write('assets/girl.png', girl);
    await directory.write('assets/wave.mp4', wave);
    expect(said(await directory.step(transferOf()))).toContain('give https URLs');
  });
});

describe('an asset at a URL', () => {
  const serve = () =>
    startServer((response, { headers, url }) => {
      const content = url.startsWith('/girl') ? girl : wave;
      const [, from = '', to = ''] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? '') ?? [];
      if (from === '') {
        response.end(content);
        return;
      }
      const last = Math.min(Number(to), content.length - 1);
      response.writeHead(206, { 'content-range': `bytes ${from}-${last}/${content.length}` });
      response.end(content.subarray(Number(from), last + 1));
    });

  test('is known by its bytes, whatever its address says, and passes through', async () => {
    const { origin } = await serve();
    const directory = await makeDirectory();
    const at = (query: string) =>
      transferOf({
        character: { kind: 'url', url: `${origin}/girl.png?${query}` },
        motion: { kind: 'url', url: `${origin}/wave.mp4?${query}` },
      });
    const step = await directory.step(at('sig=1'), true);
    expect(step).toMatchObject({
      action: 'generate',
      character: { identity: `sha256:${createHash('sha256').update(girl).digest('hex')}` },
      facts: { motion: { bytes: wave.length } },
      staged: { motion: { method: 'pass-through', url: `${origin}/wave.mp4?sig=1` } },
    });
    const again = await directory.step(at('sig=2'), true);
    if (step.action !== 'generate' || again.action !== 'generate') throw new Error('blocked');
    expect(again.fingerprint).toBe(step.fingerprint);
  });

  test('is downloaded once, for its identity and its facts', async () => {
    const { origin, requests } = await serve();
    const directory = await makeDirectory();
    const step = await directory.step(
      transferOf({
        character: { kind: 'url', url: `${origin}/girl.png` },
        motion: { kind: 'url', url: `${origin}/wave.mp4` },
      }),
      true,
    );
    expect(step.action).toBe('generate');
    expect(requests.map(({ url }) => url).sort()).toEqual(['/girl.png', '/wave.mp4']);
  });

  test('that is large and whose server goes on with another clip is not bought with', async () => {
    const padded = (clip: Buffer) => {
      const free = Buffer.alloc(17 * 1_048_576);
      free.writeUInt32BE(free.length);
      free.write('free', 4);
      const fileTypeBytes = clip.readUInt32BE(0);
      return Buffer.concat([clip.subarray(0, fileTypeBytes), free, clip.subarray(fileTypeBytes)]);
    };
    const [first, second] = [padded(wave), padded(dance)];
    const { origin } = await startServer((response, { headers }) => {
      const [, from = '', to = ''] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? '') ?? [];
      if (from === '') {
        response.end(first);
        return;
      }
      const last = Math.min(Number(to), second.length - 1);
      response.writeHead(206, { 'content-range': `bytes ${from}-${last}/${first.length}` });
      response.end(second.subarray(Number(from), last + 1));
    });
    const directory = await makeDirectory();
    await directory.write('assets/girl.png', girl);
    const motion = { kind: 'url', url: `${origin}/wave.mp4` } as const;
    const step = await directory.step(transferOf({ motion }), true);
    expect(step).toMatchObject({ action: 'blocked', reasons: [{ code: 'asset-problem' }] });
    expect(said(step)).toContain('changed while it was read');
  });

  test('on this machine is not read unless a provider was moved here', async () => {
    const server = await serve();
    const directory = await makeDirectory();
    await directory.write('assets/girl.png', girl);
    const motion = { kind: 'url', url: `${server.origin}/wave.mp4?sig=secret` } as const;
    const step = await directory.step(transferOf({ motion }));
    expect(step).toMatchObject({ action: 'blocked', reasons: [{ code: 'asset-problem' }] });
    expect(said(step)).not.toContain('secret');
    expect(server.requests).toEqual([]);
  });
});

test('an output directory that cannot be written blocks its transfer before anything is bought', async () => {
  const { workspace } = await makeRepository();
  const reason = '/workspace/out cannot be written (EACCES)';
  const asked: string[] = [];
  const whyNotWritable = async (directory: string) => {
    asked.push(directory);
    return reason;
  };
  const locked = { ...ports, files: { ...ports.files, whyNotWritable } };
  expect(await checkOutputPath(locked, workspace, 'out/hero.mp4')).toContain(reason);
  expect(asked).toEqual([`${workspace}/out`]);
});

describe('one file under two names', () => {
  async function withLink() {
    const repository = await makeRepository();
    await mkdir(`${repository.workspace}/out`);
    await symlink('out', `${repository.workspace}/linked`);
    await symlink('assets', `${repository.workspace}/pictures`);
    return repository;
  }

  test('is no place for two videos: the second would replace the first', async () => {
    const repository = await withLink();
    const planning = repository.plan([
      transferOf({ id: 'one', output: 'out/hero.mp4' }),
      transferOf({ id: 'two', output: 'linked/HERO.mp4', motion: file('assets/dance.mp4') }),
    ]);
    await expect(planning).rejects.toThrow(ConfigError);
    await expect(planning).rejects.toThrow('linked/HERO.mp4 and out/hero.mp4 are one file');
  });

  test('is no place for a video where a clip is', async () => {
    const repository = await withLink();
    const planning = repository.plan([transferOf({ output: 'pictures/wave.mp4' })]);
    await expect(planning).rejects.toThrow('and the asset assets/wave.mp4 are one file');
  });
});

describe('a hostile asset', () => {
  const obstacles: [string, (path: string) => Promise<unknown>, string][] = [
    ['a link to /proc', (path) => symlink('/proc/self/environ', path), 'leads out'],
    ['a link to itself', (path) => symlink(path, path), 'cannot be followed'],
    ['a named pipe', async (path) => execFileSync('mkfifo', [path]), 'not a regular file'],
    ['a directory', (path) => mkdir(path), 'not a regular file'],
    [
      'a file of 2 GiB',
      async (path) => {
        await writeFile(path, '');
        await truncate(path, 2 * 1024 ** 3);
      },
      'bytes, more than any provider reads',
    ],
  ];

  test.each(obstacles)('%s stops its own transfer only', async (_name, make, words) => {
    const repository = await makeRepository();
    await make(`${repository.workspace}/assets/hostile.mp4`);
    const { steps } = await repository.plan([
      transferOf({ id: 'bad', motion: file('assets/hostile.mp4'), output: 'out/bad.mp4' }),
      transferOf(),
    ]);
    expect(steps).toMatchObject([
      { id: 'bad', action: 'blocked', reasons: [{ code: 'asset-problem' }] },
      { id: 'hero', action: 'generate' },
    ]);
    expect(steps[0] == null ? '' : said(steps[0])).toContain('assets/hostile.mp4');
    expect(steps[0] == null ? '' : said(steps[0])).toContain(words);
  });
});

describe('an output that cannot be written', () => {
  test('because it lies below a file is blocked before anything is bought', async () => {
    const repository = await makeRepository();
    const { steps, totals } = await repository.plan([
      transferOf({ id: 'bad', output: 'assets/girl.png/deep/hero.mp4' }),
      transferOf(),
    ]);
    expect(steps).toMatchObject([{ action: 'blocked' }, { action: 'generate' }]);
    expect(steps[0] == null ? '' : said(steps[0])).toContain('because assets/girl.png is a file');
    expect(totals.generateCount).toBe(1);
  });

  test('because a directory or a link out of the repository is there is blocked, alone', async () => {
    const repository = await makeRepository();
    await mkdir(`${repository.workspace}/out/taken.mp4`, { recursive: true });
    await symlink(tmpdir(), `${repository.workspace}/elsewhere`);
    await symlink('circle', `${repository.workspace}/circle`);
    const { steps } = await repository.plan([
      transferOf({ id: 'taken', output: 'out/taken.mp4' }),
      transferOf({ id: 'outside', output: 'elsewhere/hero.mp4' }),
      transferOf({ id: 'circle', output: 'circle/hero.mp4' }),
      transferOf(),
    ]);
    expect(steps.map(({ action }) => action)).toEqual([
      'blocked',
      'blocked',
      'blocked',
      'generate',
    ]);
  });
});
